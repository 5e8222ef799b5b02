"""Slides are read shape by shape, each with its number, notes as notes."""

from __future__ import annotations

import pptx
from made import place_of
from odf import draw, opendocument, presentation, style, text
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from eval.formats.packing import saved
from rag.documents.readers.readers import read_file


def test_notes_groups_charts_and_hidden_slides_are_told_as_such():
    deck = pptx.Presentation()
    first, last = (deck.slides.add_slide(deck.slide_layouts[1]) for _ in range(2))
    first.shapes.title.text, last.shapes.title.text = "The harbour", "The quay"
    frame = first.placeholders[1].text_frame
    frame.text = "Cranes"
    deeper = frame.add_paragraph()
    deeper.text, deeper.level = "Two are new", 1
    first.notes_slide.notes_text_frame.text = "Thank the crew."
    group = last.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Open till nine."
    sales = CategoryChartData()
    sales.categories = ["East", "West"]
    sales.add_series("Tonnes", (19.5, 21))
    last.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 9, 9, sales)
    last._element.set("show", "0")
    contents = read_file("a.pptx", saved(deck))
    assert place_of(contents, "Thank the crew.") == "slide 1, speaker notes"
    assert place_of(contents, "Open till nine.") == "slide 2 (hidden)"
    items = [(contents.text[b.start : b.end], b.level) for b in contents.blocks if b.kind == "item"]
    assert items == [("- Cranes", 0), ("- Two are new", 1)]
    rows = [b for b in contents.blocks if b.kind == "row"]
    assert [[contents.text[slice(*cell)] for cell in row.cells] for row in rows] == [
        ["", "Tonnes"],
        ["East", "19.5"],
        ["West", "21"],
    ]


def test_shape_with_the_number_of_the_title_is_read():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "The harbour"
    box = slide.shapes.add_textbox(0, 0, 9, 9)
    box.text_frame.text = "Open till nine."
    box._element.nvSpPr.cNvPr.set("id", str(slide.shapes.title.shape_id))
    assert read_file("a.pptx", saved(deck)).text == "The harbour\n\nOpen till nine."


def test_slides_of_opendocument_with_their_notes():
    deck = opendocument.OpenDocumentPresentation()
    layout = style.PageLayout(name="layout")
    deck.automaticstyles.addElement(layout)
    master = style.MasterPage(name="master", pagelayoutname=layout)
    deck.masterstyles.addElement(master)
    for words in ("The mast is high.", "The sail is red."):
        page, notes = draw.Page(masterpagename=master), presentation.Notes()
        deck.presentation.addElement(page)
        for holder, line in ((page, words), (notes, f"Say: {words}")):
            frame, box = draw.Frame(width="9cm", height="3cm"), draw.TextBox()
            box.addElement(text.P(text=line))
            frame.addElement(box)
            holder.addElement(frame)
        page.addElement(notes)
    contents = read_file("a.odp", saved(deck))
    assert place_of(contents, "The sail") == "slide 2"
    assert place_of(contents, "Say: The sail") == "slide 2, speaker notes"
