"""What `--format` writes, and where to."""

from __future__ import annotations

import argparse
import sys

from rag.cli.printing import say, write_output
from rag.errors import RagError
from rag.formats.exports.exports import FORMATS, export
from rag.formats.exports.transcript import Transcript


def check_export(arguments: argparse.Namespace) -> None:
    """Raise RagError, before anything is asked, if what is to be written has no place to go to."""
    if arguments.out and not arguments.format:
        raise RagError(f"--out {arguments.out} says no format: add --format {{{','.join(FORMATS)}}}")
    if arguments.format and FORMATS[arguments.format].binary and not arguments.out and sys.stdout.isatty():
        raise RagError(
            f"a terminal cannot show {arguments.format}, expected a file: name one with --out FILE, or send "
            "the output into one with > FILE"
        )


def write_export(transcript: Transcript, arguments: argparse.Namespace, *, none: str) -> None:
    """It in the format that was asked for, to the file or, without one, to stdout; `none` says why nothing
    is cited."""
    content = export(transcript, arguments.format)
    if not content:
        say(f"no sources: {none}")
    if arguments.out:
        write_output(arguments.out, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
