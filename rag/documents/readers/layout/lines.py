"""A plain text -> its lines, with what their layout says: indents, ends, widths, bullets."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from rag.datatypes import Block, BlockKind
from rag.spans import MARGIN

NARROW, WIDE = 40, 120  # columns: nobody wraps prose at less or at more
TAB = 4
LOOKED_AT = 400  # characters of a line that patterns look at: none needs more to know a line

# Words after which no sentence and no heading ends.
_OPEN = frozenset("the a an of by at for with from and or our your their its every each".split())
_SPACE = (
    MARGIN + "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x1f"
)
_ENDED = re.compile(r"[.!?…。！？](?:[\"'”’»)\]*_¹²³⁴-⁹]|\[\^?\w{1,4}\])*$")
RULE = re.compile(r"(?=.{3})[-=_~^*+#.:─━═\"'`|\s]+")
_PART = r"(?:(?!\s\s+[^\s>»›|·•/])[^>»›|·•/])"  # of a row of links; what is set apart by blanks is a column
_TRAIL = re.compile(
    rf"[^\W\d]{_PART}{{0,59}}(?:\s+[>»›|·•]\s+{_PART}{{1,120}}|\s+/\s+(?=[^\W\d_]){_PART}{{1,120}}){{2,}}"
)
LABEL = re.compile(r":?[^\W\d_][^:.!?]{0,38}\w\)?:(?:\s|$)")
# A label parted from its value by blanks alone, as in a form, and that value.
_BESIDE = re.compile(
    r"(?P<label>[^\W\d_][^\s:.!?]*(?: [^\s:.!?]+){0,3})(?:[ ]{2,}|\t)\s*(?=\S)(?!.*?\S(?:\s{3,}|\t)\S)"
)
_NUMERAL = r"[ivxlc]{1,6}|[IVXLC]{1,6}"
MARKER = re.compile(
    r"(?P<bullet>[•‣◦▪●○·–—*+-]|o(?=\s\s))(?:\s+\[[ xX✓✔]\])?(?=\s)"
    r"|(?P<box>\[[ xX]\]|[☐☑☒✓✔✗])(?=\s)"
    r"|(?P<step>(?:Step|STEP)\s(?P<count>\d{1,3})[.:)]?)(?=\s|$)"
    rf"|(?P<open>\(?)(?P<number>\d{{1,3}}|{_NUMERAL}|[a-zA-Z])(?P<close>[.)\]])(?=\s)"
)


class Line(NamedTuple):
    """A line of a text: ``text[start:end]`` without its margins is `body`, which begins in column `indent`.

    `left` is where the line begins, margin and all; `breaks_page` says that a form feed ends it.
    """

    left: int
    start: int
    end: int
    indent: int
    body: str
    breaks_page: bool = False

    @property
    def right(self) -> int:
        """The column behind its last character."""
        return self.indent + len(self.body)

    @property
    def head(self) -> str:
        """What patterns look at."""
        return self.body[:LOOKED_AT]

    def block(self, kind: BlockKind) -> Block:
        """The line as a block."""
        return Block(kind, self.start, self.end)


class Marker(NamedTuple):
    """The bullet or number that a list item begins with: `width` characters of it and the space behind.

    `form` is how it is written, the same for all items of a list; `ordinal` counts, 0 for a bullet.
    """

    form: str
    ordinal: int
    width: int


def split_lines(text: str) -> list[Line]:
    """The lines of `text` in order, blank ones with an empty body; any kind of line end ends one."""
    lines, left = [], 0
    for raw in text.splitlines(keepends=True):
        body = raw.strip(_SPACE)
        lead = len(raw) - len(raw.lstrip(_SPACE)) if body else 0
        margin = raw[:lead].lstrip("\ufeff")
        indent = len(margin.expandtabs(TAB)) if "\t" in margin else len(margin)
        start = left + lead
        lines.append(Line(left, start, start + len(body), indent, body, raw.endswith("\f")))
        left += len(raw)
    return lines


def is_ended(body: str) -> bool:
    """Whether a sentence ends with the line, be it in quotes or with the mark of a footnote behind.

    >>> is_ended("It is free.[1]"), is_ended("Opening hours")
    (True, False)
    """
    return _ENDED.search(body[-12:]) is not None


def is_rule(body: str) -> bool:
    """Whether a line is drawn, not written.

    >>> is_rule("-----"), is_rule("+---+---+"), is_rule("- 3 -")
    (True, True, False)
    """
    return RULE.fullmatch(body) is not None if len(body) <= LOOKED_AT else False


def is_trail(body: str) -> bool:
    """Whether a line is a row of links.

    >>> is_trail("Home > News > 2026"), is_trail("Home | News"), is_trail("a > b")
    (True, False, False)
    """
    return len(body) <= LOOKED_AT and _TRAIL.fullmatch(body) is not None


def goes_on(line: Line, following: Line) -> bool:
    """Whether `following` begins in the middle of the sentence that `line` leaves open."""
    first = following.body[:1]
    if len(line.body) >= NARROW and line.body.rsplit(None, 1)[-1] in _OPEN and first.isalnum():
        return True
    if is_ended(line.body) or not (first.islower() or first.isdigit()):
        return False
    return len(line.body) >= NARROW or (line.body[-1] != ":" and first.islower())


def is_wrapped(line: Line, following: Line, width: int) -> bool:
    """Whether the two belong together in a text of that width, which those who mend lines do not fill."""
    room = width if is_ended(line.body) else width * 5 // 6
    return goes_on(line, following) or (width > 0 and is_full(line, following, room))


def is_full(line: Line, following: Line, width: int) -> bool:
    """Whether the first word of `following` had no room on `line`, so that it was wrapped."""
    return line.right + 1 + len(following.body[:WIDE].split(" ", 1)[0]) > width


def wrap_widths(lines: list[Line]) -> list[int]:
    """For each line, in how many columns its run of lines was wrapped; 0 if each stands for itself."""
    runs = _runs(lines)
    rights = sorted(line.right for run in runs for line in run[:-1] if NARROW <= line.right <= WIDE)
    usual = rights[len(rights) // 2] if len(rights) > 2 else 0
    widths: list[int] = []
    for run in runs:
        width = _wrap_width(run, usual) if len(run) != 2 or usual else 0
        widths += [width] * len(run)
    spread, following = [], iter(widths)
    for line in lines:
        spread.append(next(following) if line.body else 0)
    return spread


def read_marker(body: str) -> Marker | None:
    """What the item begins with whose first line is `body`, or None.

    >>> read_marker("b) Two sandwiches")
    Marker(form='a)', ordinal=2, width=3)
    """
    match = MARKER.match(body[:LOOKED_AT])
    if match is None or match.end() == len(body):
        return None
    width = match.end() + len(body[match.end() :]) - len(body[match.end() :].lstrip())
    if match["bullet"] or match["box"]:
        return Marker("bullet", 0, width)
    if match["step"]:
        return Marker("step", int(match["count"]), width)
    number, style = match["number"], match["open"] + "{}" + match["close"]
    if number.isdigit():
        return Marker(style.format("1"), int(number), width)
    if len(number) == 1 and number not in "ivxIVX":
        return Marker(style.format("a" if number.islower() else "A"), ord(number.lower()) - 96, width)
    ordinal = _roman(number.lower())
    return Marker(style.format("i" if number.islower() else "I"), ordinal, width) if ordinal else None


def _roman(number: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in number]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _runs(lines: list[Line]) -> list[list[Line]]:
    runs: list[list[Line]] = [[]]
    for line in lines:
        if line.body:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _wrap_width(run: list[Line], usual: int) -> int:
    """In how many columns a run of lines was wrapped, short runs at the `usual`; 0 if it was not."""
    width = max(line.right for line in run)
    if len(run) == 2 and width <= usual:
        width = usual
    if not NARROW <= width <= WIDE:
        return 0
    pairs = list(pairwise(run))
    full = sum(is_full(line, following, width) or goes_on(line, following) for line, following in pairs)
    return width if 2 * full >= len(pairs) else 0


def read_label(text: str) -> tuple[str, int, bool] | None:
    """The label that a field begins with, where its value begins, and whether a colon parts them; None
    without one.

    >>> read_label("Batch: E2093"), read_label("Batch      E2093"), read_label("A batch of bread")
    (('Batch', 7, True), ('Batch', 11, False), None)
    """
    if match := LABEL.match(text):
        return match[0].strip(" :\t\n"), match.end(), True
    match = _BESIDE.match(text)
    return (match["label"], match.end(), False) if match else None
