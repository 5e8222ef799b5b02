"""The commands that change an index with its documents: index, add, remove."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rag
from rag.cli.follow import follow
from rag.cli.printing import Bar, print_json, say, skipped_lines
from rag.documents.corpus import read_documents
from rag.documents.folder.changes import Changes, compare
from rag.documents.folder.selection import Selection
from rag.documents.folder.uploads import LARGEST
from rag.documents.skipped import describe_skipped
from rag.errors import RagError
from rag.index.build import build_index
from rag.index.freshness import choose_folders, is_current, read_folders, read_known, read_selection
from rag.index.places import find_place, read_card
from rag.models.embedder import load_embedder, weights_sha256
from rag.workers.ray_cluster import connect
from rag.workers.work import HERE, Workers


def index(arguments: argparse.Namespace) -> None:
    """Bring the index of folders up to date: what is unchanged is neither read nor embedded again."""
    arguments.folders = choose_folders(arguments.index, arguments.folders)
    weights = weights_sha256(arguments.model)
    if arguments.dry_run:
        _foretell(arguments)
        return
    if not _is_current(arguments, weights):
        _renew(arguments)
    else:
        say(f"{arguments.index}/ is up to date with {arguments.folders}/")
        if arguments.json:
            files = read_known(arguments.index, arguments.folders).files.values()
            card = read_card(arguments.index)
            report = _report(arguments, compare(files, files), card.skipped)
            print_json(asdict(card) | {"report": report})
    if arguments.watch:
        say(f"following {arguments.folders}/ until Ctrl-C")
        follow(
            arguments.folders,
            arguments.index,
            lambda: None if _is_current(arguments, weights) else _renew(arguments),
        )


def add(arguments: argparse.Namespace) -> None:
    """Copy files into the folder of the index, of several the first, and index them."""
    files = [(path.name, _read_bounded(path)) for path in arguments.files]
    refused = 0
    for event in rag.Collection(arguments.index, progress=say).add(files):
        refused += event.kind == "refused"
        if event.kind not in ("added", "refused"):
            say(event.detail)
        elif arguments.json:
            print_json(asdict(event))
        else:
            print(f"{event.kind} {event.name}" + (f": {event.detail}" if event.kind == "refused" else ""))
    if refused:
        raise RagError(f"{refused} of {len(files)} files were refused: see above why")


def remove(arguments: argparse.Namespace) -> None:
    """Take documents out of the folder they are in, into its hidden folder .removed/, and print where to."""
    collection = rag.Collection(arguments.index, progress=say)
    for id in arguments.ids:
        there = collection.remove(id)
        if arguments.json:
            print_json({"id": id, "moved_to": str(there)})
        else:
            print(there)


def _is_current(arguments: argparse.Namespace, weights: str) -> bool:
    return is_current(
        arguments.index,
        arguments.folders,
        embedder=arguments.model,
        weights=weights,
        selection=_selection(arguments),
    )


def _renew(arguments: argparse.Namespace) -> None:
    """Read what has changed in the folders, index it, and say what became of the files."""
    with Bar() as bar, _join(arguments) as workers:
        try:
            with find_place(arguments.index).hold_lock(say):
                say(f"reading {arguments.folders}/")
                corpus, changes = _read(arguments, bar, workers)
                report = _report(arguments, changes, corpus.skipped)  # before the index is of these folders
                for line in _report_lines(arguments, changes, report, corpus.skipped):
                    say(line)
                say(f"loading {arguments.model}")
                embedder = load_embedder(arguments.model)
                card = build_index(
                    corpus, arguments.index, embedder, progress=say, count=bar.count, workers=workers
                )
        except KeyboardInterrupt:
            say(f"stopped; {arguments.index}/ is as it was, and the same command goes on with it")
            raise
    if arguments.json:
        print_json(asdict(card) | {"report": report})


def _foretell(arguments: argparse.Namespace) -> None:
    """Print what indexing the folders would do, and do nothing."""
    with Bar() as bar, _join(arguments) as workers:
        corpus, changes = _read(arguments, bar, workers)
    report = _report(arguments, changes, corpus.skipped)
    if arguments.json:
        print_json({"report": report})
        return
    refused = {file.path for file in corpus.skipped}
    for kind in ("new", "changed", "gone"):
        for path in getattr(changes, kind):
            if path not in refused:
                print(f"{kind} {path}")
    for before, path in changes.moved:
        print(f"moved {before} -> {path}")
    for line in _report_lines(arguments, changes, report, corpus.skipped):
        print(line)


@contextmanager
def _join(arguments: argparse.Namespace) -> Iterator[Workers]:
    """Who does the work: a cluster if there is to be one, else this process."""
    if not arguments.ray:
        yield HERE
        return
    with connect(arguments.ray) as cluster:
        say(f"working on {cluster}")
        yield cluster


def _read(arguments: argparse.Namespace, bar: Bar, workers: Workers) -> tuple[rag.Corpus, Changes]:
    """The folders as they are now, and what has changed since they were indexed."""
    known = read_known(arguments.index, arguments.folders)
    selection = _selection(arguments)
    corpus = read_documents(
        arguments.folders, selection=selection, known=known, count=bar.count, workers=workers
    )
    return corpus, compare(known.files.values(), corpus.files)


def _selection(arguments: argparse.Namespace) -> Selection:
    """The patterns given, or else those of the index."""
    given = Selection(tuple(arguments.include), tuple(arguments.exclude))
    return given if given != Selection() else read_selection(arguments.index, arguments.folders)


def _report_lines(
    arguments: argparse.Namespace, changes: Changes, report: dict[str, Any], skipped: Sequence[rag.Skipped]
) -> list[str]:
    """What became of the files, in words."""
    ignored = report["left_out"]
    left_out = [f"{len(ignored):,} left out by patterns"] if ignored else []
    return [
        f"{arguments.folders}/: {', '.join([changes.summary, *left_out])}",
        *skipped_lines(skipped),
        *(f"{path}/ is not named: its documents leave the index" for path in report["leaving"]),
    ]


def _leaving(arguments: argparse.Namespace) -> list[str]:
    """The folders of the index that are not to be indexed any more."""
    before, named = read_folders(arguments.index), arguments.folders.resolved.paths
    places = zip(before.paths, before.resolved.paths, strict=True) if before else ()
    return [str(path) for path, resolved in places if resolved not in named]


def _report(
    arguments: argparse.Namespace, changes: Changes, skipped: Sequence[rag.Skipped]
) -> dict[str, Any]:
    """What became of the files, as JSON."""
    return asdict(changes) | {
        "refused": [asdict(file) for file in skipped],
        "not_read": describe_skipped(skipped),
        "left_out": arguments.folders.find_ignored(_selection(arguments)),
        "leaving": _leaving(arguments),
    }


def _read_bounded(path: Path) -> bytes:
    """The bytes of a file, of one that is too large as many as tell that it is."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)
