"""The command `rag` as a process, for what only a process shows, and what its failures look like."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from small import ROOT


@contextmanager
def spawn(*arguments: object, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The command with these arguments, which Ctrl-C reaches even where this process ignores it.

    If it still runs when the block ends, as after an assertion that fails, it is ended.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "rag", *map(str, arguments)],
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        cwd=options.pop("cwd", ROOT),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def is_one_line(error: str) -> bool:
    """Whether a failure is told as every failure is."""
    return error.startswith("rag: ") and error.count("\n") == 1 and error.endswith("\n")
