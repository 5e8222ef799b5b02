"""What the commands say: results as JSON, progress in lines and as a bar."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from rag.datatypes import IndexCard, Skipped
from rag.documents.skipped import READ_IN_PART, describe_skipped
from rag.durable import replace_file
from rag.errors import RagError


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


class Bar:
    """A bar on stderr for what is counted, with rate and time left; none where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._close()

    def count(self, what: str, done: int, of: int) -> None:
        """Show that so many are done."""
        if what != self._what:
            self._close()
            self._what = what
            self._bar = tqdm(desc=what, total=of, initial=done, disable=None, leave=False)
        self._bar.update(done - self._bar.n)
        if done == of:
            self._close()

    def _close(self) -> None:
        self._what = ""
        if self._bar is not None:
            self._bar.close()


def skipped_lines(skipped: Sequence[Skipped]) -> list[str]:
    """How many files of each kind were not read, then each with why."""
    unread = (
        (f"{'' if file.kind in READ_IN_PART else 'skipped '}{file.path}", file.reason) for file in skipped
    )
    return [*describe_skipped(skipped), *(f"{path}: {reason}" for path, reason in unread)]


def selection_lines(card: IndexCard) -> list[str]:
    """The patterns that an index was made with, if there are any."""
    lines = (("only", card.include), ("without", card.exclude))
    return [f"{word} files that match {', '.join(patterns)}" for word, patterns in lines if patterns]


def print_json(value: Any) -> None:
    """One object on one line."""
    print(json.dumps(value, ensure_ascii=False))


def write_json_lines(values: Sequence[Any], file: Path | None) -> None:
    """One object a line, to the file or, without one, to stdout."""
    if file is None:
        for value in values:
            print_json(value)
        return
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    # Half a surrogate pair, which UTF-8 has not, becomes the escape that JSON has for it, as on stdout.
    write_output(file, lines.encode("utf-8", "backslashreplace"))


def write_output(file: Path, content: bytes) -> None:
    """Write the file that was asked for, and say so.  Raises RagError, and then what was there stays."""
    try:
        replace_file(file, content)
    except OSError as problem:
        raise RagError(
            f"cannot write {file}: {problem.strerror or problem}; what was there stays: make room, or name "
            "another file"
        ) from None
    say(f"wrote {file}")
