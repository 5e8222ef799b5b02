"""Lines of a plain text -> its records: paragraphs that have the same labels, each with a value behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.datatypes import Block
from rag.documents.readers.layout.lines import Line, goes_on, is_ended, read_label
from rag.documents.readers.layout.tables.headers import is_header
from rag.spans import Span

LONGEST = 400  # characters of a field
SHARED = 0.5  # of the labels of a record that another has, too
HEADING_WORDS = 8  # of a line above the fields


@dataclass(frozen=True, slots=True)
class _Record:
    """The lines from `first` to before `last`, what names them, and of each field its label and place."""

    first: int
    last: int
    heading: Line | None
    labels: tuple[str, ...]
    fields: tuple[Span, ...]

    def blocks(self) -> list[Block]:
        row = Block("row", self.fields[0][0], self.fields[-1][1], cells=self.fields)
        return [self.heading.block("heading"), row] if self.heading else [row]


def find_field_records(lines: Sequence[Line]) -> dict[int, tuple[list[Block], int]]:
    """Each record as a row, below the line that names it if one does, by the index of its first line, with
    the index of the line behind it.

    One alone is none: there must be another that begins with the same label and shares half of the others.
    """
    records = [record for first, last in _runs(lines) if (record := _read_record(lines, first, last))]
    alike = Counter(record.labels[0] for record in records)
    of_kind = {
        label: Counter(name for record in records if record.labels[0] == label for name in {*record.labels})
        for label, count in alike.items()
        if count > 1
    }
    found = {}
    for record in records:
        names = of_kind.get(record.labels[0], Counter[str]())
        shared = sum(names[label] > 1 for label in record.labels)
        if shared > 1 and shared >= SHARED * len(record.labels):
            found[record.first] = record.blocks(), record.last
    return found


def _runs(lines: Sequence[Line]) -> list[Span]:
    """The runs of lines without a blank one between them."""
    starts = [n for n, line in enumerate(lines) if line.body and (n == 0 or not lines[n - 1].body)]
    return [
        (first, next((n for n in range(first, len(lines)) if not lines[n].body), len(lines)))
        for first in starts
    ]


def _read_record(lines: Sequence[Line], first: int, last: int) -> _Record | None:
    """The fields of a run of lines, and what names it above them, if a line does.

    A line that is further in than the first field, or begins in the middle of a sentence, goes on with the
    field above it.  None if a line belongs to no field, or if there is but one.
    """
    heading = lines[first] if _may_name(lines[first]) else None
    labels: list[str] = []
    fields: list[Span] = []
    # Of fields without a colon: the column where the value begins, the label and the value.
    beside: list[tuple[int, str, str]] = []
    above = first + (heading is not None)
    for n in range(above, last):
        line = lines[n]
        found = read_label(line.head)
        if found and line.indent <= lines[above].indent:
            label, value, marked = found
            labels.append(label.casefold())
            fields.append((line.start, line.end))
            beside += [] if marked else [(line.indent + value, label, line.head[value:])]
        elif fields and (line.indent > lines[above].indent or goes_on(lines[n - 1], line)):
            fields[-1] = fields[-1][0], line.end
        else:
            return None
    if beside and (len({column for column, *_ in beside}) > 1 or is_header([said for _, *said in beside])):
        return None
    if len(fields) < 2 or len({*labels}) < len(labels) or any(end - start > LONGEST for start, end in fields):
        return None
    return _Record(first, last, heading, tuple(labels), tuple(fields))


def _may_name(line: Line) -> bool:
    return not read_label(line.head) and not is_ended(line.body) and len(line.body.split()) <= HEADING_WORDS
