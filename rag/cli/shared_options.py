"""Options that several commands take, each group as a parser to inherit from."""

from __future__ import annotations

import argparse
from pathlib import Path

import rag
from rag.chatbot import INDEX
from rag.cli.argument_types import parse_first_day, parse_last_day


def index_options() -> argparse.ArgumentParser:
    """Which index it is."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index", type=Path, default=INDEX, metavar="DIR", help="the index (default: %(default)s)"
    )
    return shared


def reranker_options() -> argparse.ArgumentParser:
    """What has the last word on the order of passages."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--reranker", metavar="MODEL", help="a CrossEncoder, by hub name or folder, as the last stage"
    )
    return shared


def history_options() -> argparse.ArgumentParser:
    """What a question follows."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--after",
        nargs=2,
        action="append",
        default=[],
        metavar=("QUESTION", "ANSWER"),
        help="an earlier turn that the question follows; may be given again, the latest last",
    )
    return shared


def where_options() -> argparse.ArgumentParser:
    """Which documents are looked into."""
    shared = argparse.ArgumentParser(add_help=False)
    where = shared.add_argument_group("where to look", "only in documents that meet every condition")
    where.add_argument(
        "--document", action="append", default=[], metavar="ID", help="in this one; may be given again"
    )
    where.add_argument(
        "--publisher",
        action="append",
        default=[],
        metavar="NAME",
        help="in those of this publisher, by its name or the first words of it; may be given again",
    )
    where.add_argument(
        "--since", type=parse_first_day, metavar="DATE", help="from a day, month or year on, such as 2022-12"
    )
    where.add_argument("--until", type=parse_last_day, metavar="DATE", help="up to a day, month or year")
    return shared


def anywhere_option() -> argparse.ArgumentParser:
    """What takes back that a question prefers documents."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--anywhere",
        action="store_true",
        help="in all alike, even if the question names a publisher, kind of document or date",
    )
    return shared


def chosen_documents(arguments: argparse.Namespace) -> rag.Where | None:
    """The filter that the options make; None if they make none."""
    named = arguments.document, arguments.publisher, arguments.since, arguments.until
    where = rag.Where(tuple(named[0]), tuple(named[1]), *named[2:])
    return None if where == rag.Where() else where
