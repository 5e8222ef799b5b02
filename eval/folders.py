"""Ask questions of several folders of documents and count, by kind, what was answered as it should be.

    python -m eval.folders [FOLDER] [--half tune|report] [--show] [--json FILE]

FOLDER (by default eval/locked) holds questions.jsonl and the folders of documents that this names, or
folders.toml, which says what they are gathered from; "seeds" is the shipped one.  eval/README.md says what
they hold.
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

from eval.figures.aggregate import HALVES
from eval.figures.metrics import holds
from eval.installed import gather_folders
from eval.questions import half_of
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

    @property
    def half(self) -> str:
        """Which half the question is in; a hash of the id decides."""
        return half_of(self.id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question; `wrong` says why it is not right, "" if it is.

    `first` says whether it is right and its first statement holds all that must be there.
    """

    id: str
    half: str
    kind: str
    question: str
    expect: tuple[str, ...]
    answer: str
    answer_kind: str
    wrong: str
    first: bool = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask the questions of the folder that `arguments` name, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDERS)
    parser.add_argument("--half", choices=HALVES[:2], help="ask the questions of this half alone")
    parser.add_argument("--show", action="store_true", help="print every wrong answer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome, one a line")
    asked = parser.parse_args(arguments)
    questions = read_folder_questions(asked.folder / "questions.jsonl")
    with tempfile.TemporaryDirectory() as gathered:
        folder, missing = asked.folder, dict[str, str]()
        if (described := folder / "folders.toml").is_file():
            folder = Path(gathered)
            missing = gather_folders(described, folder)
        for name, why in missing.items():
            print(f"{name} is left out: {why}")
        there = [q for q in questions if q.folder not in missing and asked.half in (None, q.half)]
        outcomes = list(ask_folders(folder, there, load_embedder()))
    if asked.json:
        lines = (json.dumps(asdict(outcome), ensure_ascii=False) for outcome in outcomes)
        replace_file(asked.json, ("\n".join(lines) + "\n").encode())
    for outcome in outcomes if asked.show else ():
        if outcome.wrong:
            print(f"{outcome.id} {outcome.question[-200:]}\n   {outcome.wrong}\n   {outcome.answer[:400]}\n")
    print(table(outcomes, (asked.half,) if asked.half else HALVES))


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
                yield ask_question(chatbot, question)


def ask_question(chatbot: Chatbot, question: FolderQuestion) -> Outcome:
    """What comes of a question, asked after its history."""
    history: list[Turn] = []
    for before in question.history:
        said = chatbot.ask(before, history=history)
        history.append(Turn(before, said.text, tuple(c.quote for c in said.citations)))
    asked = (question.id, question.half, question.kind, question.question, question.expect)
    try:
        answer = chatbot.ask(question.question, history=history)
    except RagError as problem:
        return Outcome(*asked, str(problem), "error", "an error")
    wrong = judge(question, answer)
    first = not wrong and bool(answer.statements) and holds(answer.statements[0].text, question.must)
    return Outcome(*asked, answer.text, answer.kind, wrong, first)


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


def table(outcomes: Sequence[Outcome], halves: Sequence[str] = HALVES) -> str:
    """How many are right, by kind and in all; of the answerable how many are right, have it in the first
    statement, are refused; of the unanswerable how many are refused.

    A column for each of `halves`; behind each count its share with the 95% interval (Wilson).
    """
    answerable = [o for o in outcomes if "answer" in o.expect and "refusal" not in o.expect]
    unanswerable = [o for o in outcomes if o.expect == ("refusal",)]
    kinds = dict.fromkeys(o.kind for o in outcomes)
    rows = {kind: [(o.half, not o.wrong) for o in outcomes if o.kind == kind] for kind in kinds}
    rows["all"] = [(o.half, not o.wrong) for o in outcomes]
    rows["answerable: right"] = [(o.half, not o.wrong) for o in answerable]
    rows["answerable: first"] = [(o.half, o.first) for o in answerable]
    rows["answerable: refused"] = [(o.half, o.answer_kind == "refusal") for o in answerable]
    rows["unanswerable: refused"] = [(o.half, o.answer_kind == "refusal") for o in unanswerable]
    lines = ["".join(f"{cell:28}" for cell in ("", *halves))]
    for name, marks in rows.items():
        columns = ([mark for half, mark in marks if column in (half, "all")] for column in halves)
        lines.append("".join(f"{cell:28}" for cell in (name, *map(_share, columns))))
    return "\n".join(line.rstrip() for line in lines)


def _share(marks: Sequence[bool]) -> str:
    """How many of `marks` are true, with the 95% interval (Wilson); "" of none."""
    if not marks:
        return ""
    low, high = binomtest(sum(marks), len(marks)).proportion_ci(method="wilson")
    return f"{sum(marks):4} of {len(marks):3} {sum(marks) / len(marks):.2f} ({low:.2f}-{high:.2f})"


if __name__ == "__main__":
    main()
