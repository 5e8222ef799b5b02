"""How often public yes/no questions, asked of their own passage, are told "Yes." or "No.", and how rightly.

    python -m training.figures.yes_no DATA [--half tune|report] [--show]

DATA holds the training data; of BoolQ only the titles that the verifier was not trained on are asked.  Each
passage is a document of its own, and a question is asked of it alone, as a user would.  The questions are
split in halves by a hash of the passage: the bars of `rag.checking.yes_no` were chosen on one, the figures
are of the other.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.figures.aggregate import HALVES
from eval.yes_no import Told, show, table
from rag import Chatbot, Document, Where, build_index, load_embedder
from rag.documents.corpus import Corpus
from rag.documents.folder.folders import Folders
from rag.index.places import open_index
from rag.models.reader import load_reader
from rag.questions.polar import polar_of
from training.data.mining import read_lines
from training.verifier.pairs import is_held_out

SET = "boolq"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder of the training data")
    parser.add_argument(
        "--half", choices=HALVES[:2], default="report", help="of the passages (default: report)"
    )
    parser.add_argument("--show", action="store_true", help="print each question that was told a word")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as below:
        told = ask_each(list(choose(options.data, options.half)), Path(below))
    print(f"{SET}, {options.half}: {table(told)}")
    if options.show:
        print("\n".join(show([one for one in told if one.answer.verdict])))


def choose(data: Path, half: str) -> Iterator[dict[str, Any]]:
    """The questions of a half that ask whether something is so, in the order of a hash."""
    rows = sorted(read_lines(data, SET), key=lambda row: _digest(f"{row['id']}{row['question']}"))
    for row in rows:
        if not is_held_out(row | {"premise": row["context"]}):
            continue
        tunes = _digest(row["context"])[0] % 2 == 0
        if (half == "tune") == tunes and polar_of(row["question"]):
            yield row


def ask_each(rows: Sequence[dict[str, Any]], folder: Path) -> list[Told]:
    """Each question, asked of its passage; the index of all of them is made in `folder`."""
    ids = [_digest(row["context"]).hex()[:16] for row in rows]
    documents = {
        name: Document(name, row["title"], row["context"]) for name, row in zip(ids, rows, strict=True)
    }
    ordered = tuple(documents[name] for name in sorted(documents))
    embedder = load_embedder()
    build_index(Corpus(Folders.of(folder), ordered, (), ""), folder, embedder)
    chatbot = Chatbot(open_index(folder), embedder, reader=load_reader())
    return [
        Told(row["question"], row["label"], chatbot.ask(row["question"], where=Where(documents=(name,))))
        for name, row in tqdm(list(zip(ids, rows, strict=True)), disable=None)
    ]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


if __name__ == "__main__":
    main()
