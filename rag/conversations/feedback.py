"""Rated answers -> questions for `rag eval`, and drafts of those whose right answer nobody told.

A thumb says that an answer was right as a whole, not which of its sentences made it so: any of its
quotes will do as evidence, and any of its marked words as the fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from rag.conversations.records import Exchange
from rag.datatypes import Answer, Document, Where
from rag.formats.serialisation import filter_json

Line = dict[str, Any]  # of a JSON-lines file

KIND = "feedback"


def feedback(
    ratings: Iterable[tuple[Exchange, ...]], documents: Iterable[Document]
) -> tuple[list[Line], list[Line]]:
    """The questions in the form of eval/questions.jsonl, and the drafts; both sorted by id, each once.

    Each of `ratings` is an exchange behind those before it.  A question is an answer that was rated
    right; a draft says why it is none.
    """
    texts = {document.id: document.text for document in documents}
    right: dict[str, list[tuple[Line, Exchange]]] = {}
    drafts = []
    for *before, exchange in ratings:
        line = _question_line(exchange, before)
        if why := _why_draft(exchange, texts):
            drafts.append(_draft(line, exchange, why))
        else:
            right.setdefault(line["id"], []).append((line, exchange))
    questions = []
    for same in right.values():
        if len({exchange.answer.refused for _, exchange in same}) > 1:
            drafts += [_draft(*one, "an answer and a refusal were both rated right") for one in same]
        else:
            questions.append(same[0][0] | _expectations([exchange for _, exchange in same]))
    return _sort_lines(questions), _sort_lines(drafts)


def _question_line(exchange: Exchange, before: list[Exchange]) -> Line:
    """The question as it was typed, with its history; its id depends on nothing else."""
    history = [[past.question, past.answer.text] for past in before]
    key = json.dumps([exchange.question, history])
    return {
        "id": f"{KIND}-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        "kind": KIND,
        "question": exchange.question,
        "history": history,
    }


def _why_draft(exchange: Exchange, texts: Mapping[str, str]) -> str:
    """Why nobody knows from the rating what is right, or the eval set cannot say it; "" if it can."""
    answer = exchange.answer
    if exchange.thumb == "down":
        return "rated wrong"
    if exchange.where not in (None, Where()):
        return "rated right, but asked with a filter, which a question of the eval set has not"
    if not answer.refused and not answer.citations:
        return "rated right, but nothing was answered"
    if any(c.quote not in texts.get(c.document.id, "") for c in answer.citations):
        return "rated right, but the documents no longer hold all that it quotes"
    return ""


def _expectations(exchanges: list[Exchange]) -> Line:
    """What is right, by one answer or several to the same question."""
    answers = [exchange.answer for exchange in exchanges]
    if answers[0].refused:
        return {"expects": "refusal", "evidence": [], "facts": []}
    quotes = {quote for answer in answers for quote in _quotes(answer)}
    marked = {s.text[slice(*s.fact)] for answer in answers for s in answer.statements if s.fact}
    return {
        "expects": "answer",
        "evidence": [[{"document": document, "quote": quote} for document, quote in sorted(quotes)]],
        "facts": [sorted(marked)] if marked else [],
    }


def _draft(line: Line, exchange: Exchange, why: str) -> Line:
    """What is known of a question; what it expects, its evidence and its facts are to be added."""
    answer = exchange.answer
    return line | {
        "why": why,
        "comment": exchange.comment,
        "answer": answer.text,
        "reason": answer.reason,
        "where": filter_json(exchange.where) if exchange.where else None,
        "quotes": [{"document": document, "quote": quote} for document, quote in _quotes(answer)],
    }


def _quotes(answer: Answer) -> list[tuple[str, str]]:
    return [(citation.document.id, citation.quote) for citation in answer.citations]


def _sort_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines by id, then by the rest of them, each once."""
    once = {json.dumps(line): line for line in lines}
    return [once[text] for text in sorted(once)]
