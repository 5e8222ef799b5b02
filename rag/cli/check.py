"""The command that checks a text against the documents."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import rag
from rag.checking.drafts import read_draft, read_draft_file
from rag.cli.export import check_export, write_export
from rag.cli.printing import print_json
from rag.cli.shared_options import chosen_documents
from rag.errors import DraftError, RagError
from rag.formats.check_schema import check_json
from rag.formats.exports.transcript import transcribe_check
from rag.formats.terminal import check_lines
from rag.formats.text import check_summary

STDIN = Path("-")


def check(arguments: argparse.Namespace) -> None:
    """Say of each sentence of a text whether the documents bear it out, contradict it or do not say it."""
    check_export(arguments)
    draft = _read_stdin() if arguments.file == STDIN else read_draft_file(arguments.file)
    # The reader chooses sentences that answer a question; a claim asks none.
    chatbot = rag.open_chatbot(arguments.index, reader=False)
    checked = chatbot.check(draft, where=chosen_documents(arguments))
    if arguments.format:
        write_export(transcribe_check(checked), arguments, none="nothing in the documents comes near")
    elif arguments.json:
        print_json(check_json(checked))
    else:
        print(check_lines(checked, colour=_shows_colours()))
    if arguments.strict and not checked.passes:
        sys.stdout.flush()
        raise RagError(f"not all of {draft.title} is borne out: {check_summary(checked)}")


def _read_stdin() -> rag.Document:
    try:
        return read_draft(sys.stdin.read())
    except UnicodeDecodeError as problem:
        raise DraftError(
            f"stdin is not in {problem.encoding} at byte {problem.start}: save it as UTF-8"
        ) from None


def _shows_colours() -> bool:
    """Whether stdout is a terminal whose user has not switched colours off (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
