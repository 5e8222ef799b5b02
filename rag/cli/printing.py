"""What the commands say: results as JSON, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


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
    file.write_text(lines, encoding="utf-8", errors="backslashreplace")
    say(f"wrote {file}")
