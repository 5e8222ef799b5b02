"""Make every way fail in which an index is written, and count what is lost or silently wrong.

    python -m eval.faults [--every N] [--flips N] [--json FILE] [--only CHANGE …]

docs/reliability.md says what is counted.  Exit code 1 if anything is lost, silent or not told.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from eval.faults.changes import SCENARIOS
from eval.faults.crashes import fail_at_each_call, kill_at_each_step
from eval.faults.damage import damage_files, flip_bytes
from eval.faults.races import read_through_commits, write_at_once
from eval.faults.stores import running, stored_scenarios
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
    parser.add_argument(
        "--only", nargs="+", metavar="CHANGE", help="these changes alone, without flips, damage and races"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts to this file")
    asked = parser.parse_args()
    rows: list[Row] = []
    measured = fail_in_changes(asked.every, asked.only)
    if not asked.only:
        measured = chain(measured, damage_and_race(asked.flips, asked.commits))
    for row in measured:
        rows.append(row)
        print(_line(*row), flush=True)
    sums: dict[str, Counter[str]] = {}
    for test, _, counts in rows:
        sums.setdefault(test, Counter()).update(counts)
    print("\n".join(["", *(_line(test, "all", counts) for test, counts in sums.items())]))
    if asked.json:
        figures = [{"test": test, "of": of, "counts": dict(counts)} for test, of, counts in rows]
        replace_file(asked.json, (json.dumps(figures, indent=1) + "\n").encode())
    return int(any(counts.keys() - HARMLESS for _, _, counts in rows))


def fail_in_changes(every: int, only: Sequence[str] | None = None) -> Iterator[Row]:
    """What came of the ends and errors in each change, or in those of these names."""
    with running() as locate:
        scenarios = SCENARIOS | stored_scenarios(locate)
        for name in scenarios if only is None else only:
            for test, run in (("kill", kill_at_each_step), ("error", fail_at_each_call)):
                with tempfile.TemporaryDirectory() as place:
                    yield test, name, run(scenarios[name], Path(place), every)


def damage_and_race(flips: int, commits: int) -> Iterator[Row]:
    """What came of altered files, and of those who read and write at once."""
    with tempfile.TemporaryDirectory() as place:
        yield from (("flip", name, counts) for name, counts in flip_bytes(Path(place), flips).items())
    with tempfile.TemporaryDirectory() as place:
        yield from (("damage", name, counts) for name, counts in damage_files(Path(place)).items())
    with tempfile.TemporaryDirectory() as place:
        yield "race", "readers", +read_through_commits(Path(place, "read"), commits)
        yield "race", "writers", +write_at_once(Path(place, "write"), commits // 5)


def _line(test: str, of: str, counts: Counter[str]) -> str:
    return f"{test:8}{of:24}{_words(counts)}"


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
