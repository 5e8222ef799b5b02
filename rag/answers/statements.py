"""Spans -> statements with their proof, and several answers -> one, its citations numbered anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answers.support import find_unsupported, support
from rag.datatypes import Answer, Citation, Difference, Document, Passage, Question, Statement
from rag.documents.labels import attribution
from rag.documents.outline import Outline
from rag.language.words import stems
from rag.spans import overlap


def cite_spans(
    spans: Iterable[tuple[Document, int, int]], outlines: Mapping[str, Outline]
) -> tuple[Statement, ...]:
    """One statement for each span, in order, its text the words there as a reader sees them.

    `outlines` are those of the documents, by id.
    Citations are numbered from 1 in the order in which they first appear.
    """
    statements = []
    for number, (document, start, end) in enumerate(spans, start=1):
        citation = cite(outlines[document.id], start, end, number)
        said = outlines[document.id].show(start, end).text
        statements.append(
            Statement(said, (citation,), support(said, [said]), unsupported=find_unsupported(said, [said]))
        )
    return tuple(statements)


def cite(outline: Outline, start: int, end: int, number: int) -> Citation:
    """The citation of what stands there."""
    quote = outline.document.text[start:end]
    return Citation(number, outline.document, start, end, quote, outline.section_text(start))


def renumber(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """`statements`, each once, their citations numbered from 1 in the order in which they first appear."""
    numbers: dict[tuple[str, int, int], int] = {}
    places: dict[tuple[str, tuple[tuple[str, int, int], ...]], Statement] = {}
    for statement in statements:
        cited = tuple((c.document.id, c.start, c.end) for c in statement.citations)
        if (statement.text, cited) not in places:
            renamed = tuple(
                replace(citation, number=numbers.setdefault(place, len(numbers) + 1))
                for citation, place in zip(statement.citations, cited, strict=True)
            )
            places[statement.text, cited] = replace(statement, citations=renamed)
    return tuple(places.values())


def merge_answers(asked: Question, answers: Sequence[Answer]) -> Answer:
    """One answer of the answers to the parts of a question, each sentence once; of things compared, the best
    of each."""
    prefers = asked.prefers.where if asked.prefers else None
    if len(answers) == 1:
        return replace(answers[0], question=asked.standalone, prefers=prefers, language=asked.language)
    answered = [answer for answer in answers if not answer.refused]
    nearest: list[Passage] = []
    for passage in sorted((p for a in answered or answers for p in a.passages), key=lambda p: p.rank):
        same = (p for p in nearest if p.document is passage.document)
        if not any(overlap((p.start, p.end), (passage.start, passage.end)) for p in same):
            nearest.append(replace(passage, rank=len(nearest) + 1))
    statements, differing = merge_statements([*_attribute_parts(asked.parts, answers)], answered)
    return Answer(
        asked.standalone,
        statements,
        tuple(nearest),
        not answered,
        "; ".join(_unanswered(asked.parts, answers, statements)) or None,
        prefers,
        (answered or answers)[0].confidence,
        differing,
        notice="; ".join(answer.notice for answer in answered if answer.notice) or None,
        language=asked.language,
    )


def _unanswered(
    parts: Sequence[Question], answers: Sequence[Answer], statements: Sequence[Statement]
) -> Iterator[str]:
    """Each part that was refused, and why, and each thing compared of which nothing of its own is said."""
    told = {statement.attribution for statement in statements}
    for part, answer in zip(parts, answers, strict=True):
        if answer.refused:
            yield f"{answer.question} – {answer.reason}"
        elif part.thing and part.thing not in told:
            yield f"{answer.question} – nothing is said of it alone"


def _attribute_parts(parts: Sequence[Question], answers: Sequence[Answer]) -> Iterator[Statement]:
    """What each part is answered with and by whom; of a thing compared with others, the best sentence that
    tells of it and that none of those was given, and what differs from that."""
    things = [frozenset(stems(part.thing)) for part in parts if part.thing]
    given: set[str] = set()
    for part, answer in zip(parts, answers, strict=True):
        said = () if answer.refused else answer.statements
        if part.thing:
            own = _tell_of(frozenset(stems(part.thing)), things, [s for s in said if s.text not in given])
            kept = own[:1] + [s for s in own[1:] if _differ(own[0], s, answer.differences)]
            said = tuple(replace(statement, attribution=part.thing) for statement in kept)
            given.update(s.text for s in said)
        else:
            said = tuple(replace(s, attribution=attribution(s.citations[0].document)) for s in said)
        yield from said


def _tell_of(
    thing: frozenset[str], things: Sequence[frozenset[str]], statements: Sequence[Statement]
) -> list[Statement]:
    """Those of `statements` that may tell of `thing`, not of another of `things` alone: first those that
    name it, by what tells it from the others, or stand under its name, of these those that name no other."""
    shared = frozenset.intersection(*things)
    told: list[tuple[bool, bool, Statement]] = []
    for statement in statements:
        section = " ".join(f"{c.document.title} {c.section}" for c in statement.citations)
        held = frozenset(stems(f"{section} {statement.text}"))
        named, other = thing - shared <= held, any(one - shared <= held for one in things if one != thing)
        if named or not other:
            told.append((not named, other, statement))
    return [statement for *_, statement in sorted(told, key=lambda one: one[:2])]


def _differ(one: Statement, other: Statement, differences: Sequence[Difference]) -> bool:
    """Whether one of `differences` is between the two."""
    numbers = {one.citations[0].number, other.citations[0].number}
    return any(numbers <= set(difference.numbers) for difference in differences)


def merge_statements(
    statements: Sequence[Statement], answers: Sequence[Answer]
) -> tuple[tuple[Statement, ...], tuple[Difference, ...]]:
    """`statements`, each once and numbered anew, and the differences of `answers` in those numbers.

    A difference that cites what no statement does is left out.
    """
    kept = renumber(statements)
    numbers = {(c.document.id, c.start, c.end): c.number for s in kept for c in s.citations}
    differing = []
    for answer in answers:
        renamed = {c.number: numbers.get((c.document.id, c.start, c.end)) for c in answer.citations}
        for difference in answer.differences:
            now = [number for n in difference.numbers if (number := renamed[n])]
            if len(now) == len(difference.numbers):
                differing.append(replace(difference, numbers=tuple(now)))
    return kept, tuple(dict.fromkeys(differing))


def grow(answer: Answer) -> Iterator[Answer]:
    """`answer` statement by statement, last the whole; where sources differ is said of the whole alone."""
    for shown in range(1, len(answer.statements)):
        yield replace(answer, statements=answer.statements[:shown], differences=())
    yield answer


def refusal(question: Question, passages: Sequence[Passage], reason: str, confidence: float = 0.0) -> Answer:
    """The answer that says nothing but why, with the nearest passages."""
    return Answer(
        question.standalone,
        (),
        tuple(passages),
        refused=True,
        reason=reason,
        confidence=confidence,
        language=question.language,
    )
