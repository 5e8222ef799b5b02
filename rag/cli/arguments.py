"""What the command line takes: one parser, a command each for the functions of rag/cli/main.py."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import rag
from rag.cli.argument_types import parse_folder, parse_positive
from rag.cli.model_options import model_options
from rag.cli.shared_options import (
    anywhere_option,
    cluster_options,
    history_options,
    index_options,
    reranker_options,
    server_options,
    where_options,
)
from rag.formats.exports.exports import FORMATS
from rag.models.embedder import DEFAULT_MODEL

Command = Callable[[argparse.Namespace], None]


def build_parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of `rag`; what it parses has the command to run as `run`."""
    whole = argparse.ArgumentParser(
        prog="rag", description="Answers from folders of documents, every sentence proved by its source."
    )
    whole.add_argument("--version", action="version", version=f"%(prog)s {rag.__version__}")
    names = whole.add_subparsers(required=True, metavar="COMMAND")
    question = (history_options(), where_options(), anywhere_option())
    shared = {
        "index": (index_options(), cluster_options()),
        "add": (index_options(),),
        "remove": (index_options(),),
        "search": (index_options(), *question, reranker_options()),
        "ask": (index_options(), *question, reranker_options(), model_options()),
        "check": (index_options(), where_options()),
        "eval": (index_options(), reranker_options(), model_options()),
        "bench": (reranker_options(),),
        "feedback": (index_options(),),
        "info": (index_options(),),
        "verify": (index_options(),),
        "backup": (index_options(),),
        "restore": (index_options(),),
        "serve": (index_options(), model_options(), server_options()),
    }
    for name, run in commands.items():
        added = names.add_parser(name, help=run.__doc__, description=run.__doc__, parents=shared[name])
        if name not in ("ask", "backup", "check", "restore", "serve"):
            _add_json(added)
        added.set_defaults(run=run, command=name)
        if name in _OWN:
            _OWN[name](added)
    return whole


def _add_index(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folders", nargs="+", type=parse_folder, metavar="FOLDER", help="a folder of documents, or several"
    )
    patterns = (("--include", "index only files that match"), ("--exclude", "leave out files that match"))
    for option, help in patterns:
        command.add_argument(
            option,
            action="append",
            default=[],
            metavar="GLOB",
            help=f"{help}, as in .gitignore; may be given again (default: as the index was made; "
            "--include '*' takes all again)",
        )
    how = command.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    how.add_argument("--watch", action="store_true", help="then follow the folders until Ctrl-C")
    command.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="a sentence-transformers model by name or folder (default: %(default)s)",
    )


def _add_add(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the files to copy")


def _add_remove(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "ids",
        nargs="+",
        metavar="ID",
        help="a document, by its id (its path below the folder, of several behind the name of its own)",
    )


def _add_search(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", help="what to search for")
    command.add_argument(
        "-k", type=parse_positive, default=5, help="how many passages (default: %(default)s)"
    )
    command.add_argument("--explain", action="store_true", help="say of each passage why it was found")


def _add_ask(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", help="what to ask")
    command.add_argument(
        "--timings", action="store_true", help="say on stderr, with --json in it, how long each stage took"
    )
    _add_formats(command, "the answer")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="the text, of any format; - for stdin")
    command.add_argument(
        "--strict", action="store_true", help="exit with 1 if a sentence is contradicted or not said"
    )
    _add_formats(command, "the verdicts")


def _add_formats(command: argparse.ArgumentParser, what: str) -> None:
    forms = command.add_mutually_exclusive_group()
    _add_json(forms)
    forms.add_argument(
        "--format",
        choices=tuple(FORMATS),
        help=f"write {what} with each quote in a footnote, as text, Markdown, a web page or a Word file; "
        "or the sources as BibTeX, RIS or CSL-JSON",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="with --format: write to this file")


def _add_json(command: argparse._ActionsContainer) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, one object a line")


def _add_eval(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--questions",
        type=Path,
        default=Path("eval/questions.jsonl"),
        help="the questions (default: %(default)s)",
    )
    command.add_argument("--out", type=Path, help="write the figures and every answer as JSON to this file")
    command.add_argument("--report", type=Path, help="write them as an HTML page to this file")
    command.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="write the figures, and of each answer its verdict and a hash, as JSON to this file",
    )
    command.add_argument(
        "--unproved",
        action="store_true",
        help="believe --llm: its sentences as they are, with its own [n], and its own refusals",
    )
    command.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("FIRST", "SECOND"),
        help="ask nothing; say of two files that --out wrote which differences are real",
    )


def _add_bench(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, help="the test set")
    command.add_argument(
        "--compare",
        nargs=2,
        choices=("hybrid", "dense", "bm25", "reranked"),
        default=("hybrid", "bm25"),
        metavar=("A", "B"),
        help="two of hybrid, dense, bm25 and, with --reranker, reranked (default: hybrid bm25)",
    )
    command.add_argument("--distractors", action="store_true", help="search those of distractors.jsonl too")
    command.add_argument("--limit", type=parse_positive, metavar="N", help="ask N questions, always the same")
    command.add_argument(
        "--cache", type=parse_folder, metavar="DIR", help="keep the index there for the next run"
    )
    command.add_argument(
        "--out",
        type=Path,
        default=Path("bench-results"),
        metavar="DIR",
        help="where the figures go as JSON and as a page with plots (default: %(default)s)",
    )


def _add_feedback(command: argparse.ArgumentParser) -> None:
    command.add_argument("export", choices=["export"], metavar="export", help="from the chat's conversations")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the questions to this file")
    command.add_argument(
        "--drafts",
        type=Path,
        metavar="FILE",
        help="write those to this file whose right answer is not known, for somebody to complete",
    )


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--repair", action="store_true", help="then make anew what is broken of the index, from its documents"
    )


def _add_backup(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="the file to write")


def _add_restore(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="what `rag backup` wrote")
    command.add_argument(
        "folder",
        nargs="?",
        type=parse_folder,
        help="where the documents go (default: that of the index that is there, or a new one beside it)",
    )


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folders",
        nargs="*",
        type=parse_folder,
        metavar="FOLDER",
        help="the folders of documents, indexed first if need be (default: those of the index)",
    )


_OWN = {
    "index": _add_index,
    "add": _add_add,
    "remove": _add_remove,
    "search": _add_search,
    "ask": _add_ask,
    "check": _add_check,
    "eval": _add_eval,
    "bench": _add_bench,
    "feedback": _add_feedback,
    "verify": _add_verify,
    "backup": _add_backup,
    "restore": _add_restore,
    "serve": _add_serve,
}
