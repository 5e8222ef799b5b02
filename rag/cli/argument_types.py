"""The text of an argument -> its value; argparse reports what is wrong with it."""

from __future__ import annotations

import argparse
import calendar
import re
from datetime import date
from pathlib import Path

from rag.models.llm import LEAST_CONTEXT
from rag.postgres.store import Store, is_address


def parse_folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a folder, got an empty name")
    if is_address(text):  # it is not repeated: it may hold a password, which is no name for a folder
        raise argparse.ArgumentTypeError("expected a folder, got the address of a store: give it by --store")
    return Path(text)


def parse_store(text: str) -> Store:
    try:
        return Store(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def parse_positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def parse_port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)


def parse_root_path(text: str) -> str:
    """The path without a slash at its end, "" for none.

    >>> parse_root_path("/footnote/"), parse_root_path("/")
    ('/footnote', '')
    """
    if not re.fullmatch(r"(?:/[\w.~-]+)*/?", text):
        raise argparse.ArgumentTypeError(f"expected a path such as /footnote, got {text!r}")
    return text.rstrip("/")


def parse_context(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST_CONTEXT:
        raise argparse.ArgumentTypeError(f"expected at least {LEAST_CONTEXT} tokens, got {text!r}")
    return int(text)


def parse_first_day(text: str) -> date:
    return _parse_days(text)[0]


def parse_last_day(text: str) -> date:
    return _parse_days(text)[1]


def _parse_days(text: str) -> tuple[date, date]:
    """The first and the last day of a day, a month or a year.

    >>> _parse_days("2022-12")
    (datetime.date(2022, 12, 1), datetime.date(2022, 12, 31))
    """
    try:
        if not re.fullmatch(r"\d{4}(-\d\d?){0,2}", text, re.ASCII):
            raise ValueError(text)
        year, *rest = (int(part) for part in text.split("-"))
        first = date(year, *[*rest, 1, 1][: max(2, len(rest))])
        month = rest[0] if rest else 12
        return first, first if len(rest) > 1 else date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a date such as 2022-12-19, 2022-12 or 2022, got {text!r}"
        ) from None
