"""The public test sets, each indexed with the chatbot over it, and how a measurement of them is asked for."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.bench.datasets import read_set
from eval.bench.run import open_or_build
from rag import Chatbot, load_embedder
from rag.models.reader import Reader


def set_arguments(description: str | None, sets: Sequence[str], limit: int) -> argparse.ArgumentParser:
    """The arguments of a measurement of `sets`, unless others are named, by `limit` questions of each."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="SETS", help="the folder of the public test sets")
    parser.add_argument("sets", nargs="*", default=sets, metavar="SET")
    parser.add_argument("--cache", type=Path, help="where the indexes of the test sets are kept")
    parser.add_argument(
        "--limit", type=int, default=limit, help="questions of a set, chosen by a hash (default: %(default)s)"
    )
    return parser


def open_sets(asked: argparse.Namespace, reader: Reader | None) -> Iterator[tuple[str, Path, Chatbot]]:
    """Each set that is asked for: its name, its folder, and the chatbot over it with `reader`."""
    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as temporary:
        for name in asked.sets:
            folder: Path = asked.folder / name
            cache = asked.cache or Path(temporary)
            index, _ = open_or_build(read_set(folder), embedder, folder=cache, progress=print)
            yield name, folder, Chatbot(index, embedder, reader=reader)
