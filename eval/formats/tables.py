"""A table -> a file of a format that holds tables, and what the place of each of its rows is called there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pptx
from odf import opendocument, table as odf_table, text as odf_text
from pptx.util import Inches

from eval.formats.packing import saved
from eval.formats.topics import FILLER, Table

Made = tuple[bytes, Callable[[int], str]]  # a file, and the place of a row, from 1


def write_workbook(table: Table, variant: int) -> Made:
    """A workbook with a sheet of notes before; the table stands below a title, or beside another table."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title, notes["A1"] = "Notes", FILLER[0]
    sheet = book.create_sheet(table.title)
    down, right = (3, 0) if variant % 2 == 0 else (0, 4)
    if down:
        sheet["A1"] = f"{table.title} of the district"
        sheet.merge_cells("A1:C1")
    else:
        for number, (code, meaning) in enumerate((("Code", "Meaning"), ("k", "closed"), ("o", "open")), 1):
            sheet.cell(number, 1, code)
            sheet.cell(number, 2, meaning)
    for r, row in enumerate(table.rows, 1):
        for c, cell in enumerate(row, 1):
            sheet.cell(r + down, c + right, int(cell) if cell.isdecimal() else cell)
    return saved(book), lambda row: f"sheet {table.title}, row {row + 1 + down}"


def write_open_sheet(table: Table, variant: int) -> Made:
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name=table.title)
    for cells in table.rows:
        row = odf_table.TableRow()
        for cell in cells:
            holder = odf_table.TableCell(valuetype="string")
            holder.addElement(odf_text.P(text=cell))
            row.addElement(holder)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    return saved(book), lambda row: f"sheet {table.title}, row {row + 1}"


def write_values(table: Table, variant: int) -> Made:
    """Values between commas, semicolons, or tabs."""
    file = io.StringIO()
    csv.writer(file, delimiter=",;\t"[variant], lineterminator="\n").writerows(table.rows)
    return file.getvalue().encode(), lambda row: ""


def write_records(table: Table, variant: int) -> Made:
    """Records, in a list or by name with more below them."""
    names, *rows = table.rows
    records: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    if variant == 2:
        nested = {table.title: {record.pop(names[0]): record for record in records}}
        return json.dumps(nested, indent=1).encode(), lambda row: ""
    if variant == 1:
        records = [record | {"history": [{"year": 2001, "note": FILLER[0]}]} for record in records]
    return json.dumps(records).encode(), lambda row: f"record {row}"


def write_lines(table: Table, variant: int) -> Made:
    names, *rows = table.rows
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    return "\n".join(lines).encode(), lambda row: f"record {row}"


def write_word_table(table: Table, variant: int) -> Made:
    document = docx.Document()
    document.add_heading(table.title, 1)
    drawn = document.add_table(len(table.rows), len(table.rows[0]))
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row):
            drawn.cell(r, c).text = cell
    return saved(document), lambda row: ""


def write_slide_table(table: Table, variant: int) -> Made:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Welcome"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = table.title
    shape = (len(table.rows), len(table.rows[0]), Inches(1), Inches(2), Inches(8), Inches(3))
    drawn = slide.shapes.add_table(*shape).table
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row):
            drawn.cell(r, c).text = cell
    return saved(deck), lambda row: "slide 2"


Writer = Callable[[Table, int], Made]
WRITERS: tuple[tuple[str, Writer, int], ...] = (
    ("xlsx", write_workbook, 4),
    ("xlsm", write_workbook, 1),
    ("ods", write_open_sheet, 2),
    ("csv", write_values, 2),
    ("tsv", write_values, 1),
    ("json", write_records, 3),
    ("jsonl", write_lines, 2),
    ("docx", write_word_table, 1),
    ("pptx", write_slide_table, 1),
)
