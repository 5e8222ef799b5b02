"""Run one tool in the environment that it is installed in, and write down what that took.

    python -P worker.py TOOL_FILE JOB_FILE

It imports nothing but the standard library and the tool, so that each environment needs the tool alone.
The job is a JSON object: `action` ("build" or "ask"), `model`, `hybrid`, `store`, `out`, and for "build"
`texts`, a file with ``[id, title, text]`` a line, for "ask" `questions`, `users`, `k` and `started`, the
parent's ``time.monotonic()`` at the start.  What was measured is written to `out`: MiB, and seconds, those of
CPU being of the whole process with all its threads.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

Search = Callable[[str, int], list[str]]
WARM_UP = 3  # questions asked before the clock runs


def main(tool_file: str, job_file: str) -> None:
    """Do the job; what it measured is then in the file that the job names."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    tool = runpy.run_path(tool_file)
    measured = (build if job["action"] == "build" else ask)(tool, job)
    Path(job["out"]).write_text(json.dumps(measured), encoding="utf-8")


def build(tool: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """Index the texts: the CPU and wall seconds from the loaded model to the saved index, and the peak."""
    with Path(job["texts"]).open(encoding="utf-8") as lines:
        texts = [tuple(json.loads(line)) for line in lines]
    loaded = tool["load"](job["model"], job["hybrid"])
    cpu, wall = time.process_time(), time.monotonic()
    tool["build"](loaded, texts, Path(job["store"]))
    return {
        "index_cpu_s": time.process_time() - cpu,
        "index_wall_s": time.monotonic() - wall,
        "index_peak_mib": memory("VmHWM"),
    }


def ask(tool: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """Open the saved index and ask: first answer, memory, what is found, queries by the number of users."""
    questions, k = job["questions"], job["k"]
    search: Search = tool["open_store"](tool["load"](job["model"], job["hybrid"]), Path(job["store"]))
    search(questions[0], k)
    first = {"first_cpu_s": time.process_time(), "first_wall_s": time.monotonic() - job["started"]}
    rest = memory("VmRSS")
    hits = [search(question, k) for question in questions]
    for question in questions[:WARM_UP]:
        search(question, k)
    queries = {str(users): ask_at_once(search, questions, k, users) for users in job["users"]}
    return {
        **first,
        "rest_mib": rest,
        "peak_mib": memory("VmHWM"),
        "hits": hits,
        "queries": queries,
    }


def ask_at_once(search: Search, questions: Sequence[str], k: int, users: int) -> dict[str, Any]:
    """Each question once, `users` at a time: wall seconds of each, CPU seconds of all, what went wrong."""
    errors: list[str] = []

    def timed(question: str) -> float | None:
        start = time.monotonic()
        try:
            search(question, k)
        except Exception as problem:  # whatever a tool makes of threads is a finding
            errors.append(f"{type(problem).__name__}: {problem}"[:200])
            return None
        return time.monotonic() - start

    cpu = time.process_time()
    with ThreadPoolExecutor(users) as threads:
        seconds = [taken for taken in threads.map(timed, questions) if taken is not None]
    return {"seconds": seconds, "cpu_s": time.process_time() - cpu, "errors": errors}


def memory(field: str) -> float:
    """A field of /proc/self/status in MiB: VmRSS is what is held now, VmHWM the most that was.

    Not getrusage: its maximum is handed down by the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"no {field} in /proc/self/status: expected Linux")


if __name__ == "__main__":
    main(*sys.argv[1:])
