"""Lines of a plain text -> running heads, feet and numbers of its pages.

They are found by repetition: beside form feeds, beside numbers that count pages, or in the middle of
sentences.  No word alone makes a line one of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.readers.layout.lines import Line, is_ended, read_marker

EDGE_LINES = 3  # written lines at the top or foot of a page that may be its running head or foot
LONGEST = 160  # characters of a running head
SHARE = 0.5  # of the pages have it: left and right ones may have their own
NEAR_SHARE = 0.6  # of the page numbers have the line beside them
MIN_PAGE = 5  # lines from one page to the next, without other signs
PROSE_CHARACTERS = 40

_NUMBERED = re.compile(
    r"(?:.*\W)?(?:[Pp]age|PAGE|[Pp]g\.|[Ss]eite|[Pp]ágina|[Pp]agina)\s?(?P<page>\d{1,4})(?:\W.*)?"
    r"|[-–—~\[|]\s?(?P<dashed>\d{1,4})\s?[-–—~\]|]|(?P<counted>\d{1,4})\s?(?:/|of)\s?\d{1,4}"
    r"|.*\S\s{3,}(?P<last>\d{1,4})|(?P<first>\d{1,4})\s{3,}\S.*"
)
_SOLE = re.compile(
    r"(?:[Pp]age|PAGE|[Pp]g\.|[Ss]eite)\s\d{1,4}(?:\s?(?:of|/|von)\s?\d{1,4})?|[-–—]\s\d{1,4}\s[-–—]"
)
_SECTION = re.compile(r"[^\W\d]+\.?\s(?:\d+|[IVXLC]+)[.:]?")
_PAGE_WORD = re.compile(r"(?:page|pg|seite|página|pagina)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def find_page_lines(lines: Sequence[Line]) -> set[int]:
    """The indices of the lines that are heads, feet and numbers of pages."""
    written = [n for n, line in enumerate(lines) if line.body]
    numbers = {n for n in written if _SOLE.fullmatch(lines[n].head)} | _page_numbers(lines, written)
    beside = _beside_form_feeds(lines, written) | _beside_numbers(lines, written, numbers)
    return numbers | beside | _in_sentences(lines, written)


def find_joins(lines: Sequence[Line], furniture: set[int]) -> set[int]:
    """The indices of `furniture`, with the blank lines beside it, over which a paragraph goes on."""
    joins: set[int] = set()
    gap: list[int] = []
    before: Line | None = None
    for n, line in enumerate(lines):
        if line.body and n not in furniture:
            if before is not None and any(k in furniture for k in gap) and _goes_over(before, line):
                joins |= set(gap)
            gap, before = [], line
        else:
            gap.append(n)
    return joins


def _goes_over(line: Line, following: Line) -> bool:
    if is_ended(line.body) or line.body[-1] == ":" or read_marker(following.body):
        return False
    if len(line.body) < PROSE_CHARACTERS // 2 or line.indent - following.indent > 3:
        return False
    return following.body[0].islower() or (
        len(line.body) >= PROSE_CHARACTERS
        and "   " not in line.body + following.body
        and (line.body[-1] in ",;-" or line.body[-1].isalpha())
        and len(following.body) >= PROSE_CHARACTERS
    )


def _shape(body: str) -> str:
    return " ".join(_DIGITS.sub("0", body).split()).casefold()


def _beside_form_feeds(lines: Sequence[Line], written: list[int]) -> set[int]:
    """Lines at the edges of pages that others have too, and numbers that count them."""
    pages: list[list[int]] = [[]]
    for n, line in enumerate(lines):
        if line.body:
            pages[-1].append(n)
        if line.breaks_page:
            pages.append([])
    pages = [page for page in pages if page]
    if len(pages) < 2:
        return set()
    edges = [(number, n) for number, page in enumerate(pages) for n in _edge_lines(page)]
    return _repeated(lines, edges, len(pages)) | {
        n for page in pages for n in (page[0], page[-1]) if lines[n].body.isdigit() and len(lines[n].body) < 5
    }


def _edge_lines(page: list[int]) -> set[int]:
    """The first and last lines of a page, at most a third of it each."""
    some = min(EDGE_LINES, max(1, len(page) // 3))
    return {*page[:some], *page[-some:]}


def _repeated(lines: Sequence[Line], edges: list[tuple[int, int]], pages: int) -> set[int]:
    """Those of `edges`, pairs of page and line, that enough pages have, up to digits that count them."""
    shapes: dict[str, dict[int, int]] = defaultdict(dict)
    for page, n in edges:
        if len(lines[n].body) <= LONGEST:
            shapes[_shape(lines[n].body)].setdefault(page, n)
    found: set[int] = set()
    for members in shapes.values():
        if len(members) < max(2, SHARE * pages / 2):
            continue
        bodies = Counter(lines[n].body for n in members.values())
        alike = len(bodies) == 1 or _counts_pages({page: lines[n].body for page, n in members.items()})
        if alike or 2 * bodies.most_common(1)[0][1] > len(members) > 2:
            found |= set(members.values())
    return found


def _counts_pages(bodies: dict[int, str]) -> bool:
    """Whether a number in lines, by page, grows as the pages do; "Article 5" is no page all the same."""
    if all(
        (_SECTION.fullmatch(body) or is_ended(body)) and not _PAGE_WORD.match(body)
        for body in bodies.values()
    ):
        return False
    numbers = [(page, [int(digits[:9]) for digits in _DIGITS.findall(body)]) for page, body in bodies.items()]
    (first, start), rest = numbers[0], numbers[1:]
    return any(
        all(k < len(found) and found[k] - number == page - first for page, found in rest)
        for k, number in enumerate(start)
    )


def _page_numbers(lines: Sequence[Line], written: list[int]) -> set[int]:
    """Lines with a number that grows by one from each to the next of their shape, as pages do."""
    shapes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for n in written:
        body = lines[n].head
        if len(body) > LONGEST or not any(c.isdigit() for c in body):
            continue
        match = _NUMBERED.fullmatch(body)
        if body.isdigit() and len(body) < 5:
            shapes["number"].append((n, int(body)))
        elif match:
            shapes[_shape(body)].append((n, int(next(group for group in match.groups() if group))))
    found: set[int] = set()
    for shape, members in shapes.items():
        if _is_sequence(members) and (
            _is_sure(shape, members) or _interrupts(lines, [n for n, _ in members])
        ):
            found |= {n for n, _ in members}
    return found


def _is_sequence(members: list[tuple[int, int]]) -> bool:
    pairs = pairwise(members)
    return len(members) > 1 and all(number + 1 == after for (_, number), (_, after) in pairs)


def _is_sure(shape: str, members: list[tuple[int, int]]) -> bool:
    """Whether it says that it counts pages, or stands at such distances as only pages are long."""
    gaps = [after - before for (before, _), (after, _) in pairwise(members)]
    said = bool(_PAGE_WORD.search(shape)) or shape[0] in "-–—"
    long = shape != "number" and len(members) > 2 and min(gaps) > 4 * MIN_PAGE
    return min(gaps) > 1 and (said or long)


def _interrupts(lines: Sequence[Line], members: list[int]) -> bool:
    """Whether lines stand in the middle of sentences, at least two and a third of them."""
    return _interruptions(lines, members, set(members)) >= max(2, len(members) / 3)


def _interruptions(lines: Sequence[Line], members: list[int], candidates: set[int]) -> int:
    total = 0
    for n in members:
        above = _beside(lines, n, -1, candidates)
        below = _beside(lines, n, 1, candidates)
        if above is not None and below is not None and _is_wordy(above) and _is_wordy(below):
            total += _goes_over(above, below)
    return total


def _is_wordy(line: Line) -> bool:
    """Whether a line is of words, not of signs."""
    return 5 * sum(c.isalpha() or c == " " for c in line.head) > 4 * len(line.head)


def _beside(lines: Sequence[Line], n: int, step: int, passed: set[int]) -> Line | None:
    """The nearest written line before or behind line `n` that is none of `passed`."""
    for _ in range(4 * EDGE_LINES):
        n += step
        if not 0 <= n < len(lines):
            return None
        if lines[n].body and n not in passed:
            return lines[n]
    return None


def _beside_numbers(lines: Sequence[Line], written: list[int], numbers: set[int]) -> set[int]:
    """Lines that come with page numbers: the same one, above or below, on most pages."""
    places = [place for place, n in enumerate(written) if n in numbers]
    if len(places) < 2:
        return set()
    near = {
        written[place + step]
        for place in places
        for step in range(-EDGE_LINES, EDGE_LINES + 1)
        if step and 0 <= place + step < len(written) and written[place + step] not in numbers
    }
    alike = Counter(lines[n].body for n in near if len(lines[n].body) <= LONGEST)
    return {n for n in near if alike[lines[n].body] >= max(2, NEAR_SHARE * len(places))}


def _in_sentences(lines: Sequence[Line], written: list[int]) -> set[int]:
    """The same lines, again and again, in the middle of sentences and at the distances of pages."""
    places: dict[str, list[int]] = defaultdict(list)
    for n in written:
        if len(lines[n].body) <= LONGEST and lines[n].body[-1] != ":":
            places[lines[n].body].append(n)
    often = {body: found for body, found in places.items() if len(found) > 2}
    candidates = {n for found in often.values() for n in found}
    running: set[int] = set()
    for found in often.values():
        gaps = [after - before for before, after in pairwise(found)]
        regular = min(gaps) >= MIN_PAGE and max(gaps) <= 2 * min(gaps)
        alone = all(_stands_alone(lines, n, candidates) for n in found)
        if regular and alone and _interruptions(lines, found, candidates) >= max(2, len(found) / 3):
            running |= set(found)
    return running


def _stands_alone(lines: Sequence[Line], n: int, candidates: set[int]) -> bool:
    """Whether blank lines part line `n`, and what repeats beside it, from the text."""
    above = next((k for k in range(n - 1, n - 1 - EDGE_LINES, -1) if k not in candidates), n)
    below = next((k for k in range(n + 1, n + 1 + EDGE_LINES) if k not in candidates), n)
    return not any(0 <= k < len(lines) and lines[k].body for k in (above, below))
