"""Blocks of a plain text -> which are no part of what it says: menus, notices, machine text.

A notice is one only in an unbroken run from the edge of the document, and only if the document does not
speak of the same thing in its middle: a page about cookies keeps its cookies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.datatypes import Block
from rag.documents.readers.layout.lines import Line, is_trail
from rag.spans import Span

EDGE_SHARE = 0.34  # of the blocks and of the characters, at most: what is more is the document
LONGEST = 400  # characters of a notice
LINK_CHARACTERS, LINK_WORDS, LINKS = 60, 4, 4  # of a link, and how many links make a menu
MENU_BLOCKS = 6  # from the edge, a menu may have the name of the site before it
MIDDLE = 300  # characters that a document has beside its notices

CODED_LINES = 3  # fewer lines of base64 may be keys that somebody looks for

# A file in letters, or a token that is longer than any word and nearly any address.
_TOKEN = re.compile(r"data:[a-z]{1,20}/[\w.+-]{1,80}[;,][^\s)\"'>]{40,}|[A-Za-z0-9+/=_%-]{200,}")
_CODED = re.compile(r"(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D*\d)[A-Za-z0-9+/=_-]{60,200}")
_TIMING = re.compile(r"(?:\d{1,2}:)?\d\d:\d\d[.,]\d{3} --> .*")
# What a page says to its reader about itself; the group is what a document may be about as well.
_NOTICE = re.compile(
    r"(?:©|\(c\)\s?\d{4}|(?P<copyright>copyright)\s(?:©|\(c\)|\d{4}))|\ball rights reserved\b"
    r"|\b(?P<cookies>cookies?)\b"
    r"|\b(?:sign up|subscribe|register)\b.*\b(?P<letter>newsletter|e-?mails?|updates|insights|inbox)\b"
    r"|\b(?:by submitting this form|your e-?mail address will not be|required fields are marked)\b"
    r"|^(?:skip to (?:main )?content|back to top|leave a (?:reply|comment)|share this"
    r"|read (?:more|the full article)|sign ?up|log ?in)\b"
    r"|^(?:\S{1,40} ){0,3}logo\b.*[^.!?]$",
    re.IGNORECASE,
)


def mark_edges(text: str, blocks: Sequence[Block]) -> list[Block]:
    """`blocks`, those that are menus and notices at the edges as furniture."""
    edges = _edge(text, list(blocks)) | _edge(text, list(reversed(blocks)))
    return [Block("furniture", b.start, b.end) if b.start in edges else b for b in blocks]


def _edge(text: str, blocks: list[Block]) -> set[int]:
    """The starts of the menus and notices with which `blocks` begin."""
    near = blocks[: int(EDGE_SHARE * len(blocks)) + 1]
    repeated = Counter(text[b.start : b.end] for b in blocks if b.end - b.start < LINK_CHARACTERS)
    bodies = [text[b.start : min(b.end, b.start + LONGEST + 1)] for b in near]
    run = 0
    while run < len(near) and (is_trail(bodies[run]) or _is_notice(bodies[run])):
        run += 1
    run += _count_links(bodies, run, repeated)
    menus = [b for b, body in zip(near[run:MENU_BLOCKS], bodies[run:], strict=False) if is_trail(body)]
    marked = near[:run] + menus
    return _without_subjects(text, blocks, marked)


def _without_subjects(text: str, blocks: list[Block], marked: list[Block]) -> set[int]:
    """The starts of those of `marked` whose subjects the rest, if there is enough, does not have."""
    starts = {b.start for b in marked}
    rest = [text[b.start : b.end] for b in blocks if b.start not in starts]
    if sum(map(len, rest)) < max(MIDDLE, sum(b.end - b.start for b in marked)):
        return {b.start for b in marked if rest and is_trail(text[b.start : b.end])}
    subjects = _subjects(" ".join(rest)) if marked else set()
    return {b.start for b in marked if not _subjects(text[b.start : b.end]) & subjects}


def _count_links(bodies: list[str], start: int, repeated: Counter[str]) -> int:
    """How many links stand there that the document has more than once."""
    n = start
    while n < len(bodies) and len(bodies[n].split()) <= LINK_WORDS and repeated[bodies[n]] > 1:
        n += 1
    return n - start if n - start >= LINKS else 0


def _is_notice(body: str) -> bool:
    return len(body) <= LONGEST and _NOTICE.search(body) is not None


def _subjects(body: str) -> set[str]:
    """The things that notices speak of that `body` has."""
    words = {"cookie": "cookies", "copyright": "copyright", "newsletter": "letter"}
    folded = body.casefold()
    return {name for word, name in words.items() if word in folded}


def find_machine_lines(lines: Sequence[Line]) -> set[int]:
    """The lines that hold nothing else."""
    coded = {n for n, line in enumerate(lines) if 60 <= len(line.body) <= 200 and _CODED.fullmatch(line.body)}
    found = {
        n for n in coded if any(set(range(n - k, n - k + CODED_LINES)) <= coded for k in range(CODED_LINES))
    }
    timed = {n for n, line in enumerate(lines) if " --> " in line.head and _TIMING.fullmatch(line.head)}
    whole = {n for n, line in enumerate(lines) if len(line.body) > 40 and _TOKEN.fullmatch(line.body)}
    head = {n for n in range(min(1, len(lines))) if timed and lines[n].body.startswith("WEBVTT")}
    return found | timed | whole | head | {n - 1 for n in timed if n and lines[n - 1].body.isdigit()}


def find_machine_text(lines: Sequence[Line]) -> list[Span]:
    """The tokens inside of lines, in order."""
    return [
        (line.start + match.start(), line.start + match.end())
        for line in lines
        if len(line.body) > 40
        for match in _TOKEN.finditer(line.body)
    ]
