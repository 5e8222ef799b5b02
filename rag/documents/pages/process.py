"""A program that reads a foreign file, in a process of its own: hostile or hanging, it costs that alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG")  # of the environment


def run_isolated(program: Sequence[str], file: bytes, *, seconds: float) -> bytes:
    """What Python, called with `program`, writes when it is given `file` to read; b"" if it broke down.

    It sees nothing of this process, and no key of anybody's.  Raises TimeoutError if it takes longer.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", *program],
            input=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"more than {seconds} seconds") from None
    return b"" if done.returncode else done.stdout
