"""A program that reads a foreign file, in a process of its own: hostile or hanging, it costs that alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG")  # of the environment
MEMORY = 900_000_000  # bytes that a program may take; what it maps of its libraries comes on top
ROOT = str(Path(__file__).parents[3])  # from where a program may import what is by its side
SAID = 400  # characters of what went wrong in it
# Sets the limits of memory and of files, which it may not write, then becomes the program.
_LIMITED = """
import runpy, sys
sys.path.insert(0, sys.argv[2])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
sys.argv = sys.argv[4:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except Exception as problem:
    sys.exit(f"{type(problem).__name__}: {problem}")
"""


class BrokenProgram(ValueError):
    """A program gave up on the file that it was to read; the message is what it said, if anything."""


def run_isolated(program: Sequence[str], file: bytes, *, seconds: float, writes: int = 0) -> bytes:
    """What the Python program, a path and its arguments, writes when it is given `file` to read.

    It sees nothing of this process, no key of anybody's, and writes no file of more than `writes` bytes.

    Raises TimeoutError if it takes longer, BrokenProgram if it fails.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _LIMITED, str(MEMORY), ROOT, str(writes), *program],
            input=file,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"more than {seconds} seconds") from None
    if done.returncode:
        raise BrokenProgram(" ".join(done.stderr.decode("utf-8", "replace")[-SAID:].split()))
    return done.stdout
