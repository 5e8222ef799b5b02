"""Answers, passages and their parts -> the one JSON form, as rag.formats.schema describes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rag import datatypes
from rag.formats.schema import Answer, Citation, Difference, Filter, Passage, Passages, Source, Statement


def answer_json(answer: datatypes.Answer) -> Answer:
    """The answer as JSON; statements and differences refer to citations by number."""
    return {
        "question": answer.question,
        "kind": answer.kind,
        "refused": answer.refused,
        "reason": answer.reason,
        "prefers": filter_json(answer.prefers) if answer.prefers else None,
        "confidence": round(answer.confidence, 4),
        "author": answer.author or None,
        "notice": answer.notice,
        "reply": answer.reply or None,
        "verdict": answer.verdict,
        "text": answer.text,
        "statements": [statement_json(statement) for statement in answer.statements],
        "differences": [difference_json(difference) for difference in answer.differences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
    }


def statement_json(statement: datatypes.Statement) -> Statement:
    return {
        "text": statement.text,
        "citations": [citation.number for citation in statement.citations],
        "attribution": statement.attribution or None,
        "fact": list(statement.fact) if statement.fact else None,
        "support": statement.support,
        "unsupported": list(statement.unsupported),
    }


def difference_json(difference: datatypes.Difference) -> Difference:
    return {
        "kind": difference.kind,
        "citations": list(difference.numbers),
        "values": list(difference.values),
    }


def citation_json(citation: datatypes.Citation) -> Citation:
    return {
        "number": citation.number,
        **source_json(citation.document),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "section": citation.section or None,
        "page": citation.document.page_at(citation.start),
        "place": citation.place or None,
    }


def passages_json(passages: Iterable[datatypes.Passage]) -> Passages:
    return {"passages": [passage_json(passage) for passage in passages]}


def passage_json(passage: datatypes.Passage) -> Passage:
    return {
        "rank": passage.rank,
        "score": round(passage.score, 6),
        **source_json(passage.document),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "section": passage.section or None,
        "page": passage.document.page_at(passage.start),
        "place": passage.place or None,
        "stages": [{"stage": s.stage, "rank": s.rank, "score": round(s.score, 6)} for s in passage.stages],
        "matched": list(passage.matched),
        "also_in": [source_json(document) for document in passage.also_in],
    }


def source_json(document: datatypes.Document) -> Source:
    return {
        "document": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": _day(document.published),
        "date_note": document.date_note,
    }


def filter_json(where: datatypes.Where) -> Filter:
    return {
        "documents": list(where.documents),
        "publishers": list(where.publishers),
        "since": _day(where.since),
        "until": _day(where.until),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
