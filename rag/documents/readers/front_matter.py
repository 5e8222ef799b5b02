"""What stands above a text -> what it says of itself: front matter in YAML or TOML, or the head of a mail."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import yaml

_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)^(?:\1|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"\s*(?:#|\[|[\w\"'-][\w .\"'-]*\s*[:=])")
_MAIL = re.compile(r"\s*(?:(?:[A-Z][A-Za-z-]{1,40}:[^\r\n]*|[ \t]+\S[^\r\n]*)(?:\r\n|\n|\r|$)){2,60}")
_MAIL_FIELD = re.compile(
    r"^(From|Date|Sent|Subject):[ \t]*(\S[^\r\n]*(?:\r?\n[ \t]+\S[^\r\n]*)*)", re.MULTILINE
)
MAIL_HEAD = "the head of the mail"  # where its date is from
LONGEST = 20_000  # characters of front matter, for the parser of YAML is slow

# The keys that are read, the one that wins first; any other key is text that can be searched.
_KEYS = {
    "title": ("title",),
    "publisher": ("publisher", "source"),
    "published": ("date", "published", "pubdate", "publish_date", "updated", "lastmod", "last_updated"),
    "url": ("url", "canonical", "canonical_url", "source"),
}


def front_matter_end(text: str) -> int:
    """Where the fields end that stand above a text between two lines ``---`` or ``+++``; 0 without any."""
    front = _FRONT.match(text)
    if front is None:
        return 0
    lines = [line for line in front[2].splitlines() if line.strip()]
    return front.end() if lines and _FIELD.match(lines[0]) else 0


def read_front_matter(text: str) -> dict[str, str | date]:
    """The title, publisher, day and address that the front matter of a text gives, if it is valid.

    >>> read_front_matter("---\\ntitle: Moving\\ndate: 2026-02-17\\n---\\nText.")
    {'title': 'Moving', 'published': datetime.date(2026, 2, 17)}
    """
    front = _FRONT.match(text)
    if front is None or len(front[2]) > LONGEST:
        return {}
    try:
        fields = tomllib.loads(front[2]) if front[1] == "+++" else yaml.safe_load(front[2])
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    return dict(_known(fields)) if isinstance(fields, Mapping) else {}


def read_mail_head(text: str) -> dict[str, str | date]:
    """The title, publisher and day of a mail that is kept as text: its subject, its sender, when it was sent.

    >>> read_mail_head("From: Ann Lee <a@b.org>\\nSubject: Keys\\nDate: Wed, 7 Jan 2026 10:00:00 +0000\\n\\n")
    {'title': 'Keys', 'publisher': 'Ann Lee', 'published': datetime.date(2026, 1, 7)}
    """
    head = _MAIL.match(text)
    fields = {name: " ".join(value.split()) for name, value in _MAIL_FIELD.findall(head[0])} if head else {}
    if len(fields) < 2 or "From" not in fields:
        return {}
    found: dict[str, str | date] = {"title": fields["Subject"]} if "Subject" in fields else {}
    name, address = parseaddr(fields["From"])
    if name or "@" not in address:
        found["publisher"] = name or fields["From"]
    with suppress(ValueError, IndexError):
        found["published"] = parsedate_to_datetime(fields.get("Date") or fields.get("Sent") or "").date()
    return found


def _known(fields: Mapping[Any, Any]) -> Iterator[tuple[str, str | date]]:
    given = {str(key).strip().lower().replace("-", "_"): value for key, value in fields.items()}
    for field, keys in _KEYS.items():
        for key in keys:
            value = _value(field, given.get(key))
            if value is not None:
                yield field, value
                break


def _value(field: str, value: Any) -> str | date | None:
    """A value as a document has it, None if it is of no use there."""
    if field == "published":
        return _day(value)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return None
    is_address = re.match(r"https?://[^\s/]+", value.strip()) is not None
    return " ".join(value.split()) if is_address == (field == "url") else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
