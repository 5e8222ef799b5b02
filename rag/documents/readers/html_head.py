"""The head of a web page -> its title, publisher, day and address, as it gives them; nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)")
_UNSET = {date(1, 1, 1), date(1970, 1, 1)}  # what software writes for no date

MOST_SCRIPTS = 20

_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title")
_PUBLISHERS = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher")
_DATES = (
    "article:published_time",
    "datepublished",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "date",
)


def read_head(page: HtmlElement) -> dict[str, str | date]:
    """The title, publisher, day of publication and address that the page gives, as far as it does."""
    return dict(_fields(page))


def _fields(page: HtmlElement) -> Iterator[tuple[str, str | date]]:
    metas: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        for named in ("property", "name", "itemprop"):
            if content := " ".join((meta.get("content") or "").split()):
                metas.setdefault((meta.get(named) or "").strip().lower(), []).append(content)
    linked = list(_linked_data(page))
    heads = [" ".join(title.text_content().split()) for title in page.xpath("//head/title")]
    for title in (*_values(metas, _TITLES), *_texts(linked, ("headline",)), *heads):
        if title:
            yield "title", title
            break
    for publisher in (*_values(metas, _PUBLISHERS), *_texts(linked, ("publisher", "name"))):
        if "://" not in publisher:
            yield "publisher", publisher
            break
    for stamp in (*_values(metas, _DATES), *_texts(linked, ("datePublished",))):
        if (day := _day(stamp)) is not None:
            yield "published", day
            break
    for link in page.iter("link"):
        address = (link.get("href") or "").strip()
        if "canonical" in (link.get("rel") or "").lower().split() and _is_web_address(address):
            yield "url", address
            break


def _values(metas: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from metas.get(name, ())


def _linked_data(page: HtmlElement) -> Iterator[dict[str, Any]]:
    """The things that the page describes as JSON-LD, as far as that is valid."""
    for script in page.xpath("//script[@type='application/ld+json']")[:MOST_SCRIPTS]:
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        things = data.get("@graph", data) if isinstance(data, dict) else data
        for thing in things if isinstance(things, list) else [things]:
            if isinstance(thing, dict):
                yield thing


def _texts(things: Iterable[Any], path: Sequence[str]) -> Iterator[str]:
    """The texts below the keys of `path`, each on one line."""
    for thing in things:
        value = thing
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and (text := " ".join(value.split())):
            yield text


def _day(stamp: str) -> date | None:
    """The day that a stamp begins with, if it is a whole and real one.

    >>> _day("2023-04-05T10:00:00+01:00")
    datetime.date(2023, 4, 5)
    >>> _day("2023-04"), _day("2023-02-30"), _day("4/5/2023")
    (None, None, None)
    """
    match = _DAY.match(stamp)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return None if day in _UNSET else day


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()
