"""HTML within Markdown -> its blocks, with their places in the text.

Unlike a web page it is not drawn: the text stays as it is, and the tags become marks.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from rag.datatypes import Block, BlockKind, Mark
from rag.documents.readers.markup.inline import tag_text
from rag.spans import Span, trim

LONGEST = 200_000  # characters; the parser of the standard library takes long over more that is broken
DEEPEST = 100  # tags; what stands in more stands in these

_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em i img input ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr font picture source video".split()
)
_UNSEEN = frozenset("script style template svg head noscript iframe".split())
_VOID = frozenset("base col hr link meta param".split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(_HEADINGS, "heading"),
    "li": "item",
    "dt": "term",
    "dd": "definition",
    "pre": "code",
    "blockquote": "quotation",
    "caption": "caption",
    "figcaption": "caption",
    "nav": "furniture",
    "footer": "furniture",
}


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag that is open, and whether the page hides what it holds."""

    name: str
    hidden: bool = False


@dataclass(slots=True)
class _Words:
    """Words that no tag of a block divides, in the block `block`; `cells` are those of a row."""

    block: Block
    number: int
    cells: list[Span] | None = None


class HtmlBlocks:
    """Reads the HTML of one text, piece by piece; what one piece opens the next may close."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Tag] = []

    def read(self, span: Span) -> tuple[list[Block], list[Mark]]:
        """The blocks and marks of the HTML in one place; what nobody sees is furniture.

        The blocks hold all of it: the tags before and behind their words too.
        """
        start, end = span
        reader = _Reader(self._text, span, self._open)
        if end - start <= LONGEST:
            reader.feed(self._text[start:end])
            reader.close()
        words = reader.words or [_Words(Block("furniture", start, end), 0)]
        starts = [start, *(before.block.end for before in words[:-1])]
        ends = [*(each.block.end for each in words[:-1]), end]
        blocks = []
        for each, first, last in zip(words, starts, ends, strict=True):
            first, last = trim(self._text, (first, last))
            cells = tuple(each.cells or ())
            blocks.append(replace(each.block, start=first, end=last, cells=cells))
        return blocks, [mark for mark in reader.marks if mark.start < mark.end]


class _Reader(HTMLParser):
    """Reads one piece of HTML; `tags` are the blocks that are open, and stay so at its end."""

    def __init__(self, text: str, span: Span, tags: list[_Tag]) -> None:
        super().__init__(convert_charrefs=False)
        self.words: list[_Words] = []
        self.marks: list[Mark] = []
        self._text, self._end, self._tags = text, span[1], tags
        breaks = (found.end() for found in re.finditer("\n", text[slice(*span)]))
        self._lines = [span[0], *(span[0] + at for at in breaks)]
        self._number = 0  # of the block
        self._row: list[Span] | None = None  # the cells of the row that is open
        self._header = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, unless the tag stands within a line."""
        end = self._mark_tag(self.get_starttag_text() or "")
        if tag in _INLINE:
            return
        self._number += 1
        if tag == "tr":
            self._row, self._header = [], True
        elif tag in ("td", "th") and self._row is not None:
            self._row.append((end, end))
            self._header = self._header and tag == "th"
        if tag not in _VOID and len(self._tags) < DEEPEST:
            hidden = tag in _UNSEEN or any(name == "hidden" for name, _ in attrs)
            self._tags.append(_Tag(tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that holds nothing ends the block before it, unless it stands within a line."""
        self._mark_tag(self.get_starttag_text() or "")
        self._number += tag not in _INLINE

    def handle_endtag(self, tag: str) -> None:
        """End a block, unless the tag stands within a line."""
        at = self._place()
        end = self._text.find(">", at, self._end)
        self.marks.append(Mark(at, end + 1 if end >= 0 else self._end))
        if tag in _INLINE:
            return
        self._number += 1
        self._row = None if tag in ("tr", "table") else self._row
        if any(tag == opened.name for opened in self._tags):
            while self._tags.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Words of the block that is open."""
        at = self._place()
        start, end = trim(self._text, (at, min(at + len(data), self._end)))
        if start < end:
            self._add((start, end))

    def handle_comment(self, data: str) -> None:
        """A comment is furniture that nobody sees."""
        at = self._place()
        end = min(at + len("<!---->") + len(data), self._end)
        self.marks.append(Mark(at, end))
        self._number += 1
        self.words.append(_Words(Block("furniture", at, end), self._number))
        self._number += 1

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self._mark_reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._mark_reference(f"&#{name}")

    def _mark_reference(self, written: str) -> None:
        at = self._place()
        end = at + len(written)
        end += self._text[end : end + 1] == ";"
        shown = html.unescape(self._text[at:end])
        if shown != self._text[at:end]:
            self.marks.append(Mark(at, end, shown.replace("\xa0", " ")))
        self._add((at, end))

    def _mark_tag(self, written: str) -> int:
        """Mark a tag; where it ends."""
        at, shown = self._place(), tag_text(written)
        end = min(at + len(written), self._end)
        self.marks.append(Mark(at, end, shown))
        if shown.strip():
            self._add((at, end))
        return end

    def _place(self) -> int:
        line, column = self.getpos()
        return min(self._lines[min(line, len(self._lines)) - 1] + column, self._end)

    def _add(self, span: Span) -> None:
        """Add words to the block that is open, or to the cell of its row."""
        if self._row:
            start, end = self._row[-1]
            self._row[-1] = (start if start < end else span[0], span[1])
        last = self.words[-1] if self.words else None
        if last and (last.cells is self._row if self._row else last.number == self._number):
            header = self._header if self._row else False
            last.block = replace(last.block, end=span[1], header=header)
        else:
            self.words.append(_Words(self._block(span), self._number, self._row or None))

    def _block(self, span: Span) -> Block:
        """A block of the kind of the tags that are open."""
        if any(tag.hidden for tag in self._tags):
            return Block("furniture", *span)
        if self._row:
            return Block("row", *span, header=self._header)
        tag = next((tag.name for tag in reversed(self._tags) if tag.name in _KINDS), "")
        lists = [tag.name for tag in self._tags if tag.name in ("ul", "ol")]
        level = int(tag[1]) if tag in _HEADINGS else max(len(lists) - 1, 0) if tag == "li" else 0
        ordered = tag == "li" and lists[-1:] == ["ol"]
        return Block(_KINDS.get(tag, "paragraph"), *span, level=level, ordered=ordered)
