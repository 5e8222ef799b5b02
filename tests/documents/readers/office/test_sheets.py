"""Sheets are read table by table, each row with its number, values as they are shown."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from made import place_of
from odf import opendocument, table, text

from eval.formats.packing import saved, unzipped, zipped
from rag.documents.readers.office.programs.number_formats import show_number
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
    parts = {
        name: part.replace(b'ref="A1:B2"', b'ref="A1:A1"') for name, part in unzipped(saved(book)).items()
    }
    assert "Ann | 41" in read_file("a.xlsx", zipped(parts)).text


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


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1_234_567.5, "#,##0,", "1,235"),
        (1_234_567, '0.0,,"M"', "1.2M"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1.005, "0.00", "1.01"),
        (0.2565, "0%", "26%"),
        (2.5, "0.0#", "2.5"),
        (1_234, "00000", "01234"),
        (-1_234, "#,##0_);(#,##0)", "(1,234)"),
        (-1_234.1, "#,##0.00;[Red]#,##0.00", "-1,234.10"),
        (-5, "0.00;[Red]0", "-5"),
        (-5, '0 "t";[Red]0 "t"', "-5 t"),
        (-5, '0;"loss of "0', "loss of 5"),
        (-5, "0;-0", "-5"),
        (-0.001, "0.00;[Red]0.00", "0.00"),
        (-19.5, "£#,##0.00", "-£19.50"),
        (0.5, "0 %", "50 %"),
        (-0.255, "0.00 %", "-25.50 %"),
        (0.5, '0"%"', "1%"),
        (-5, "0;;", ""),
        (0, '#,##0;-#,##0;"none"', "none"),
        (5, "[$€-407] #,##0.00", "€ 5.00"),
        (3, '0 "boxes; sold"', "3 boxes; sold"),
        (1 / 3, "General", "0.333333333"),
        (0.1 + 0.2, "General", "0.3"),
        (7.5, "# ?/?", "7.5"),
        (1e300, "#,##0", "1e+300"),
        (5, "_" * 5_000 + '"', "5"),
    ],
)
def test_number_is_as_its_format_shows_it(value, form, shown):
    assert show_number(value, form) == shown


def test_cell_of_a_sheet_is_rounded_as_the_sheet_rounds_it():
    book = openpyxl.Workbook()
    for row in (("Depot", "Fee"), ("Leeds", 2.5), ("York", 1_234_567)):
        book.active.append(row)
    book.active["B2"].number_format, book.active["B3"].number_format = "0", "#,##0,"
    assert rows_of(read_file("a.xlsx", saved(book)))[1:] == [["Leeds", "3"], ["York", "1,235"]]
