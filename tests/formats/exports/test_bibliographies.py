"""BibTeX, RIS and CSL-JSON: read again by other programs, whatever a document is called or says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import bibtexparser
import pytest
import rispy
from exported import BARE, FOX, HOSTILE, cited, hostile, lines_of
from hypothesis import example, given, strategies as st

import rag
from rag.conversations.export import export_exchange
from rag.datatypes import Citation, Document
from rag.documents.labels import MONTH_KNOWN, QUARTER_KNOWN
from rag.formats.exports.exports import REFERENCES
from rag.formats.serialisation import citation_json
from rag.language.cleaning import strip_invisible

PAGED = Document("b/a.pdf", "A", "One. Two.", pages=(0, 5))
CITED = [
    cited(),
    Citation(2, PAGED, 5, 9, "Two.", "Part 1"),
    replace(cited(), start=4, quote="red fox sleeps."),
]


def entries(content):
    """What bibtexparser reads, without complaint."""
    library = bibtexparser.parse_string(content.decode())
    assert not library.failed_blocks and len(library.blocks) == len(library.entries)
    return library.entries


def test_each_document_is_one_entry_of_bibtex():
    assert rag.export_quotes(CITED, "bibtex").decode() == (
        "@misc{red-txt,\n  title = {{Foxes}},\n  publisher = {A publisher},\n  year = {2022},\n"
        "  url = {https://x.org/a?b=1},\n  note = {red.txt:0-19: “The red fox sleeps.”\n"
        "    red.txt:4-19: “red fox sleeps.”},\n}\n\n"
        "@misc{b-a-pdf,\n  title = {{A}},\n  note = {Part 1, p. 2, b/a.pdf:5-9: “Two.”},\n}\n"
    )
    assert [entry.key for entry in entries(rag.export_quotes(CITED, "bibtex"))] == ["red-txt", "b-a-pdf"]
    assert REFERENCES["bibtex"](cited(BARE)) == (
        "@misc{bare-txt,\n  title = {{Bare}},\n  note = {bare.txt:0-15: “The frog sings.”},\n}\n"
    )


def test_each_document_is_one_record_of_ris():
    fox, paged = rispy.loads(rag.export_quotes(CITED, "ris").decode())
    assert fox == {
        "type_of_reference": "ELEC", "id": "red-txt", "title": "Foxes", "publisher": "A publisher",
        "year": "2022", "date": "2022/12/19/", "urls": ["https://x.org/a?b=1"],
        "notes": ["red.txt:0-19: “The red fox sleeps.”", "red.txt:4-19: “red fox sleeps.”"],
    }  # fmt: skip
    assert paged == {
        "type_of_reference": "GEN", "id": "b-a-pdf", "title": "A",
        "notes": ["Part 1, p. 2, b/a.pdf:5-9: “Two.”"],
    }  # fmt: skip


def test_each_document_is_one_item_of_csl():
    fox, paged = json.loads(rag.export_quotes(CITED, "csl"))
    assert (fox["id"], fox["type"], fox["title"], fox["publisher"]) == (
        "red-txt",
        "webpage",
        "Foxes",
        "A publisher",
    )
    assert fox["issued"] == {"date-parts": [[2022, 12, 19]]} and fox["URL"] == FOX.url
    assert fox["note"] == "red.txt:0-19: “The red fox sleeps.”\nred.txt:4-19: “red fox sleeps.”"
    assert paged == {
        "id": "b-a-pdf", "type": "document", "title": "A", "note": "Part 1, p. 2, b/a.pdf:5-9: “Two.”",
        "custom": {"citations": [citation_json(CITED[1])]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("note", "ris", "csl"),
    [
        (MONTH_KNOWN, "2022/10//", [2022, 10]),
        (QUARTER_KNOWN, "2022///", [2022]),
        ("so", "2022/10/01/", [2022, 10, 1]),
    ],
)
def test_dates_are_as_exact_as_they_are_known(note, ris, csl):
    quotes = [cited(replace(FOX, published=date(2022, 10, 1), date_note=note))]
    assert f"\nDA  - {ris}\n" in rag.export_quotes(quotes, "ris").decode()
    assert json.loads(rag.export_quotes(quotes, "csl"))[0]["issued"] == {"date-parts": [csl]}
    assert "year = {2022}" in rag.export_quotes(quotes, "bibtex").decode()


def test_keys_differ_where_names_hardly_do():
    names = ["a b.txt", "a-b.txt", "A_B.txt", "日本", "中国"]
    quotes = [cited(Document(name, name, "Text.")) for name in names]
    keys = ["a-b-txt", "a-b-txt-2", "A-B-txt-3", "source", "source-2"]
    assert [entry.key for entry in entries(rag.export_quotes(quotes, "bibtex"))] == keys
    assert [record["id"] for record in rispy.loads(rag.export_quotes(quotes, "ris").decode())] == keys
    assert [item["id"] for item in json.loads(rag.export_quotes(quotes, "csl"))] == keys


def test_nothing_is_cited_and_nothing_is_written():
    assert [rag.export_quotes([], name) for name in ("bibtex", "ris", "csl")] == [b"", b"", b"[]\n"]


TEX = {"textbackslash{}": "\\", "textbraceleft{}": "{", "textbraceright{}": "}"}
TEX |= {"textasciitilde{}": "~", "textasciicircum{}": "^"} | {sign: sign for sign in "&%$#_"}


def typeset(text):
    """What TeX makes of a field; a sign that means something to it must be escaped."""
    read, rest = "", text
    while rest:
        if rest[0] == "\\":
            command = next(name for name in TEX if rest.startswith(name, 1))
            read, rest = read + TEX[command], rest[1 + len(command) :]
        else:
            assert rest[0] not in r"{}~^&%$#_", rest
            read, rest = read + rest[0], rest[1:]
    return read


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_field(text):
    read_again(text)


@given(st.text(st.characters(), min_size=1))
@example("\n")
def test_any_text_stays_in_its_field(text):
    read_again(text)


def read_again(text):
    exchange = hostile(text)
    name, quote, at = strip_invisible(text), " ".join(lines_of(text)), f"{strip_invisible(f'{text}.txt')}:0-"
    (entry,) = entries(export_exchange(exchange, "bibtex"))
    fields = {field.key: field.value for field in entry.fields}
    assert set(fields) == {"title", "publisher", "year", "note"} - ({"publisher"} if not name else set())
    assert fields["title"][:1] + fields["title"][-1:] == "{}" and typeset(fields["title"][1:-1]) == name
    assert fields["year"] == "2020"
    note = typeset(fields["note"])
    assert note.startswith(at) and note.endswith(f": “{quote}”")

    ris = export_exchange(exchange, "ris").decode()
    tags = [line[:6] for line in ris.split("\n")]
    assert tags == [
        "TY  - ",
        "ID  - ",
        "TI  - ",
        *(["PB  - "] if name else []),
        "PY  - ",
        "DA  - ",
        "N1  - ",
        "ER  - ",
        "",
    ]
    assert ris.split("\n")[-3].endswith(f": “{quote}”") and ris.split("\n")[2] == f"TI  - {name}"

    (item,) = json.loads(export_exchange(exchange, "csl").decode())
    custom = item["custom"]["citations"][0]["quote"]
    assert custom == re.sub("[\ud800-\udfff]", "�", text) and item["title"] == name
    assert "URL" not in item and item["note"].endswith(f": “{quote}”")


def test_ris_is_read_by_another_program_whatever_is_quoted():
    for text in HOSTILE:
        (record,) = rispy.loads(export_exchange(hostile(text), "ris").decode())
        assert record["title"].split() == strip_invisible(text).split() and len(record["notes"]) == 1


def test_hostile_addresses_are_no_links():
    for address in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        quotes = [cited(replace(FOX, url=address))]
        assert not [
            name for name in ("bibtex", "ris", "csl") if address.encode() in rag.export_quotes(quotes, name)
        ]
    quotes = [cited(replace(FOX, url='https://x.org/}\n{ä "x'))]
    assert entries(rag.export_quotes(quotes, "bibtex"))[0]["url"] == "https://x.org/%7D%20%7B%C3%A4%20%22x"
