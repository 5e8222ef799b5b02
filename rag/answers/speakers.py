"""A place in a text -> where it stands who says that: "he added", and the name that he goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.documents.outline import Outline
from rag.documents.sentences import is_list_item
from rag.language.assertions.reporting import SAYS
from rag.language.names import FULL_NAME, OFFICES
from rag.spans import Span

BACK = 2_500  # characters in which a pronoun finds its name
NEAR = 300  # characters, those of quotes not counted, between a quote and who said it before
BEHIND = 40  # characters between a quote and who said it after: "…” the people added."

# Pairs of marks.  A quote goes on over paragraphs that open it anew; in single ones a line ends it,
# for an apostrophe looks the same.
_MARKS = (
    re.compile(r"(?P<opens>“)|”"),
    re.compile(r'(?P<opens>(?<![\w.,!?])"(?=\S))|(?<=\S)"(?!\w)'),
    re.compile(r"(?P<opens>(?<!\w)[‘'](?=\w))|(?P<breaks>\n)|(?<=[\w.,!?…])[’'](?!\w)"),
)
_BLANK = "\0"  # for each character of a quote

_OPENER = (
    r"(?:He|She|They|It|We|I|You|But|And|Yet|So|However|Though|While|When|As|If|This|That|Which|Who|What|There"
    r"|These|Those|In|On|At|For|From|By|To|After|Before|Since|Last|Now|Then|Also|Because|Where|Why|How)"
)
_CAPITAL = rf"(?!{_OPENER}\b)[A-Z][\w’'-]*"
_NAME = rf"{_CAPITAL}(?:\s(?:(?:of|for|and|the|&)\s){{0,2}}{_CAPITAL}){{0,6}}"
_NOUN = rf"(?:[Tt]he|[Tt]his|[Aa]n?|{_CAPITAL}(?<=[’']s))\s(?:[a-z-]+\s){{0,2}}?[a-z-]+"
_OFFICE = rf"(?i:{'|'.join(OFFICES)})"
# What may stand between a name and its verb: ", who left in May,", " – the chair –", ", MiP Chief Executive".
_ASIDE = (
    rf"(?:,\s[^,.;:!?\n{_BLANK}]{{1,80}},|\s[–—-]\s[^.;:!?\n–—{_BLANK}]{{1,120}}\s[–—-]|\s\([^)\n]{{1,60}}\)"
    rf"|,\s(?:[\w’'-]+\s){{0,4}}?{_OFFICE})?"
)
_SPEAKER = re.compile(
    rf"(?<![\w’'-])(?:(?P<pronoun>[Hh]e|[Ss]he|[Tt]hey)\s{SAYS}"
    rf"|(?P<name>{_NAME}){_ASIDE}\s{SAYS}"
    rf"|(?P<noun>{_NOUN}){_ASIDE}\s{SAYS}"
    rf"|[Aa]ccording\sto\s(?P<source>(?:the\s)?{_NAME}|{_NOUN}))"
    rf"|(?<=[{_BLANK},]\s)(?:said|says|add(?:s|ed)|wr(?:ites|ote)|explained)\s(?P<behind>{_NAME}|[Tt]he\s{_NAME})"
)

# The head of a mail, and the line above what one quotes.
_SENDER = re.compile(
    r"(?i:from):\s*\"?(?P<name>[^\"<>\n]*[^\"<>\s])?\"?\s*(?:<(?P<address>[^>\n]*)>)?\s*$", re.MULTILINE
)
_WRITER = re.compile(
    rf"(?P<name>{_NAME})\s*(?:<(?P<address>[^>\n]*)>\s*)?(?:{SAYS}|schrieb|a écrit)\s*:\s*$", re.MULTILINE
)


def find_speaker(text: str, span: Span) -> tuple[Span, ...]:
    """Where in `text` it stands who says what stands at `span`; empty if nobody in particular does.

    Within `span` or near it; the last place is the name, a pronoun for it comes before.

    >>> text = "Ann Fox urged calm. “All is well,” she said."
    >>> [text[start:end] for start, end in find_speaker(text, (20, 44))]
    ['she', 'Ann Fox']
    """
    quotes = list(_find_quotes(text))
    bare = _blank_quotes(text, quotes)
    saying = _find_saying(text, bare, quotes, span)
    if saying is None:
        return ()
    place = saying.span(str(saying.lastgroup))
    if saying.lastgroup != "pronoun":
        return (place,)
    before = max(0, place[0] - BACK)
    names = [name for name in _SPEAKER.finditer(bare, before, place[0]) if name.lastgroup != "pronoun"]
    if names:
        return place, names[-1].span(str(names[-1].lastgroup))
    people = list(FULL_NAME.finditer(bare, before, place[0]))
    return (place, people[-1].span()) if people else ()


def find_teller(outline: Outline, span: Span) -> tuple[Span, ...]:
    """Where in a document it stands who says what stands at `span`, the name last: who speaks in a
    transcript, whose mail it is or is quoted, or else as `find_speaker` reads it."""
    told_by = _find_told_by(outline, span[0])
    return (told_by,) if told_by else find_speaker(outline.document.text, span)


def name_teller(outline: Outline, span: Span) -> str:
    """Who speaks in a transcript or wrote the mail, one of several or quoted in one, that `span` stands in;
    "" if it stands in none."""
    told_by = _find_told_by(outline, span[0])
    return outline.document.text[slice(*told_by)] if told_by else ""


def _find_told_by(outline: Outline, at: int) -> Span | None:
    """Where the line above the character `at`, or its own, names who speaks or writes there, if one does."""
    text, own = outline.document.text, outline.blocks[outline.block_at(at)]
    quoted = own.kind == "quotation"
    for block in reversed([*outline.above(at), *([own] if own.kind == "speaker" else [])]):
        if block.kind == "speaker":
            return block.start, block.start + len(text[block.start : block.end].rstrip(": \t"))
        pattern = _SENDER if block.kind == "metadata" else _WRITER if quoted else None
        found = pattern.search(text, block.start, block.end) if pattern else None
        named = [found.span(part) for part in ("name", "address") if found[part]] if found else []
        if named:
            return named[0]
    return None


def _find_saying(text: str, bare: str, quotes: list[Span], span: Span) -> re.Match[str] | None:
    """The words by which somebody says `span`: in it, behind the quote it stands in, or before."""
    start, end = span
    own = _SPEAKER.search(bare, start, end)
    if own:
        return own
    for first, last in quotes:
        goes_on = first < end < last and text[last - 2] not in ".…"
        if goes_on and (behind := _SPEAKER.search(bare, last - 1, last + BEHIND)):
            return behind
    opened = [first for first, last in quotes if first <= start < last]
    if opened:
        return _last_saying_before(bare, min(opened))
    if is_list_item(text, start):
        announced = bare.rfind(":\n", 0, start)
        line = bare.rfind("\n", 0, max(announced, 0)) + 1
        return _SPEAKER.search(bare, line, announced) if announced > start - BACK else None
    return None


def _last_saying_before(bare: str, start: int) -> re.Match[str] | None:
    """The last words of saying before `start`, if they are near."""
    sayings = list(_SPEAKER.finditer(bare, max(0, start - BACK), start))
    between = bare[sayings[-1].end() : start].replace(_BLANK, "") if sayings else ""
    return sayings[-1] if sayings and len(between) <= NEAR else None


def _find_quotes(text: str) -> Iterator[Span]:
    """What stands in quotation marks, the marks included; what is never closed is none."""
    for marks in _MARKS:
        start = None
        for mark in marks.finditer(text):
            kind = mark.lastgroup
            anew = start is not None and (mark.start() == 0 or text[mark.start() - 1] == "\n")
            if kind == "opens" and not anew:
                start = mark.start()
            elif kind == "breaks":
                start = None
            elif kind is None and start is not None:
                yield start, mark.end()
                start = None


def _blank_quotes(text: str, quotes: list[Span]) -> str:
    """`text` with its quotes blanked out, every character in its place."""
    letters = list(text)
    for start, end in quotes:
        letters[start:end] = _BLANK * (end - start)
    return "".join(letters)
