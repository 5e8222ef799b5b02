"""The inline markup of Markdown -> what a reader does not see of it, with its places.

markdown-it tells what stands in a paragraph, not where.  So each of its rules is wrapped in one that
notes the place before and after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from rag.datatypes import Mark
from rag.spans import Span

Rule = Callable[[StateInline, bool], bool]

_NESTED = {"image": 2, "footnote_inline": 2}  # parsed by themselves, behind so many characters
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_CROSSED = re.compile(r"<(?P<closes>/?)(?:s|del|strike)\b", re.IGNORECASE)
STRUCK = ("(struck out: ", ")")  # what is shown around words that are crossed out
_STRUCK = dict(zip(("s_open", "s_close"), STRUCK, strict=True))
_ALT = re.compile(r"""<img\b[^>]*?\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inline:
    """The markup of one paragraph: its marks, and the bold words that it begins with.

    All places are in the paragraph.  `badges` are pictures that are links; `decoration` says that it
    shows nothing else.
    """

    marks: tuple[Mark, ...] = ()
    bold: Span | None = None
    badges: tuple[Span, ...] = ()
    decoration: bool = False


@dataclass(slots=True)
class _Notes:
    """What the rules have noted of one paragraph that begins at `base`."""

    base: int = 0
    marks: list[Mark] = field(default_factory=list)
    delimiters: list[tuple[Token, int, int]] = field(default_factory=list)
    bold: list[tuple[str, int, int]] = field(default_factory=list)
    badges: list[Span] = field(default_factory=list)

    def mark(self, start: int, end: int, shown: str = "") -> None:
        """Note that `shown` is seen in place of what is between `start` and `end`."""
        if start < end:
            self.marks.append(Mark(self.base + start, self.base + end, shown))


def watch(parser: MarkdownIt) -> None:
    """Make the inline rules of a parser note the places of what they find."""
    ruler = parser.inline.ruler
    for name, rule in zip(parser.get_active_rules()["inline"], ruler.getRules(""), strict=True):
        ruler.at(name, _noting(name, rule))
    parser.inline.ruler2.before("fragments_join", "note_delimiters", _note_delimiters)


def parse_inline(parser: MarkdownIt, content: str, env: dict[str, object]) -> Inline:
    """The inline markup of a paragraph; `env` is that of its document."""
    notes = _Notes()
    env["notes"] = [notes]
    children: list[Token] = []
    parser.inline.parse(content, parser, env, children)
    marks = tuple(without_overlaps(notes.marks))
    return Inline(marks, _leading_bold(notes), tuple(notes.badges), _is_decoration(children))


def without_overlaps(marks: Sequence[Mark]) -> list[Mark]:
    """The marks in order, without those that begin inside of another."""
    apart: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return apart


def _noting(name: str, rule: Rule) -> Rule:
    """The rule of that name, which notes the markup that it finds."""

    def run(state: StateInline, silent: bool) -> bool:
        if silent:
            return rule(state, silent)
        stack: list[_Notes] = state.env["notes"]
        notes, start = stack[-1], state.pos
        if name in _NESTED:
            stack.append(_Notes(notes.base + start + _NESTED[name], notes.marks))
        found = rule(state, silent)
        if name in _NESTED:
            stack.pop()
        if found and name in _FINDERS:
            _FINDERS[name](state, start, notes)
        return found

    return run


def _note_delimiters(state: StateInline) -> None:
    """Mark the stars, lines and waves that have become emphasis."""
    notes = state.env["notes"][-1]
    for token, start, end in notes.delimiters:
        if not token.content:
            notes.mark(start, end, _STRUCK.get(token.type, ""))
        if token.type in ("strong_open", "strong_close"):
            notes.bold.append((token.type, start, end))


def _find_delimiters(state: StateInline, start: int, notes: _Notes) -> None:
    at, index = state.pos, len(state.tokens)
    while at > start:
        index -= 1
        token = state.tokens[index]
        notes.delimiters.append((token, at - len(token.content), at))
        at -= len(token.content)


