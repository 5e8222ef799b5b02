"""A document's text -> the sentences worth searching, as spans; the rest stays in the document.

Three kinds of line are left out of what is searched:

- boilerplate: a line that one of `BOILERPLATE` names, as every saved web page has them;
- headings, bylines, captions and menu items: a short line that no full stop
  ends, a question, or a label ("Words by:").  A question or Markdown heading right above a sentence
  can be had by `heading_start`;
- blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sentencex import get_sentence_boundaries

from rag.spans import MARGIN, Span, trim

# Each rule looks at one whole line.  They ask for words addressed to the reader of a web page,
# so that a document *about* cookies or newsletters keeps its sentences.
BOILERPLATE: dict[str, re.Pattern[str]] = {
    rule: re.compile(pattern, re.IGNORECASE)
    for rule, pattern in {
        "copyright": r"^\W*(copyright\b|©|\(c\) ?\d{4})|©.*[^.!?]$|\ball rights reserved\b",
        "logo": r"^(?:\S{1,40} ){0,4}logo\b",
        "breadcrumb": r"^\s*[^>»›|]{1,60}(\s[>»›|]\s[^>»›|]{1,120}){2,}$",
        "cookies": r"\b(we|our|this (web)?site|this tool)\b.{0,60}\bcookies?\b"
        r"|\b(necessary|analytics|optional|functional|marketing) cookies\b"
        r"|\bcookies? (page|policy|settings|preferences)\b|\baccept (all )?cookies\b",
        "newsletter": r"\b(sign(ed)? up|subscribe)\b.{0,60}"
        r"\b(our|free|newsletter|weekly|monthly|updates|inbox)\b",
        "form": r"\bby submitting this form\b|\byour e-?mail address will not be\b"
        r"|\brequired fields are marked\b|\byou agree to\b.{0,60}\b(privacy|terms)\b",
        "link": r"^\s*(read (the full|more)|click here|share this|leave a (reply|comment)"
        r"|skip to|back to top)\b.{0,40}$|^\s*(?:[-*•] *)?\[[^\]]*\]\([^)]*\)\s*$",
    }.items()
}

FURNITURE_CHARACTERS = 1_000  # longer lines are prose

# A line of at most this many words that nothing ends, or a question mark, is a heading; one that
# a colon ends is one up to `LABEL_WORDS` ("Words by:"), and beyond that announces what follows.
HEADING_WORDS = 15
LABEL_WORDS = 4

LONGEST_SENTENCE = 1_000  # characters; what goes on for longer without a full stop is no sentence

_BULLET = re.compile(r"\s*(?:[•‣◦▪·–*+-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
# A cell such as $-38,957 (38,957), 12 mg or 9am; a line of comma- or tab-separated values; a fact such
# as "Opening hours: 7:30 to 18:00", but not what a page says of itself.
_FIGURE = re.compile(r"[^\w\s]*\d[\d.,:]*\s?(?:%|\w{1,3})?(?: ?\(\S+\))?")
_VALUES = re.compile(r"(?<=\D),(?=\S)|,(?=[^\s\d])|\t")  # not the commas of 1,234,567
_FACT = re.compile(
    r"(?!(?:published|posted|updated|last|date|dated|by|words|author|photo\w*|image|tags?|category|share|tel|fax"
    r"|copyright)\b)\w[^:]{1,40}: [^\w\s]?\d.*",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’»)\]>*_]*$")


def boilerplate_rule(line: str) -> str | None:
    """The name of the rule by which a line is boilerplate, or None.

    >>> boilerplate_rule("Copyright © 2022 MiP")
    'copyright'
    >>> boilerplate_rule("The review was ordered by the Chancellor.")
    """
    line = line.strip(MARGIN)
    if len(line) > FURNITURE_CHARACTERS:
        return None
    return next((rule for rule, pattern in BOILERPLATE.items() if pattern.search(line)), None)


def sentence_runs(text: str) -> list[list[Span]]:
    """The sentences of `text` in runs that nothing left out interrupts, in order.

    Every span is a whole sentence without the white space or bullet around it.  A list item is
    a sentence of its own, and so is a row of a table.  A text most of which would pass for headings
    (notes, a word list) gives all its lines, boilerplate still left out.
    """
    prose, lines = _runs(text, keep_headings=False), _runs(text, keep_headings=True)
    return prose if 2 * _count_prose(text, prose) > _count_prose(text, lines) else lines


def heading_start(text: str, start: int) -> int:
    """Where the question or Markdown heading begins that stands right above the line of `start`.

    If there is none, `start`.

    >>> heading_start("# Costs\\n\\nIt is free.", 9)
    0
    """
    above = text[: text.rfind("\n", 0, start) + 1].rstrip(MARGIN)
    begin = above.rfind("\n") + 1
    line = above[begin:].strip(MARGIN)
    leads = line.startswith("#") or line.endswith("?")
    if not leads or not _is_heading(line) or boilerplate_rule(line):
        return start
    return trim(text, (begin, len(above)))[0]


def halve(text: str, span: Span, fits: Callable[[str], bool]) -> Iterator[Span]:
    """`span` whole if its text `fits`, otherwise halved at white space until every piece does.

    >>> list(halve("one two six", (0, 11), lambda piece: len(piece) < 8))
    [(0, 3), (4, 11)]
    """
    start, end = span
    if end - start < 2 or fits(text[start:end]):
        yield span
        return
    middle = (start + end) // 2
    spaces = [at for at in range(start + 1, end - 1) if text[at].isspace()]
    cut = min(spaces, key=lambda at: abs(at - middle), default=middle)
    yield from halve(text, (start, cut), fits)
    yield from halve(text, (cut + 1 if text[cut].isspace() else cut, end), fits)


def is_list_item(text: str, start: int) -> bool:
    """Whether the sentence that begins at `start` stands behind a bullet."""
    line = text.rfind("\n", 0, start) + 1
    bullet = _BULLET.match(text, line)
    return bullet is not None and bullet.end() == start


def _runs(text: str, keep_headings: bool) -> list[list[Span]]:
    runs: list[list[Span]] = [[]]
    for start, end in _paragraphs(text):
        line = text[start:end]
        bullet = _BULLET.match(line)
        is_prose = keep_headings or bullet or not _is_heading(line)
        if _is_row(line):
            runs[-1] += _pieces(text, (start, end))
        elif boilerplate_rule(line) or not is_prose:
            runs.append([])
        else:
            runs[-1] += _sentences(text, start + (bullet.end() if bullet else 0), end)
    return [run for run in runs if run]


def _count_prose(text: str, runs: list[list[Span]]) -> int:
    """The characters of sentences, rows of tables not counted, for those say nothing of the rest."""
    return sum(end - start for run in runs for start, end in run if not _is_row(text[start:end]))


def _is_heading(line: str) -> bool:
    bare = line.strip(MARGIN)
    if bare.startswith("#"):
        return True
    words = len(bare.split())
    if "? " in bare:  # a question with its answer
        return False
    if bare.endswith(":"):
        return words <= LABEL_WORDS
    return words <= HEADING_WORDS and (bare.endswith("?") or not _ENDED.search(bare))


def _is_row(line: str) -> bool:
    """Whether a line is one of a table or list of facts, to be taken as it is.

    >>> _is_row("total revenue | $11287 | $8512"), _is_row("Home | News | Health")
    (True, False)
    """
    bare = line.strip(MARGIN)
    if len(bare) <= FURNITURE_CHARACTERS and re.search(r"\d", bare) and not _ENDED.search(bare):
        values = len(list(_VALUES.finditer(bare)))
        if values > 1 or "\t" in bare or (_is_heading(bare) and _FACT.fullmatch(bare)):
            return True
    cells = [cell.strip() for cell in bare.split("|")]
    between = len(cells) > 2 and not cells[0] and not cells[-1] and re.search(r"\w", bare)
    return bool(between) or (len(cells) > 1 and any(_FIGURE.fullmatch(cell) for cell in cells))


def _paragraphs(text: str) -> Iterator[Span]:
    """The lines of a text, with hard-wrapped ones joined: a long line without an end goes on
    in the next unless that begins a list item."""
    start, at = None, 0
    for line in text.splitlines(keepends=True):
        bare = line.strip(MARGIN)
        row = _is_row(line)
        if start is not None and (not bare or row or _BULLET.match(line)):
            yield start, at
            start = None
        if bare:
            start = at if start is None else start
            ends = row or (_ENDED.search(bare) and bare[-1] != ",")
            if ends or not 50 <= len(bare) <= 100:
                yield start, at + len(line)
                start = None
        at += len(line)
    if start is not None:
        yield start, at


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for boundary in get_sentence_boundaries("en", text[start:end]):
        yield from _pieces(text, (start + boundary["start_index"], start + boundary["end_index"]))


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """`span` without its margins, in pieces if it is too long for a sentence, if it holds a word."""
    for piece in halve(text, span, _is_short):
        first, last = trim(text, piece)
        if any(character.isalnum() for character in text[first:last]):
            yield first, last


def _is_short(piece: str) -> bool:
    return len(piece) <= LONGEST_SENTENCE
