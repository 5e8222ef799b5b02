"""The files that could not be read, or not whole -> words for a clerk: how many, of which kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.datatypes import Skipped
from rag.documents.readers.file_kinds import (
    RECOGNISE,
    EmptyFile,
    FailedReader,
    PicturePages,
    ScannedFile,
    SlowFile,
    UnknownFormat,
)

EMPTY, CLOSED = "empty file", "file that could not be opened"
DAMAGED, MISSING = "file with an error", "file that sources.toml names"
PICTURES, SCANNED = "PDF file with pages that are pictures", "scanned file"
UNRECOGNISED = "PDF file with pages that could not be recognised"
FAILED_PAGES = "PDF file with pages whose recognition failed"
FAILED = "file that its reader failed on"
SLOW, CHANGED = "file that takes too long to read", "file that changed while it was read"
_NOTHING = (EMPTY, MISSING)  # no answer can stand in these
READ_IN_PART = (PICTURES, UNRECOGNISED, FAILED_PAGES)  # the rest of such files is
MOST_KINDS = 4  # named in one line
MOST_RUNS = 8  # of pages

_NOUN_END = re.compile(r"(?= \(| that | with |$)")


def skip(path: str, problem: Exception) -> Skipped:
    """The file of that path, which `problem` kept from being read."""
    match problem:
        case UnknownFormat():
            return Skipped(path, str(problem), problem.kind)
        case EmptyFile():
            return Skipped(path, str(problem), EMPTY)
        case ScannedFile():
            return Skipped(path, str(problem), SCANNED)
        case PicturePages():
            return _skip_pages(path, problem)
        case FailedReader():
            return Skipped(path, str(problem), FAILED)
        case SlowFile():
            return Skipped(path, str(problem), SLOW)
        case OSError():
            reason = f"unreadable: {problem.strerror or type(problem).__name__}"
            return Skipped(path, reason, CLOSED)
    return Skipped(path, str(problem), DAMAGED)


def _skip_pages(path: str, pictures: PicturePages) -> Skipped:
    """The pages of the file of that path that are pictures without text."""
    numbers = pictures.numbers
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:MOST_RUNS])
    named += f" and {len(numbers) - sum(map(len, runs[:MOST_RUNS]))} more" if len(runs) > MOST_RUNS else ""
    pages = f"pages {named} are pictures" if len(numbers) > 1 else f"page {named} is a picture"
    them = "them" if len(numbers) > 1 else "it"
    if pictures.has_failed:
        reason = f"{pages}, and what recognises {them} broke or took too long: index it again"
        return Skipped(path, reason, FAILED_PAGES)
    if pictures.can_recognise:
        return Skipped(path, f"{pages}, and no word was recognised there: split the file", UNRECOGNISED)
    return Skipped(path, f"{pages} without text: recognise {them} first ({RECOGNISE})", PICTURES)


def is_lasting(file: Skipped) -> bool:
    """Whether the same bytes would not be read another time either."""
    return file.kind in (EMPTY, DAMAGED, UNRECOGNISED)


def describe_skipped(skipped: Iterable[Skipped]) -> tuple[str, ...]:
    """How many files of each kind were not read, a line each, most first.

    >>> describe_skipped([Skipped(name, "", "Word file (.docx)") for name in ("a.docx", "b.docx")])
    ('2 Word files (.docx) were not read',)
    """
    lines = []
    for kind, files in _count(skipped):
        done = (
            "not found" if kind == MISSING else "read without those" if kind in READ_IN_PART else "not read"
        )
        lines.append(f"{_many(files, kind)} {'was' if files == 1 else 'were'} {done}")
    return tuple(lines)


def may_hold_it(skipped: Sequence[Skipped]) -> str | None:
    """What a refusal says of the files that could not be read; None if there is none that may hold text.

    >>> may_hold_it([Skipped("a.docx", "", "Word file (.docx)"), Skipped("b.txt", "empty", EMPTY)])
    '1 file could not be read and may hold it: 1 Word file (.docx)'
    """
    kinds = _count(file for file in skipped if file.kind not in _NOTHING)
    if not kinds:
        return None
    files = sum(number for _, number in kinds)
    named = [_many(number, kind) for kind, number in kinds[:MOST_KINDS]]
    if len(kinds) > MOST_KINDS:
        rest = sum(number for _, number in kinds[MOST_KINDS:])
        named.append(f"{rest} other{'s' * (rest > 1)}")
    whole = " whole" if any(kind in READ_IN_PART for kind, _ in kinds) else ""
    return f"{_many(files, 'file')} could not be read{whole} and may hold it: {', '.join(named)}"


def _count(skipped: Iterable[Skipped]) -> list[tuple[str, int]]:
    """Each kind with its number of files, most first, then by name."""
    counts = Counter(file.kind for file in skipped)
    return sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))


def _many(number: int, kind: str) -> str:
    """A number of a kind: its noun, which stands before a bracket or a clause, in the plural if need be."""
    return f"{number} {kind if number == 1 else _NOUN_END.sub('s', kind, count=1)}"
