"""How much sooner several workers index a folder: ``python -m eval.spread FOLDER… [--workers N…]``.

Each run is `rag index` in a process of its own, into a new folder, from its start to its end: without Ray on
one core and on all, then on a Ray cluster of one-core nodes on this machine, which is there before.  It needs
``pip install '.[cluster]'`` and as many cores as there are workers, with nobody else on them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STORE = 500_000_000  # bytes of a node's objects


def main() -> int:
    """Print the figures; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.spread", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="the documents")
    parser.add_argument(
        "--workers", nargs="+", type=int, default=[1, 2], metavar="N", help="of clusters (1 2)"
    )
    given = parser.parse_args()
    tell("without Ray, one core", *measure(given.folders, threads=1))
    tell("without Ray, all cores", *measure(given.folders))
    for workers in given.workers:
        with start_cluster(workers) as address:
            tell(f"Ray, workers: {workers}", *measure(given.folders, "--ray", address))
    return 0


def measure(folders: Sequence[Path], *options: str, threads: int | None = None) -> tuple[float, int]:
    """The seconds that indexing takes, and the chunks and sentences embedded."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    with tempfile.TemporaryDirectory() as index:
        command = [sys.executable, "-m", "rag", "index", *map(str, folders), "--index", index, "--json"]
        begin = time.perf_counter()
        done = subprocess.run([*command, *options], stdout=subprocess.PIPE, check=True, env=environment)
        card = json.loads(done.stdout)
    return time.perf_counter() - begin, card["chunks"] + card["sentences"]


@contextmanager
def start_cluster(nodes: int) -> Iterator[str]:
    """The address of a cluster on this machine, of nodes with one core each."""
    from ray.cluster_utils import Cluster  # of the extra [cluster]

    node = {"num_cpus": 1, "object_store_memory": STORE}
    cluster = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
    try:
        for _ in range(nodes - 1):
            cluster.add_node(**node)
        yield str(cluster.address)
    finally:
        cluster.shutdown()


def tell(how: str, seconds: float, texts: int) -> None:
    print(f"{how:24} {seconds:7.1f} s  {texts / seconds:6.1f} chunks and sentences a second", flush=True)


if __name__ == "__main__":
    sys.exit(main())
