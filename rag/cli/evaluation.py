"""The commands that measure: the eval set, public test sets, and what readers rated."""

from __future__ import annotations

import argparse
import json
import os
from contextlib import closing
from functools import partial
from pathlib import Path

from rag.cli.model_options import open_chatbot, open_model, open_reranker
from rag.cli.printing import print_json, say, write_json_lines, write_output
from rag.errors import ArchiveError, RagError
from rag.index.card import corpus_folders
from rag.index.places import open_index
from rag.models.embedder import load_embedder
from rag.postgres.store import Store


def evaluate(arguments: argparse.Namespace) -> None:
    """Ask every question of the eval set and print the figures."""
    from eval.figures.aggregate import table
    from eval.figures.baseline import baseline_json
    from eval.figures.compare import compare, comparison_table, read_rows
    from eval.figures.html_report import page
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
        raise RagError("--unproved believes a language model: name one with --llm")
    chatbot, questions = open_chatbot(arguments, model), read_questions(arguments.questions)
    folders = corpus_folders(chatbot.index.card, arguments.index)
    results = evaluate(
        chatbot,
        questions,
        ask=partial(answer_unproved, chatbot, model) if arguments.unproved and model else None,
        folders=folders if folders.are_there else None,
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
            write_output(file, text.encode())
    print_json(results) if arguments.json else print(table(results))


def bench(arguments: argparse.Namespace) -> None:
    """Run a public test set through the same retrieval and print the figures."""
    from eval.bench.datasets import read_set
    from eval.bench.report import table, write_report
    from eval.bench.run import bench

    test_set = read_set(arguments.folder, distractors=arguments.distractors, limit=arguments.limit)
    figures = bench(
        test_set,
        load_embedder(),
        reranker=open_reranker(arguments),
        compare=arguments.compare,
        cache=arguments.cache,
        progress=say,
    )
    for file in write_report(figures, arguments.out):
        say(f"wrote {file}")
    print_json(figures) if arguments.json else print(table(figures))


def feedback(arguments: argparse.Namespace) -> None:
    """Print the answers that readers rated right as questions for `rag eval`."""
    from rag.conversations.archive import NAME, open_archive  # which only the chat and this command need
    from rag.conversations.feedback import feedback

    index: Path | Store = arguments.index
    if isinstance(index, Path) and not (index / NAME).is_file():
        raise ArchiveError(
            f"no conversations in {index / NAME}: expected the file that the web chat keeps; name the folder "
            "of its index with --index"
        )
    documents = open_index(index).documents
    with closing(open_archive(index)) as archive:
        questions, drafts = feedback(archive.ratings(), documents)
    write_json_lines(questions, arguments.out)
    say(f"questions from answers that were rated right: {len(questions)}")
    if arguments.drafts:
        write_json_lines(drafts, arguments.drafts)
        say(f"drafts to be completed: {len(drafts)}")
    elif drafts:
        told = "left out, to be completed by somebody who knows what is right"
        say(f"{told}: {len(drafts)} (--drafts FILE writes them)")
