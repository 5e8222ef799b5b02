"""What the doors say in words: why a passage was found, where sources differ, what a filter asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rag.datatypes import (
    Answer,
    Check,
    Citation,
    Difference,
    Differing,
    Document,
    Passage,
    VerdictKind,
    Where,
)
from rag.documents.labels import attribution, date_text, source_line
from rag.documents.outline import Outline

OUTLINES = 128  # documents whose layout is remembered: a plain text takes a second for a million characters


def place_line(stands: Citation | Passage) -> str:
    """Where a quote or passage stands in one line: title, publisher, date, section, place.

    >>> place_line(Citation(1, Document("a.txt", "Towns", "Big."), 0, 4, "Big.", "Eastham › Officers"))
    'Towns. Publisher unknown, date unknown. Eastham › Officers. a.txt:0-4'
    """
    where = f"{section_text(stands)}. " if section_text(stands) else ""
    return f"{source_line(stands.document)}. {where}{stands.document.id}:{stands.start}-{stands.end}"


def section_text(stands: Citation | Passage) -> str:
    """The headings and the page, slide or sheet that a quote or passage stands under, "" if there are none.

    >>> paged = Document("a.pdf", "Towns", "Big. Old.", pages=(0, 5))
    >>> section_text(Citation(1, paged, 5, 9, "Old.", "Eastham"))
    'Eastham, p. 2'
    """
    return ", ".join(filter(None, (stands.section, stands.place)))


def difference_text(difference: Difference, citations: Sequence[Citation]) -> str:
    """A difference as one sentence, each value with its source, date and marker.

    >>> cited = [Citation(n, Document(f"{n}.txt", f"Paper {n}", "May"), 0, 3, "May") for n in (1, 2)]
    >>> difference_text(Difference("differ", (1, 2), ("May", "June")), cited)
    'The sources differ: Paper 1, date unknown, says “May” [1]; Paper 2, date unknown, says “June” [2].'
    """
    values = "; ".join(f"{claim} [{citation.number}]" for claim, citation in claims(difference, citations))
    return f"{difference_label(difference)}: {values}."


def difference_label(difference: Difference) -> str:
    """What kind of difference it is, in a few words.

    >>> difference_label(Difference("refine", (1, 3), ("May", "4 May")))
    '[3] is more exact than [1]'
    """
    if difference.kind == "differ":
        return "The sources differ"
    coarse, *finer = (f"[{number}]" for number in difference.numbers)
    return f"{', '.join(finer)} {'are' if len(finer) > 1 else 'is'} more exact than {coarse}"


def claims(difference: Difference, citations: Sequence[Citation]) -> list[tuple[str, Citation]]:
    """Who says what where sources differ, each with the citation that proves it."""
    cited = {citation.number: citation for citation in citations}
    return [
        (f"{attribution(cited[number].document)}, says “{value}”", cited[number])
        for number, value in zip(difference.numbers, difference.values, strict=True)
    ]


# A verdict as a word, and as a sign for those who see no colours.
VERDICTS: Mapping[VerdictKind, tuple[str, str]] = {
    "borne_out": ("✓", "borne out"),
    "contradicted": ("✗", "contradicted"),
    "not_said": ("?", "not said"),
    "no_claim": ("–", "nothing to check"),
}


def check_summary(check: Check) -> str:
    """How many sentences have which verdict, in one line.

    >>> check_summary(Check(Document("draft", "Draft", "Hi."), ()))
    '0 sentences: 0 borne out, 0 contradicted, 0 not said, 0 nothing to check'
    """
    counts = ", ".join(f"{check.count(kind)} {label}" for kind, (_, label) in VERDICTS.items())
    many = len(check.sentences)
    return f"{many} sentence{'' if many == 1 else 's'}: {counts}"


def differing_text(differing: Differing) -> str:
    """In what a sentence is not as its source says, in a few words.

    >>> differing_text(Differing("number", "52", "42")), differing_text(Differing("cause", "the fog"))
    ('number: “52”, the source has “42”', 'cause: “the fog” is not in the source')
    """
    if differing.claimed and differing.found:
        words = f"“{differing.claimed}”, the source has “{differing.found}”"
    elif differing.claimed:
        words = f"“{differing.claimed}” is not in the source"
    else:
        words = f"the source has “{differing.found}”" if differing.found else "not as the source has it"
    return f"{differing.kind}: {words}"


def where_text(where: Where, documents: Iterable[Document] = ()) -> str:
    """The conditions of a filter in words, those of `documents` by their titles.

    >>> from datetime import date
    >>> where_text(Where(publishers=("MiP",), since=date(2022, 12, 1)))
    'MiP, from 1 December 2022'
    """
    titles = {document.id: document.title for document in documents}
    named = [titles.get(name, name) for name in where.documents]
    conditions = [" or ".join(where.publishers), " or ".join(named)]
    days = [f"from {date_text(where.since)}" if where.since else ""]
    days.append(f"to {date_text(where.until)}" if where.until else "")
    return ", ".join(filter(None, [*conditions, " ".join(filter(None, days))]))


def why(passage: Passage) -> list[str]:
    """Why a passage was found, a line each: its place and score in each stage, and what matched.

    >>> why(Passage(Document("a.txt", "A", "Big."), 0, 4, rank=1, score=0.9, matched=("big",)))
    ['matched: big']
    """
    stages = [f"{s.stage}: rank {s.rank}, score {s.score:.3f}" for s in passage.stages]
    return [*stages, f"matched: {', '.join(passage.matched) or 'no word, only the meaning'}"]


def authorship(answer: Answer) -> list[str]:
    """Who writes an answer, if not the documents, and what there is to say of that, a sentence each.

    >>> authorship(Answer("Who?", (), (), refused=False, author="a-model"))
    ['a-model is writing; each sentence is checked before it is shown.']
    """
    sentences = []
    if answer.author and not answer.statements and not answer.reply:
        sentences.append(f"{answer.author} is writing; each sentence is checked before it is shown.")
    elif answer.author:
        sentences.append(f"Written by {answer.author}, each sentence checked against what it cites.")
    return sentences + ([f"{answer.notice[:1].upper()}{answer.notice[1:]}."] if answer.notice else [])


@lru_cache(maxsize=OUTLINES)
def outline_of(document: Document) -> Outline:
    """How a document is laid out."""
    return Outline(document)
