"""Indexing on a Ray cluster of two nodes that the tests start; processes in it are killed.

It takes most of a minute: a node is four processes, and each worker one that imports Ray for two seconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from colours import ColourEmbedder
from dying import DyingEmbedder, Square, Wait
from hostile import ReadHostile
from small import ROOT, SMALL, current

import rag
from rag.documents import corpus as reading
from rag.errors import ClusterError
from rag.index import build
from rag.workers import ray_cluster
from rag.workers.ray_cluster import RayCluster, connect

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STORE = 80_000_000  # bytes of a node's objects; Ray takes no less
MOST = 120  # seconds until a test gives up on what it waits for


def wait_for(is_done):
    """Wait until something is the case; whether it became so."""
    end = time.monotonic() + MOST
    while not is_done() and time.monotonic() < end:
        time.sleep(0.05)
    return is_done()


@pytest.fixture(autouse=True)
def bounded():
    """Let a test fail that waits for Ray in vain."""

    def give_up(*_):
        raise TimeoutError(f"more than {MOST} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(MOST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def descendants(pids):
    """The processes below some, and they, but those that ended and were not waited for."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(path.parent.name)] = int(parent)
    found = set(pids) & parents.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture(scope="module")
def nodes():
    """Two nodes of one core each on this machine, with folders of their own, and nothing left of them."""
    pytest.importorskip("ray", reason="pip install '.[cluster]'")
    from ray._private import ray_constants
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="ray")  # short, for in it are sockets, whose paths must be
    with pytest.MonkeyPatch.context() as patch:
        # Else it puts in place of 127.0.0.1 the address that others have for this machine.
        patch.setattr(ray_constants, "ENABLE_RAY_CLUSTER", False)
        patch.setenv(ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR, "0")
        patch.setenv("RAY_TMPDIR", folder)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
        node = {"num_cpus": 1, "object_store_memory": STORE, "node_ip_address": "127.0.0.1"}
        cluster = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
        cluster.add_node(**node)
        try:
            yield cluster
        finally:
            started = descendants(
                process.process.pid
                for node in (cluster.head_node, *cluster.worker_nodes)
                for processes in node.all_processes.values()
                for process in processes
            )
            cluster.shutdown()
            assert wait_for(lambda: not started & descendants(started))
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cluster(nodes):
    """The cluster as this process sees it: one connection, for each takes three processes more."""
    with connect(nodes.address) as cluster:
        yield cluster


def files_of(index):
    """What is in the snapshot in force, but for the card, and of that and of the files what no clock says."""
    snapshot = current(index)
    files = {path.name: path.read_bytes() for path in snapshot.iterdir()}
    card = json.loads(files.pop("card.json"))
    states = [json.loads(line) for line in files.pop("files.jsonl").splitlines()]
    files["files.jsonl"] = [state | {"stamp": None} for state in states]
    return files, {name: value for name, value in card.items() if name not in ("indexed", "files")}


def test_index_is_the_same_although_a_worker_dies(write, cluster, tmp_path, monkeypatch, capfd):
    texts = {f"{n:02}.txt": f"Fox {n} is red. Whale {n} is blue. It says {n * n}." for n in range(12)}
    folder, latch = write(texts), tmp_path / "latch"
    monkeypatch.setattr(build, "BATCH", 8)
    corpus = rag.read_documents(folder)
    rag.build_index(corpus, tmp_path / "here", ColourEmbedder(), now=NOW)
    counted = []
    rag.build_index(
        corpus,
        tmp_path / "there",
        DyingEmbedder("Whale 7 is blue.", latch),
        now=NOW,
        workers=cluster,
        count=lambda *how: counted.append(how),
    )
    assert latch.exists() and capfd.readouterr() == ("", "")  # Ray would tell it on stdout
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")
    done = [done for _, done, _ in counted]
    assert done == sorted(set(done)) and done[0] == 0 and done[-1] == counted[0][2] and len(done) > 5


