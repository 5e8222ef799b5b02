"""Write files of every format into a folder, index it, ask what they say, and count what is right.

    python -m eval.formats [--all] [--show] [--keep FOLDER]

A question is right if the answer has the words and cites the file; its place is right if that citation says
the place where the words stand.  Without --all the questions that are set aside are not asked.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from eval.formats import tables, texts
from eval.formats.topics import Table, Topic, read_topics
from eval.metrics import holds
from rag import Answer, Chatbot, build_index, load_embedder, open_chatbot
from rag.documents.corpus import owner_of, read_documents
from rag.documents.readers.readers import read_file, read_members

BARS = {"files read": 1.0, "questions right": 0.85, "places right": 1.0, "quotes verbatim": 1.0}


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question of a file, the words of its answer and the place where they stand."""

    file: str
    question: str
    words: str
    place: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: of an answer that is not right the place is not looked at."""

    asked: PlacedQuestion
    answer: str
    is_right: bool
    place: str
    are_verbatim: tuple[bool, ...]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="ask the questions that are set aside, too")
    parser.add_argument("--show", action="store_true", help="print what is not right, but of those set aside")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the files there and leave them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary, "files")
        folder.mkdir(parents=True, exist_ok=True)
        questions = [question for question in write_files(folder) if asked.all or not question.is_locked]
        embedder = load_embedder()
        corpus = read_documents(folder)
        build_index(corpus, Path(temporary, "index"), embedder)
        chatbot = open_chatbot(Path(temporary, "index"), embedder=embedder)
        names = sorted(path.name for path in folder.iterdir())
        read = [name for name in names if any(owner_of(d.id, names) == name for d in corpus.documents)]
        outcomes = [ask(chatbot, folder, question) for question in questions]
    for outcome in outcomes if asked.show else ():
        if not outcome.asked.is_locked and (not outcome.is_right or outcome.place != outcome.asked.place):
            print(f"{outcome.asked}\n   {outcome.place}: {outcome.answer[:300]}\n")
    print(table(outcomes, read, names))


def write_files(folder: Path) -> Iterator[PlacedQuestion]:
    """The questions of the set, each after its file was written to `folder`."""
    made: Counter[str] = Counter()
    topics = read_topics()
    writers: list[tuple[str, Callable[..., Any], int]] = [*texts.WRITERS, *tables.WRITERS]
    for suffix, write, files in writers:
        for _ in range(files):
            topic = next(topics)
            name = f"{topic.title.lower().replace(' ', '-')}.{suffix}"
            raw, *places = write(topic, made[write.__name__])
            made[write.__name__] += 1
            (folder / name).write_bytes(raw)
            yield from _questions(name, topic, places)


def _questions(name: str, topic: Topic | Table, places: Sequence[Any]) -> Iterator[PlacedQuestion]:
    if isinstance(topic, Table):
        for question, words, row in topic.asked:
            yield PlacedQuestion(name, question, words, places[0](row), topic.is_locked)
    else:
        for fact, place in zip(topic.facts, places, strict=True):
            yield PlacedQuestion(name, fact.question, fact.words, place, topic.is_locked)


def ask(chatbot: Chatbot, folder: Path, asked: PlacedQuestion) -> Outcome:
    """What comes of a question; its place is that of the first citation with the words, or of the file."""
    answer = chatbot.ask(asked.question)
    cited = [c for c in answer.citations if owner_of(c.document.id, {asked.file}) == asked.file]
    best = next((c for c in cited if holds(c.quote, [[asked.words]])), cited[0] if cited else None)
    is_right = best is not None and holds(answer.text, [[asked.words]])
    place = best.place.split(", read by OCR")[0] if best else ""
    return Outcome(asked, answer.text, is_right, place, tuple(_check_quotes(folder, answer)))


def _check_quotes(folder: Path, answer: Answer) -> Iterator[bool]:
    """Whether each quote stands, letter by letter, in its file read again."""
    names = {path.name for path in folder.iterdir()}
    for citation in answer.citations:
        name = owner_of(citation.document.id, names)
        raw = (folder / name).read_bytes()
        member = citation.document.id.removeprefix(name)[1:]
        contents = dict(read_members(raw))[member] if member else read_file(name, raw)
        text = contents.text if not isinstance(contents, ValueError) else ""
        yield text[citation.start : citation.end] == citation.quote


def table(outcomes: Sequence[Outcome], read: Sequence[str], names: Sequence[str]) -> str:
    """Each figure with its bar, and the 95% interval (Wilson) of the shares."""
    right = [outcome for outcome in outcomes if outcome.is_right]
    quotes = [is_verbatim for outcome in outcomes for is_verbatim in outcome.are_verbatim]
    counts = {
        "files read": (len(read), len(names)),
        "questions right": (len(right), len(outcomes)),
        "places right": (sum(outcome.place == outcome.asked.place for outcome in right), len(right)),
        "quotes verbatim": (sum(quotes), len(quotes)),
    }
    lines = []
    for name, (count, of) in counts.items():
        low, high = binomtest(count, of).proportion_ci(method="wilson")
        lines.append(
            f"{name:16} {count:4} of {of:4}   {count / of:.2f} ({low:.2f}-{high:.2f})   bar {BARS[name]:.2f}"
        )
    formats = len({name.rsplit(".", 1)[1] for name in names})
    return "\n".join([f"{len(names)} files of {formats} formats", *lines])


if __name__ == "__main__":
    main()