def _find_escape(state: StateInline, start: int, notes: _Notes) -> None:
    token = state.tokens[-1]
    if token.type == "hardbreak" or token.content != token.markup:
        notes.mark(start, start + 1)


def _find_entity(state: StateInline, start: int, notes: _Notes) -> None:
    token = state.tokens[-1]
    if token.content != token.markup:
        notes.mark(start, state.pos, token.content.replace("\xa0", " "))


def _find_code(state: StateInline, start: int, notes: _Notes) -> None:
    token = state.tokens[-1] if state.tokens else None
    if token is None or token.type != "code_inline" or state.pending:
        return
    ticks = len(token.markup)
    blank = (state.pos - start - 2 * ticks - len(token.content)) // 2
    notes.mark(start, start + ticks + blank)
    notes.mark(state.pos - ticks - blank, state.pos)


def _find_link(state: StateInline, start: int, notes: _Notes) -> None:
    end = state.md.helpers.parseLinkLabel(state, start, True)
    _mark_around(start, 1, end, state.pos, notes)


def _find_image(state: StateInline, start: int, notes: _Notes) -> None:
    end = state.md.helpers.parseLinkLabel(state, start + 1, False)
    if state.linkLevel:
        notes.badges.append((notes.base + start, notes.base + state.pos))
    _mark_around(start, 2, end, state.pos, notes)


def _mark_around(start: int, opening: int, label_end: int, end: int, notes: _Notes) -> None:
    """Mark all but the label of a link."""
    notes.mark(start, start + opening)
    notes.mark(label_end, end)


def _find_note(state: StateInline, start: int, notes: _Notes) -> None:
    notes.mark(start, start + 2, " (")
    notes.mark(state.pos - 1, state.pos, ")")


def _find_whole(state: StateInline, start: int, notes: _Notes) -> None:
    notes.mark(start, state.pos)


def _find_address(state: StateInline, start: int, notes: _Notes) -> None:
    notes.mark(start, start + 1)
    notes.mark(state.pos - 1, state.pos)


def _find_tag(state: StateInline, start: int, notes: _Notes) -> None:
    notes.mark(start, state.pos, tag_text(state.tokens[-1].content))


def tag_text(tag: str) -> str:
    """What is seen of an HTML tag: the break of a line, that words are crossed out, and what stands in for a
    picture.

    >>> tag_text("<br/>"), tag_text('<img alt="A fox" src="a.png">'), tag_text("<kbd>"), tag_text("</del>")
    (' ', 'A fox', '', ')')
    """
    if _BREAK.match(tag):
        return " "
    if crossed := _CROSSED.match(tag):
        return STRUCK[bool(crossed["closes"])]
    image = _ALT.match(tag)
    return (image[1] or image[2] or "") if image else ""


_FINDERS: dict[str, Callable[[StateInline, int, _Notes], None]] = {
    "emphasis": _find_delimiters,
    "strikethrough": _find_delimiters,
    "escape": _find_escape,
    "entity": _find_entity,
    "backticks": _find_code,
    "link": _find_link,
    "image": _find_image,
    "footnote_inline": _find_note,
    "footnote_ref": _find_whole,
    "autolink": _find_address,
    "html_inline": _find_tag,
}


def _leading_bold(notes: _Notes) -> Span | None:
    """Where the bold words stand that the paragraph begins with, stars and all."""
    places = sorted(notes.bold, key=lambda place: place[1])
    stars = {mark.start: mark.end for mark in notes.marks if mark.end == mark.start + 1}
    if not places or not all(at in stars for at in range(places[0][1])):
        return None
    depth = 0
    for kind, _, end in places:
        depth += 1 if kind == "strong_open" else -1
        if not depth:
            while end in stars:
                end = stars[end]
            return 0, end
    return None


def _is_decoration(children: Sequence[Token]) -> bool:
    """Whether there is nothing to read but pictures that are several, or links."""
    kinds = [child.type for child in children]
    words = any(c.type in ("text", "text_special", "code_inline") and c.content.strip() for c in children)
    math = any(kind.startswith("math") or kind == "footnote_ref" for kind in kinds)
    bare = kinds.count("image") == 1 and "link_open" not in kinds
    return not words and not math and not bare
