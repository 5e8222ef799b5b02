"""A block of text -> its sentences, as spans: no letter is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from sentencex import get_sentence_boundaries

from rag.language.calendar_words import SHORT_DAY
from rag.language.others.tables import TABLED, load_table
from rag.spans import Span, has_letters, trim

LONGEST_SENTENCE = 1_000  # characters; what goes on for longer without a full stop is no sentence

_BULLET = re.compile(r"\s*(?:[•‣◦▪·–*+-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s+")
# Short forms behind which no sentence ends and that the library does not know.
_OPEN = re.compile(r"\b(?:incl|excl|approx|resp|tel|vol|est)\.$", re.IGNORECASE)
_ORDINAL = re.compile(
    r"(?<![\d.])\d{1,2}\.$"
)  # behind which the name of a month may follow: "am 18. Oktober"
_NEXT = re.compile(r"\s*(\S)")
_BLANK = re.compile(r"\s")


def split_sentences(
    text: str, span: Span, hidden: Sequence[Span] = (), *, whole: bool = False, language: str = "en"
) -> Iterator[Span]:
    """The sentences of `span` without the white space around them, in order; if `whole`, all of it as one.

    `hidden` are parts that a sentence goes on behind.  What is too long for a sentence comes in pieces.  The
    abbreviations are those of `language`, a code of ISO 639-1.

    >>> list(split_sentences("It is free. It is open.", (0, 23)))
    [(0, 11), (12, 23)]
    """
    start, end = span
    if whole:
        yield from _pieces(text, span)
        return
    body = _BLANK.sub(" ", text[start:end])
    for first, last in hidden:
        body = body[: first - start] + " " * (last - first) + body[last - start :]
    for first, last in _boundaries(body, language):
        first, last = start + first, start + last
        if has_letters(body, (first - start, last - start)):
            yield from _pieces(text, (first, last))


def _boundaries(body: str, language: str) -> Iterator[Span]:
    """The sentences of `body`, none of which ends at the short form of a day ("Tues. and Fri. 10-12") or of a
    word that something follows ("incl. VAT")."""
    begun: int | None = None
    for boundary in get_sentence_boundaries(language, body):
        start, end = boundary["start_index"], boundary["end_index"]
        begun = start if begun is None else begun
        following = _NEXT.match(body, end)
        goes_on = following is not None and (following[1].islower() or following[1].isdigit())
        last = body[max(0, end - 12) : end].rstrip()
        dated = language in TABLED and _ORDINAL.search(last) and load_table(language).month.match(body, end)
        if not dated and not (goes_on and SHORT_DAY.search(last)) and not _OPEN.search(last):
            yield begun, end
            begun = None
    if begun is not None:
        yield begun, len(body)


def split_lines(text: str, span: Span, longest: int) -> Iterator[Span]:
    """The lines of `span`, as many as have at most `longest` characters together as one piece."""
    start, end = trim(text, span)
    at = begun = start
    for line in text[start:end].splitlines(keepends=True):
        if at > begun and at + len(line) - begun > longest:
            yield from _pieces(text, (begun, at))
            begun = at
        at += len(line)
    yield from _pieces(text, (begun, end))


def halve(text: str, span: Span, fits: Callable[[int, int], bool]) -> Iterator[Span]:
    """`span` whole if it `fits`, otherwise halved at white space until every piece does.

    >>> list(halve("one two six", (0, 11), lambda start, end: end - start < 8))
    [(0, 3), (4, 11)]
    """
    start, end = span
    if end - start < 2 or fits(start, end):
        yield span
        return
    middle = (start + end) // 2
    spaces = [at for at in range(start + 1, end - 1) if text[at].isspace()]
    cut = min(spaces, key=lambda at: abs(at - middle), default=middle)
    yield from halve(text, (start, cut), fits)
    yield from halve(text, (cut + 1 if text[cut].isspace() else cut, end), fits)


def bullet_end(text: str, start: int, end: int) -> int:
    """Where the words begin that stand behind the bullet or number at `start`.

    >>> bullet_end("1. Switch it off.", 0, 17)
    3
    """
    bullet = _BULLET.match(text, start, end)
    return bullet.end() if bullet else start


def is_list_item(text: str, start: int) -> bool:
    """Whether the sentence that begins at `start` stands behind a bullet."""
    line = text.rfind("\n", 0, start) + 1
    return line < start and bullet_end(text, line, start + 1) == start


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """`span` without its margins, in pieces if it is too long for a sentence, if it holds a letter."""
    for piece in halve(text, span, _is_short):
        first, last = trim(text, piece)
        if has_letters(text, (first, last)):
            yield first, last


def _is_short(start: int, end: int) -> bool:
    return end - start <= LONGEST_SENTENCE
