"""What the command line takes: one parser, a command each for the functions of rag/cli/main.py."""

from __future__ import annotations

import argparse
import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import rag
from rag.chatbot import INDEX
from rag.errors import AnswererError
from rag.models.embedder import DEFAULT_MODEL
from rag.models.llm import LEAST_CONTEXT

Command = Callable[[argparse.Namespace], None]


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of `rag`; what it parses has the command to run as `run`."""
    whole = argparse.ArgumentParser(
        prog="rag", description="Answers from a folder of documents, every sentence proved by its source."
    )
    whole.add_argument("--version", action="version", version=f"%(prog)s {rag.__version__}")
    names = whole.add_subparsers(required=True, metavar="COMMAND")
    shared = {
        "index": (_indexed(),),
        "search": (_indexed(), _scope(), _reranked()),
        "ask": (_indexed(), _scope(), _reranked(), answering()),
        "eval": (_indexed(), _reranked(), answering()),
        "bench": (_reranked(),),
        "feedback": (_indexed(),),
        "info": (_indexed(),),
    }
    for name, run in commands.items():
        added = names.add_parser(name, help=run.__doc__, description=run.__doc__, parents=shared[name])
        added.add_argument("--json", action="store_true", help="print JSON, one object a line")
        added.set_defaults(run=run)
        if name in _OWN:
            _OWN[name](added)
    return whole


def _index(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=_folder, help="the folder of documents")
    command.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="a sentence-transformers model by name or folder (default: %(default)s)",
    )


def _search(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", help="what to search for")
    command.add_argument("-k", type=_positive, default=5, help="how many passages (default: %(default)s)")
    command.add_argument("--explain", action="store_true", help="say of each passage why it was found")


def _ask(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", help="what to ask")


def _eval(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--questions",
        type=Path,
        default=Path("eval/questions.jsonl"),
        help="the questions (default: %(default)s)",
    )
    command.add_argument("--out", type=Path, help="write the figures and every answer as JSON to this file")
    command.add_argument("--report", type=Path, help="write them as an HTML page to this file")
    command.add_argument(
        "--unproved",
        action="store_true",
        help="believe --answerer: its sentences as they are, with its own [n], and its own refusals",
    )
    command.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("FIRST", "SECOND"),
        help="ask nothing; say of two files that --out wrote which differences are real",
    )


def _bench(command: argparse.ArgumentParser) -> None:
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
    command.add_argument("--limit", type=_positive, metavar="N", help="ask N questions, always the same")
    command.add_argument("--cache", type=Path, metavar="DIR", help="keep the index there for the next run")
    command.add_argument(
        "--out",
        type=Path,
        default=Path("bench-results"),
        metavar="DIR",
        help="where the figures go as JSON and as a page with plots (default: %(default)s)",
    )


def _feedback(command: argparse.ArgumentParser) -> None:
    command.add_argument("export", choices=["export"], metavar="export", help="from the chat's conversations")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the questions to this file")
    command.add_argument(
        "--drafts",
        type=Path,
        metavar="FILE",
        help="write those to this file whose right answer is not known, for somebody to complete",
    )


_OWN = {
    "index": _index,
    "search": _search,
    "ask": _ask,
    "eval": _eval,
    "bench": _bench,
    "feedback": _feedback,
}


# What several commands take


def _indexed() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index", type=Path, default=INDEX, metavar="DIR", help="the index (default: %(default)s)"
    )
    return shared


def _reranked() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--reranker", metavar="MODEL", help="a CrossEncoder, by hub name or folder, as the last stage"
    )
    return shared


def answering() -> argparse.ArgumentParser:
    """Which language model writes the answers."""
    shared = argparse.ArgumentParser(add_help=False)
    model = shared.add_argument_group(
        "who writes the answer", "without these, the documents' own sentences; nothing is sent anywhere"
    )
    model.add_argument(
        "--answerer",
        metavar="MODEL",
        help="a language model: its name at --base-url, or a .gguf file; what it writes is checked",
    )
    model.add_argument(
        "--base-url",
        metavar="URL",
        help="an OpenAI-compatible endpoint, as http://127.0.0.1:11434/v1 (default: $OPENAI_BASE_URL)",
    )
    model.add_argument(
        "--api-key",
        metavar="KEY",
        help="its key, if it wants one; better in $OPENAI_API_KEY, where no one sees it",
    )
    model.add_argument(
        "--context",
        type=_context,
        default=4_096,
        metavar="TOKENS",
        help="what the model can see at once (default: %(default)s)",
    )
    return shared


def answerer(arguments: argparse.Namespace, environ: Mapping[str, str]) -> rag.OpenAIAnswerer | None:
    """The language model that the options of `answering` name, if they name one.

    Raises AnswererError if it is not to be had.
    """
    name: str | None = arguments.answerer
    if name is None:
        return None
    if name.endswith(".gguf") and not arguments.base_url:
        from rag.models.gguf import GGUFAnswerer  # which few need

        return GGUFAnswerer(name, context=arguments.context)
    base_url = arguments.base_url or environ.get("OPENAI_BASE_URL")
    if not base_url:
        raise AnswererError(
            f"no endpoint for the model {name!r}: give --base-url, as http://127.0.0.1:11434/v1 for Ollama"
        )
    key = arguments.api_key or environ.get("OPENAI_API_KEY", "")
    try:
        return rag.OpenAIAnswerer(base_url=base_url, model=name, api_key=key, context=arguments.context)
    except ValueError as problem:
        raise AnswererError(str(problem)) from None


def _scope() -> argparse.ArgumentParser:
    """What the question follows, and where it is looked for."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--after",
        nargs=2,
        action="append",
        default=[],
        metavar=("QUESTION", "ANSWER"),
        help="an earlier turn that the question follows; may be given again, the latest last",
    )
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
        "--since", type=_first_day, metavar="DATE", help="from a day, month or year on, such as 2022-12"
    )
    where.add_argument("--until", type=_last_day, metavar="DATE", help="up to a day, month or year")
    where.add_argument(
        "--anywhere",
        action="store_true",
        help="in all alike, even if the question names a publisher, kind of document or date",
    )
    return shared


# What an argument may be


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a folder, got an empty name")
    return Path(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def _context(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST_CONTEXT:
        raise argparse.ArgumentTypeError(f"expected at least {LEAST_CONTEXT} tokens, got {text!r}")
    return int(text)


def _first_day(text: str) -> date:
    return _days(text)[0]


def _last_day(text: str) -> date:
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    """The first and the last day of a day, a month or a year.

    >>> _days("2022-12")
    (datetime.date(2022, 12, 1), datetime.date(2022, 12, 31))
    """
    try:
        if not re.fullmatch(r"\d{4}(-\d\d?){0,2}", text, re.ASCII):
            raise ValueError(text)
        year, *rest = (int(part) for part in text.split("-"))
        first = date(year, *[*rest, 1, 1][: max(2, len(rest))])
        month = rest[0] if rest else 12
        return first, first if len(rest) > 1 else date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a date such as 2022-12-19, 2022-12 or 2022, got {text!r}"
        ) from None
