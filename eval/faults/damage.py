"""Files of an index, of conversations and of a backup, altered on the disk: is it noticed?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from eval.faults.changes import OWNER, Backup
from rag.backup.entries import EntryReader
from rag.conversations.archive import Archive
from rag.conversations.copies import verify_archive
from rag.errors import RagError
from rag.index.card import CARD, CURRENT, FILES
from rag.index.places import open_index

SEED = 20_261_129
BLOCK = 512  # bytes of a disk that are lost at once

Read = Callable[[Path], Any]


def flip_bytes(place: Path, flips: int) -> dict[str, Counter[str]]:
    """Of each file, how often a flipped byte was told, harmless (all is read as before) or silent."""
    randomness = random.Random(SEED)

    def flipped(content: bytes) -> Iterator[bytes]:
        for _ in range(flips):
            at, by = randomness.randrange(len(content)), randomness.randrange(1, 256)
            yield content[:at] + bytes([content[at] ^ by]) + content[at + 1 :]

    return {path.name: _try(path, read, flipped(path.read_bytes())) for path, read in _files(place)}


def damage_files(place: Path) -> dict[str, Counter[str]]:
    """Of each file, how often it was told that it is cut, longer, zeroed, empty or another."""
    files = _files(place)
    contents = {path: path.read_bytes() for path, _ in files}
    outcomes = {}
    for path, read in files:
        whole = contents[path]
        others = [content for other, content in contents.items() if other != path]
        changed = [whole[: len(whole) * tenth // 10] for tenth in range(10)]
        changed += [whole + bytes(1), whole + whole, bytes(len(whole)), *others]
        changed += [
            whole[:start] + bytes(len(whole[start : start + BLOCK])) + whole[start + BLOCK :]
            for start in range(0, len(whole), BLOCK)
        ]
        outcomes[path.name] = _try(path, read, iter(changed))
    return outcomes


def _files(place: Path) -> list[tuple[Path, Read]]:
    """Every file that must not be lost, below a new folder, and how it is read."""
    made = Backup(place / "damaged")
    root = made.index
    snapshot = next(root.glob("generation-*"))
    index = [root / CURRENT, *(snapshot / name for name in (CARD, *sorted(FILES)))]
    return [
        *((path, lambda path: _read_index(root)) for path in index),
        (made.archive, _read_conversations),
        (made.file, _read_backup),
    ]


def _try(path: Path, read: Read, contents: Iterator[bytes]) -> Counter[str]:
    whole = path.read_bytes()
    before, outcomes = read(path), Counter[str]()
    for content in contents:
        if content == whole:
            continue
        path.write_bytes(content)
        try:
            outcomes["harmless" if read(path) == before else "silent"] += 1
        except RagError:
            outcomes["told"] += 1
        except Exception as problem:
            outcomes[f"{type(problem).__name__} instead of a clear error"] += 1
    path.write_bytes(whole)
    return outcomes


def _read_index(root: Path) -> Any:
    index = open_index(root)
    vectors = [
        index.chunk_vectors.fetch(range(len(index.chunks))).tobytes(),
        index.sentence_vectors.fetch(range(len(index.sentences))).tobytes(),
    ]
    return index.card, index.documents, index.chunks, index.sentences, index.twins, index.files, vectors


def _read_conversations(path: Path) -> Any:
    if faults := verify_archive(path):
        raise RagError(faults[0].what)
    with closing(Archive(path)) as archive:
        headings = archive.headings(OWNER)
        return headings, [archive.conversation(OWNER, heading.id) for heading in headings]


def _read_backup(path: Path) -> Any:
    with closing(EntryReader(path)) as reader:
        return reader.folder, {entry: b"".join(reader.read(entry)) for entry in reader.entries}
