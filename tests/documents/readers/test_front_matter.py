"""What stands above a text says of what it is; what is not valid says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.documents.readers.front_matter import read_front_matter, read_mail_head

DAY = date(2026, 2, 17)


@pytest.mark.parametrize(
    ("front", "fields"),
    [
        ("title: The depot\ndate: 2026-02-17\ntags: [a]", {"title": "The depot", "published": DAY}),
        ("Date: 2026-02-17T10:00:00Z\nupdated: 2026-03-01", {"published": DAY}),
        ("updated: '2026-02-17'", {"published": DAY}),
        ("date: 17.2.2026\nlast-updated: 2026-02-17 08:00", {"published": DAY}),
        (
            "publisher: The Den\nurl: https://example.org/a",
            {"publisher": "The Den", "url": "https://example.org/a"},
        ),
        ("source: The Den", {"publisher": "The Den"}),
        ("source: https://example.org/a", {"url": "https://example.org/a"}),
        ("author: Ann\ndraft: false", {}),
        ("title: 7\nurl: javascript:x", {}),
        ("- a\n- b", {}),
        ("title: [", {}),
        ("a: &a [x]\nb: [*a, *a]", {}),
        ("a: !!python/object/apply:os.system [x]", {}),
    ],
)
def test_fields_of_yaml(front, fields):
    assert read_front_matter(f"---\n{front}\n---\n\nText.") == fields


def test_fields_of_toml():
    front = '+++\ntitle = "Menu"\ndate = 2026-02-17T10:00:00Z\n+++\nText.'
    assert read_front_matter(front) == {"title": "Menu", "published": DAY}
    assert read_front_matter("+++\ntitle = \n+++\n") == read_front_matter("Text.\n---\na: b\n---\n") == {}


def test_head_of_a_mail():
    mail = "From: Ann Lee <ann@example.org>\r\nTo: b@example.org\r\nSubject: The\r\n keys\r\n"
    mail += "Date: Tue, 17 Feb 2026 23:59:00 +0100\r\n\r\nHello."
    assert read_mail_head(mail) == {"title": "The keys", "publisher": "Ann Lee", "published": DAY}
    assert read_mail_head("From: a@b.org\nSubject: Keys\nDate: soon\n\nHello.") == {"title": "Keys"}
    assert read_mail_head("Subject: Maths\nTeacher: Ann\n\nText.") == read_mail_head("Text.") == {}


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    for mark in ("---", "+++"):
        read_front_matter(f"{mark}\n{text}\n{mark}\n")
    read_mail_head(f"From: {text}\nDate: {text}\n\n")