def test_file_that_hangs_or_kills_costs_itself_alone(write, cluster, tmp_path, monkeypatch):
    (tmp_path / "word.py").write_text("while True: pass")
    folder = write(SMALL | {"deadly.txt": "Boo.", "hanging.docx": b"PK\3\4"})
    monkeypatch.setattr(reading, "ReadFile", partial(ReadHostile, tmp_path))
    monkeypatch.setattr(ray_cluster, "RETRIES", 0)
    counted = []
    read = rag.read_documents(folder, workers=cluster, count=lambda *how: counted.append(how))
    assert [document.id for document in read.documents] == sorted(SMALL)
    assert counted == [("files read", done, 5) for done in range(1, 6)]
    assert {file.path: file.reason for file in read.skipped} == {
        "deadly.txt": "every process of the cluster that tried it died: try it without --ray",
        "hanging.docx": "it took more than 0.2 seconds to read: save it in another format",
    }
    again = reading.Known.of(read.files, read.documents, read.skipped).outcomes
    assert {name for _, name, _ in again} == {*SMALL}  # the others are tried another time


def test_what_work_raises_is_raised_here(cluster):
    with pytest.raises(ValueError, match="-3, expected at least 0"):
        list(cluster.map(Square(), [1, -3]))


def test_command_makes_the_same_index(documents, nodes, tmp_path, run):
    """With the real embedder, which each worker loads anew, and in a process of its own, as Ray prints past
    Python."""
    command = [
        sys.executable,
        "-m",
        "rag",
        "index",
        documents,
        "--index",
        tmp_path / "there",
        "--ray",
        "auto",
    ]
    environment = os.environ | {"RAY_ADDRESS": nodes.address}
    done = subprocess.run([*command, "--json"], capture_output=True, env=environment, cwd=ROOT, timeout=MOST)
    assert done.returncode == 0 and json.loads(done.stdout)["documents"] == 3
    lines = done.stderr.decode().splitlines()
    assert re.fullmatch(
        rf"working on the Ray cluster at {nodes.address} \(machines: \d, cores: \d\)", lines[0]
    )
    assert [line.split()[0] for line in lines[1:]] == [
        "reading",
        f"{documents}/:",
        "loading",
        "embedding",
        "wrote",
    ]
    assert run("index", documents, "--index", tmp_path / "here")[0] == 0
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")


def test_machine_that_goes_takes_nothing_along(nodes, cluster, tmp_path):
    """The last test that needs two."""

    def remove_one():
        if wait_for(lambda: len(list(tmp_path.iterdir())) == 2):  # each node has begun
            nodes.remove_node(*nodes.worker_nodes, allow_graceful=False)
        (tmp_path / "go").touch()

    removing = threading.Thread(target=remove_one)
    removing.start()
    came = dict(cluster.map(Wait(tmp_path), range(9)))
    removing.join()
    begun = {path.name for path in tmp_path.iterdir()} - {"go"}
    assert sorted(came) == [*range(9)] and len(begun) == 2
    assert set(came.values()) < begun


def test_nobody_there_is_told_at_once(tmp_path, documents, run, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
        code, out, err = run("index", documents, "--index", tmp_path / "index", "--ray", nobody)
        assert (code, out) == (1, "") and len(err.splitlines()) == 1
        assert f"no Ray cluster at {nobody} answers" in err and "`ray start --head" in err
        monkeypatch.setenv("RAY_ADDRESS", nobody)
        with pytest.raises(ClusterError, match="no Ray cluster of this machine answers"), connect():
            pass
    with pytest.raises(ClusterError, match=r"no Ray cluster at here answers, expected auto or HOST:PORT"):
        connect("here").__enter__()


def test_ray_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r"pip install 'footnote\[cluster\]'"):
        connect().__enter__()


def test_what_is_done_twice_counts_once():
    class Twice(RayCluster):
        def _spread(self, work, items, numbers, *how):
            yield from [(number, work.do(items[number])) for number in (*numbers, *numbers)]

    assert list(Twice("").map(Square(), [2, 3])) == [(0, 4), (1, 9)]
