"""A program that reads a foreign file, in a process of its own: hostile or hanging, it costs that alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG")  # of the environment
MEMORY = 900_000_000  # bytes that a program may take; what it maps of its libraries comes on top
ROOT = str(Path(__file__).parents[3])  # from where a program may import what is by its side
MOST_SAID = 200_000_000  # bytes that a program may write of a file, held in memory here
_PIECE = 1 << 20  # bytes read at a time
SAID = 400  # characters of what went wrong in it
# Sets the limits of memory and of the bytes of a file, then becomes the program.
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


class LongAnswer(ValueError):
    """A program says more of a file than `MOST_SAID`."""


def run_isolated(program: Sequence[str], file: bytes, *, seconds: float, writes: int = 0) -> bytes:
    """What the Python program, a path and its arguments, writes when it is given `file` to read.

    It sees nothing of this process, no key of anybody's, and writes no file of more than `writes` bytes,
    where the system can forbid that.

    Raises TimeoutError if it takes longer, LongAnswer if it writes more than `MOST_SAID`, BrokenProgram if it
    fails.
    """
    late = threading.Event()
    with (
        subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _LIMITED, str(MEMORY), ROOT, str(writes), *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        ) as process,
        ThreadPoolExecutor(2) as pool,
    ):

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            pool.submit(_feed, process, file)
            last_words = pool.submit(_read_end, process)
            answer = _read_answer(process)
            process.wait()
        finally:
            timer.cancel()
            process.kill()
    if late.is_set():
        raise TimeoutError(f"more than {seconds} seconds")
    if process.returncode:
        raise BrokenProgram(" ".join(last_words.result().decode("utf-8", "replace").split()))
    return answer


def _feed(process: subprocess.Popen[bytes], file: bytes) -> None:
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(file)


def _read_answer(process: subprocess.Popen[bytes]) -> bytes:
    assert isinstance(process.stdout, io.BufferedReader)
    answer = bytearray()
    while piece := process.stdout.read1(_PIECE):
        answer += piece
        if len(answer) > MOST_SAID:
            raise LongAnswer(f"more than {MOST_SAID:,} bytes")
    return bytes(answer)


def _read_end(process: subprocess.Popen[bytes]) -> bytes:
    """What a program says last of what went wrong; the rest is thrown away as it comes."""
    assert isinstance(process.stderr, io.BufferedReader)
    end = b""
    while piece := process.stderr.read1(_PIECE):
        end = (end + piece)[-SAID:]
    return end
