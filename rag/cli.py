"""The command line: each command is one public function.

stdout carries the result, stderr the progress; exit 0 done, 1 for a RagError in one line, 2 for
a wrong call, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rag
from rag.card import check_current, check_files, corpus_folder, read_card
from rag.chatbot import INDEX
from rag.documents import corpus_sha256, read_documents
from rag.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder, weights_sha256
from rag.errors import CorpusError, IndexDamaged, IndexMissing, IndexStale, RagError
from rag.index import build_index
from rag.rendering import answer_json, answer_lines, passage_json, passage_lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows what it can
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments.run(arguments)
    except RagError as problem:
        print(f"rag: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        print(f"rag: {where}{problem.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def index(arguments: argparse.Namespace) -> None:
    """Build the index of a folder, unless the one there is whole and still fits."""
    if not arguments.folder.is_dir():
        raise CorpusError(
            f"no folder {arguments.folder}/: expected a folder of documents; name one that exists"
        )
    if _fits(arguments):
        say(f"{arguments.index}/ is up to date with {arguments.folder}/")
        card = read_card(arguments.index)
    else:
        say(f"reading {arguments.folder}/")
        corpus = read_documents(arguments.folder)
        for skipped in corpus.skipped:
            say(f"skipped {skipped.path}: {skipped.reason}")
        say(f"loading {arguments.model}")
        embedder = SentenceTransformerEmbedder(arguments.model)
        card = build_index(corpus, arguments.index, embedder, progress=say)
    if arguments.json:
        print_json(asdict(card))


def search(arguments: argparse.Namespace) -> None:
    """Print the passages nearest to a question, best first."""
    for passage in rag.open_chatbot(arguments.index).retrieve(arguments.question, arguments.k):
        if arguments.json:
            print_json(passage_json(passage))
        else:
            print(passage_lines(passage) + "\n")


def ask(arguments: argparse.Namespace) -> None:
    """Print what the documents say to a question, with its sources."""
    history = tuple(rag.Turn(question, answer) for question, answer in arguments.after)
    answer = rag.open_chatbot(arguments.index).ask(arguments.question, history=history)
    if arguments.json:
        print_json(answer_json(answer))
    else:
        print(answer_lines(answer, arguments.question))


def evaluate(arguments: argparse.Namespace) -> None:
    """Ask every question of the eval set and print the figures."""
    from eval.run import evaluate, read_questions, table

    chatbot = rag.open_chatbot(arguments.index)
    results = evaluate(chatbot, read_questions(arguments.questions), progress=say)
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        say(f"wrote {arguments.out}")
    print_json(results) if arguments.json else print(table(results))


def bench(arguments: argparse.Namespace) -> None:
    """Run a public test set through the same retrieval and print the figures."""
    from eval.bench import bench
    from eval.report import table, write_report
    from eval.sets import read_set

    test_set = read_set(arguments.folder, distractors=arguments.distractors, limit=arguments.limit)
    embedder = SentenceTransformerEmbedder()
    figures = bench(test_set, embedder, compare=arguments.compare, cache=arguments.cache, progress=say)
    for file in write_report(figures, arguments.out):
        say(f"wrote {file}")
    print_json(figures) if arguments.json else print(table(figures))


def info(arguments: argparse.Namespace) -> None:
    """Print the index card: what is in the index and how it was made."""
    card = read_card(arguments.index)
    if arguments.json:
        print_json(asdict(card))
        return
    print(
        f"{arguments.index}/ of {corpus_folder(card, arguments.index)}/ (sha256 {card.corpus_sha256[:12]}…)"
    )
    print(f"{card.documents} documents, {card.chunks} chunks, {card.sentences} sentences")
    print(f"window {card.window} tokens, overlap {card.overlap}")
    print(f"embedder {card.embedder}, {card.dim} dimensions (sha256 {card.weights_sha256[:12]}…)")
    for skipped in card.skipped:
        print(f"skipped {skipped.path}: {skipped.reason}")


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One object on one line."""
    print(json.dumps(value, ensure_ascii=False))


def _fits(arguments: argparse.Namespace) -> bool:
    """Whether the index there was made of this folder as it is now, by this model, and is whole."""
    try:
        card = read_card(arguments.index)
        check_current(
            card,
            arguments.index,
            embedder=arguments.model,
            weights=weights_sha256(arguments.model),
            corpus=corpus_sha256(arguments.folder),
        )
        check_files(arguments.index, card)
    except (IndexMissing, IndexDamaged, IndexStale):
        return False
    here: Path = arguments.folder
    return corpus_folder(card, arguments.index).resolve() == here.resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag", description="Answers from a folder of documents, every sentence proved by its source."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {rag.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Any, *positional: tuple[str, Any, str], indexed: bool = True
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        for argument, kind, text in positional:
            added.add_argument(argument, type=kind, help=text)
        if indexed:
            added.add_argument(
                "--index", type=Path, default=INDEX, metavar="DIR", help="the index (default: %(default)s)"
            )
        added.add_argument("--json", action="store_true", help="print JSON, one object a line")
        added.set_defaults(run=run)
        return added

    made = command("index", index, ("folder", _folder, "the folder of documents"))
    made.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="a sentence-transformers model by name or folder (default: %(default)s)",
    )
    found = command("search", search, ("question", str, "what to search for"))
    found.add_argument("-k", type=_positive, default=5, help="how many passages (default: %(default)s)")
    asked = command("ask", ask, ("question", str, "what to ask"))
    asked.add_argument(
        "--after",
        nargs=2,
        action="append",
        default=[],
        metavar=("QUESTION", "ANSWER"),
        help="an earlier turn that the question follows; may be given again, the latest last",
    )
    judged = command("eval", evaluate)
    judged.add_argument(
        "--questions",
        type=Path,
        default=Path("eval/questions.jsonl"),
        help="the questions (default: %(default)s)",
    )
    judged.add_argument("--out", type=Path, help="write the figures and every answer as JSON to this file")
    benched = command("bench", bench, ("folder", Path, "the test set"), indexed=False)
    benched.add_argument(
        "--compare",
        nargs=2,
        choices=("hybrid", "dense", "bm25"),
        default=("hybrid", "bm25"),
        metavar=("A", "B"),
        help="the two of hybrid, dense and bm25 to compare (default: hybrid bm25)",
    )
    benched.add_argument("--distractors", action="store_true", help="search those of distractors.jsonl too")
    benched.add_argument("--limit", type=_positive, metavar="N", help="ask N questions, always the same")
    benched.add_argument("--cache", type=Path, metavar="DIR", help="keep the index there for the next run")
    benched.add_argument(
        "--out",
        type=Path,
        default=Path("bench-results"),
        metavar="DIR",
        help="where the figures go as JSON and as a page with plots (default: %(default)s)",
    )
    command("info", info)
    return parser


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a folder, got an empty name")
    return Path(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)
