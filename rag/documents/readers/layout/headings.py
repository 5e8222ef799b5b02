"""Lines of a plain text -> which are headings, and of what level.

A heading is underlined, numbered, in capitals, begins with number signs, stands below a rule, or is a short
line between blank ones above prose.
"""

from __future__ import annotations

import re

from rag.documents.readers.layout.lines import LABEL, Line, is_ended, is_rule, is_trail, read_marker

HEADING_CHARACTERS, HEADING_WORDS = 100, 14
TITLE_WORDS = 10  # of a heading that nothing but its place shows
PROSE_WORDS = 9
CENTRED = 10  # columns from the margin, at least, of a title in the middle of its line
SET_IN = 2  # columns beyond the text above and below, from which on a line is an example, not a title
LONG_RULE = 20  # characters of a rule that parts sections

HASH = re.compile(r"(?P<hashes>#{1,12})\s+\S")
UNDERLINE = re.compile(r"(?P<sign>[=\-~^*+#\"'`_─━═])(?P=sign){2,}")
NUMBER = re.compile(
    r"(?P<digits>\d{1,3}(?:\.\d{1,3})*|[IVX]{1,6}|[A-Z](?:\.\d{1,3})*)(?P<dot>\.?)[)]?(?P<space>\s+)(?=[^\W\d])"
)
KEYWORD = re.compile(
    r"(?P<word>[A-Z][^\W\d_]{2,14}|§{1,2})"
    r"(?P<number>\s?\d{1,4}[a-z]?(?:\.\d+)*|(?:\s|(?<=§))(?:[IVXLC]{1,7}|[A-Z]))"
    r"(?P<title>[.:)]?|(?:[.:)]?\s+|\s?[-–—]\s?)[\"“'(]?[A-Z\d].*)"
)
PARTS = (
    "part",
    "book",
    "title",
    "chapter",
    "article",
    "section",
    "appendix",
    "annex",
    "schedule",
    "rule",
    "§",
)
_VALUE = re.compile(r"[@€$£¥]|://|\bwww\.|\d\s*%|\+\d{2}|\d{3}|\d[:.]\d\d|\d\s?[a-z]")
_YEARS = re.compile(r"\b(?:1[5-9]|20)\d\d(?:\s?[-–/]\s?\d{2,4})?\b")
# What only a sentence has: a short one without its full stop is none the less no heading.
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|may|must|can|cannot|could|should|would|will|shall|do|does|did|be"
    r"|[a-z]+n['’]t)\b"
)
_CALL = re.compile(r"[,;]")
_STOP = re.compile(r"[.!]\s")
_REMARK = re.compile(r"(?<=\S)\s+\([^()]*\)$")


def count_heading_lines(lines: list[Line], at: int, *, by_place: bool = True) -> int:
    """1 if line `at` is a heading, 2 if it is underlined, 0 if it is none; `by_place` if its shortness and
    place suffice."""
    line = lines[at]
    if len(line.body) > HEADING_CHARACTERS or not any(c.isalnum() for c in line.body):
        return 0
    if _is_underlined(lines, at):
        return 2
    heads = _is_hashed(lines, at) or (
        _is_free_above(lines, at)
        and (
            _is_below_rule(lines, at)
            or _is_numbered(lines, at)
            or ((_is_keyword(lines, at) or _is_capital(lines, at)) and not _is_example(lines, at))
            or (by_place and _is_short(lines, at) and not _is_set_in(lines, at))
        )
    )
    return int(heads)


def is_prose(line: Line) -> bool:
    """Whether a line is of running text, by its length or its end."""
    words = len(line.head.split())
    return words >= PROSE_WORDS or (words > 3 and is_ended(line.body))


def _is_free_above(lines: list[Line], at: int) -> bool:
    return at == 0 or not lines[at - 1].body or is_rule(lines[at - 1].body)


def _is_free_below(lines: list[Line], at: int) -> bool:
    return at + 1 == len(lines) or not lines[at + 1].body


def _following(lines: list[Line], at: int) -> Line | None:
    """The next line that is written, past at most three blank ones."""
    return next((line for line in lines[at + 1 : at + 5] if line.body), None)


def _is_set_in(lines: list[Line], at: int) -> bool:
    """Whether a line begins to the right of what is written above it and below, as an example does."""
    above = [line.indent for line in lines[max(0, at - 4) : at] if line.body]
    below = _following(lines, at)
    beside = max(above[-1], below.indent) if above and below else CENTRED
    return beside + SET_IN <= lines[at].indent < CENTRED


def _is_example(lines: list[Line], at: int) -> bool:
    """Whether a line is one word that is set in, as what somebody types is."""
    return _is_set_in(lines, at) and len(lines[at].body.split()) == 1


def _is_below_rule(lines: list[Line], at: int) -> bool:
    """Whether a line stands alone below a rule that parts what is above it from the prose behind it."""
    if at < 2 or lines[at - 2].body or not _is_free_below(lines, at):
        return False
    rule, body, following = lines[at - 1], lines[at].body, _following(lines, at)
    if len(rule.body) < LONG_RULE or not UNDERLINE.fullmatch(rule.body) or rule.indent != lines[at].indent:
        return False
    titled = len(body.split()) <= HEADING_WORDS and not is_ended(body) and body[-1] not in ",;:"
    return titled and following is not None and is_prose(following) and not LABEL.match(body)


