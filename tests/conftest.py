"""What the tests share.  The model and the documents of seeds/ are the real ones, and nothing calls out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from postgres_server import PostgresServer, running
from pytest_socket import socket_allow_hosts
from small import ROOT, SEEDS, SMALL, build

import rag
from eval.questions import EvalQuestion, read_questions
from eval.run import evaluate
from rag.cli.main import main
from rag.documents.corpus import Corpus
from rag.index.places import open_index
from rag.models.embedder import ShippedEmbedder, Vectors
from rag.models.reader import Reading, Window, load_reader

# On cores that others use, two threads that wait for each other take twenty times as long as one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("footnote", deadline=None, derandomize=True, database=None)
settings.load_profile("footnote")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Block sockets to anything but this machine, before any fixture is made."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


# The real thing: all-MiniLM-L6-v2 over seeds/


class RememberingEmbedder(ShippedEmbedder):
    """The real model, which embeds no text twice: most tests index and ask the same."""

    def __init__(self) -> None:
        super().__init__()
        self._vectors: dict[str, Vectors] = {}
        self.embed_query = lru_cache(maxsize=None)(super().embed_query)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if fresh := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors |= dict(zip(fresh, super().embed_documents(fresh), strict=True))
        return np.array([self._vectors[text] for text in texts], np.float32).reshape(-1, self.dim)


@pytest.fixture(scope="session")
def embedder() -> RememberingEmbedder:
    return RememberingEmbedder()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return rag.read_documents(SEEDS)


@pytest.fixture(scope="session")
def seeds_index(corpus: Corpus, embedder: rag.Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of seeds/, for reading only."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    rag.build_index(corpus, folder, embedder)
    return folder


class RememberingReader:
    """The shipped reader; what it has read once it knows, since the tests often ask the same."""

    def __init__(self) -> None:
        self._read = lru_cache(maxsize=None)(load_reader().read)

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Reading]]:
        return [list(readings) for readings in self._read(question, tuple(windows))]


@pytest.fixture(scope="session")
def reader() -> RememberingReader:
    return RememberingReader()


@pytest.fixture(scope="session")
def chatbot(seeds_index: Path, embedder: rag.Embedder, reader: RememberingReader) -> rag.Chatbot:
    return rag.Chatbot(open_index(seeds_index), embedder, reader=reader)


@pytest.fixture(scope="session")
def unread_chatbot(chatbot: rag.Chatbot, embedder: rag.Embedder) -> rag.Chatbot:
    """The chatbot without the reader, for what does not hang on which sentence is chosen."""
    return rag.Chatbot(chatbot.index, embedder)


@pytest.fixture(scope="session")
def ferries_index(embedder: rag.Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the papers of a ferry company, for reading only."""
    folder = tmp_path_factory.mktemp("ferries") / "index"
    build(ROOT / "eval/drafts/ferry", folder, embedder)
    return folder


@pytest.fixture(scope="session")
def ferries(ferries_index: Path, embedder: rag.Embedder) -> rag.Chatbot:
    """The chatbot over them, without the reader, which checks no texts."""
    return rag.Chatbot(open_index(ferries_index), embedder)


class RememberingChatbot(rag.Chatbot):
    """A chatbot that keeps its answers, so that the eval set is asked once for all tests."""

    answers: tuple[rag.Answer, ...] = ()

    def ask(
        self, question: str, *, history: Sequence[rag.Turn] = (), where: rag.Where | None = None
    ) -> rag.Answer:
        answer = super().ask(question, history=history, where=where)
        self.answers += (answer,)
        return answer


@pytest.fixture(scope="session")
def eval_questions() -> list[EvalQuestion]:
    return read_questions(ROOT / "eval/questions.jsonl")


@pytest.fixture(scope="session")
def evaluated(
    chatbot: rag.Chatbot,
    embedder: rag.Embedder,
    reader: RememberingReader,
    eval_questions: list[EvalQuestion],
) -> tuple[dict[str, Any], tuple[rag.Answer, ...]]:
    """The figures of the whole eval set, with the answer to each of its questions in order."""
    remembering = RememberingChatbot(chatbot.index, embedder, reader=reader)
    return evaluate(remembering, eval_questions), remembering.answers


@pytest.fixture
def run(capsys):
    """Run a command in this process: its exit code, stdout and stderr."""

    def run_command(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse
            code = ended.code
        return code, *capsys.readouterr()

    return run_command


# A real PostgreSQL


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


@pytest.fixture
def store(postgres: PostgresServer) -> str:
    """The address of a database that is empty."""
    return postgres.make_database()


# The small thing: three documents of two sentences, embedded by their colours


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write files into the folder documents/ of this test."""

    def write_files(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "documents"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return write_files


@pytest.fixture
def documents(write: Callable[[Mapping[str, str]], Path]) -> Path:
    """A folder with the documents of `SMALL`."""
    return write(SMALL)


@pytest.fixture
def small_index(documents: Path) -> Path:
    """The folder of an index of `documents`, made with the colours."""
    folder = documents.parent / "index"
    build(documents, folder)
    return folder


@pytest.fixture
def bad_documents(documents: Path) -> dict[str, str]:
    """Put beside `documents` every kind of file that cannot be read; name -> its reason."""
    for name, content in {
        "binary.txt": b"\1\0\0\0ELF",
        "blank.txt": b" \n\t\n",
        "empty.txt": b"",
        "letter.txt": b"\x7fELF\x02",
        "picture.png": b"\x89PNG",
        "torn.txt": b"\xff\xfea",
    }.items():
        (documents / name).write_bytes(content)
    os.mkfifo(documents / "fifo.txt")
    (documents / "dangling.txt").symlink_to("nowhere.txt")
    (documents / "unreadable.txt").symlink_to("/proc/self/mem")  # root, too, gets an I/O error
    (documents / "folder.txt").mkdir()  # a folder is no file, whatever its name
    return {
        "binary.txt": "binary: it holds NUL bytes, expected text",
        "blank.txt": "empty",
        "dangling.txt": "unreadable: not a regular file, or a link to none",
        "empty.txt": "empty",
        "fifo.txt": "unreadable: not a regular file, or a link to none",
        "letter.txt": "a program (.so), whatever its name says; such files are not read, "
        "save it as .txt, .md or .html",
        "picture.png": "a picture (.png); such files are not read, save it as .txt, .md or .html",
        "torn.txt": "not UTF-16-LE, as the mark at its beginning says: truncated data at byte 0; "
        "save it as UTF-8",
        "unreadable.txt": "unreadable: Input/output error",
    }
