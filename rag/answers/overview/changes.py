"""What changed between versions of a document -> the sentences that differ, the older beside the newer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from rag.answers.layout.versions import Editions
from rag.answers.statements import cite_spans
from rag.datatypes import Answer, Question
from rag.documents.labels import published_text
from rag.documents.outline import Outline
from rag.index.parts.editions import find_versions, without_state
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
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    **dict.fromkeys(("last", "latest", "newest"), -1),
}
_BEHIND = r"(?:\w+ ){0,2}?(?:and|to|version|edition|draft|revision|release|one)"
_ORDINAL = re.compile(
    rf"\b(?:{'|'.join(_ORDINALS)})(?= {_BEHIND}\b)",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|after|from)\b", re.IGNORECASE)
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
# What asks of a year, or of things whose names are no words, as options, or stood in what was said before.
_COMPARES = re.compile(
    r"\d|\bbetween .+ and |\bcompare\b.+(?:\band\b|,)|\b(?:they|these|those|them)\b", re.IGNORECASE
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

    Told are the two versions that it names, or the one with that before it, or since it the latest; else the
    two latest.
    """
    names = _asked_for(question, editions)
    if not names:
        return None
    known = [edition.version if (edition := editions.of_document(name)) else () for name in names]
    (one, other), missing = _choose_two(question.typed, known)
    older, newer = index.outlines[names[one]], index.outlines[names[other]]
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
    if missing:
        text = f"There is no version {' or '.join(missing)} here. {text}"
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


def _asked_for(question: Question, editions: Editions) -> list[str]:
    """The documents, the earliest first, for whose changes is asked: of every word it is known what it does
    in such a question, and those that name something name one family, or there is only one.
    """
    typed = question.typed
    words = set(stems(without_state(typed)))
    named = words - _CHANGE - _VERSION - _BESIDES
    if len(words) > MOST_WORDS or _ASKS_ELSE.search(typed) or not _CHANGE & set(stems(typed)):
        return []
    of_versions = named or _VERSION & words or find_versions(typed)
    if not of_versions and (question.context or _COMPARES.search(typed)):
        return []  # two things, or a year or the like, not versions
    families = [one for one in editions.families if question.scope >= set(one[1])]
    found = [names for family, names in families if named <= set(family)]
    return found[0] if len(found) == 1 else []


def _choose_two(typed: str, known: Sequence[tuple[int, ...]]) -> tuple[tuple[int, int], list[str]]:
    """Which two of the versions, of which the numbers are `known`, the earliest first, are asked for; and the
    numbers that are asked for and are none of them.

    >>> _choose_two("versions 1 and 2", [(1,), (2,), (3,)]), _choose_two("since v1", [(1,), (2,), (3,)])
    (((0, 1), []), ((0, 2), []))
    >>> _choose_two("What changed in version 2?", [(1,), (2,), (3,)]), _choose_two("v9", [(1,), (2,), (3,)])
    (((0, 1), []), ((1, 2), ['9']))
    """
    last = len(known) - 1
    places = {_ORDINALS[word[0].lower()] % len(known) for word in _ORDINAL.finditer(typed)}
    missing = []
    for number in find_versions(typed):
        same = [place for place, other in enumerate(known) if _trimmed(other) == _trimmed(number)]
        places.update(same)
        missing += [] if same else [".".join(map(str, number))]
    if len(places) > 1:
        return (min(places), max(places)), missing
    if not places:
        return (last - 1, last), missing
    place = places.pop()
    if _SINCE.search(typed) and place < last:
        return (place, last), missing
    return (max(place - 1, 0), max(place, 1)), missing


def _trimmed(number: tuple[int, ...]) -> tuple[int, ...]:
    """A number of a version without zeros at its end: 2.0 is 2."""
    return number if not number or number[-1] else _trimmed(number[:-1])


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
