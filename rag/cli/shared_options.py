"""Options that several commands take, each group as a parser to inherit from."""

from __future__ import annotations

import argparse

import rag
from rag.chatbot import INDEX
from rag.cli.argument_types import (
    parse_first_day,
    parse_folder,
    parse_last_day,
    parse_port,
    parse_root_path,
    parse_store,
)


def index_options() -> argparse.ArgumentParser:
    """Which index it is."""
    shared = argparse.ArgumentParser(add_help=False)
    where = shared.add_mutually_exclusive_group()
    where.add_argument(
        "--index", type=parse_folder, default=INDEX, metavar="DIR", help="the index (default: %(default)s)"
    )
    where.add_argument(
        "--store",
        dest="index",
        type=parse_store,
        metavar="URL",
        help="or the PostgreSQL that it is in, as postgresql://USER@HOST/DATABASE; its password better in "
        "$PGPASSWORD or ~/.pgpass, where no one sees it",
    )
    return shared


def cluster_options() -> argparse.ArgumentParser:
    """Which machines do the work of indexing."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="read, cut and embed on a Ray cluster, the one of this machine (auto) or of HOST:PORT; "
        "needs pip install 'footnote[cluster]'",
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


def server_options() -> argparse.ArgumentParser:
    """Options of the server: where it listens, who may ask and change, and what it logs."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--watch", action="store_true", help="take in what changes in the folders")
    shared.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    shared.add_argument(
        "--port", type=parse_port, default=7860, help="port, 0 for any (default: %(default)s)"
    )
    shared.add_argument(
        "--root-path",
        type=parse_root_path,
        default="",
        metavar="PATH",
        help="what a proxy has before the site's own paths, such as /footnote",
    )
    shared.add_argument(
        "--password",
        metavar="WORD",
        help="what visitors and programs must give, needed for any --host but this machine; "
        "better in $FOOTNOTE_PASSWORD, where no one sees it",
    )
    shared.add_argument(
        "--reading-password",
        metavar="WORD",
        help="another, with which documents are asked and read but not changed; "
        "better in $FOOTNOTE_READING_PASSWORD",
    )
    shared.add_argument("--read-only", action="store_true", help="let nobody change the documents here")
    shared.add_argument(
        "--log-json",
        action="store_true",
        help="write each request, and each question with its stages, to stdout, one JSON object a line",
    )
    shared.add_argument(
        "--log-questions", action="store_true", help="with --log-json: the words of the questions, too"
    )
    shared.add_argument(
        "--otlp",
        default="",
        metavar="URL",
        help="send what each request, question and stage took to this collector of OpenTelemetry, such as "
        "http://127.0.0.1:4318",
    )
    return shared
