"""The tables of a web page -> lines of text, and which cell stands in which column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

# A row with longer cells, or cells that hold one of these, is drawn as blocks.
CELL_CHARACTERS = 300
LAYOUT = frozenset(
    "article aside blockquote dl form h1 h2 h3 h4 h5 h6 header ol pre section table ul".split()
)
# Under a header such a row still is one, unless it holds one of these or is as long as a page.
ROW_CHARACTERS = 2_000
NO_CELL = frozenset("article aside form h1 h2 h3 h4 h5 h6 header nav pre section table".split())

WIDEST = 60  # columns; a cell that reaches over more does so by mistake
TALLEST = 1_000  # rows, likewise


@dataclass(slots=True)
class Row:
    """A row of data: the cell of each column, those that reach into it from above too."""

    columns: list[HtmlElement]
    own: list[HtmlElement]
    header: bool = False
    drawn: bool = False  # as one line


def find_rows(page: HtmlElement) -> dict[HtmlElement, Row]:
    """The rows of data of a page; what is not among them lays out the page."""
    tables: dict[HtmlElement | None, list[HtmlElement]] = {}
    for row in page.iter("tr"):
        tables.setdefault(next(row.iterancestors("table"), None), []).append(row)
    found: dict[HtmlElement, Row] = {}
    for elements in tables.values():
        rows = dict(zip(elements, _columns(elements), strict=True))
        for element, row in rows.items():
            row.header = _is_header(element, row)
            row.drawn = _is_line(row)
        is_data = any(row.drawn for row in rows.values())
        has_header = any(row.header for row in rows.values())
        for element, row in rows.items():
            if row.drawn or ((is_data or has_header) and _is_long_row(row, has_header)):
                found[element] = row
    return found


def write_row(element: HtmlElement, row: Row, sign: str, breaks: frozenset[str]) -> None:
    """Make of a row one line ``| cell | cell |``, with a sign before and behind each cell.

    `breaks` are the tags that divide words.
    """
    for part in element.iter():
        if part.tag in breaks:
            part.text, part.tail = f" {part.text or ''}", f" {part.tail or ''}"
    texts = [_text(cell) for cell in row.own]
    for child in list(element):
        element.remove(child)
    element.text = "|" + "".join(f" {sign}{text}{sign} |" if text else f" {sign}{sign}|" for text in texts)


def _text(cell: HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _columns(rows: list[HtmlElement]) -> Iterator[Row]:
    """Each row with its cells, one for each column; they may reach over columns, and into rows below."""
    above: dict[int, tuple[HtmlElement, int]] = {}  # column -> the cell that reaches there, how far down
    for element in rows:
        row = Row([], [cell for cell in element if cell.tag in ("td", "th")])
        below: dict[int, tuple[HtmlElement, int]] = {}
        for cell in [*row.own, None]:
            while len(row.columns) in above:
                reaching, more = above.pop(len(row.columns))
                if more > 1:
                    below[len(row.columns)] = (reaching, more - 1)
                row.columns.append(reaching)
            if cell is None:
                continue
            free = WIDEST - len(row.columns)
            down = _span(cell, "rowspan", TALLEST if free > 0 else 1)
            for _ in range(_span(cell, "colspan", max(free, 1))):
                if down > 1:
                    below[len(row.columns)] = (cell, down - 1)
                above.pop(len(row.columns), None)
                row.columns.append(cell)
        above = {**{at: cell for at, cell in above.items() if at > len(row.columns)}, **below}
        yield row


def _span(cell: HtmlElement, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    return max(min(number, most), 1)


def _is_header(element: HtmlElement, row: Row) -> bool:
    parent = element.getparent()
    in_head = parent is not None and parent.tag == "thead"
    return bool(row.own) and (in_head or all(cell.tag == "th" for cell in row.own))


def _is_line(row: Row) -> bool:
    """Whether a row can be drawn as a line: of two cells or more, none long and none with blocks."""
    if len(row.own) < 2 or any(part.tag in LAYOUT for cell in row.own for part in cell.iter()):
        return False
    lengths = [len(_text(cell)) for cell in row.own]
    return any(lengths) and max(lengths) <= CELL_CHARACTERS


def _is_long_row(row: Row, has_header: bool) -> bool:
    """Whether a row that is no line is one of data: under a header, or the title of the rows below."""
    if any(part.tag in NO_CELL for cell in row.own for part in cell.iter()):
        return False
    length = sum(len(_text(cell)) for cell in row.own)
    return 0 < length <= (ROW_CHARACTERS if has_header and len(row.own) > 1 else CELL_CHARACTERS)
