"""Several processes at one index: those who read see one commit or another, those who write take turns."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from eval.faults.scenarios import LetterEmbedder
from rag import Chatbot, build_index, read_documents
from rag.index.lock import hold_lock
from rag.index.places import open_index
from rag.index.store import Index

READERS, WRITERS = 4, 2
QUESTION = "What is the fox called?"


def read_through_commits(place: Path, commits: int) -> Counter[str]:
    """Four readers open the index again and again while it is made anew.

    "wrong" are those that saw a mixture, or whose first chatbot answered otherwise in the end.
    """
    documents, index, over = place / "documents", place / "index", place / "over"
    documents.mkdir(parents=True)
    _commit(documents, index, 0)
    readers = [_fork(partial(_read_until, over, index)) for _ in range(READERS)]
    for version in range(1, commits + 1):
        _commit(documents, index, version)
    over.touch()
    wrong = sum(bool(os.waitpid(reader, 0)[1]) for reader in readers)
    return Counter({"readers": READERS, "commits": commits, "wrong": wrong})


def write_at_once(place: Path, rounds: int) -> Counter[str]:
    """Two writers each add documents and index the folder; "lost" are those that the index lacks at last."""
    documents, index = place / "documents", place / "index"
    documents.mkdir(parents=True)
    writers = [_fork(partial(_write, documents, index, name, rounds)) for name in range(WRITERS)]
    failed = sum(bool(os.waitpid(writer, 0)[1]) for writer in writers)
    lost = WRITERS * rounds - len(open_index(index).documents)
    return Counter({"writers": WRITERS, "commits": WRITERS * rounds, "failed": failed, "lost": lost})


def _fork(task: Callable[[], None]) -> int:
    """The process that runs `task`; it ends with 0 if that returns."""
    child = os.fork()
    if not child:
        code = 1
        try:
            task()
            code = 0
        finally:
            os._exit(code)
    return child


def _commit(documents: Path, index: Path, version: int) -> None:
    for name in ("fox", "frog", "whale"):
        (documents / f"{name}.txt").write_text(
            f"The {name} is called {name.title()} {version}.\n", encoding="utf-8"
        )
    build_index(read_documents(documents), index, LetterEmbedder())


def _version(index: Index) -> int:
    """The version of every document.  Raises ValueError if they are of several."""
    (version,) = {int(document.text.rstrip(".\n").split()[-1]) for document in index.documents}
    texts = {document.id: document.text for document in index.documents}
    assert all(texts[span.document_id][span.start : span.end] for span in index.sentences)
    assert len(index.documents) == index.card.documents == 3
    return version


def _read_until(over: Path, index: Path) -> None:
    first = Chatbot(open_index(index), LetterEmbedder())
    before, last = first.ask(QUESTION), 0
    while not over.exists():
        version = _version(open_index(index))
        assert version >= last
        last = version
    assert first.ask(QUESTION) == before


def _write(documents: Path, index: Path, name: int, rounds: int) -> None:
    for number in range(rounds):
        text = f"The hen {name} has {number} eggs.\n"
        (documents / f"hen-{name}-{number}.txt").write_text(text, encoding="utf-8")
        with hold_lock(index):
            build_index(read_documents(documents), index, LetterEmbedder())
