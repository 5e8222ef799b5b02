"""Work spread over the machines of a Ray cluster by Ray Data (https://docs.ray.io/en/latest/data/data.html)."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rag
from rag.errors import ClusterError
from rag.workers.pieces import Doing, Fetching, Raised, cut_pieces
from rag.workers.work import Item, Result, Work

RETRIES = 3  # of a piece whose worker died
SECONDS = 5.0  # in which a cluster answers that is there
START = "ray start --head --disable-usage-stats --include-dashboard=false"
# Ray looks for these when it is imported: of its own log only what ends this process is printed here.
_QUIET = {"RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_USAGE_STATS_ENABLED": "0"}


@contextmanager
def connect(address: str = "auto") -> Iterator[RayCluster]:
    """The cluster whose head is at the address ``host:port``, or "auto", the one that runs on this machine.

    This machine must be one of it.

    Raises ClusterError if Ray is not installed, or no cluster answers.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError:
        raise ClusterError(
            "to index on a cluster Ray is needed: run `pip install 'footnote[cluster]'`"
        ) from None
    _silence()
    handler = signal.getsignal(signal.SIGTERM)
    head = _find_head(address)
    try:
        with _quiet_stderr():
            ray.init(head, log_to_driver=False, configure_logging=False)
    except (RuntimeError, OSError, ValueError) as problem:
        raise ClusterError(
            f"cannot join the Ray cluster at {head} ({_first_line(problem)}): this machine must be one of it "
            f"(`ray start --address={head}`), with its token if it has one"
        ) from problem
    try:
        yield RayCluster(head)
    finally:
        ray.shutdown()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # which Ray has taken


class RayCluster:
    """Work as a dataset of Ray Data: a row is a piece, some items, and a pool of actors goes through all.

    A piece whose worker dies, or whose machine does, is done again.  One on which each dies is taken apart,
    so that only the items are lost which kill.
    """

    def __init__(self, head: str) -> None:
        self._head = head

    def __str__(self) -> str:
        import ray

        machines = sum(node["Alive"] for node in ray.nodes())
        counts = {"machines": machines, "cores": _count("CPU"), "GPUs": _count("GPU")}
        named = ", ".join(f"{kind}: {count}" for kind, count in counts.items() if count)
        return f"the Ray cluster at {self._head} ({named})"

    def map(
        self, work: Work[Item, Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result | ClusterError]]:
        done: set[int] = set()
        for together, waiting in ((work.together, None), (1, 1)):
            left = [number for number in range(len(items)) if number not in done]
            for number, result in self._spread(work, items, left, together, waiting):
                if number not in done:  # else a worker died that had told what came of it
                    done.add(number)
                    yield number, result
        for number in range(len(items)):
            if number not in done:
                yield (
                    number,
                    ClusterError("every process of the cluster that tried it died: try it without --ray"),
                )

    def _spread(
        self,
        work: Work[Item, Result],
        items: Sequence[Item],
        numbers: Sequence[int],
        together: int,
        waiting: int | None,
    ) -> Iterator[tuple[int, Any]]:
        """What comes of the items of these numbers, but of pieces on which each worker died.

        `waiting` is how many pieces may be at one worker, to die with it; None as Ray thinks best.
        """
        import ray
        from ray.data import ActorPoolStrategy, DataContext, from_items
        from ray.util.annotations import RayDeprecationWarning

        context = DataContext.get_current()
        context.enable_progress_bars = False
        context.max_errored_blocks = -1  # none stops the rest; what work raises comes as a value
        pieces = cut_pieces(work, items, numbers, together)
        needs = {"work": pickle.dumps(work), "version": rag.__version__}
        try:
            if not pieces:
                return
            cores, gpus = _count("CPU"), _count("GPU") if work.gains_by_gpu else 0
            if not cores:
                raise ClusterError(f"the Ray cluster at {self._head} has no core: add a machine to it")
            rows = from_items(pieces, override_num_blocks=len(pieces))
            if type(work).fetch is not Work.fetch:
                here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
                one = ActorPoolStrategy(size=1)  # a disk is read faster than files are understood
                rows = rows.map(
                    Fetching, fn_constructor_kwargs=needs, compute=one, num_cpus=0, label_selector=here
                )
            pool = ActorPoolStrategy(
                min_size=1,  # so that one which does nothing gives its core to one that must begin again
                initial_size=min(gpus or cores, len(pieces)),
                max_size=len(pieces),
                max_tasks_in_flight_per_actor=waiting,
            )
            with warnings.catch_warnings():
                # Of arguments that Ray Data has no name for: else it begins for ever with what kills.
                warnings.simplefilter("ignore", RayDeprecationWarning)
                rows = rows.map(
                    Doing,
                    fn_constructor_kwargs=needs | {"gpu": bool(gpus)},
                    compute=pool,
                    num_cpus=1,
                    num_gpus=1 if gpus else None,
                    max_task_retries=RETRIES,
                )
            for row in rows.iter_rows():
                for number, result in pickle.loads(row["piece"]):
                    if isinstance(result, Raised):
                        raise result.problem
                    yield number, result
        except ray.exceptions.RayError as problem:
            raise ClusterError(
                f"the Ray cluster at {self._head} failed ({_first_line(problem)}): run the same again, "
                "which goes on with what is done"
            ) from problem


def _count(kind: str) -> int:
    """How many there are in the cluster: of "CPU" cores, of "GPU" graphics cards."""
    import ray

    return int(ray.cluster_resources().get(kind, 0))


def _find_head(address: str) -> str:
    """Where the head of the cluster at `address` is, which answers.  Raises ClusterError."""
    # Of Ray's own way to an address the part that does not wait: with nobody there it takes two minutes.
    from ray._private.services import canonicalize_bootstrap_address_or_die

    how = f"start one (`{START}`), and on each further machine `ray start --address=HOST:6379`"
    try:
        head: str = canonicalize_bootstrap_address_or_die(address)
        host, _, port = head.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), SECONDS):
            return head
    except (ValueError, OSError):
        where = "of this machine" if address == "auto" else f"at {address}"
        raise ClusterError(f"no Ray cluster {where} answers, expected auto or HOST:PORT: {how}") from None


def _silence() -> None:
    """Let Ray print nothing: what goes wrong is raised, and the rest is in its own folder of logs."""
    from ray._private import worker

    worker._worker_logs_enabled = False  # of processes that died, on stdout, where results belong
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    for handler in logging.getLogger("ray.data").handlers:
        if handler.name == "console":
            handler.setLevel(logging.CRITICAL)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Let nobody hear what Ray's core says of its own log before that is silent."""
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _first_line(problem: Exception) -> str:
    return next(iter(str(problem).strip().splitlines()), type(problem).__name__)[:300]
