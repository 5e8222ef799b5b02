"""The command line: each command is one public function.

stdout carries the result, stderr the progress; exit 0 done, 1 for a RagError in one line, 2 for
a wrong call, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import rag
from rag.cli.arguments import build_parser
from rag.cli.model_options import open_model
from rag.documents.corpus import read_documents
from rag.errors import ArchiveError, CorpusError, RagError
from rag.formats.schema import answer_json, passage_json
from rag.formats.terminal import answer_lines, interpretation_lines, passage_lines
from rag.index.card import corpus_folder, fits, read_card
from rag.index.store import build_index, open_index
from rag.models.embedder import SentenceTransformerEmbedder, weights_sha256


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = build_parser(COMMANDS).parse_args(argv)
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
        print(f"rag: {where}{problem.strerror or problem}", file=sys.stderr)
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
    weights = weights_sha256(arguments.model)
    if fits(arguments.index, arguments.folder, embedder=arguments.model, weights=weights):
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
    chatbot = _chatbot(arguments)
    asked: dict[str, Any] = {"history": _history(arguments), "where": _where(arguments)}
    question = chatbot.understand(arguments.question, **asked)
    prefers = question.prefers.where if question.prefers else None
    for line in interpretation_lines(question.standalone, prefers, arguments.question, chatbot.documents):
        say(line)
    found = chatbot.retrieve(arguments.question, arguments.k, **asked)
    if not found:
        say("no document meets the filter")
    for passage in found:
        if arguments.json:
            print_json(passage_json(passage))
        else:
            print(passage_lines(passage, explain=arguments.explain) + "\n")


def ask(arguments: argparse.Namespace) -> None:
    """Print what the documents say to a question, with its sources."""
    answer = _chatbot(arguments, open_model(arguments, os.environ)).ask(
        arguments.question, history=_history(arguments), where=_where(arguments)
    )
    if arguments.json:
        print_json(answer_json(answer))
    else:
        print(answer_lines(answer, arguments.question))


def evaluate(arguments: argparse.Namespace) -> None:
    """Ask every question of the eval set and print the figures."""
    from eval.aggregate import table
    from eval.baseline import baseline_json
    from eval.compare import compare, comparison_table, read_rows
    from eval.html_report import page
    from eval.questions import read_questions
    from eval.run import evaluate
    from eval.ungrounded import answer_unproved

    if arguments.compare:
        if arguments.out or arguments.report or arguments.baseline:
            raise RagError("--compare asks nothing: leave out --out, --report and --baseline")
        comparison = compare(*map(read_rows, arguments.compare))
        print_json(comparison) if arguments.json else print(comparison_table(comparison))
        return
    model = open_model(arguments, os.environ)
    if arguments.unproved and not model:
        raise RagError("--unproved believes a language model: name one with --answerer")
    chatbot, questions = _chatbot(arguments, model), read_questions(arguments.questions)
    folder = corpus_folder(chatbot.index.card, arguments.index)
    results = evaluate(
        chatbot,
        questions,
        ask=partial(answer_unproved, chatbot, model) if arguments.unproved and model else None,
        folder=folder if folder.is_dir() else None,
        progress=say,
    )
    if model:
        written = sum(row["author"] == model.name for row in results["questions"])
        say(f"{model.name} wrote {written} of {len(questions)} answers")
    outputs = (
        (arguments.out, json.dumps(results, indent=1, ensure_ascii=False) + "\n"),
        (arguments.report, page(results)),
        (arguments.baseline, baseline_json(results)),
    )
    for file, text in outputs:
        if file:
            file.write_text(text, encoding="utf-8")
            say(f"wrote {file}")
    print_json(results) if arguments.json else print(table(results))


def bench(arguments: argparse.Namespace) -> None:
    """Run a public test set through the same retrieval and print the figures."""
    from eval.bench.datasets import read_set
    from eval.bench.report import table, write_report
    from eval.bench.run import bench

    test_set = read_set(arguments.folder, distractors=arguments.distractors, limit=arguments.limit)
    figures = bench(
        test_set,
        SentenceTransformerEmbedder(),
        reranker=_reranker(arguments),
        compare=arguments.compare,
        cache=arguments.cache,
        progress=say,
    )
    for file in write_report(figures, arguments.out):
        say(f"wrote {file}")
    print_json(figures) if arguments.json else print(table(figures))


def feedback(arguments: argparse.Namespace) -> None:
    """Print the answers that readers rated right as questions for `rag eval`."""
    from rag.conversations.archive import NAME, Archive  # which only the chat and this command need
    from rag.conversations.feedback import feedback

    path: Path = arguments.index / NAME
    if not path.is_file():
        raise ArchiveError(
            f"no conversations in {path}: expected the file that the web chat keeps; name the folder of its "
            "index with --index"
        )
    documents = open_index(arguments.index).documents
    with closing(Archive(path)) as archive:
        questions, drafts = feedback(archive.rated(), documents)
    _write_lines(questions, arguments.out)
    say(f"questions from answers that were rated right: {len(questions)}")
    if arguments.drafts:
        _write_lines(drafts, arguments.drafts)
        say(f"drafts to be completed: {len(drafts)}")
    elif drafts:
        told = "left out, to be completed by somebody who knows what is right"
        say(f"{told}: {len(drafts)} (--drafts FILE writes them)")


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


def serve(arguments: argparse.Namespace) -> None:
    """Serve the web chat and the doors for programs until interrupted."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # what is kept is on disk, so nothing is cleaned up
        signal.signal(ending, lambda number, _: os._exit(128 + number))
    from rag.conversations.archive import NAME, Archive
    from web.auth import refuse_open_bind
    from web.server import listen, serve_chat

    secret = arguments.password or os.environ.get("FOOTNOTE_PASSWORD", "")
    refuse_open_bind(arguments.host, secret)
    with listen(arguments.host, arguments.port) as listener:  # first: it fails in no time
        say(f"Opening the index in {arguments.index} …")
        model = open_model(arguments, os.environ)
        collection = rag.Collection(arguments.index, arguments.folder, answerer=model, progress=say)
        serve_chat(collection, Archive(arguments.index / NAME), listener, secret=secret, progress=say)


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One object on one line."""
    print(json.dumps(value, ensure_ascii=False))


def _write_lines(values: Sequence[Any], file: Path | None) -> None:
    """One object a line, to the file or, without one, to stdout."""
    if file is None:
        for value in values:
            print_json(value)
        return
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    # Half a surrogate pair, which UTF-8 has not, becomes the escape that JSON has for it, as on stdout.
    file.write_text(lines, encoding="utf-8", errors="backslashreplace")
    say(f"wrote {file}")


def _chatbot(arguments: argparse.Namespace, answerer: rag.OpenAIAnswerer | None = None) -> rag.Chatbot:
    return rag.open_chatbot(arguments.index, reranker=_reranker(arguments), llm=answerer)


def _reranker(arguments: argparse.Namespace) -> rag.Reranker | None:
    return None if arguments.reranker is None else rag.Reranker(arguments.reranker)


def _history(arguments: argparse.Namespace) -> tuple[rag.Turn, ...]:
    return tuple(rag.Turn(question, answer) for question, answer in arguments.after)


def _where(arguments: argparse.Namespace) -> rag.Where | None:
    """The filter that the options make; None if they make none, so that the question may prefer."""
    named = arguments.document, arguments.publisher, arguments.since, arguments.until
    where = rag.Where(tuple(named[0]), tuple(named[1]), *named[2:])
    return None if where == rag.Where() and not arguments.anywhere else where


COMMANDS = {
    "index": index,
    "search": search,
    "ask": ask,
    "eval": evaluate,
    "bench": bench,
    "feedback": feedback,
    "info": info,
    "serve": serve,
}
