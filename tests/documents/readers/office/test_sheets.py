"""Sheets are read table by table, each row with its number, values as they are shown."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from made import place_of, saved
from odf import opendocument, table, text

from rag.documents.readers.readers import read_file


@pytest.fixture(scope="module")
def contents():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Depots"
    sheet["A1"] = "Depots of 2026"
    sheet.merge_cells("A1:C1")
    for row in (("Depot", "Fee", "Since"), ("Leeds", 0.25, date(2026, 3, 4)), ("York", 1234.5, None)):
        sheet.append(row)
    sheet["B3"].number_format, sheet["B4"].number_format = "0%", '#,##0.00 "€"'
    sheet.merge_cells("C3:C4")
    sheet.row_dimensions[4].hidden = True
    for at, value in (
        ("A7", "Tool"),
        ("B7", "Price"),
        ("A8", "Saw"),
        ("B8", 12),
        ("F7", "Key"),
        ("G7", "Door"),
    ):
        sheet[at] = value
    sheet["F8"], sheet["G8"] = "K1", "Attic"
    secret = book.create_sheet("Secret")
    secret["B2"], secret.sheet_state = "The safe is blue.", "hidden"
    return read_file("a.xlsx", saved(book))


def rows_of(contents):
    return [[contents.text[slice(*cell)] for cell in b.cells] for b in contents.blocks if b.kind == "row"]


def test_tables_are_apart_and_values_are_as_shown(contents):
    assert rows_of(contents) == [
        ["Depot", "Fee", "Since"],
        ["Leeds", "25%", "2026-03-04"],
        ["York", "1,234.50 €", "2026-03-04"],
        ["Tool", "Price"],
        ["Saw", "12"],
        ["Key", "Door"],
        ["K1", "Attic"],
    ]
    assert [b.header for b in contents.blocks if b.kind == "row"] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
    ]


def test_place_is_sheet_and_row_and_says_what_is_hidden(contents):
    assert place_of(contents, "Leeds") == "sheet Depots, row 3"
    assert place_of(contents, "York") == "sheet Depots, row 4 (hidden)"
    assert place_of(contents, "Attic") == "sheet Depots, row 8"
    assert place_of(contents, "The safe is blue.") == "sheet Secret (hidden), row 2"


def test_extent_that_a_file_states_wrongly_hides_nothing():
    book = openpyxl.Workbook()
    for row in (("Name", "Age"), ("Ann", 41)):
        book.active.append(row)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive, zipfile.ZipFile(file, "w") as wrong:
        for name in archive.namelist():
            wrong.writestr(name, archive.read(name).replace(b'ref="A1:B2"', b'ref="A1:A1"'))
    assert "Ann | 41" in read_file("a.xlsx", file.getvalue()).text


def test_rows_of_opendocument_are_counted_with_those_repeated():
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Depots")
    for cells, repeated in ((("Depot", "Bays"), 1), ((), 5), (("Leeds", "9"), 1), ((), 1_000_000)):
        row = table.TableRow(numberrowsrepeated=repeated)
        for words in cells or ("",):
            cell = table.TableCell()
            cell.addElement(text.P(text=words))
            row.addElement(cell)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    contents = read_file("a.ods", saved(book))
    assert rows_of(contents) == [["Depot", "Bays"], ["Leeds", "9"]]
    assert place_of(contents, "Leeds") == "sheet Depots, row 7"
