"""Files of an index, of conversations and of a backup, altered on the disk: is it noticed?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from eval.bench.large_index import make_draft
from eval.faults.changes import OWNER, Backup
from rag.backup.entries import EntryReader
from rag.conversations.archive import NAME, Archive
from rag.conversations.copies import verify_archive
from rag.errors import RagError
from rag.index.card import CURRENT
from rag.index.lock import hold_lock
from rag.index.places import open_index
from rag.index.snapshots import write_snapshot

SEED = 20_261_129
BLOCK = 512  # bytes of a disk that are lost at once
LARGE, NEAREST = (
    4,
    5,
)  # documents of an index that is read by blocks and along lists; chunks found by each search

Read = Callable[[Path], Any]


def flip_bytes(place: Path, flips: int) -> dict[str, Counter[str]]:
    """Of each file, how often a flipped byte was told, harmless (all is read as before) or silent."""
    randomness = random.Random(SEED)

    def flipped(content: bytes) -> Iterator[bytes]:
        for _ in range(flips):
            at, by = randomness.randrange(len(content)), randomness.randrange(1, 256)
            yield content[:at] + bytes([content[at] ^ by]) + content[at + 1 :]

    return {
        name: _try(path, read, flipped(path.read_bytes())) for name, (path, read) in _files(place).items()
    }


def damage_files(place: Path) -> dict[str, Counter[str]]:
    """Of each file, how often it was told that it is cut, longer, zeroed, empty or another."""
    files = _files(place)
    contents = {name: path.read_bytes() for name, (path, _) in files.items()}
    outcomes = {}
    for name, (path, read) in files.items():
        whole = contents[name]
        others = [content for other, content in contents.items() if other != name]
        changed = [whole[: len(whole) * tenth // 10] for tenth in range(10)]
        changed += [whole + bytes(1), whole + whole, bytes(len(whole)), *others]
        changed += [
            whole[:start] + bytes(len(whole[start : start + BLOCK])) + whole[start + BLOCK :]
            for start in range(0, len(whole), BLOCK)
        ]
        outcomes[name] = _try(path, read, iter(changed))
    return outcomes


def _files(place: Path) -> dict[str, tuple[Path, Read]]:
    """Every file that must not be lost, below a new folder, by a name, and how it is read."""
    made, large = Backup(place / "damaged"), place / "large"
    with hold_lock(large):
        write_snapshot(large, make_draft(LARGE), exact=0, whole=0)
    files: dict[str, tuple[Path, Read]] = {}
    for root, what in ((made.index, ""), (large, ", by block")):
        snapshot = next(root.glob("generation-*"))
        held = sorted(path for path in snapshot.iterdir() if path.stat().st_size)
        paths = [root / CURRENT, *held]
        files |= {f"{path.name}{what}": (path, partial(_read_index_of, root)) for path in paths}
    return files | {
        NAME: (made.index / NAME, _read_conversations),
        made.file.name: (made.file, _read_backup),
    }


def _read_index_of(root: Path, path: Path) -> Any:
    return _read_index(root)


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
    spans = (index.chunks, index.sentences)
    vectors = [
        held.fetch(range(len(own)))
        for held, own in zip((index.chunk_vectors, index.sentence_vectors), spans, strict=True)
    ]
    found = [index.search(query, NEAREST) for query in vectors[0]]
    words = [index.postings.of_stem(number).tolist() for number in range(len(index.postings.stems))]
    survey = index.survey
    arrays = [array.tobytes() for array in (*vectors, survey.copied, survey.furniture)]
    return index.card, index.documents, spans, index.twins, survey.editions, index.files, arrays, found, words


def _read_conversations(path: Path) -> Any:
    if faults := verify_archive(path):
        raise RagError(faults[0].what)
    with closing(Archive(path)) as archive:
        headings = archive.headings(OWNER)
        return headings, [archive.conversation(OWNER, heading.id) for heading in headings]


def _read_backup(path: Path) -> Any:
    with closing(EntryReader(path)) as reader:
        return reader.folder, {entry: b"".join(reader.read(entry)) for entry in reader.entries}
