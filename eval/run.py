"""Ask the questions of the eval set and reduce the answers to figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from eval.figures.aggregate import Row, summarise
from eval.figures.metrics import Place, exact_match, holds, ndcg, recall, reciprocal_rank, token_f1
from eval.questions import EvalQuestion
from rag import Answer, Chatbot, Citation, Document, Passage, RagError, Statement, Turn
from rag.documents.corpus import read_documents
from rag.documents.folder.folders import Folders
from rag.spans import contains, overlap

DEPTH = 10  # how many passages the retrieval figures look at


class Ask(Protocol):
    """What answers a question, as `Chatbot.ask`."""

    def __call__(self, question: str, *, history: Sequence[Turn]) -> Answer: ...


def evaluate(
    chatbot: Chatbot,
    questions: Sequence[EvalQuestion],
    *,
    ask: Ask | None = None,
    folders: Folders | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """The figures by half and by kind, and under "questions" what came of each.

    `ask` answers, without it the chatbot does.

    Every quote is compared with the documents of `folders`, read again; without it, with the index's copy.

    Raises RagError if one is not there, or one of `folders` cannot be read.
    """
    texts = {d.id: d.text for d in (read_documents(folders).documents if folders else chatbot.documents)}
    rows = []
    for number, question in enumerate(questions, start=1):
        rows.append(judge(question, chatbot, texts, ask))
        if number % 50 == 0 or number == len(questions):
            progress(f"asked {number} of {len(questions)}")
    for row in rows:
        for citation in row["citations"]:
            if not citation["faithful"]:
                raise RagError(
                    f"{row['id']}: citation [{citation['number']}] quotes {citation['quote'][:40]!r}, which "
                    f"does not stand in {citation['document']} at {citation['start']}:{citation['end']}: "
                    "build the index anew; if that does not mend it, it is a bug of Footnote"
                )
    return {"threshold": chatbot.threshold, **summarise(rows), "questions": rows}


def judge(question: EvalQuestion, chatbot: Chatbot, texts: Mapping[str, str], ask: Ask | None = None) -> Row:
    """What came of one question: its answer, and how that compares with the gold.

    `texts` are those of the documents, by id.
    """
    documents = {document.id: document for document in chatbot.documents}
    gold = [[find_place(documents, *quote) for quote in piece] for piece in question.evidence]
    answer = (ask or chatbot.ask)(question.question, history=question.history)
    row: Row = {
        "id": question.id,
        "half": question.half,
        "kind": question.kind,
        "expects": question.expects,
        "question": question.question,
        "facts": [list(fact) for fact in question.facts],
        "understood": answer.question,
        "confidence": answer.confidence,
        "author": answer.author,
        "notice": answer.notice,
        "refused": answer.refused,
        "reason": answer.reason,
        "verdict": verdict_of(question, answer),
        "statements": [_statement(statement, gold) for statement in answer.statements],
        "citations": [_citation(citation, gold, texts) for citation in answer.citations],
    }
    if question.short_golds is not None:
        predicted = prediction(answer)
        row["exact_match"] = exact_match(predicted, question.short_golds)
        row["token_f1"] = token_f1(predicted, question.short_golds)
    if question.expects == "answer":
        passages = chatbot.retrieve(question.question, DEPTH, history=question.history)
        row |= _retrieval_figures(gold, passages) | _answer_figures(gold, question, answer)
    return row


def verdict_of(question: EvalQuestion, answer: Answer) -> str:
    """In a word or two, what came of the question."""
    if answer.refused:
        return "refused wrongly" if question.expects == "answer" else "refused rightly"
    if question.expects == "refusal":
        return "answered wrongly"
    return "hit" if holds(statements_text(answer), question.facts) else "miss"


def statements_text(answer: Answer) -> str:
    """What the statements say, without markers and whose words they are."""
    return " ".join(statement.text for statement in answer.statements)


def prediction(answer: Answer) -> str:
    """What the answer comes down to: the fact of its first statement, else all of that; "" if refused."""
    if not answer.statements:
        return ""
    first = answer.statements[0]
    return first.text[slice(*first.fact)] if first.fact else first.text


def find_place(documents: dict[str, Document], document: str, quote: str) -> Place:
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


def _retrieval_figures(gold: list[list[Place]], passages: Sequence[Passage]) -> dict[str, float]:
    ranks = [[p.rank for p in passages if any(_inside(quote, p) for quote in piece)] for piece in gold]
    figures = {f"recall@{k}": recall(ranks, k) for k in (1, 5, DEPTH)}
    return figures | {"mrr": reciprocal_rank(ranks), f"ndcg@{DEPTH}": ndcg(ranks, DEPTH)}


def _answer_figures(gold: list[list[Place]], question: EvalQuestion, answer: Answer) -> dict[str, Any]:
    proved = [any(_proves(citation, [piece]) for citation in answer.citations) for piece in gold]
    useful = [_proves(citation, gold) for citation in answer.citations]
    return {
        "answer_hit": holds(statements_text(answer), question.facts),
        "first_hit": bool(useful) and useful[0],
        "citation_precision": sum(useful) / max(1, len(useful)),
        "citation_recall": sum(proved) / len(proved),
    }


def _statement(statement: Statement, gold: list[list[Place]]) -> dict[str, Any]:
    return {
        "text": statement.text,
        "attribution": statement.attribution,
        "fact": statement.fact,
        "unsupported": list(statement.unsupported),
        "citations": [citation.number for citation in statement.citations],
        "gold": any(_proves(citation, gold) for citation in statement.citations),
    }


def _citation(citation: Citation, gold: list[list[Place]], texts: Mapping[str, str]) -> dict[str, Any]:
    there = texts.get(citation.document.id, "")[citation.start : citation.end]
    return {
        "number": citation.number,
        "document": citation.document.id,
        "title": citation.document.title,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "faithful": there == citation.quote,
        "gold": _proves(citation, gold),
    }


def _proves(citation: Citation, gold: list[list[Place]]) -> bool:
    """Whether the citation quotes one of the gold quotes, or a part of it."""
    cited = (citation.document.id, citation.start, citation.end)
    return any(_overlap(quote, cited) for piece in gold for quote in piece)


def _inside(quote: Place, passage: Passage) -> bool:
    return quote[0] == passage.document.id and contains((passage.start, passage.end), quote[1:])


def _overlap(one: Place, other: Place) -> bool:
    return one[0] == other[0] and overlap(one[1:], other[1:])
