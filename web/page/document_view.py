"""A document -> how it is laid out, as HTML: headings, lists, tables, code, with what is cited marked.

Every letter of the text is shown, but for its markup, and everything is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby

import rag
from rag.datatypes import Block
from rag.documents.sentences import bullet_end
from rag.formats.text import outline_of
from rag.spans import Span, subtract
from web.page.marked_words import MarkedWords

MOST_CELLS = 60_000  # of the tables of one document; the rows behind them are lines
MOST_FURNITURE = 10  # blocks of it amid a list
DEEPEST = 8  # level of a list that is still indented
_FAMILY = {"term": "dl", "definition": "dl", "row": "table", "quotation": "blockquote", "item": "list"}
_BARE = {"paragraph": "p", "quotation": "p", "term": "dt", "definition": "dd"}
_RULE = re.compile(r"[-*_=~](?:[ \t]*[-*_=~]){2,}")
_TABLE = '<div class="table" role="group" aria-label="Table" tabindex="0">'  # it may be wider than the page
_LINE = re.compile(r"[^\r\n]+")
_MATTERS = re.compile(r"[^\s!-/:-@\[-`{-~\u200b\ufeff]")  # what is neither blank nor a sign of layout


def document_view(document: rag.Document, quote: Span | None = None, others: Sequence[Span] = ()) -> str:
    """The whole document; `quote` is marked, the first mark with the id "cited", and `others` faintly."""
    return _View(document, quote, others).html()


class _View:
    def __init__(self, document: rag.Document, quote: Span | None, others: Sequence[Span]) -> None:
        self._text = document.text
        self._outline = outline_of(document)
        self._blocks = self._outline.blocks
        self._words = MarkedWords(document, self._blocks, quote, others)
        self._cells_left = MOST_CELLS

    def html(self) -> str:
        """The blocks, and what stands between them and is no markup."""
        shown: list[str] = []
        before: Block | None = None
        reached = 0
        for run in self._runs(self._outermost()):
            first, last = self._blocks[run[0]], self._blocks[run[-1]]
            shown += self._between(reached, first.start, before, first)
            shown.append(self._run(run))
            before, reached = last, max(reached, last.end)
        shown += self._between(reached, len(self._text), before, None)
        return "\n".join(filter(None, shown))

    def _outermost(self) -> Iterator[int]:
        """The places of the blocks that stand in no other."""
        reached = 0
        for place, block in enumerate(self._blocks):
            if block.end > reached:
                yield place
                reached = block.end

    # Runs of blocks that make one list, table, ...

    def _runs(self, places: Iterable[int]) -> Iterator[list[int]]:
        run: list[int] = []
        for place in places:
            if run and not self._goes_on(run, place):
                yield run
                run = []
            run.append(place)
        if run:
            yield run

    def _goes_on(self, run: list[int], place: int) -> bool:
        first, before, block = (self._blocks[p] for p in (run[0], run[-1], place))
        if first.kind == "item":
            return block.kind == "item" or self._stands_in_list(run[0], place)
        if first.kind == "speaker":
            apart = "\n" in self._text[first.end : block.start]
            return len(run) == 1 and block.kind == "paragraph" and not apart
        if block.kind == "row":
            return before.kind == "caption" or (before.kind == "row" and before.header >= block.header)
        return first.kind in _FAMILY and _FAMILY[first.kind] == _FAMILY.get(block.kind)

    def _stands_in_list(self, first: int, place: int) -> bool:
        """Whether a block is part of an item behind `first`, or furniture amid the list."""
        block = self._blocks[place]
        if block.kind == "furniture":
            near = range(place + 1, min(place + MOST_FURNITURE, len(self._blocks)))
            behind = (p for p in near if self._blocks[p].kind != "furniture")
            following = next(behind, None)
            return following is not None and self._is_of_list(first, following)
        return self._is_of_list(first, place)

    def _is_of_list(self, first: int, place: int) -> bool:
        start = self._blocks[place].start
        if self._blocks[place].kind != "item" and self._text[start - 1 : start] in ("\n", "\r"):
            return False  # it is not indented, so it stands behind the list
        while place >= first and self._blocks[place].kind != "item":
            place = self._outline.parents[place]
        return place >= first

    def _run(self, run: list[int]) -> str:
        block = self._blocks[run[0]]
        if block.kind == "item":
            return self._list(run)
        if self._blocks[run[-1]].kind == "row":
            return self._table(run)
        if block.kind == "speaker":
            name, *said = (self._words.html(self._blocks[p].start, self._blocks[p].end) for p in run)
            return f'<p><strong class="speaker-text">{name}</strong> {" ".join(said)}</p>'
        inside = "\n".join(self._block(self._blocks[place]) for place in run)
        family = _FAMILY.get(block.kind)
        return f"<{family}>{inside}</{family}>" if family else inside

    def _block(self, block: Block) -> str:
        aside, verbatim = block.kind in ("furniture", "metadata"), block.kind == "code"
        words = self._words.html(block.start, block.end, aside=aside, verbatim=verbatim)
        if not words:
            return ""
        if block.kind == "heading":
            level = min(max(block.level, 1), 4) + 2
            return f"<h{level}>{words}</h{level}>"
        if block.kind == "code":
            return f"<pre><code>{words}</code></pre>"
        tag = _BARE.get(block.kind)
        return f"<{tag}>{words}</{tag}>" if tag else f'<p class="{block.kind}-text">{words}</p>'

    def _list(self, run: list[int]) -> str:
        shown: list[str] = []
        lists: list[tuple[int, str]] = []  # those that are open: level and tag
        for is_item, places in groupby(run, lambda place: self._blocks[place].kind == "item"):
            if is_item:
                for place in places:
                    self._item(self._blocks[place], lists, shown)
            else:
                shown += map(self._run, self._runs(places))
        return "\n".join([*shown, *(f"</li></{tag}>" for _, tag in reversed(lists))])

    def _item(self, block: Block, lists: list[tuple[int, str]], shown: list[str]) -> None:
        """Add an item to `shown`; one without a bullet of its own goes on with the one before."""
        level, tag = min(block.level, DEEPEST), "ol" if block.ordered else "ul"
        begun = bullet_end(self._text, block.start, block.end)
        while lists and lists[-1][0] > level:
            shown.append(f"</li></{lists.pop()[1]}>")
        if begun == block.start and self._text[begun] != "<" and lists[-1:] == [(level, tag)]:
            shown.append(f"<p>{self._words.html(begun, block.end)}</p>")
            return
        if lists[-1:] == [(level, tag)]:
            shown.append("</li>")
        else:
            if lists and lists[-1][0] == level:
                shown.append(f"</li></{lists.pop()[1]}>")
            lists.append((level, tag))
            shown.append(f"<{tag}>")
        if len(self._text[block.start : begun].strip()) > 1:
            bullet = self._words.html(block.start, begun)
            shown.append(f'<li class="counted"><span class="bullet">{bullet}</span>')
        else:
            shown.append("<li>")
        shown[-1] += self._words.html(begun, block.end)

    def _table(self, run: list[int]) -> str:
        caption = self._blocks[run[0]] if self._blocks[run[0]].kind == "caption" else None
        rows = [self._blocks[place] for place in run if self._blocks[place].kind == "row"]
        drawn = sum(cells <= self._cells_left for cells in accumulate(len(row.cells) or 1 for row in rows))
        self._cells_left -= sum(len(row.cells) or 1 for row in rows[:drawn])
        width = max((len(row.cells) for row in rows[:drawn]), default=1)
        parts = [f"<caption>{self._words.html(caption.start, caption.end)}</caption>"] if caption else []
        for header, section in groupby(rows[:drawn], lambda row: row.header):
            part = "thead" if header else "tbody"
            parts.append(f"<{part}>{''.join(self._rows(list(section), width))}</{part}>")
        table = f"{_TABLE}<table>{''.join(parts)}</table></div>"
        rest = [f'<p class="row-text">{self._words.html(row.start, row.end)}</p>' for row in rows[drawn:]]
        return "\n".join([table, *rest] if drawn or caption else rest)

    def _rows(self, rows: list[Block], width: int) -> Iterator[str]:
        """Each row with its cells; a cell over several rows or columns stands in the first of them."""
        for at, row in enumerate(rows):
            if not row.cells or self._has_more(row):
                yield f'<tr><td colspan="{width}">{self._words.html(row.start, row.end)}</td></tr>\n'
                continue
            cells = []
            for column, cell in enumerate(row.cells):
                above = rows[at - 1].cells[column : column + 1] if at else ()
                if cell[0] < cell[1] and (cell in above or cell in row.cells[max(column - 1, 0) : column]):
                    continue
                cells.append(self._cell(rows, at, column))
            yield f"<tr>{' '.join(cells)}</tr>\n"

    def _has_more(self, row: Block) -> bool:
        """Whether a row has something that stands in none of its cells."""
        apart = [s for s in subtract((row.start, row.end), row.cells) if _MATTERS.search(self._text, *s)]
        return any(_MATTERS.search(self._words.bare(*span)) for span in apart)

    def _cell(self, rows: Sequence[Block], at: int, column: int) -> str:
        """The cell in a column of the row `at`."""
        cell, across, down = rows[at].cells[column], 1, 1
        words = self._words.html(*cell)
        if words:
            while rows[at].cells[column + across : column + across + 1] == (cell,):
                across += 1
            while at + down < len(rows) and rows[at + down].cells[column : column + 1] == (cell,):
                down += 1
        spans = f' colspan="{across}"' if across > 1 else ""
        spans += f' rowspan="{down}"' if down > 1 else ""
        tag = "th" if rows[at].header and words else "td"
        return f"<{tag}{spans}>{words}</{tag}>"

    def _between(self, start: int, end: int, before: Block | None, behind: Block | None) -> Iterator[str]:
        """A rule, or signs that are of no block."""
        kinds = {block.kind for block in (before, behind) if block}
        underlined = before is not None and before.kind == "heading"
        for line in _LINE.finditer(self._text, start, max(start, end)):
            if _RULE.fullmatch(line[0].strip()):
                yield "" if underlined or "row" in kinds else "<hr>"
            elif _MATTERS.search(self._words.bare(*line.span())):
                yield f"<p>{self._words.html(*line.span())}</p>"
