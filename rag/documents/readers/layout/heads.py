"""Lines of a plain text -> the headings that repetition shows: the first lines of parts that are alike.

"Card 112", "Card 113", … each above some lines; a line further out than all that stand below it, several
times; the line above the address, telephone and hours of each of several shops.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.readers.layout.headings import HEADING_WORDS
from rag.documents.readers.layout.lines import (
    LABEL,
    MARKER,
    Line,
    goes_on,
    is_ended,
    is_full,
    is_rule,
    read_marker,
)
from rag.language.words import FUNCTION_WORDS
from rag.spans import Span

LEAST = 3  # parts that are alike
SHARED = 0.8  # of the parts with a label that have the same
# An item, a label with dots or blanks behind it, a value.
_BEGINS_PART = re.compile(rf"{MARKER.pattern}|\d|.*(?:\.{{3}}|\S\s{{2,}}\S)", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?P<word>[^\W\d_]\w{0,19})\.?\s?(?P<number>\d{1,5})(?![\w.]\w)"
    r"|(?P<version>v?\d{1,4}(?:\.\d{1,4}){1,3})(?![\w.%])"
)


def find_repeated_heads(lines: Sequence[Line], widths: Sequence[int]) -> set[int]:
    """The indexes of the lines that are such headings; `widths` are those in which each line was wrapped."""
    runs = [(first, last) for first, last in _runs(lines) if _is_title(lines, first, last)]
    full = {n for n in range(len(lines) - 1) if widths[n] and is_full(lines[n], lines[n + 1], widths[n])}
    apart = {first for first, _ in runs if first not in full and not goes_on(lines[first], lines[first + 1])}
    alone = [run for run in runs if run[0] in apart]
    counted = _find_counted(lines, runs, apart)
    return counted | _find_labelled(lines, alone) | _find_outdented(lines, full)


def _runs(lines: Sequence[Line]) -> list[Span]:
    """The runs of lines without a blank one between them."""
    found: list[Span] = []
    for n, line in enumerate(lines):
        if line.body and found and found[-1][1] == n:
            found[-1] = found[-1][0], n + 1
        elif line.body:
            found.append((n, n + 1))
    return found


def _is_title(lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether the line `first` of those before `last` is short and ends no sentence."""
    line = lines[first]
    if last - first < 2 or is_rule(line.body) or is_ended(line.body) or line.body[-1] in ",;:":
        return False
    short = len(line.head.split()) <= HEADING_WORDS
    return short and not LABEL.match(line.head) and not read_marker(line.body)


def _find_counted(lines: Sequence[Line], runs: Sequence[Span], apart: set[int]) -> set[int]:
    """The first lines of `runs` that count, all up or all down, most of them `apart` from what is below:
    "Batch 7", "2.4.0 (May)"."""
    counted: dict[str, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for first, _ in runs:
        found = _COUNTED.match(lines[first].head)
        dotted = found and found[0].endswith(".", 0, len(found["word"] or "") + 1)  # "No. 7", but no "no 7"
        if found and (dotted or (found["word"] or "").lower() not in FUNCTION_WORDS):
            number = found["number"] or found["version"].lstrip("v")
            counted[found["word"] or ""].append((first, tuple(map(int, number.split(".")))))
    heads: set[int] = set()
    for places in counted.values():
        steps = {one < other for (_, one), (_, other) in pairwise(places) if one != other}
        firsts = {first for first, _ in places}
        if len(firsts) >= LEAST and len(steps) == 1 and 2 * len(firsts & apart) > len(firsts):
            heads |= firsts
    return heads


def _find_labelled(lines: Sequence[Line], runs: Sequence[Span]) -> set[int]:
    """The first lines of `runs` that have, below an unlabelled line, fields with labels, mostly the same."""
    labels = {
        first: {match[0] for line in lines[first + 1 : last] if (match := LABEL.match(line.head))}
        for first, last in runs
    }
    labels = {first: found for first, found in labels.items() if found}
    shared = Counter(label for found in labels.values() for label in found)
    most = max(shared.values(), default=0)
    return set(labels) if most >= LEAST and most >= SHARED * len(labels) else set()


def _find_outdented(lines: Sequence[Line], full: set[int]) -> set[int]:
    """The lines, none of them `full`, further out than those right below them, most of which begin a list or
    a table, where no other line stands as far out between the first of them and the last."""
    written = [n for n, line in enumerate(lines) if line.body]
    heads = [
        n
        for n in written
        if n + 1 < len(lines)
        and lines[n + 1].indent > lines[n].indent
        and lines[n + 1].body
        and _is_title(lines, n, n + 2)
        and n not in full
        and lines[n].body[0].isalnum()
    ]
    outer = min((lines[n].indent for n in heads), default=0)
    heads = [n for n in heads if lines[n].indent == outer]
    if len(heads) < LEAST:
        return set()
    firsts = set(heads)
    inner = [n for n in written if n > heads[0] and n not in firsts]
    regular = all(lines[n].indent > outer for n in inner if n < heads[-1])
    prose = sum(is_ended(lines[n].body) and not read_marker(lines[n].body) for n in inner)
    parts = sum(_BEGINS_PART.match(lines[n + 1].body) is not None for n in heads)
    return firsts if regular and 2 * prose < len(inner) and 3 * parts >= 2 * len(heads) else set()
