"""Mails are read with their head, body and attachments, each in its place."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from made import place_of

from rag.documents.readers.containers import budget
from rag.documents.readers.readers import read_file


def mail(subject="Keys", body="The keys are with the porter.", day=4):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "Ada Brook <ada@example.org>",
        "all@example.org",
    )
    message["Date"] = f"Wed, {day:02} Mar 2026 09:00:00 +0000"
    message.set_content(body)
    return message


def test_attachments_are_read_and_those_that_cannot_be_are_named():
    message = mail()
    message.add_attachment("Lamp,Colour\nHall,green\nAttic,red\n", filename="lamps.csv")
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="lamp.png")
    message.add_attachment(mail("Doors", "The door sticks.", 3))
    contents = read_file("a.eml", message.as_bytes())
    assert place_of(contents, "with the porter") == "message, 4 March 2026"
    assert place_of(contents, "Attic,red") == "message, 4 March 2026, attachment lamps.csv"
    assert place_of(contents, "The door sticks") == (
        "message, 4 March 2026, attachment mail.eml, message, 3 March 2026"
    )
    assert "Attachments: lamps.csv, lamp.png (not read), mail.eml" in contents.text


def test_of_alternatives_one_is_read_and_html_where_there_is_no_other():
    message = mail()
    message.add_alternative("<p>The keys are with <b>the porter</b>.</p>", subtype="html")
    assert read_file("a.eml", message.as_bytes()).text.count("porter") == 1
    message = mail()
    message.set_content("<p>The keys are <b>here</b>.</p>", subtype="html")
    assert "The keys are here." in read_file("a.eml", message.as_bytes()).text


def test_mails_of_a_mailbox_each_have_their_head_and_place():
    mails = (mail(), mail("Lamps", "From here on all lamps are green.\n\n>From afar.\n", 5))
    raw = b"\n".join(b"From ada@example.org Wed Mar  4 09:00:00 2026\n" + m.as_bytes() for m in mails)
    contents = read_file("a.mbox", raw)
    assert place_of(contents, "porter") == "message 1, 4 March 2026"
    assert place_of(contents, "all lamps are green") == "message 2, 5 March 2026"
    assert "\n\nFrom afar." in contents.text
    assert [contents.text[b.start : b.end] for b in contents.blocks if b.kind == "heading"] == [
        "Keys",
        "Lamps",
    ]


def test_mails_in_mails_are_read_so_deep_and_no_deeper():
    message = mail(body="The innermost word.")
    for _ in range(5):
        outer = mail(body="Outer.")
        outer.add_attachment(message)
        message = outer
    contents = read_file("a.eml", message.as_bytes())
    assert contents.text.count("Outer.") == 3
    assert "not read: files in files deeper than 3: take it out" in contents.text


def test_text_without_a_head_is_no_mail():
    with pytest.raises(ValueError, match="no head of a mail"):
        read_file("a.eml", b"Just words.\n")
    with pytest.raises(ValueError, match="no line “From …” begins it"):
        read_file("a.mbox", mail().as_bytes())


@pytest.mark.parametrize("charset", ["unicode_escape", "rot13", "undefined", "idna", "utf-7", "nonsense"])
def test_charset_made_to_trip_its_reader_costs_no_other_mail(charset):
    odd = f'Subject: Odd\nContent-Type: text/plain; charset="{charset}"\n\nA \\ud800 +2AA- word.\n'.encode()
    raw = b"".join(b"From a@b.org Wed Mar  4 09:00:00 2026\n" + m + b"\n" for m in (odd, mail().as_bytes()))
    text = read_file("a.mbox", raw).text
    assert "with the porter" in text and " word." in text
    text.encode()


def test_mail_that_cannot_be_read_is_named_and_the_rest_is_read():
    deep = b"".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n'.encode() for n in range(30))
    raw = b"".join(b"From a@b.org Wed Mar  4 09:00:00 2026\n" + m + b"\n" for m in (deep, mail().as_bytes()))
    contents = read_file("a.mbox", raw)
    assert place_of(contents, "with the porter") == "message 2, 4 March 2026"
    assert [(path, str(why)) for path, why in contents.unread] == [
        ("/message 1", "damaged: its parts are nested deeper than 20")
    ]


def test_web_page_of_a_mail_is_read_in_the_charset_that_its_head_names():
    message = mail()
    message.set_content("<p>It costs 5 €.</p>", subtype="html", charset="iso-8859-15")
    assert "It costs 5 €." in read_file("a.eml", message.as_bytes()).text


def test_attachments_count_where_they_can_be_read_and_are_told_once(monkeypatch):
    monkeypatch.setattr(budget.Budget.__init__, "__defaults__", (2, 1_000_000, 0))
    message = mail()
    for n in range(4):
        message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename=f"{n}.png")
    for n in range(2):
        message.add_attachment(f"Lamp {n} is green.", filename=f"{n}.txt")
    contents = read_file("a.eml", message.as_bytes())
    assert "Lamp 1 is green." in contents.text and contents.unread == ()
    raw = b"\n".join(b"From a@b.org Wed Mar  4 09:00:00 2026\n" + message.as_bytes() for _ in range(3))
    contents = read_file("a.mbox", raw)
    assert contents.text.count("Lamp 1 is green.") == 1
    assert contents.text.count("3.png (not read), 0.txt (not read), 1.txt (not read)") == 2
    assert [(path, str(why)) for path, why in contents.unread] == [
        ("", "more than 5,000 attachments: 4 are not read")
    ]


def test_bytes_in_the_head_that_no_standard_allows_are_read_as_what_they_are():
    raw = "From: Petra Novotná <p@example.org>\nSubject: Brünn\n\nHello.\n"
    for encoding in ("utf-8", "iso-8859-2"):
        contents = read_file("a.eml", raw.encode(encoding))
        assert contents.metadata["publisher"] == "Petra Novotná <p@example.org>"
        assert contents.metadata["title"] == "Brünn"


def test_short_lines_of_a_mail_are_no_headings():
    body = "The foundation gives us 4,200 for all the bags.\n\nPetra\n\nPS: who does the abstracts?\n"
    contents = read_file("a.eml", mail(body=body).as_bytes())
    headings = [contents.text[b.start : b.end] for b in contents.blocks if b.kind == "heading"]
    assert headings == ["Keys"]
