"""The one shape that every file is written from: sections of paragraphs, with footnotes behind their words.

Its words are without signs that nobody sees, so that a format only escapes its own markup.  Quotes are
left as they stand in their documents: `rag.formats.exports.footnotes` says how they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Answer, Check, CheckedSentence, Citation, Difference, Statement, Where
from rag.formats.text import (
    VERDICTS,
    authorship,
    check_summary,
    claims,
    difference_label,
    differing_text,
    where_text,
)
from rag.language.cleaning import strip_invisible


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a paragraph, on one line or several, and the citations whose footnotes stand behind them.

    A `strong` one is a label before the rest: a space follows it.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs one behind the other; an `aside` says something of the answer."""

    runs: tuple[Run, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A question and what came of it; `heading` is "" if the title says it."""

    heading: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its first marker."""
        runs = (run for paragraph in self.paragraphs for run in paragraph.runs)
        return tuple({c.number: c for run in runs for c in run.citations}.values())


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is written into one file; its footnotes are numbered through, from 1, as they come."""

    title: str
    sections: tuple[Section, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its number."""
        return tuple(citation for section in self.sections for citation in section.citations)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was typed, its answer, and where that was looked for."""

    question: str
    answer: Answer
    where: Where | None = None


def transcribe_answer(asked: Asked) -> Transcript:
    """One question, as the title, and its answer."""
    paragraphs = tuple(_paragraphs(asked, first=1))
    return Transcript(strip_invisible(asked.question), (Section("", paragraphs),))


def transcribe_conversation(title: str, exchanges: Sequence[Asked]) -> Transcript:
    """Each question as a heading, and its answer."""
    sections: list[Section] = []
    first = 1
    for asked in exchanges:
        sections.append(Section(strip_invisible(asked.question), tuple(_paragraphs(asked, first))))
        first += len(sections[-1].citations)
    return Transcript(strip_invisible(title), tuple(sections))


def transcribe_quotes(title: str, citations: Sequence[Citation]) -> Transcript:
    """Each quote as a paragraph, in the order given."""
    once = {(c.document, c.start, c.end): c for c in citations}.values()
    paragraphs = (
        Paragraph((Run(f"“{_visible_lines(citation.quote)}”", (replace(citation, number=number),)),))
        for number, citation in enumerate(once, start=1)
    )
    return Transcript(strip_invisible(title), (Section("", tuple(paragraphs)),))


def transcribe_check(check: Check) -> Transcript:
    """Each sentence of a draft behind its verdict, and below it in what it is not as its source says."""
    paragraphs = [_aside(check_summary(check))]
    for sentence in check.sentences:
        paragraphs += _checked_sentence(sentence)
    return Transcript(strip_invisible(f"Check of {check.draft.title}"), (Section("", tuple(paragraphs)),))


def _checked_sentence(sentence: CheckedSentence) -> Iterator[Paragraph]:
    verdict = sentence.verdict
    sign, label = VERDICTS[verdict.kind]
    words = Run(_visible_lines(sentence.text), verdict.citations)
    yield Paragraph((Run(f"{sign} {label}:", strong=True), words))
    if verdict.part:
        yield _aside(f"This part: {verdict.part}")
    yield from (_aside(differing_text(differing)) for differing in verdict.differing)


def _paragraphs(asked: Asked, first: int) -> Iterator[Paragraph]:
    """The answer, or why there is none, and what is to be said of it; its footnotes count from `first`."""
    answer = _renumber(asked.answer, first)
    for line in _interpretation(asked):
        yield _aside(line)
    if answer.reply:
        yield Paragraph((Run(_visible_lines(answer.reply)),))
    yield from (_statement(statement) for statement in answer.statements)
    if answer.refused:
        yield Paragraph((Run(strip_invisible(f"{answer.text} ({answer.reason or 'no reason is known'})")),))
    elif not answer.statements and not answer.reply:
        yield _aside("No answer was written.")
    yield from (_difference(difference, answer.citations) for difference in answer.differences)
    if answer.statements or not answer.author:
        yield from map(_aside, authorship(answer))
    if answer.reason and not answer.refused:
        yield _aside(f"Not answered: {answer.reason}")


def _renumber(answer: Answer, first: int) -> Answer:
    """The answer with its citations counted in the order of their markers, as a word processor counts.

    A difference between citations that are not there is left out: the answer was stopped before its end.
    """
    cited = dict.fromkeys(c.number for statement in answer.statements for c in statement.citations)
    numbers = {old: new for new, old in enumerate(cited, start=first)}
    statements = (
        replace(s, citations=tuple(replace(c, number=numbers[c.number]) for c in s.citations))
        for s in answer.statements
    )
    differences = (
        replace(d, numbers=tuple(numbers[number] for number in d.numbers))
        for d in answer.differences
        if numbers.keys() >= set(d.numbers)
    )
    return replace(answer, statements=tuple(statements), differences=tuple(differences))


def _interpretation(asked: Asked) -> Iterator[str]:
    """How a question was understood, and where the answer was looked for, if that is not plain."""
    answer, documents = asked.answer, [passage.document for passage in asked.answer.passages]
    if answer.question.split() != asked.question.split():
        yield f"Understood as: {answer.question}"
    if asked.where:
        place = where_text(asked.where, documents)
        yield f"Looked only in: {place}" if place else "Looked in all documents alike"
    if answer.prefers:
        yield f"Looked first in: {where_text(answer.prefers, documents)}"


def _statement(statement: Statement) -> Paragraph:
    """The statement behind whose words it is, and before what its quotes lack."""
    runs = [Run(_visible_lines(statement.text), statement.citations)]
    if speaker := strip_invisible(statement.attribution):
        runs.insert(0, Run(f"{speaker}:", strong=True))
    if lacking := strip_invisible(", ".join(statement.unsupported)):
        runs.append(Run(f" (not in the source: {lacking})"))
    return Paragraph(tuple(runs))


def _difference(difference: Difference, citations: Sequence[Citation]) -> Paragraph:
    runs = [Run(f"{difference_label(difference)}:", strong=True)]
    for place, (claim, citation) in enumerate(claims(difference, citations)):
        runs.append(Run(f"{'; ' if place else ''}{strip_invisible(claim)}", (citation,)))
    return Paragraph((*runs, Run(".")))


def _aside(text: str) -> Paragraph:
    return Paragraph((Run(strip_invisible(text)),), aside=True)


def _visible_lines(text: str) -> str:
    """The text line by line, as a reader sees it."""
    return "\n".join(filter(None, map(strip_invisible, text.splitlines())))
