"""Footnote beside its peers: ``python -m eval.bench.peers SET``, or ``make bench SETS=FOLDER``.

SET is a public test set in the form that eval/README.md says.  Each peer is installed into an environment of
its own, on first use; one that cannot be is named, with why, and left out.  The tools take turns, so that a
machine busy for a while slows all alike; what to compare on a machine shared with others is CPU-seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.bench.datasets import PublicSet, read_set
from eval.bench.peers.environments import CHOICES, ROOT, TOOLS, Tool, default_folder, prepare, versions
from eval.bench.peers.measures import reduce
from eval.bench.peers.report import draw_growth, tell
from eval.bench.peers.texts import choose_texts
from rag.durable import replace_file
from rag.models.embedder import DEFAULT_MODEL, model_folder

USERS = (1, 4, 20)
DEPTH = 10  # texts asked for
SIZES = (1_000, 10_000)
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "PYTHONPATH": str(ROOT),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write benchmark.json, benchmark.md and benchmark.svg; the exit status."""
    options = parse(argv)
    test_set = read_set(options.set, distractors=options.distractors, limit=options.questions)
    if not 1 <= options.rounds <= len(test_set.questions):
        raise SystemExit(
            f"--rounds is {options.rounds}, expected 1 to {len(test_set.questions)}, the questions"
        )
    tools, missing, pythons = [], {}, {}
    for tool in (choice for choice in CHOICES if not options.tools or choice.name in options.tools):
        say(f"preparing {tool.name}")
        try:
            pythons[tool.name] = prepare(tool, options.environments)
            tools.append(tool)
        except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
            missing[tool.name] = str(problem)
    figures: dict[str, Any] = {
        "conditions": conditions(test_set, options.rounds),
        "versions": {tool.name: versions(tool, options.environments) for tool in tools},
        "missing": missing,
        "sizes": {},
    }
    with tempfile.TemporaryDirectory(prefix="footnote-bench-", dir=options.work) as work:
        for size in options.sizes:
            runs = measure(test_set, size, tools, pythons, Path(work) / str(size), options.rounds, missing)
            figures["sizes"][str(size)] = {name: reduce(run, test_set) for name, run in runs.items()}
            options.out.mkdir(parents=True, exist_ok=True)  # after each size: the next may take hours
            for name, text in (
                ("benchmark.json", json.dumps(figures, indent=1) + "\n"),
                ("benchmark.md", tell(figures)),
                ("benchmark.svg", draw_growth(figures)),
            ):
                replace_file(options.out / name, text.encode())
    print(tell(figures))
    return 1 if missing else 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.peers", description=__doc__.partition("\n")[0]
    )
    add = parser.add_argument
    add("set", type=Path, help="folder of a public test set")
    add("--no-distractors", dest="distractors", action="store_false", help="without its distractors.jsonl")
    add("--sizes", type=int, nargs="+", default=SIZES, help="numbers of texts (%(default)s)")
    add("--questions", type=int, default=100, help="how many of its questions (%(default)s)")
    add("--rounds", type=int, default=3, help="processes that share the questions of a tool (%(default)s)")
    add("--tools", nargs="+", choices=[tool.name for tool in CHOICES], help="these alone")
    add("--environments", type=Path, default=default_folder(), help="where they are kept (%(default)s)")
    add("--work", type=Path, help="folder for the indexes, for a while (that of the system)")
    add("--out", type=Path, default=Path("bench-results"), help="where the three files go (%(default)s)")
    return parser.parse_args(argv)


def measure(
    test_set: PublicSet,
    size: int,
    tools: Sequence[Tool],
    pythons: Mapping[str, Path],
    work: Path,
    rounds: int,
    missing: dict[str, str],
) -> dict[str, list[dict[str, Any]]]:
    """What each tool's processes measured over `size` texts: its index first, then each round.

    A tool that fails is put into `missing`, with its last words, and left out of this size.
    """
    work.mkdir()
    texts = work / "texts.jsonl"
    with texts.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in choose_texts(test_set, size))
    asked = [question.question for question in test_set.questions]
    runs: dict[str, list[dict[str, Any]]] = {}
    for turn in range(rounds + 1):
        for tool in tools:
            if turn and tool.name not in runs:
                continue
            say(f"{size:,} texts, {f'round {turn}' if turn else 'index'}: {tool.name}")
            store = work / tool.name.replace(" ", "-")
            job: dict[str, Any] = {"action": "build", "texts": str(texts)}
            if turn:
                job = {"action": "ask", "questions": asked[turn - 1 :: rounds], "users": USERS, "k": DEPTH}
            store.mkdir(exist_ok=True)
            try:
                run = work_in(pythons[tool.name], tool, job | {"store": str(store)}, work)
            except subprocess.CalledProcessError as problem:
                words = (problem.stderr.strip().splitlines() or [f"status {problem.returncode}"])[-1]
                missing[f"{tool.name}, {size} texts"] = words[:300]
                runs.pop(tool.name, None)
                continue
            run["disk_mib"] = sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 2**20
            runs.setdefault(tool.name, []).append(run)
    return runs


def work_in(python: Path, tool: Tool, job: dict[str, Any], work: Path) -> dict[str, Any]:
    """What eval/bench/peers/worker.py measured of one job.

    Raises CalledProcessError if the tool failed.
    """
    given, out = work / "job.json", work / "out.json"
    job |= {"model": str(model_folder(DEFAULT_MODEL)), "hybrid": tool.hybrid, "out": str(out)}
    job["started"] = time.monotonic()
    given.write_text(json.dumps(job), encoding="utf-8")
    worker = Path(__file__).with_name("worker.py")
    command = [str(python), "-P", str(worker), str(TOOLS / f"{tool.file}.py"), str(given)]
    subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | OFFLINE)
    return dict(json.loads(out.read_text(encoding="utf-8")))


def conditions(test_set: PublicSet, rounds: int) -> dict[str, Any]:
    """What a reader must know to judge the figures."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "set": test_set.name,
        "questions": len(test_set.questions),
        "rounds": rounds,
        "model": DEFAULT_MODEL,
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }


def processor() -> str:
    """The name of the processor, of Linux's own list."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def say(line: str) -> None:
    """Tell on stderr how far it is."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
