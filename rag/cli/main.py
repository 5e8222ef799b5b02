"""The command line: each command is one public function.

stdout carries the result, stderr the progress; exit 0 done, 1 for a RagError in one line, 2 for
a wrong call, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from threading import Thread
from typing import Any

import rag
from rag.cli.arguments import build_parser
from rag.cli.backups import backup, restore, verify
from rag.cli.check import check
from rag.cli.documents import add, index, remove
from rag.cli.evaluation import bench, evaluate, feedback
from rag.cli.export import check_export, write_export
from rag.cli.follow import follow, follow_store, take_in
from rag.cli.model_options import open_chatbot, open_model
from rag.cli.printing import print_json, say, selection_lines, skipped_lines
from rag.cli.shared_options import chosen_documents
from rag.errors import RagError
from rag.formats.exports.transcript import Asked, transcribe_answer
from rag.formats.serialisation import answer_json, passage_json
from rag.formats.terminal import answer_lines, interpretation_lines, passage_lines
from rag.index.card import corpus_folders
from rag.index.places import open_index, read_card
from rag.index.store import Index
from rag.language.words import LANGUAGES, detect_language
from rag.postgres.store import Store
from rag.spans import Span, join


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


def search(arguments: argparse.Namespace) -> None:
    """Print the passages nearest to a question, best first."""
    chatbot = open_chatbot(arguments)
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
    check_export(arguments)
    chatbot, timings = open_chatbot(arguments, open_model(arguments, os.environ)), rag.Timings()
    answer = timings.run(
        chatbot.ask, arguments.question, history=_history(arguments), where=_where(arguments)
    )
    if arguments.timings and not arguments.json:
        for name, seconds in timings.seconds.items():
            say(f"{name:10} {1000 * seconds:8.1f} ms")
    if arguments.format:
        transcript = transcribe_answer(Asked(arguments.question, answer))
        write_export(transcript, arguments, none=answer.text)
    elif arguments.json:
        print_json({**answer_json(answer), **({"timings": timings.seconds} if arguments.timings else {})})
    else:
        print(answer_lines(answer, arguments.question))


def info(arguments: argparse.Namespace) -> None:
    """Print the index card: what is in the index and how it was made."""
    card = read_card(arguments.index)
    if arguments.json:
        print_json(asdict(card))
        return
    folders = corpus_folders(card, arguments.index)
    print(f"{arguments.index}/ of {folders}/ (sha256 {card.corpus_sha256[:12]}…)")
    print(f"{card.documents} documents, {card.chunks} chunks, {card.sentences} sentences")
    print(f"window {card.window} tokens, overlap {card.overlap}")
    print(f"embedder {card.embedder}, {card.dim} dimensions (sha256 {card.weights_sha256[:12]}…)")
    if how := card.approximate:
        print(
            f"nearest chunks in {how.probes} of {how.lists} lists: recall@10 {how.recall_at_10:.3f}; "
            f"of up to {how.exact:,} that a filter admits each is compared"
        )
    opened = open_index(arguments.index)
    print(_coverage_line(opened))
    for name, path in folders.named if len(folders.named) > 1 else ():
        documents = sum(document.id.startswith(f"{name}/") for document in opened.documents)
        print(f"{name}/… is of {path}/, {documents} documents")
    for line in (*selection_lines(card), *_source_lines(opened.documents)):
        print(line)
    for line in skipped_lines(card.skipped):
        print(line)


def serve(arguments: argparse.Namespace) -> None:
    """Serve the web chat and the doors for programs until interrupted."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # what is kept is on disk, so nothing is cleaned up
        signal.signal(ending, lambda number, _: os._exit(128 + number))
    from rag.conversations.archive import open_archive
    from web.auth import Access, refuse_open_bind
    from web.server import listen, serve_chat

    is_replica = isinstance(arguments.index, Store) and not arguments.folders
    access = Access(
        arguments.password or os.environ.get("FOOTNOTE_PASSWORD", ""),
        arguments.reading_password or os.environ.get("FOOTNOTE_READING_PASSWORD", ""),
        arguments.read_only or is_replica,
    )
    refuse_open_bind(arguments.host, access)
    with listen(arguments.host, arguments.port) as listener:  # first: it fails in no time
        say(f"Opening the index in {arguments.index} …")
        model = open_model(arguments, os.environ)
        collection = rag.Collection(arguments.index, arguments.folders or None, llm=model, progress=say)
        renew = take_in(collection)
        if is_replica:
            Thread(target=follow_store, args=(renew,), daemon=True).start()
        elif arguments.watch:
            Thread(target=follow, args=(collection.folders, arguments.index, renew), daemon=True).start()
        serve_chat(
            collection,
            open_archive(arguments.index),
            listener,
            access=access,
            root_path=arguments.root_path,
            log_json=arguments.log_json,
            log_questions=arguments.log_questions,
            otlp=arguments.otlp,
            progress=say,
        )


def _coverage_line(index: Index) -> str:
    """Of what blocks the documents are, and how many of their letters and digits can be found."""
    kinds = Counter(block.kind for outline in index.outlines.values() for block in outline.blocks)
    blocks = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    spans: dict[str, list[Span]] = {document.id: [] for document in index.documents}
    for sentence in index.sentences:
        spans[sentence.document_id].append((sentence.start, sentence.end))
    letters = found = 0
    for document in index.documents:
        letters += sum(map(str.isalnum, document.text))
        parts = (document.text[start:end] for start, end in join(spans[document.id]))
        found += sum(sum(map(str.isalnum, part)) for part in parts)
    return f"blocks: {blocks}; {found:,} of {letters:,} letters and digits are searched"


def _source_lines(documents: Sequence[rag.Document]) -> list[str]:
    """Where the dates of documents are from, which were not in UTF-8, and which stand in several places."""
    origins = Counter(document.date_from or "unknown" for document in documents)
    dates = ", ".join(f"{number} {origin}" for origin, number in sorted(origins.items()))
    others = [f"{d.id} is in {d.encoding}" for d in documents if d.encoding != "utf-8"]
    copies = [f"{alias} is the same file as {d.id}" for d in documents for alias in d.aliases]
    return [f"dates from: {dates}", *_language_lines(documents), *others, *copies]


def _language_lines(documents: Sequence[rag.Document]) -> list[str]:
    """How many documents are in each language but English, and what that costs."""
    languages = Counter(detect_language(document.text) for document in documents)
    return [
        f"{number} document{' is' if number == 1 else 's are'} in {LANGUAGES[code][0]}: searched by the "
        "words of that language, but the shipped models have read English, so that less is found"
        for code, number in sorted(languages.items())
        if code != "en"
    ]


def _history(arguments: argparse.Namespace) -> tuple[rag.Turn, ...]:
    return tuple(rag.Turn(question, answer) for question, answer in arguments.after)


def _where(arguments: argparse.Namespace) -> rag.Where | None:
    """The filter that the options make; None if they make none, so that the question may prefer."""
    return chosen_documents(arguments) or (rag.Where() if arguments.anywhere else None)


COMMANDS = {
    "index": index,
    "add": add,
    "remove": remove,
    "search": search,
    "ask": ask,
    "check": check,
    "eval": evaluate,
    "bench": bench,
    "feedback": feedback,
    "info": info,
    "verify": verify,
    "backup": backup,
    "restore": restore,
    "serve": serve,
}
