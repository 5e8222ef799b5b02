"""A JSON file, or one with a value a line -> its records, each a row of a table or labelled values.

Records that have the same few plain values are rows below the names of their fields; others are headed by
their number or their key, with a line for each value: "capacity: 40".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.office.composer import Composer

LARGEST = 50_000_000  # bytes; a parsed value takes ten times as many
MOST_COLUMNS = 30  # of a table; records with more are told line by line
LONGEST_CELL = 300  # characters
MOST_DEEP = 12  # headings and items in one another; what is deeper is written in one line
NAMES = ("name", "title", "label", "id", "key", "subject", "question")  # fields that say what a record is of

Piece = list[Any]


def read_json(raw: bytes) -> Contents:
    """The records of a JSON file; its place is the number of the record, where the whole is a list.

    Raises ValueError, with line and column, if it is not JSON.
    """
    text, encoding = _decode(raw)
    return _compose(_parse(text, 1), encoding)


def read_json_lines(raw: bytes) -> Contents:
    """The records of a file with one JSON value a line; empty lines do not count.

    Raises ValueError, with line and column, if one is not JSON.
    """
    text, encoding = _decode(raw)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return _compose([_parse(line, number) for number, line in lines], encoding)


def _decode(raw: bytes) -> tuple[str, str]:
    if len(raw) > LARGEST:
        raise ValueError(f"{len(raw):,} bytes, expected at most {LARGEST:,}: split it")
    return decode(raw)


def _parse(text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        where = f"line {line + problem.lineno - 1}, column {problem.colno}"
        raise ValueError(f"not JSON: {problem.msg} at {where}") from None
    except RecursionError:
        raise ValueError("not to be read: its values are nested too deep") from None


def _compose(value: Any, encoding: str) -> Contents:
    composer = Composer()
    for piece in _read_records(value) if isinstance(value, list) else _read_value("", value, 0):
        composer.add(piece)
    contents = composer.contents()
    return Contents(contents.text, {}, contents.blocks, contents.marks, encoding, details=contents.details)


def _read_records(records: list[Any]) -> Iterator[Piece]:
    """The records of a file, each in a place of its own."""
    if columns := _columns(records):
        yield _table(records, columns, numbered=True)
        return
    for number, record in enumerate(records, 1):
        yield ["detail", f"record {number}"]
        if isinstance(record, dict):
            yield ["heading", 1, _name(record) or f"Record {number}"]
            yield from _read_fields(record, 1)
        else:
            yield from _read_value("", record, 0)


def _read_value(key: str, value: Any, depth: int) -> Iterator[Piece]:
    """What a value says under its key."""
    if depth >= MOST_DEEP:
        yield ["paragraph", f"{key}: {json.dumps(value, ensure_ascii=False)}"]
    elif isinstance(value, dict) and value:
        yield from ([["heading", depth, key]] if key else [])
        yield from _read_fields(value, depth)
    elif isinstance(value, list) and (columns := _columns(value)):
        yield from ([["heading", depth, key]] if key else [])
        yield _table(value, columns, numbered=False)
    elif isinstance(value, list) and all(map(_is_plain, value)):
        yield from ([["paragraph", f"{key}: {', '.join(map(_show, value))}"]] if key else _plain_items(value))
    elif isinstance(value, list):
        yield from ([["heading", depth, key]] if key else [])
        for number, inner in enumerate(value, 1):
            name = (_name(inner) if isinstance(inner, dict) else "") or f"{key} {number}".strip()
            yield from _read_value(name, inner, depth + 1)
    else:
        yield ["paragraph", f"{key}: {_show(value)}" if key else _show(value)]


def _read_fields(record: dict[str, Any], depth: int) -> Iterator[Piece]:
    """The plain values of a record, then those that hold others, for these are headings."""
    plain = {key: value for key, value in record.items() if _is_plain(value)}
    for key, value in plain.items():
        yield ["paragraph", f"{key}: {_show(value)}"]
    for key, value in record.items():
        if key not in plain:
            yield from _read_value(key, value, depth + 1)


def _plain_items(values: list[Any]) -> Iterator[Piece]:
    return (["item", 0, False, _show(value)] for value in values)


def _columns(records: list[Any]) -> list[str]:
    """The names of the fields, if the records are rows of one table; none if they are not."""
    if len(records) < 2 or not all(isinstance(record, dict) for record in records):
        return []
    names = list(dict.fromkeys(name for record in records for name in record))
    if not 2 <= len(names) <= MOST_COLUMNS or 2 * min(map(len, records)) < len(names):
        return []
    values = [value for record in records for value in record.values()]
    plain = all(_is_plain(value) and len(_show(value)) <= LONGEST_CELL for value in values)
    return names if plain else []


def _table(records: list[dict[str, Any]], columns: list[str], *, numbered: bool) -> Piece:
    rows: list[tuple[str, list[str]]] = [("", columns)]
    for number, record in enumerate(records, 1):
        cells = [_show(record.get(name)) for name in columns]
        rows.append((f"record {number}" if numbered else "", cells))
    return ["table", 1, rows]


def _name(record: dict[str, Any]) -> str:
    """What a record is called by the first field that may say it."""
    named = {key.lower(): value for key, value in record.items()}
    return next((named[key] for key in NAMES if isinstance(named.get(key), str)), "")


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _show(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
