"""The bytes of a text -> its characters, and the encoding that they are in.

A mark at the beginning is believed, then UTF-8, then what the bytes look like.  A text of UTF-16 or UTF-32
without a mark shows by its zeros; one of western letters and one of Japanese syllables by where these
stand, which a few words show better than statistics do; what is left goes to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress

from charset_normalizer import from_bytes

UTF8 = "utf-8"
_MARKS = (  # the longer ones first: that of UTF-32 begins as that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_JAPANESE = ("cp932", "euc_jp", "iso2022_jp")
_OTHERS = (
    "cp932 euc_jp gb18030 big5 cp949 mac_roman cp1250 iso8859_2 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256"
).split()
_NAMES = {  # as they are registered, where Python calls them otherwise
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
    "cp949": "euc-kr",
    "koi8_r": "koi8-r",
    "mac_roman": "macintosh",
    "iso8859_2": "iso-8859-2",
}

# What is meant by charsets that are declared without a look at the bytes: windows-1252 by the Latin ones, as
# https://encoding.spec.whatwg.org/#names-and-labels has it, but letters called ASCII are often UTF-8.
_DECLARED = {"iso8859-1": ("cp1252", "iso8859-1"), "ascii": (UTF8, "cp1252")}

SAMPLE = 200_000  # bytes looked at to tell an encoding; all of them are decoded
STATISTICS = (
    4_000  # bytes that charset-normalizer looks at: of more it looks at pieces, which may cut characters
)
FEW = 0.02  # of the characters: so many controls, or broken ones in UTF-8, leave a text a text
LEAST_KANA = 0.15  # of the characters beyond ASCII; Japanese prose has over a half
LEAST_WESTERN = 0.9  # of the characters beyond ASCII that stand as western ones do

_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_HIRAGANA, _HALF_WIDTH = re.compile(r"[\u3041-\u3096]"), re.compile(r"[\uff61-\uff9f]")
_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸƒ]"
_WESTERN = re.compile(
    # one or two capitals, not behind a small letter; one or two small letters in a word of plain ones
    r"(?<![a-zß-öø-ÿ])[ÀÁÂÄ-ÏÑ-ÖØ-ÝŒŠŽŸ]{1,2}"
    r"|(?<![À-ÿ]{2})[ß-öø-ÿœšž]{1,2}(?![À-ÿ])"
    # signs, those that a word does not hold only at its ends
    rf"|[’·–—\xa0\xad]|[¼½¾](?!{_LETTER})"
    rf"|(?<!{_LETTER})[‘“”„‚…•«»¿¡§©®™°€£¥¢±²³µ¶¹×÷ªº†‡‰]|[‘“”„‚…•«»§©®™°€£¥¢±²³¹×÷ªº†‡‰](?!{_LETTER})"
)


def decode(raw: bytes) -> tuple[str, str]:
    """The text of a file without the mark at its beginning, and the name of its encoding.

    A few bytes that break UTF-8 become U+FFFD, "utf-8, damaged".

    >>> decode("Señor Núñez paid 45 €.".encode("cp1252"))
    ('Señor Núñez paid 45 €.', 'windows-1252')

    Raises ValueError if it is no text, or in an encoding that cannot be told.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_marked(raw[len(mark) :], encoding), encoding
    if b"\0" in raw:
        return _decode_wide(raw)
    try:
        text, encoding = raw.decode(UTF8), UTF8
    except UnicodeDecodeError as problem:
        text, encoding = _decode_legacy(raw, problem)
    if b"\x1b$" in raw and (japanese := _decode_japanese(raw)):
        return japanese
    return text, encoding


def recode(raw: bytes, charset: str | None) -> bytes:
    """`raw` as marked UTF-8 if it is text of that charset, and as it is if not, or the charset is none.

    ISO 8859-1 and ASCII are read as windows-1252 where the bytes are that, for so they are used.

    >>> recode("5 €".encode("iso-8859-15"), "iso-8859-15").decode("utf-8-sig"), recode(b"5", "rot13")
    ('5 €', b'5')
    """
    with suppress(LookupError, ValueError):  # a charset made to trip its reader is none
        for meant in _DECLARED.get(codecs.lookup(charset).name, (charset,)) if charset else ():
            with suppress(ValueError):
                return raw.decode(meant).encode("utf-8-sig")
    return raw


