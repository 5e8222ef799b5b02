"""Make every way fail in which an index is written, and count what is lost or silently wrong.

    python -m eval.faults [--every N] [--flips N] [--json FILE]

docs/reliability.md says what is counted.  Exit code 1 if anything is lost, silent or not told.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from eval.faults.crashes import fail_at_each_call, kill_at_each_step
from eval.faults.damage import damage_files, flip_bytes
from eval.faults.races import read_through_commits, write_at_once
from eval.faults.scenarios import SCENARIOS
from rag.durable import replace_file

HARMLESS = {"kills", "errors", "told", "harmless", "readers", "writers", "commits"}
Row = tuple[str, str, Counter[str]]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth step (default: all)")
    parser.add_argument("--flips", type=int, default=500, metavar="N", help="bytes flipped in each file")
    parser.add_argument(
        "--commits", type=int, default=50, metavar="N", help="commits that readers live through"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts to this file")
    asked = parser.parse_args()
    rows = measure(asked.every, asked.flips, asked.commits)
    print(table(rows))
    if asked.json:
        counts = [{"test": test, "of": of, "counts": dict(counter)} for test, of, counter in rows]
        replace_file(asked.json, (json.dumps(counts, indent=1) + "\n").encode())
    return int(any(counter.keys() - HARMLESS for _, _, counter in rows))


def measure(every: int, flips: int, commits: int) -> list[Row]:
    """What came of each test."""
    rows: list[Row] = []
    for name, make in tqdm(SCENARIOS.items(), disable=None):
        for test, run in (("kill", kill_at_each_step), ("error", fail_at_each_call)):
            with tempfile.TemporaryDirectory() as place:
                rows.append((test, name, run(make, Path(place), every)))
    with tempfile.TemporaryDirectory() as place:
        rows += [("flip", name, counts) for name, counts in flip_bytes(Path(place), flips).items()]
    with tempfile.TemporaryDirectory() as place:
        rows += [("damage", name, counts) for name, counts in damage_files(Path(place)).items()]
    with tempfile.TemporaryDirectory() as place:
        rows.append(("race", "readers", +read_through_commits(Path(place, "read"), commits)))
        rows.append(("race", "writers", +write_at_once(Path(place, "write"), commits // 5)))
    return rows


def table(rows: list[Row]) -> str:
    """A line for each test, and the sums."""
    lines = [f"{test:8}{of:24}{_words(counts)}" for test, of, counts in rows]
    sums: Mapping[str, Counter[str]] = {test: Counter() for test, _, _ in rows}
    for test, _, counts in rows:
        sums[test].update(counts)
    return "\n".join([*lines, "", *(f"{test:8}{'all':24}{_words(counts)}" for test, counts in sums.items())])


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
