"""What the tests share.  The model and the documents of seeds/ are the real ones, and nothing calls out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings
from pytest_socket import socket_allow_hosts
from small import ROOT, SEEDS, SMALL, build

import rag

# What takes long to import is imported where it is needed: of the processes of a run one only distributes.
if TYPE_CHECKING:
    from postgres_server import PostgresServer
    from remembering import RememberingEmbedder

    from eval.questions import EvalQuestion
    from rag.documents.corpus import Corpus
    from rag.models.reader import Reader

# On cores that others use, two threads that wait for each other take twenty times as long as one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

COMMON = {"deadline": None, "derandomize": True, "database": None}
settings.register_profile("footnote", max_examples=30, **COMMON)
settings.register_profile("thorough", max_examples=1_000, **COMMON)  # `make fuzz`
settings.load_profile("footnote")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Block sockets to anything but this machine, before any fixture is made."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


# The real thing: all-MiniLM-L6-v2 over seeds/


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run have."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def networks_that_remember(shared_folder: Path) -> Iterator[None]:
    """Let the real networks run once for the same numbers: most tests index and ask the same."""
    from remembering import Outputs

    from rag.models.bert import Bert

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bert, "__call__", Outputs(shared_folder).remember(Bert.__call__))
        yield


@pytest.fixture(scope="session")
def embedder() -> RememberingEmbedder:
    from remembering import RememberingEmbedder

    return RememberingEmbedder()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return rag.read_documents(SEEDS)


@pytest.fixture(scope="session")
def seeds_index(
    corpus: Corpus, embedder: rag.Embedder, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of an index of seeds/, for reading only.

    Each process makes its own, so that it has the very vectors that `embedder` gives, but one after the
    other, so that only the first runs the network.
    """
    folder = tmp_path_factory.mktemp("seeds") / "index"
    with FileLock(shared_folder / "seeds.lock"):
        rag.build_index(corpus, folder, embedder)
    return folder


@pytest.fixture(scope="session")
def reader() -> Reader:
    from rag.models.reader import load_reader

    return load_reader()


@pytest.fixture(scope="session")
def chatbot(seeds_index: Path, embedder: rag.Embedder, reader: Reader) -> rag.Chatbot:
    from remembering import RememberingChatbot

    from rag.index.places import open_index

    return RememberingChatbot(open_index(seeds_index), embedder, reader=reader)


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
    from rag.index.places import open_index

    return rag.Chatbot(open_index(ferries_index), embedder)


@pytest.fixture(scope="session")
def eval_questions() -> list[EvalQuestion]:
    from eval.questions import read_questions

    return read_questions(ROOT / "eval/questions.jsonl")


@pytest.fixture(scope="session")
def evaluated(
    chatbot: rag.Chatbot, eval_questions: list[EvalQuestion]
) -> tuple[dict[str, Any], tuple[rag.Answer, ...]]:
    """The figures of the whole eval set, with the answer to each of its questions in order."""
    from eval.run import evaluate

    figures = evaluate(chatbot, eval_questions)
    return figures, tuple(chatbot.ask(q.question, history=q.history) for q in eval_questions)


@pytest.fixture
def run(capsys):
    """Run a command in this process: its exit code, stdout and stderr."""
    from rag.cli.main import main

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
    from postgres_server import running

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
