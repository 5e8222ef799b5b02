"""The tokens of a Markdown parser -> the blocks of its text, and its markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.datatypes import Block, BlockKind, Mark
from rag.documents.readers.markup.callouts import find_box, find_callout
from rag.documents.readers.markup.embedded_html import HtmlBlocks
from rag.documents.readers.markup.inline import Inline, parse_inline
from rag.documents.readers.markup.paragraphs import split_paragraph
from rag.documents.readers.markup.source import Places, Source
from rag.spans import Span, has_letters

LONGEST_MARKUP = 300  # characters; a longer target of a link is a picture in figures


@dataclass(slots=True)
class _Container:
    """What blocks stand in: a list item, quotation, footnote or definition.

    Its first paragraph begins at `opening`, where its marker stands; None if that is behind.
    """

    kind: BlockKind
    level: int = 0
    ordered: bool = False
    opening: Span | None = None


class BlockWalk:
    """Goes over the tokens of a text once; then `blocks` and `marks` are what it has found.

    A paragraph of a list item that is not its first is an item of the same level without a marker.
    """

    def __init__(self, source: Source, parser: MarkdownIt, env: dict[str, object]) -> None:
        self.blocks: list[Block] = []
        self.marks: list[Mark] = []
        self._source, self._parser, self._env = source, parser, env
        self._containers: list[_Container] = []
        self._html = HtmlBlocks(source.text)
        self._header = False
        self._heading = 0  # the level of the last heading
        self._openers: dict[str, Callable[[Token, Sequence[Token]], None]] = {
            "heading_open": self._heading_open,
            "paragraph_open": self._paragraph_open,
            "list_item_open": self._item_open,
            "blockquote_open": self._quote_open,
            "footnote_reference_open": self._footnote_open,
            "dt_open": self._term_open,
            "dd_open": self._definition_open,
            "tr_open": self._row_open,
            "fence": self._fence,
            "code_block": self._verbatim,
            "math_block": self._math,
            "math_block_label": self._math,
            "html_block": self._html_block,
            "definition": self._link_definition,
        }

    def walk(self, tokens: Sequence[Token]) -> None:
        """Make blocks of the tokens."""
        for index, token in enumerate(tokens):
            if token.type in ("thead_open", "thead_close"):
                self._header = token.type == "thead_open"
            elif token.type in self._openers and token.map is not None:
                self._openers[token.type](token, tokens[index : index + 4])
            elif token.type == "tr_open":
                self._row_open(token, ())
            elif token.type in _CLOSERS:
                self._flush()
                self._containers.pop()

    def _add(self, kind: BlockKind, span: Span, **more: object) -> None:
        """A block, behind the markers of lists that have none of their own."""
        self._flush()
        if has_letters(self._source.text, span):
            self.blocks.append(Block(kind, *span, **more))  # type: ignore[arg-type]

    def _flush(self) -> None:
        """An item of its own for a number that no paragraph follows."""
        for container in self._containers:
            opening, container.opening = container.opening, None
            if opening and has_letters(self._source.text, opening):
                self.blocks.append(
                    Block(container.kind, *opening, level=container.level, ordered=container.ordered)
                )

    def _inline(self, content: str, places: Places | None) -> Inline:
        """The markup of a content, which is marked in the text."""
        inline = parse_inline(self._parser, content, self._env) if places else Inline()
        for mark in inline.marks:
            start, end = places.span(mark.start, mark.end) if places else (0, 0)
            self.marks.append(Mark(start, end, mark.shown))
        return inline

    def _furnish(self, first: int) -> None:
        """Furniture for what is too long a markup, of the marks from the `first` on."""
        for mark in self.marks[first:]:
            if mark.end - mark.start > LONGEST_MARKUP:
                self.blocks.append(Block("furniture", mark.start, mark.end))

    def _heading_open(self, token: Token, ahead: Sequence[Token]) -> None:
        assert token.map is not None
        first, last, content = *token.map, ahead[1].content
        span = self._source.span(first, last)
        level = int(token.tag[1:])
        if token.markup.startswith("#"):
            places = self._source.place_heading(content, first, level)
            words = places.span(0, len(content)) if places else span
            self.marks += [Mark(span[0], words[0]), Mark(words[1], span[1])]
        else:
            places = self._source.place(content, first)
            self.marks.append(Mark(self._source.ends[last - 2], span[1]))
        inline = self._inline(content, places)
        if places and not inline.decoration:  # badges beside a title are none of it
            self.marks += [Mark(*places.span(*badge)) for badge in inline.badges]
        inside = any(container.kind == "quotation" for container in self._containers)
        self._heading = self._heading if inside else level
        self._add("quotation" if inside else "heading", span, level=0 if inside else level)

    def _paragraph_open(self, token: Token, ahead: Sequence[Token]) -> None:
        assert token.map is not None
        first, content, count = token.map[0], ahead[1].content, len(self.marks)
        places = self._source.place(content, first)
        span = places.span(0, len(content)) if places else self._source.span(*token.map)
        inline = self._inline(content, places)
        container = self._containers[-1] if self._containers else None
        signs = find_box(content) if container and container.opening else find_callout(content)
        self.marks += [Mark(*places.span(s.start, s.end), s.shown) for s in signs if places]
        if container is not None and not inline.decoration:
            if container.opening:
                span, container.opening = (container.opening[0], span[1]), None
            self._add(container.kind, span, level=container.level, ordered=container.ordered)
        else:
            follows = ahead[3].type if len(ahead) > 3 else ""
            for kind, start, end in split_paragraph(content, inline, follows):
                place = places.span(start, end) if places else span
                level = min(self._heading + 1, 7) if kind == "heading" else 0
                self._add(kind, place, level=level)
        self._furnish(count)

    def _item_open(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        level = sum(container.kind == "item" for container in self._containers)
        opening = self._source.skip(token.map[0], token.info + token.markup)
        self._containers.append(_Container("item", level, bool(token.info), opening))

    def _quote_open(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        self.marks += self._source.skip_quotes(*token.map)
        self._containers.append(_Container("quotation"))

    def _footnote_open(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        opening = self._source.skip(token.map[0], f"[^{token.meta['label']}]:")
        words = self._source.span(token.map[0], token.map[0] + 1)[0]
        self.marks.append(Mark(opening[0], max(words, opening[1])))
        self._containers.append(_Container("footnote", opening=opening))

    def _term_open(self, token: Token, ahead: Sequence[Token]) -> None:
        assert token.map is not None
        places = self._source.place(ahead[1].content, token.map[0])
        self._inline(ahead[1].content, places)
        self._add("term", self._source.span(token.map[0], token.map[0] + 1))

    def _definition_open(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        line = token.map[0]
        marker = self._source.span(line, line + 1)[0]
        self.marks.append(Mark(*self._source.skip(line, self._source.text[marker : marker + 1])))
        self._containers.append(_Container("definition"))

    def _row_open(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        line = token.map[0]
        cells = self._source.cells(line)
        for cell in cells:
            content = self._source.text[slice(*cell)]
            places = self._source.place_cell(cell)
            self.marks += [Mark(pipe - 1, pipe) for pipe in places.outside[1:]]
            self._inline(content.replace("\\|", "|"), places)
        self._add("row", self._source.span(line, line + 1), header=self._header, cells=tuple(cells))

    def _fence(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        first, last = token.map
        span = self._source.span(first, last)
        starts, ends = self._source.starts, self._source.ends
        self.marks.append(Mark(span[0], starts[first + 1] if first + 1 < last else ends[first]))
        if last - first == len(token.content.removesuffix("\n").split("\n")) * bool(token.content) + 2:
            self.marks.append(Mark(ends[last - 2], ends[last - 1]))
        self._add("code", span)

    def _verbatim(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        self._add("code", self._source.span(*token.map))

    def _math(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        self._add("paragraph", self._source.span(*token.map))

    def _html_block(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        self._flush()
        blocks, marks = self._html.read(self._source.span(*token.map))
        self.blocks += blocks
        self.marks += marks

    def _link_definition(self, token: Token, _: Sequence[Token]) -> None:
        assert token.map is not None
        self._add("furniture", self._source.span(*token.map))


_CLOSERS = frozenset(("list_item_close", "blockquote_close", "footnote_reference_close", "dd_close"))
