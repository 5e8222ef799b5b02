"""A mail, or a mailbox of many -> the head of each, what it says, and what is attached to it.

The standard library takes mails apart; an attachment is read as a file of its name would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from rag.datatypes import BlockKind
from rag.documents.labels import date_text
from rag.documents.readers.containers.budget import MOST_FILES, Budget
from rag.documents.readers.containers.parts import Read, below, join_parts
from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode, recode
from rag.documents.readers.file_kinds import EmptyFile, UnknownFormat, tell_failures
from rag.documents.readers.front_matter import MAIL_HEAD
from rag.documents.readers.html import read_html
from rag.documents.readers.office.composer import Composer
from rag.documents.readers.plain_text import read_letter

MOST_MESSAGES = 20_000  # of a mailbox
MOST_DEEP = 20  # parts in parts
LONGEST_FIELD = 500  # characters of a field of a head

_ENVELOPE = re.compile(rb"(?:\A|\n\r?\n)From [^\r\n]*\d{4}[^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class ManyAttachments(ValueError):
    """So many attachments (`number`) that could be read are left out, as no more files may come."""

    def __init__(self, number: int) -> None:
        super().__init__(f"more than {MOST_FILES:,} attachments: {number} are not read")
        self.number = number


def read_mail(raw: bytes, read: Read, budget: Budget) -> Contents:
    """The text of a mail, its head, its attachments, and who sent it when.

    Raises ValueError if it has no head.
    """
    message = _parse(raw)
    if not any(message[field] for field in ("From", "To", "Subject", "Date", "Received", "Message-ID")):
        raise ValueError("damaged, or not what its name says (it has no head of a mail)")
    parts = _read_message(message, "message", "metadata", read, budget)
    return replace(join_parts(parts), metadata=_metadata(message))


def read_mailbox(raw: bytes, read: Read, budget: Budget) -> Contents:
    """The mails of a mailbox, one after another; `MOST_MESSAGES` at most.  One that is damaged costs itself.

    Raises ValueError if it is none.
    """
    begins = [match.end() for match in _ENVELOPE.finditer(raw)]
    if not begins or raw[:5] != b"From ":
        raise ValueError("damaged, or not what its name says (no line “From …” begins it)")
    if len(begins) > MOST_MESSAGES:
        raise ValueError(f"{len(begins):,} mails, expected at most {MOST_MESSAGES:,}: split it")
    ends = [*[match.start() for match in _ENVELOPE.finditer(raw)][1:], len(raw)]
    parts: list[tuple[str, Contents]] = []
    unread: list[tuple[str, ValueError]] = []
    for number, (start, end) in enumerate(zip(begins, ends, strict=True), 1):
        name = f"message {number}"
        try:
            with tell_failures():
                message = _parse(_QUOTED.sub(rb"\1", raw[start:end]))
                mail = list(_read_message(message, name, "paragraph", read, budget))
            parts += [(place, below(name, contents)) for place, contents in mail]
        except ValueError as problem:
            unread.append((f"/{name}", problem))
    found = join_parts(parts, unread)
    return replace(found, unread=_tell_once(found.unread))


def _tell_once(unread: Sequence[tuple[str, ValueError]]) -> tuple[tuple[str, ValueError], ...]:
    """What is unread in a mailbox, the attachments that were left out of its mails told as one number."""
    left = sum(why.number for _, why in unread if isinstance(why, ManyAttachments))
    others = tuple(failed for failed in unread if not isinstance(failed[1], ManyAttachments))
    return (*others, ("", ManyAttachments(left))) if left else others


def _parse(raw: bytes) -> Message:
    try:
        return BytesParser().parsebytes(raw)
    except RecursionError:
        raise ValueError("damaged: its parts are nested too deep") from None


def _read_message(
    message: Message, name: str, kind: BlockKind, read: Read, budget: Budget
) -> Iterator[tuple[str, Contents]]:
    """The head and body of a mail, and then each attachment, with the name of its place.

    An attachment that is not read is named in the head; one of a format that is read is unread, too, and
    these alone count as files.
    """
    if day := _day(message):
        name = f"{name}, {date_text(day)}"
    bodies: list[Message] = []
    attached: list[Message] = []
    for part in _leaves(message, 0):
        (attached if _is_attachment(part) else bodies).append(part)
    parts: list[tuple[str, Contents]] = []
    told: list[str] = []
    unread: list[tuple[str, ValueError]] = []
    left = 0
    for part in attached:
        is_mail = part.get_content_type() == "message/rfc822"
        file = _shown(part.get_filename()) or ("mail.eml" if is_mail else "unnamed")
        is_read = _has_reader(file, read)
        if not is_read or not budget.files:
            left += is_read
            told.append(f"{file} (not read)")
            continue
        inner = _bytes(part)
        try:
            budget.take_files(1)
            budget.take_bytes(len(inner))
            parts.append((f"{name}, attachment {file}", below(file, read(file, inner))))
            told.append(file)
        except UnknownFormat:
            told.append(f"{file} (not read)")
        except ValueError as problem:
            told.append(f"{file} (not read: {problem})")
            unread.append((f"/{file}", problem))
    if left:
        unread.append(("", ManyAttachments(left)))
    head = replace(_head(message, told, kind), unread=tuple(unread))
    yield name, join_head(head, [_read_body(part) for part in bodies])
    yield from parts


def _has_reader(file: str, read: Read) -> bool:
    """Whether files of such a name are read, which shows before there is anything to read."""
    with suppress(EmptyFile):
        try:
            read(file, b"")
        except UnknownFormat:
            return False
    return True


def join_head(head: Contents, bodies: list[Contents]) -> Contents:
    """A head with what stands below it, all in one place."""
    return replace(join_parts([("", head), *(("", body) for body in bodies)]), pages=(), page_names=())


def _head(message: Message, attached: list[str], kind: BlockKind) -> Contents:
    composer = Composer()
    composer.add(["heading", 1, _field(message, "Subject")])
    for field in ("From", "To", "Cc", "Date"):
        if value := _field(message, field):
            composer.add([kind, f"{field}: {value}"])
    if attached:
        composer.add([kind, f"Attachments: {', '.join(attached)}"])
    return composer.contents()


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """The parts of a mail that hold no others; of alternatives the plain text, if it says anything."""
    inner = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(inner, list):
        yield message
        return
    if depth == MOST_DEEP:
        raise ValueError(f"damaged: its parts are nested deeper than {MOST_DEEP}")
    parts = [part for part in inner if isinstance(part, Message)]
    if message.get_content_subtype() == "alternative":
        plain = [p for p in parts if p.get_content_type() == "text/plain" and _bytes(p).strip()]
        rest = [p for p in parts if p.get_content_type() not in ("text/plain", "text/html")]
        parts = plain[:1] + rest if plain else parts
    for part in parts:
        yield from _leaves(part, depth + 1)


def _is_attachment(part: Message) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return part.get_content_disposition() == "attachment" or not is_text or part.get_filename() is not None


def _bytes(part: Message) -> bytes:
    """What a part holds; of a mail in a mail, that mail."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(mail.as_bytes() for mail in inner if isinstance(mail, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _read_body(part: Message) -> Contents:
    raw = _bytes(part)
    if not raw.strip():
        return Contents("")
    raw = recode(raw, part.get_content_charset()).replace(b"\0", b"")
    return read_html(raw) if part.get_content_type() == "text/html" else read_letter(raw)


def _field(message: Message, name: str) -> str:
    """A field of a head as it is shown, of bytes that no standard allows there what they look like."""
    raw = next((value for field, value in message.raw_items() if field.lower() == name.lower()), "")
    text = str(raw)[:LONGEST_FIELD]
    with suppress(ValueError):
        text = text if text.isascii() else decode(text.encode("utf-8", "surrogateescape"))[0]
    return _shown(text)


def _shown(value: str | None) -> str:
    """What is shown of a field; what was made to trip its reader is left out."""
    text = (value or "")[:LONGEST_FIELD]
    with suppress(Exception):  # whatever the decoder stumbles over
        text = str(make_header(decode_header(text)))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _day(message: Message) -> date | None:
    with suppress(Exception):  # a date made to trip its reader says nothing
        return parsedate_to_datetime(str(message["Date"])[:LONGEST_FIELD]).date()
    return None


def _metadata(message: Message) -> dict[str, str | date]:
    """Subject, sender and date of a mail."""
    fields: dict[str, str | date] = {}
    for name, field in (("Subject", "title"), ("From", "publisher")):
        if value := _field(message, name):
            fields[field] = value
    if day := _day(message):
        fields |= {"published": day, "date_from": MAIL_HEAD}
    return fields
