"""Any text that people save can be read, and what is none is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, strategies as st

from rag.documents.readers.encodings import decode, recode

WESTERN = "Le café de Zoë à Saint-Étienne ouvre à 7 heures."
JAPANESE = "灯台の鍵は台所の引き出しにあります。\n鐘は月曜日に鳴ります。"


@given(st.text(st.characters(exclude_characters="\0\x1b", exclude_categories=["Cs", "Cc"])))
def test_any_text_in_utf8_survives(text):
    expected = text.removeprefix("\ufeff")
    assert decode(text.encode()) == (expected, "utf-8")
    assert decode(codecs.BOM_UTF8 + text.encode())[0] == text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_behind_a_mark_survives(text):
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):
        assert decode(mark + text.encode(encoding)) == (text, encoding)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words_and_always_alike(raw):
    def outcome():
        try:
            return decode(raw)
        except ValueError as problem:
            return str(problem)

    assert outcome() == outcome()
    assert "\0" not in outcome()[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["The keeper is Astrid.", "Ólafur Þórsson\r\n", "Ключ лежит на кухне.", JAPANESE]
)
def test_wide_text_without_a_mark(text, encoding):
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (WESTERN, "cp1252", "iso-8859-1"),
        ("Its owner, Zoë Müller, charges €3.20 – “the best”.", "cp1252", "windows-1252"),
        ("Señor Núñez paid 45 pesetas", "latin-1", "iso-8859-1"),
        ("Größe: 5 m² für Müller & Söhne. Straße, Fußweg.", "cp1252", "iso-8859-1"),
        ("ÄRGER ÜBER ÖL", "cp1252", "iso-8859-1"),
        ("Fee: £10 – no more. It’s “good”; ½ pint, 5 °C ± 1", "cp1252", "windows-1252"),
        ("It’s here", "cp1252", "windows-1252"),
        (WESTERN, "mac_roman", "macintosh"),
        (JAPANESE, "cp932", "shift_jis"),
        ("図書館は①階にあります。", "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        ("图书馆星期一关闭。钥匙在厨房里。", "gb18030", "gb18030"),
        ("圖書館星期一關閉。鑰匙在廚房裡。", "big5", "big5"),
        ("도서관은 월요일에 닫습니다.", "euc_kr", "euc-kr"),
        ("Библиотека закрыта по понедельникам.", "cp1251", "windows-1251"),
        ("Библиотека закрыта по понедельникам.", "koi8_r", "koi8-r"),
        ("Spotkanie zaczyna się o dziesiątej. Zażółć gęślą jaźń.", "cp1250", "windows-1250"),
        ("Η συνεδρίαση αρχίζει στις δέκα.", "cp1253", "windows-1253"),
    ],
)
@pytest.mark.parametrize("times", [1, 30])
def test_text_of_older_encodings(text, encoding, name, times):
    text = "\n".join([text] * times)
    assert decode(text.encode(encoding)) == (text, name)


def test_long_text_is_not_cut_in_a_character_and_read_whole():
    text = "图书馆星期一关闭。钥匙在厨房里。" * 20_000
    assert decode(text.encode("gb18030")) == (text, "gb18030")
    text = "A line of plain text.\n" * 2_000 + "Библиотека закрыта по понедельникам."
    assert decode(text.encode("koi8_r")) == (text, "koi8-r")


@pytest.mark.parametrize(
    ("charset", "encoding", "text"),
    [
        ("iso-8859-1", "cp1252", "Ada’s “keys” cost 5 €"),
        ("latin1", "cp1252", "5 €"),
        ("us-ascii", "cp1252", "5 €"),
        ("us-ascii", "utf-8", "Núñez’s café"),
        ("iso-8859-1", "iso-8859-1", "é\x81"),  # which windows-1252 does not have
        ("iso-8859-2", "iso-8859-2", "łódź"),
    ],
)
def test_declared_charset_is_read_as_it_is_used(charset, encoding, text):
    assert recode(text.encode(encoding), charset).decode("utf-8-sig") == text


def test_few_broken_bytes_do_not_hide_a_text():
    text = "é and è " * 60
    assert decode(text.encode() + b"\xe9 end") == (f"{text}\ufffd end", "utf-8, damaged")
    assert decode("Año".encode() * 9 + b"\xc3") == ("Año" * 9 + "\ufffd", "utf-8, damaged")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x7fELF\0\0\0", "binary: it holds NUL bytes"),
        (bytes(range(256)) * 4, "binary"),
        (bytes(range(1, 9)) * 9 + b"\xe9", "binary: it holds control characters"),
        (b"\xff\xfea", "not UTF-16-LE, as the mark at its beginning says: truncated data"),
        (codecs.BOM_UTF16_LE + b"a\0\0\0", "binary: it holds NUL characters"),
    ],
)
def test_what_is_no_text_is_refused(raw, message):
    with pytest.raises(ValueError, match=message):
        decode(raw)
