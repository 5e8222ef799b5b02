"""What changed between versions of a document -> the sentences that differ, the older beside the newer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from rag.answers.layout.versions import Editions, find_versions, without_state
from rag.answers.statements import cite_spans
from rag.datatypes import Answer, Question
from rag.documents.labels import published_text
from rag.documents.outline import Outline
from rag.index.store import Index
from rag.language.words import stems
from rag.spans import Span

MOST_CHANGES = 12
MOST_WORDS = 16  # of a question for what changed
_CHANGE = frozenset(
    stems(
        "change differ difference different differently compare diff new update revise amend alter add remove"
        " delete drop introduce replace same modify"
    )
)
_VERSION = frozenset(
    stems(
        "version edition draft revision release v old older newer previous prior last latest first second"
        " third current recent original other earlier later two both"
    )
)
# What may be said besides in such a question.
_BESIDES = frozenset(
    stems(
        "list show tell give describe explain summarise summarize please thing part point way main key major"
        " make made get got say said happen since between exactly anything something time year"
    )
)
# What asks for something else about a change: by whom, when, why, or how to make one.
_ASKS_ELSE = re.compile(
    r"\b(?:who|whom|whose|when|where|why|how (?:many|much|long|often)|i|we|my|our)\b", re.I
)
LIKE = 55.0  # from this likeness of 100 on one sentence is a later state of another (`fuzz.token_sort_ratio`)
UNTOLD = ("furniture", "metadata", "speaker")  # kinds of block that are compared with nothing


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, item or row of one version, as it is shown and as it is compared."""

    span: Span
    shown: str
    key: str


def tell_changes(question: Question, index: Index, editions: Editions) -> Answer | None:
    """What differs between the versions of a document, in the later's order; None if `question` asks for
    something else.

    Told are the two versions that it names, else the two latest.
    """
    families = [one for one in editions.families() if question.scope >= set(one[1])]
    names = _asked_for(question.typed, families)
    if not names:
        return None
    older, newer = (index.outlines[name] for name in _choose_two(question, names, editions))
    changes = list(_changes(_pieces(older), _pieces(newer)))
    outlines = {outline.document.id: outline for outline in (older, newer)}
    places = [
        (outline.document, *piece.span)
        for was, now in changes[:MOST_CHANGES]
        for outline, piece in ((older, was), (newer, now))
        if piece
    ]
    statements = [
        replace(statement, attribution=_version_text(outlines[statement.citations[0].document.id]))
        for statement in cite_spans(places, outlines)
    ]
    more = len(changes) - MOST_CHANGES
    text = f"{_version_text(older)} and {_version_text(newer)}"
    text = f"Between {text} these sentences differ:" if changes else f"{text} say the same."
    return Answer(
        question.standalone,
        tuple(statements),
        (),
        refused=False,
        confidence=1.0,
        notice=f"{more:,} more differ" if more > 0 else None,
        reply=text,
        kind="documents",
    )


def _asked_for(typed: str, families: Sequence[tuple[tuple[str, ...], list[str]]]) -> list[str]:
    """The documents, the earliest first, for whose changes is asked: of every word it is known what it does
    in such a question, and those that name something name one family, or there is only one.
    """
    words = set(stems(without_state(typed)))
    named = words - _CHANGE - _VERSION - _BESIDES
    if not families or len(words) > MOST_WORDS or _ASKS_ELSE.search(typed) or not _CHANGE & set(stems(typed)):
        return []
    if not (named or _VERSION & words or find_versions(typed)) and re.search(r"\d", typed):
        return []  # of a year or the like, not of versions
    found = [names for family, names in families if named <= set(family)]
    return found[0] if len(found) == 1 else []


def _choose_two(question: Question, names: Sequence[str], editions: Editions) -> Sequence[str]:
    """The two of the documents `names`, the earliest first, whose numbers the question has; or the latest."""
    numbers = find_versions(question.typed)
    named = [name for name in names if (edition := editions.of_document(name)) and edition.version in numbers]
    return named if len(named) == 2 else names[-2:]


def _version_text(outline: Outline) -> str:
    """A version by its title and date, or its file where others have the same."""
    document = outline.document
    day = published_text(document) if document.published else document.id
    return f"{document.title} ({day})"


def _pieces(outline: Outline) -> list[_Piece]:
    """What a reader reads in a document, but for headings that only say which version it is."""
    found = []
    for start, end in outline.pieces:
        shown, kind = outline.show(start, end).text, outline.kind_at(start)
        only_state = kind == "heading" and set(stems(without_state(shown))) <= set(
            stems(outline.document.title)
        )
        if kind not in UNTOLD and not only_state:
            found.append(_Piece((start, end), shown, " ".join(shown.casefold().split())))
    return found


def _changes(
    older: Sequence[_Piece], newer: Sequence[_Piece]
) -> Iterator[tuple[_Piece | None, _Piece | None]]:
    """The pieces that differ, each with its later state; None stands for one that was left out or is new.

    What stands elsewhere word for word was only moved.
    """
    here, there = {piece.key for piece in older}, {piece.key for piece in newer}
    matcher = SequenceMatcher(None, [p.key for p in older], [p.key for p in newer], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone = [piece for piece in older[a:b] if piece.key not in there]
        come = [piece for piece in newer[c:d] if piece.key not in here]
        for piece in come:
            was = max(gone, key=lambda one: fuzz.token_sort_ratio(one.key, piece.key), default=None)
            if was and fuzz.token_sort_ratio(was.key, piece.key) >= LIKE:
                gone.remove(was)
                yield was, piece
            else:
                yield None, piece
        yield from ((piece, None) for piece in gone)