def _is_underlined(lines: list[Line], at: int) -> bool:
    if at + 1 == len(lines) or not (at == 0 or not lines[at - 1].body or is_rule(lines[at - 1].body)):
        return False
    under = lines[at + 1].body
    written = len(lines[at].body)
    closed = is_ended(lines[at].body) and lines[at].body[-1] not in "?!"
    return (
        not closed
        and bool(UNDERLINE.fullmatch(under))
        and 2 * len(under) >= written
        and not is_rule(lines[at].body)
    )


def _is_hashed(lines: list[Line], at: int) -> bool:
    """Whether a line begins with number signs, but not in a run of such lines, which is a comment."""
    match = HASH.match(lines[at].body)
    if match is None or is_ended(lines[at].body):
        return False
    beside = [HASH.match(line.head) for line in [*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]]]
    return not any(other and other["hashes"] == match["hashes"] for other in beside)


def is_part(match: re.Match[str]) -> bool:
    """Whether a word with a number, or a part of a law with its title, names a section."""
    return match["word"].casefold() in PARTS or not match["title"].strip(".:) ")


def _is_keyword(lines: list[Line], at: int) -> bool:
    body = lines[at].body
    match = KEYWORD.fullmatch(body)
    if match is None or not is_part(match) or len(body.split()) > HEADING_WORDS:
        return False
    bare = not match["title"].strip(".:) ")
    known = match["word"].casefold() in PARTS
    return (
        (known or _is_free_below(lines, at))
        and (bare or not is_ended(body))
        and _following(lines, at) is not None
    )


def _is_numbered(lines: list[Line], at: int) -> bool:
    """Whether a line is a numbered title, and no number of the same list stands right behind it."""
    body, following = lines[at].body, _following(lines, at)
    match = NUMBER.match(body)
    if match is None or len(body.split()) > HEADING_WORDS or not body[match.end() :][:1].isupper():
        return False
    title, deep = body[match.end() :], "." in match["digits"]
    if body[-1] in ",;:!?" or (is_ended(body) and not _is_title_case(title)) or not (deep or match["dot"]):
        return False
    if not _is_free_below(lines, at) and not (
        deep and _is_title_case(title) and following and not is_ended(body)
    ):
        return False
    if following is None:
        return deep
    marker, below = read_marker(body), read_marker(following.body)
    if marker and below and marker.form == below.form and following.indent == lines[at].indent:
        return False
    numbered = NUMBER.match(following.body) is not None
    return following.indent <= lines[at].indent or is_prose(following) or numbered


def _is_title_case(title: str) -> bool:
    """Whether the long words of a title begin with capitals, as those of a sentence do not."""
    long = re.findall(r"[^\W\d_]{4,}", title)
    return bool(long) and all(word[0].isupper() for word in long) and len(title.split()) < TITLE_WORDS


def is_upper(body: str) -> bool:
    letters = [c for c in body if c.isalpha()]
    return (
        len(letters) > 2
        and all(c.isupper() for c in letters)
        and 2 * len(letters) >= len(body.replace(" ", ""))
    )


def _is_capital(lines: list[Line], at: int) -> bool:
    """Whether a line is in capitals but for a remark in brackets, and neither a sentence nor a shouted
    paragraph."""
    body = _REMARK.sub("", lines[at].body)
    if not is_upper(body) or is_ended(body) or len(body.split()) > HEADING_WORDS or LABEL.match(body[:-1]):
        return False
    following = _following(lines, at)
    if following is None or body[-1] in ",;":
        return False
    return _is_free_below(lines, at) or not is_upper(following.body) or _is_free_below(lines, at + 1)


def _is_short(lines: list[Line], at: int) -> bool:
    """Whether a line is a title by its place: short, without an end, between blank lines, above prose."""
    body = lines[at].body
    following = _following(lines, at)
    first = not any(line.body for line in lines[max(0, at - 5) : at]) and at < 5
    if following is None or not (_is_free_below(lines, at) or (first and _is_title_run(lines, at))):
        return False
    if len(body.split()) > (HEADING_WORDS if first else TITLE_WORDS) or is_trail(following.body):
        return False
    alone = body[-1] == "?" and not read_marker(body) and not _STOP.search(body)
    asks = alone and not (is_prose(following) or is_ended(following.body))
    if asks:
        return True
    if is_ended(body) or body[-1] in ",;:" or not (body[0].isupper() or body[0] in "\"“'‘«"):
        return False
    calls = _CALL.search(body) and not (_is_title_case(body) and _leads(lines, at))
    if (LABEL.match(body) or calls) and not first:
        return False
    if _VALUE.search(_YEARS.sub("", body)) or (_VERB.search(body) and not first) or read_marker(body):
        return False
    return first or is_prose(following) or _leads(lines, at)


def _leads(lines: list[Line], at: int) -> bool:
    """Whether a list or a table follows."""
    below = [line for line in lines[at + 1 : at + 6] if line.body][:2]
    if len(below) < 2:
        return False
    wrapped = read_marker(below[0].body) is not None and below[1].indent > below[0].indent
    return wrapped or all(read_marker(line.body) or "\t" in line.body or "  " in line.body for line in below)


def _is_title_run(lines: list[Line], at: int) -> bool:
    """Whether the line below says the same once more, or both are centred."""
    below = lines[at + 1]
    return below.body == lines[at].body or min(lines[at].indent, below.indent) >= CENTRED
