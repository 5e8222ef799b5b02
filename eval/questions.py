"""The questions of the eval set, as they stand in questions.jsonl."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.figures.aggregate import HALVES
from rag import RagError, Turn

SHORT = 6  # words that a gold answer has at most, to be compared word by word


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One line of questions.jsonl.

    `evidence` has the needed pieces, each a list of quotes of which any one will do; `facts` the
    words that an answer must hold, each in any of its wordings; `expects` is "answer",
    "refusal", or "either" for a false premise that may be refused or put right.
    """

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    expects: str
    evidence: tuple[tuple[tuple[str, str], ...], ...]
    facts: tuple[tuple[str, ...], ...]

    @property
    def half(self) -> str:
        """Which half the question is in; nothing is tuned on "report".

        The first questions, q…, are all "tune": what came of each of them has been looked at.  Of the
        later ones a hash of the id decides.
        """
        if self.id.startswith("q"):
            return "tune"
        return half_of(self.id)

    @property
    def short_golds(self) -> tuple[str, ...] | None:
        """The wordings of the one fact if each is short; none if nothing answers; otherwise None."""
        if self.expects == "refusal":
            return ()
        short = len(self.facts) == 1 and all(len(wording.split()) <= SHORT for wording in self.facts[0])
        return self.facts[0] if short and self.expects == "answer" else None


def half_of(id: str) -> str:
    """The half, tune or report, that a hash chooses for a question of that id."""
    return HALVES[hashlib.sha256(id.encode()).digest()[0] % 2]


def read_questions(path: Path) -> list[EvalQuestion]:
    """The questions of a JSON-lines file, in order.

    Raises RagError naming the line that is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise RagError(
            f"cannot read {path} ({getattr(problem, 'strerror', problem)}): expected the questions; "
            "run it in Footnote's checkout, or name a file with --questions"
        ) from None
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError) as problem:
            raise RagError(
                f"{path}, line {number}, is no question ({type(problem).__name__}: {problem}): "
                "expected the fields that eval/README.md lists"
            ) from None
    return questions


def _question(fields: dict[str, Any]) -> EvalQuestion:
    if fields["expects"] == "answer" and not fields["evidence"]:
        raise ValueError("it expects an answer and has no evidence")
    return EvalQuestion(
        id=fields["id"],
        kind=fields["kind"],
        question=fields["question"],
        history=tuple(Turn(question, answer) for question, answer in fields["history"]),
        expects=fields["expects"],
        evidence=tuple(tuple((q["document"], q["quote"]) for q in piece) for piece in fields["evidence"]),
        facts=tuple(tuple(fact) for fact in fields["facts"]),
    )