def _decode_marked(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"not {encoding.upper()}, as the mark at its beginning says: {problem.reason} at byte "
            f"{problem.start}; save it as UTF-8"
        ) from None
    if "\0" in text:
        raise ValueError("binary: it holds NUL characters, expected text")
    return text


def _decode_wide(raw: bytes) -> tuple[str, str]:
    """The text of UTF-16 or UTF-32 without a mark: of the ways to read it, one gives a text."""
    for encoding in _WIDE:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:SAMPLE]
        odd = sum(not _is_written(character) for character in sample)
        plain = sum(character in " \n\r\t" or character.isascii() for character in sample)
        if "\0" not in text and odd <= FEW * len(sample) and plain:
            return text, encoding
    raise ValueError("binary: it holds NUL bytes, expected text")


def _is_written(character: str) -> bool:
    return character in "\n\r\t\f\v" or unicodedata.category(character) not in ("Cc", "Cn", "Co", "Cs")


def _decode_legacy(raw: bytes, problem: UnicodeDecodeError) -> tuple[str, str]:
    """The text of bytes that are not UTF-8, or only nearly."""
    if len(_CONTROL.findall(raw[:SAMPLE])) > FEW * len(raw[:SAMPLE]):
        raise ValueError("binary: it holds control characters, expected text")
    mended = raw.decode(UTF8, "replace")
    broken, whole = mended.count("\ufffd"), len(_BEYOND.findall(mended)) - mended.count("\ufffd")
    if broken <= FEW * whole or (whole > broken and problem.end >= len(raw) and broken == 1):
        return mended, f"{UTF8}, damaged"
    if found := _decode_western(raw) or _decode_japanese(raw) or _decode_by_statistics(raw):
        return found
    raise ValueError(
        f"not UTF-8: byte 0x{raw[problem.start]:02x} at {problem.start}, and of no encoding that it shows; "
        "save it as UTF-8"
    )


def _decode_western(raw: bytes) -> tuple[str, str] | None:
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    sample = text[:SAMPLE]
    beyond = len(_BEYOND.findall(sample))
    standing = sum(len(match[0]) for match in _WESTERN.finditer(sample))
    return (text, _western_name(raw)) if standing >= LEAST_WESTERN * beyond else None


def _western_name(raw: bytes) -> str:
    return "windows-1252" if any(0x80 <= byte < 0xA0 for byte in raw) else "iso-8859-1"


def _decode_japanese(raw: bytes) -> tuple[str, str] | None:
    for encoding in _JAPANESE:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:SAMPLE]
        kana, beyond = len(_HIRAGANA.findall(sample)), len(_BEYOND.findall(sample))
        if kana > LEAST_KANA * beyond and len(_HALF_WIDTH.findall(sample)) < kana:
            return text, _NAMES[encoding]
    return None


def _decode_by_statistics(raw: bytes) -> tuple[str, str] | None:
    for sample in _samples(raw):
        for match in from_bytes(sample, cp_isolation=_OTHERS):
            try:
                text = raw.decode(match.encoding)
            except UnicodeDecodeError:  # behind what was looked at
                continue
            if 2 * len(_HALF_WIDTH.findall(text)) <= len(
                _BEYOND.findall(text)
            ):  # for any byte may pass as one
                return text, _NAMES.get(match.encoding, match.encoding.replace("cp125", "windows-125"))
    return None


def _samples(raw: bytes) -> list[bytes]:
    """What statistics are made of, from the first line that is not ASCII; one of them cuts no character."""
    beyond = re.search(rb"[\x80-\xff]", raw)
    rest = raw[raw.rfind(b"\n", 0, beyond.start()) + 1 :] if beyond else raw
    if len(rest) <= STATISTICS:
        return [rest]
    line = rest.rfind(b"\n", 0, STATISTICS)
    return [rest[:line]] if line > 0 else [rest[: STATISTICS - cut] for cut in range(4)]
