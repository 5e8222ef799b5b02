"""What Word shows is read with its structure: lists and headings by style, notes, changes, merged cells."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from eval.formats.packing import saved, unzipped, zipped
from rag.documents.readers.readers import read_file

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def change(paragraph, tag, words, text):
    run = f"<w:r><w:{words}>{text}</w:{words}></w:r>"
    paragraph._p.append(parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1" w:author="A">{run}</w:{tag}>'))


def rules():
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "Harbour papers", "Printed by Ann"
    document.core_properties.author = "Ada Brook"
    document.add_paragraph("House rules", "Title")
    style = document.styles.add_style("Own head", 1)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Moorings", "Own head")
    document.add_paragraph("Ropes", "List Bullet")
    document.add_paragraph("Spare ones", "List Bullet 2")
    document.add_paragraph("Tie up", "List Number")
    fee = document.add_paragraph("The fee is ")
    change(fee, "ins", "t", "ninety")
    change(fee, "del", "delText", "eighty")
    change(fee, "moveFrom", "t", "seventy")
    document.add_comment(fee.add_run(" euros."), text="Is that right?", author="Bo Reed")
    document.add_paragraph("Seen.").add_run(" Hidden.").font.hidden = True
    document.add_paragraph("The pier is closed.")
    table = document.add_table(3, 2)
    for row, texts in zip(table.rows, (("Berth", "Owner"), ("A1", "Kim"), ("A2", "")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    return with_footnote(parts_of(saved(document)))


def parts_of(raw):
    return {name: part.decode("latin-1") for name, part in unzipped(raw).items()}


def with_footnote(parts):
    """The file with a footnote to its closed pier, which python-docx cannot write."""
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>Since 1974.</w:t></w:r></w:p></w:footnote>'
    parts["word/footnotes.xml"] = f"<w:footnotes {WORD}>{note}</w:footnotes>"
    kind = f'<Override PartName="/word/footnotes.xml" ContentType="{PART}.footnotes+xml"/>'
    relation = f'<Relationship Id="rId99" Target="footnotes.xml" Type="{RELATION}/footnotes"/>'
    said = "is closed.</w:t></w:r>"
    for name, end, more in (
        ("[Content_Types].xml", "</Types>", f"{kind}</Types>"),
        ("word/_rels/document.xml.rels", "</Relationships>", f"{relation}</Relationships>"),
        ("word/document.xml", said, f'{said}<w:r><w:footnoteReference w:id="2"/></w:r>'),
    ):
        parts[name] = parts[name].replace(end, more)
    return zipped({name: part.encode("latin-1") for name, part in parts.items()})


@pytest.fixture(scope="module")
def contents():
    return read_file("rules.docx", rules())


def shown(contents, kind):
    return [(contents.text[b.start : b.end], b.level) for b in contents.blocks if b.kind == kind]


def test_headings_and_lists_are_known_by_style(contents):
    assert shown(contents, "heading") == [("House rules", 1), ("Moorings", 2)]
    assert shown(contents, "item") == [("- Ropes", 0), ("- Spare ones", 1), ("- Tie up", 0)]
    assert [b.ordered for b in contents.blocks if b.kind == "item"] == [False, False, True]


def test_running_head_and_foot_are_furniture(contents):
    assert shown(contents, "furniture") == [("Harbour papers", 0), ("Printed by Ann", 0)]


def test_what_was_inserted_counts_and_what_was_deleted_or_is_hidden_does_not(contents):
    assert "The fee is ninety euros." in contents.text
    assert not any(words in contents.text for words in ("eighty", "seventy", "Hidden"))


def test_footnotes_and_comments_stand_below_what_they_belong_to(contents):
    assert "The pier is closed.¹\n\n¹ Since 1974." in contents.text
    assert shown(contents, "footnote") == [("Comment by Bo Reed: Is that right?", 0), ("¹ Since 1974.", 0)]


def test_merged_cell_is_that_of_each_of_its_rows(contents):
    rows = [block for block in contents.blocks if block.kind == "row"]
    assert [row.header for row in rows] == [True, False, False]
    assert [[contents.text[slice(*cell)] for cell in row.cells] for row in rows[1:]] == [
        ["A1", "Kim"],
        ["A2", "Kim"],
    ]


def test_author_is_told_above(contents):
    assert shown(contents, "metadata") == [("Author: Ada Brook", 0)]


@pytest.mark.parametrize("kind", ["document.macroEnabled.main", "template.macroEnabledTemplate.main"])
def test_file_with_macros_is_read_as_one_without(contents, kind):
    parts = parts_of(rules())
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(f"{PART}.document.main", f"application/vnd.ms-word.{kind}")
    raw = zipped({name: part.encode("latin-1") for name, part in parts.items()})
    assert read_file("rules.docm", raw) == contents


def test_file_with_a_password_is_refused_as_such():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ValueError, match="locked by a password"):
        read_file("rules.docx", locked)


def test_numbers_beyond_measure_cost_nothing():
    document = docx.Document()
    item = document.add_paragraph("Ropes", "List Bullet")
    item._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{"9" * 99}"/><w:numId w:val="1"/></w:numPr>')
    )
    row = document.add_table(1, 2).rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {nsdecls("w")} w:val="999999999"/>'))
    row.cells[0].text = "The mast is high."
    contents = read_file("a.docx", saved(document))
    assert "Ropes" in contents.text and "The mast is high." in contents.text
    assert len(contents.text) < 1_000


def test_fields_to_fill_in_are_read_in_cells_too():
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    field = (
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>{{}}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    cell._tc.append(parse_xml(field.format("The mast is high.")))
    cell._tc.append(parse_xml(field.format("The sail is red.")))
    assert "The mast is high. The sail is red." in read_file("a.docx", saved(document)).text
