"""A snapshot of an index, written whole and made the current one in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import faiss
from filelock import FileLock

from rag.datatypes import Chunk, Document, IndexCard
from rag.documents.corpus import Corpus
from rag.index.card import (
    CARD,
    CHUNKS,
    CURRENT,
    DOCUMENTS,
    FILES,
    FORMAT,
    OPTIONAL,
    SENTENCES,
    STATES,
    TWINS,
    chunk_sizes,
    file_sha256,
)
from rag.models.embedder import Embedder


def write_snapshot(
    root: Path,
    corpus: Corpus,
    embedder: Embedder,
    spans: dict[str, tuple[list[Chunk], Any]],
    twins: dict[int, int],
    indexed: dict[str, str],
) -> IndexCard:
    """The card of a snapshot, which is written below `root` and made the current one.

    `spans` are chunks and sentences, each with its vectors as a FAISS index; `twins` are those of the
    sentences (`rag.index.duplicates.find_duplicates`); `indexed` is the card's.

    Raises OSError if it cannot be written; then the one before stays.
    """
    fresh = Path(tempfile.mkdtemp(prefix="building-", dir=root))
    try:
        fresh.chmod(0o755)
        _dump(fresh / DOCUMENTS, corpus.documents)
        for name, (rows, vectors) in spans.items():
            _dump(fresh / f"{name}.jsonl", rows)
            faiss.write_index(vectors, str(fresh / f"{name}.faiss"))
        (fresh / TWINS).write_text(json.dumps(list(twins.items())), encoding="utf-8")
        lines = (json.dumps(asdict(file)) + "\n" for file in corpus.files)  # in ASCII: a name may be no UTF-8
        (fresh / STATES).write_text("".join(lines), encoding="utf-8", newline="\n")
        card = IndexCard(
            format=FORMAT,
            embedder=embedder.name,
            weights_sha256=embedder.weights_sha256,
            dim=embedder.dim,
            embedder_window=embedder.window,
            window=chunk_sizes(embedder.window)[0],
            overlap=chunk_sizes(embedder.window)[1],
            corpus=Path(os.path.relpath(corpus.folder.resolve(), root.resolve())).as_posix(),
            corpus_sha256=corpus.sha256,
            documents=len(corpus.documents),
            chunks=len(spans[CHUNKS][0]),
            sentences=len(spans[SENTENCES][0]),
            skipped=corpus.skipped,
            files={name: file_sha256(fresh / name) for name in sorted(FILES)},
            indexed=indexed,
            questions=corpus.questions,
            include=corpus.selection.include,
            exclude=corpus.selection.exclude,
        )
        fields = {name: value for name, value in asdict(card).items() if value or name not in OPTIONAL}
        content = json.dumps(fields, indent=2, ensure_ascii=False).encode()
        (fresh / CARD).write_bytes(content)
        with FileLock(root / ".lock"):  # of two builds at once, one waits here for the other
            _make_current(root, fresh, hashlib.sha256(content).hexdigest())
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return card


def _make_current(root: Path, fresh: Path, card_sha256: str) -> None:
    older = sorted(root.glob("generation-" + "[0-9]" * 6))
    snapshot = root / f"generation-{int(older[-1].name[-6:]) + 1 if older else 1:06d}"
    fresh.rename(snapshot)
    pointer = root / f".{CURRENT}.{snapshot.name}"
    pointer.write_text(f"{snapshot.name} {card_sha256}\n", encoding="utf-8")
    pointer.replace(root / CURRENT)
    for folder in older:
        shutil.rmtree(folder, ignore_errors=True)


def _dump(path: Path, rows: tuple[Document, ...] | list[Chunk]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False, default=date.isoformat) + "\n")
