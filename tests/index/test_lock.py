"""One process at a time changes an index; who else wants to is told who."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from small import build

import rag
from rag.errors import IndexBusy
from rag.index.lock import describe_owner, hold_lock
from rag.index.places import open_index


@pytest.fixture
def held(tmp_path):
    """The folder of an index that another thread holds, until the test ends."""
    holding, ending = threading.Event(), threading.Event()

    def hold():
        with hold_lock(tmp_path / "index"):
            holding.set()
            ending.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait()
    yield tmp_path / "index"
    ending.set()
    thread.join()


def test_second_writer_is_told_who_holds_it(held):
    told = []
    busy = rf"is being changed by process {os.getpid()} on \S+ since \S+, expected none within 0.1 seconds"
    with pytest.raises(IndexBusy, match=busy), hold_lock(held, told.append, patience=0.1):
        pass
    assert told == [f"waiting for {describe_owner(held)}, which changes the index in {held}/"]


def test_who_holds_it_may_take_it_again(tmp_path):
    with hold_lock(tmp_path), hold_lock(tmp_path, patience=0):
        pass
    with hold_lock(tmp_path, patience=0):
        pass


def test_lock_of_a_process_that_was_killed_is_free(tmp_path):
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with hold_lock(tmp_path):
            os.write(writing, b"held")
            signal.pause()
    assert os.read(reading, 4) == b"held" and str(child) in describe_owner(tmp_path)
    with pytest.raises(IndexBusy, match=f"process {child} "), hold_lock(tmp_path, patience=0):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with hold_lock(tmp_path, patience=10):
        assert str(os.getpid()) in describe_owner(tmp_path)
    os.close(reading)
    os.close(writing)


def test_two_that_build_at_once_take_turns(documents, tmp_path):
    failed = []

    def rebuild():
        try:
            for _ in range(5):
                build(documents, tmp_path / "index")
        except rag.RagError as problem:
            failed.append(problem)

    writers = [threading.Thread(target=rebuild) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failed and len(open_index(tmp_path / "index").documents) == 3
    assert (tmp_path / "index/CURRENT").read_text().startswith("generation-000010 ")


def test_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(rag.RagError, match=r"cannot write the index to \S+: File exists .*make room"),
        hold_lock(tmp_path / "file"),
    ):
        pass
