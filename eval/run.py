"""Ask the questions of the eval set and reduce the answers to figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import Place, holds, ndcg, precision_recall_f1, recall, reciprocal_rank
from rag import Answer, Chatbot, Document, Passage, RagError, Turn

DEPTH = 10  # how many passages the retrieval figures look at
HALVES = ("tune", "report", "all")


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
        """Which half the question is in, by a hash of its id: nothing is tuned on "report"."""
        return HALVES[hashlib.sha256(self.id.encode()).digest()[0] % 2]


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


def evaluate(
    chatbot: Chatbot,
    questions: Sequence[EvalQuestion],
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """The figures by half and by kind, and under "questions" what came of each."""
    rows = []
    for number, question in enumerate(questions, start=1):
        rows.append(judge(question, chatbot))
        if number % 50 == 0 or number == len(questions):
            progress(f"asked {number} of {len(questions)}")
    figures = {half: reduce([row for row in rows if half in (row["half"], "all")]) for half in HALVES}
    kinds = sorted({row["kind"] for row in rows})
    return {
        **figures,
        "kinds": {kind: reduce([row for row in rows if row["kind"] == kind]) for kind in kinds},
        "questions": rows,
    }


def judge(question: EvalQuestion, chatbot: Chatbot) -> dict[str, Any]:
    """What came of one question: its answer, and how that compares with the gold."""
    documents = {document.id: document for document in chatbot.documents}
    gold = [[place(documents, *quote) for quote in piece] for piece in question.evidence]
    answer = chatbot.ask(question.question, history=question.history)
    row: dict[str, Any] = {
        "id": question.id,
        "half": question.half,
        "kind": question.kind,
        "expects": question.expects,
        "question": question.question,
        "understood": answer.question,
        "refused": answer.refused,
        "reason": answer.reason,
        "statements": [statement.text for statement in answer.statements],
    }
    if question.expects == "answer":
        passages = chatbot.retrieve(question.question, DEPTH, history=question.history)
        row |= _retrieved(gold, passages) | _answered(gold, question, answer)
    return row


def place(documents: dict[str, Document], document: str, quote: str) -> Place:
    """Where `quote` stands in its document.

    Raises RagError if it does not.
    """
    there = documents.get(document)
    start = there.text.find(quote) if there else -1
    if start < 0:
        raise RagError(
            f"the eval set quotes {document}: {quote[:40]!r}, which this index does not have: give --index "
            "an index of the documents it was written from, or its own --questions"
        )
    return document, start, start + len(quote)


def reduce(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The means over some questions, with how many went into them."""
    asked = [row for row in rows if row["expects"] == "answer"]
    refusals = [row for row in rows if row["expects"] == "refusal"]
    decided = asked + refusals
    answered = [row for row in asked if not row["refused"]]
    figures: dict[str, Any] = {
        "questions": len(rows),
        "answerable": len(asked),
        "unanswerable": len(refusals),
    }
    if asked:
        for name in (
            "recall@1",
            "recall@5",
            "recall@10",
            "mrr",
            "ndcg@10",
            "answer_hit",
            "first_hit",
            "citation_recall",
        ):
            figures[name] = sum(row[name] for row in asked) / len(asked)
        figures["citation_precision"] = sum(r["citation_precision"] for r in answered) / max(1, len(answered))
        figures["statements"] = sum(len(r["statements"]) for r in answered) / max(1, len(answered))
    if refusals:
        right = sum(row["refused"] for row in refusals)
        scores = precision_recall_f1(right, sum(row["refused"] for row in decided), len(refusals))
        figures |= {f"refusal_{name}": value for name, value in scores.items()}
    if asked:
        figures["false_refusals"] = sum(row["refused"] for row in asked) / len(asked)
    return {name: round(value, 4) for name, value in figures.items()}


def table(results: dict[str, Any]) -> str:
    """The figures as lines of text, a column a half, then the answer hits by kind."""
    names = list(results["all"])
    lines = [f"{'':20}" + "".join(f"{half:>10}" for half in HALVES)]
    for name in names:
        lines.append(f"{name:20}" + "".join(f"{_cell(results[half].get(name)):>10}" for half in HALVES))
    lines += ["", f"{'kind':20}{'questions':>10}{'recall@5':>10}{'hit':>10}{'refused':>10}"]
    for kind, figures in results["kinds"].items():
        refused = (
            sum(row["refused"] for row in results["questions"] if row["kind"] == kind) / figures["questions"]
        )
        cells = (figures["questions"], figures.get("recall@5"), figures.get("answer_hit"), round(refused, 4))
        lines.append(f"{kind:20}" + "".join(f"{_cell(cell):>10}" for cell in cells))
    return "\n".join(lines)


def _retrieved(gold: list[list[Place]], passages: Sequence[Passage]) -> dict[str, float]:
    ranks = [[p.rank for p in passages if any(_inside(quote, p) for quote in piece)] for piece in gold]
    figures = {f"recall@{k}": recall(ranks, k) for k in (1, 5, DEPTH)}
    return figures | {"mrr": reciprocal_rank(ranks), f"ndcg@{DEPTH}": ndcg(ranks, DEPTH)}


def _answered(gold: list[list[Place]], question: EvalQuestion, answer: Answer) -> dict[str, Any]:
    cited = [(c.document.id, c.start, c.end) for c in answer.citations]
    proved = [any(_overlap(quote, c) for quote in piece for c in cited) for piece in gold]
    useful = [any(_overlap(quote, c) for piece in gold for quote in piece) for c in cited]
    return {
        "answer_hit": holds(answer.text, question.facts),
        "first_hit": bool(useful) and useful[0],
        "citation_precision": sum(useful) / max(1, len(useful)),
        "citation_recall": sum(proved) / len(proved),
    }


def _inside(quote: Place, passage: Passage) -> bool:
    return quote[0] == passage.document.id and passage.start <= quote[1] and quote[2] <= passage.end


def _overlap(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _question(fields: dict[str, Any]) -> EvalQuestion:
    return EvalQuestion(
        id=fields["id"],
        kind=fields["kind"],
        question=fields["question"],
        history=tuple(Turn(question, answer) for question, answer in fields["history"]),
        expects=fields["expects"],
        evidence=tuple(tuple((q["document"], q["quote"]) for q in piece) for piece in fields["evidence"]),
        facts=tuple(tuple(fact) for fact in fields["facts"]),
    )


def _cell(value: float | int | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
