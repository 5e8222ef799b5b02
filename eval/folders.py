"""Ask questions of several folders of documents and count, by kind, what was answered as it should be.

    python -m eval.folders [FOLDER] [--show] [--json FILE]

FOLDER (by default eval/locked) holds questions.jsonl and, for each folder of documents that this names, a
folder; "seeds" is the shipped one.  eval/README.md says what a line of it holds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest
from tqdm import tqdm

from eval.metrics import holds
from rag import (
    Answer,
    Chatbot,
    Embedder,
    RagError,
    Turn,
    build_index,
    load_embedder,
    open_chatbot,
)
from rag.documents.corpus import read_documents
from rag.durable import replace_file

FOLDERS, SEEDS = Path("eval/locked"), "seeds"


@dataclass(frozen=True, slots=True)
class FolderQuestion:
    """A question of a folder, what was asked before it, and what is right.

    `expect` are kinds of answer, one of which it must be; of each group of `must` one phrase must stand in
    it, and none of `must_not`.
    """

    id: str
    folder: str
    kind: str
    question: str
    history: tuple[str, ...]
    expect: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question; `wrong` says why it is not right, "" if it is."""

    id: str
    kind: str
    question: str
    answer: str
    answer_kind: str
    wrong: str


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDERS)
    parser.add_argument("--show", action="store_true", help="print every wrong answer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome, one a line")
    asked = parser.parse_args()
    questions = read_folder_questions(asked.folder / "questions.jsonl")
    outcomes = list(ask_folders(asked.folder, questions, load_embedder()))
    if asked.json:
        lines = (json.dumps(asdict(outcome), ensure_ascii=False) for outcome in outcomes)
        replace_file(asked.json, ("\n".join(lines) + "\n").encode())
    for outcome in outcomes if asked.show else ():
        if outcome.wrong:
            print(f"{outcome.id} {outcome.question[-200:]}\n   {outcome.wrong}\n   {outcome.answer[:400]}\n")
    print(table(outcomes))


def read_folder_questions(path: Path) -> list[FolderQuestion]:
    """The questions of a file.

    Raises RagError, with the line, if one is not as it should be.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row: dict[str, Any] = json.loads(line)
            questions.append(
                FolderQuestion(
                    row["id"],
                    row["folder"],
                    row["kind"],
                    row["question"],
                    tuple(row["history"]),
                    tuple(row["expect"]),
                    tuple(map(tuple, row["must"])),
                    tuple(row["must_not"]),
                )
            )
        except (ValueError, KeyError, TypeError) as problem:
            raise RagError(f"{path}, line {number}: {problem!r}, expected what eval/README.md says") from None
    return questions


def ask_folders(folder: Path, questions: Sequence[FolderQuestion], embedder: Embedder) -> Iterator[Outcome]:
    """What comes of each question, folder by folder, each indexed anew."""
    by_folder: dict[str, list[FolderQuestion]] = defaultdict(list)
    for question in questions:
        by_folder[question.folder].append(question)
    for name, of_folder in by_folder.items():
        documents = Path(SEEDS) if name == SEEDS else folder / name
        with tempfile.TemporaryDirectory() as temporary:
            build_index(read_documents(documents), Path(temporary), embedder)
            chatbot = open_chatbot(temporary, embedder=embedder)
            for question in tqdm(of_folder, desc=name, disable=None):
                yield _ask(chatbot, question)


def _ask(chatbot: Chatbot, question: FolderQuestion) -> Outcome:
    history: list[Turn] = []
    for before in question.history:
        said = chatbot.ask(before, history=history)
        history.append(Turn(before, said.text, tuple(c.quote for c in said.citations)))
    try:
        answer = chatbot.ask(question.question, history=history)
    except RagError as problem:
        return Outcome(question.id, question.kind, question.question, str(problem), "error", "an error")
    return Outcome(
        question.id, question.kind, question.question, answer.text, answer.kind, judge(question, answer)
    )


def judge(question: FolderQuestion, answer: Answer) -> str:
    """Why an answer is not right, "" if it is."""
    if answer.kind not in question.expect:
        return f"is {answer.kind}, expected {' or '.join(question.expect)}"
    said = f"{answer.text} {answer.reason or ''}"
    needed = () if answer.kind in ("refusal", "word") else question.must
    if lacking := [" / ".join(group) for group in needed if not holds(said, [group])]:
        return f"lacks {'; '.join(lacking)}"
    held = [phrase for phrase in question.must_not if holds(said, [[phrase]])]
    return f"holds {'; '.join(held)}" if held else ""


def table(outcomes: Sequence[Outcome]) -> str:
    """How many are right by kind and in all, with the 95% interval (Wilson)."""
    kinds = list(dict.fromkeys(outcome.kind for outcome in outcomes))
    lines = []
    for name in [*kinds, "all"]:
        of_kind = [outcome for outcome in outcomes if name in (outcome.kind, "all")]
        right = sum(not outcome.wrong for outcome in of_kind)
        interval = binomtest(right, len(of_kind)).proportion_ci(method="wilson")
        share = f"{right / len(of_kind):.2f} ({interval.low:.2f}-{interval.high:.2f})"
        lines.append(f"{name:24} {right:4} of {len(of_kind):4}   {share}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
