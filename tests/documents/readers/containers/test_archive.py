"""The files of an archive are read without leaving it, within bounds."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from made import place_of

from eval.formats.packing import zipped
from rag.documents.readers.containers import budget
from rag.documents.readers.containers.parts import join_parts
from rag.documents.readers.contents import Contents
from rag.documents.readers.readers import read_file, read_members


def outcomes(raw):
    return {
        name: str(found) if isinstance(found, ValueError) else found.text for name, found in read_members(raw)
    }


def test_files_folders_and_archives_within_are_read_by_name():
    inner = zipped({"b.txt": "The sail is red."})
    found = outcomes(zipped({"a/one.md": "# The mast\n", "in.zip": inner, "__MACOSX/x.txt": "x", "a/": ""}))
    assert found == {"a/one.md": "# The mast\n", "in.zip/b.txt": "The sail is red."}


@pytest.mark.parametrize("name", [".", "./a.txt", "a//b.txt"])
def test_name_that_is_none_costs_that_file_alone(name):
    found = outcomes(zipped({name: "x", "b.txt": "The sail is red."}))
    assert "an empty part" in found[name] and found["b.txt"] == "The sail is red."


def test_of_two_files_of_one_name_the_second_is_refused():
    inner = zipped({"b.txt": "The sail is red."})
    found = list(read_members(zipped({"a.zip": inner, "a.zip/b.txt": "The mast is high."})))
    assert [(name, isinstance(content, ValueError)) for name, content in found] == [
        ("a.zip/b.txt", False),
        ("a.zip/b.txt", True),
    ]


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/out.txt", "C:/out.txt", "a\\out.txt"])
def test_name_that_leads_out_is_refused(name):
    assert "leads out of the archive" in outcomes(zipped({name: "x"}))[name]


def test_file_with_a_password_is_refused_by_name():
    raw = bytearray(zipped({"a.txt": "Secret."}))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(sign) + flags] |= 1
    assert outcomes(bytes(raw))["a.txt"] == "locked by a password: pack it without one"


def test_bomb_is_refused_and_the_rest_is_read():
    found = outcomes(zipped({"a.txt": "The sail is red.", "bomb.txt": "0" * 5_000_000}))
    assert "would become 5,000,000: unpack it" in found["bomb.txt"]
    assert found["a.txt"] == "The sail is red."


def test_file_that_is_larger_than_its_entry_says_is_not_unpacked():
    raw = bytearray(zipped({"a.txt": "word " * 500, "b.txt": "The sail is red."}))
    stated = (2_500).to_bytes(4, "little")
    for sign, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # where an entry has its size
        at = raw.index(sign) + size
        assert raw[at : at + 4] == stated
        raw[at : at + 4] = (10).to_bytes(4, "little")
    assert outcomes(bytes(raw)) == {
        "a.txt": "damaged (Bad CRC-32 for file 'a.txt')",
        "b.txt": "The sail is red.",
    }


def test_too_deep_archives_are_refused():
    raw = zipped({"a.txt": "Text."})
    for _ in range(4):
        raw = zipped({"a.zip": raw})
    assert list(outcomes(raw).values()) == ["files in files deeper than 3: take it out"]


def in_mail(raw):
    message = EmailMessage()
    message["Subject"] = "Papers"
    message.add_attachment(raw, maintype="application", subtype="zip", filename="in.zip")
    return message.as_bytes()


def test_bounds_are_those_of_a_file_with_all_that_it_holds(monkeypatch):
    monkeypatch.setattr(budget.Budget.__init__, "__defaults__", (5, 1_000_000, 0))
    monkeypatch.setattr(budget, "MOST_FILES", 5)
    with pytest.raises(ValueError, match="more than 5 files in it: unpack it"):
        outcomes(zipped({f"{n}.txt": "x" for n in range(6)}))
    three = zipped({f"{n}.txt": f"Sail {n} is red." for n in range(3)})
    found = outcomes(zipped({"a.zip": three, "b.zip": three}))
    assert found["a.zip/2.txt"] == "Sail 2 is red."
    assert found["b.zip"] == "more than 5 files in it: unpack it"
    mails = outcomes(zipped({"a.eml": in_mail(three), "b.eml": in_mail(three)}))
    assert "Sail 2 is red." not in mails["a.eml"] + mails["b.eml"]
    assert "in.zip (not read: more than 5 files in it: unpack it)" in mails["a.eml"]
    monkeypatch.setattr(budget.Budget.__init__, "__defaults__", (100, 100, 0))
    found = outcomes(zipped({f"{n}.txt": "x " * 30 for n in range(3)}))
    assert [content.startswith("more than") for content in found.values()] == [False, True, True]


def test_what_is_hidden_does_not_count_as_a_file(monkeypatch):
    monkeypatch.setattr(budget.Budget.__init__, "__defaults__", (2, 1_000_000, 0))
    hidden = {f"node_modules/{n}/.a.txt": "x" for n in range(5)} | {"__MACOSX/._a.txt": "x"}
    assert list(outcomes(zipped({"a.txt": "Sail.", "b.txt": "Mast."} | hidden))) == ["a.txt", "b.txt"]


def test_what_is_no_archive_is_refused():
    with pytest.raises(ValueError, match="damaged, or not what its name says"):
        outcomes(b"PK\x03\x04nonsense")
    with pytest.raises(ValueError, match="whatever its name says"):
        read_file("a.txt", zipped({"a.txt": "x"}))


def test_page_that_begins_behind_the_last_word_is_not_that_of_the_next_part():
    paged = Contents("One.\n\nTwo.\n\n", pages=(0, 6, 12), details=((12, "row 3"),))
    whole = join_parts([("a.pdf", paged), ("b.txt", Contents("Three."))])
    assert place_of(whole, "Two.") == "a.pdf, p. 2"
    assert place_of(whole, "Three.") == "b.txt"
