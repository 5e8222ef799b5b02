"""Each change of an index, ended or failing at each of its steps."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from eval.faults.injection import CALLS, DONE, SQLITE, TOLD, Injection, run_child
from eval.faults.scenarios import Scenario

LONGEST = 160_000  # bytes: more than any file of these changes has
MOST = 40  # kills among the steps of SQLite, which are thousands
NEVER = 1_000_000_000  # a step that is not reached


def kill_at_each_step(make: Callable[[Path], Scenario], place: Path, every: int = 1) -> Counter[str]:
    """Run a change again and again, ended by SIGKILL at each `every`th of its steps, of SQLite's at `MOST`.

    Counts "kills", and what was wrong afterwards.
    """
    trial = _Trial(make, place)
    outcomes: Counter[str] = Counter()
    for kinds, most in ((tuple(CALLS), NEVER), ((SQLITE,), MOST)):
        steps = trial.steps(kinds)
        for at in range(1, steps + 1, every * max(1, -(-steps // most))):
            trial.run(Injection(kinds, at))
            outcomes["kills"] += 1
            outcomes += Counter(trial.check())
    return outcomes


def fail_at_each_call(make: Callable[[Path], Scenario], place: Path, every: int = 1) -> Counter[str]:
    """Run a change again and again, with an error at one write, fsync and rename after another.

    Counts "errors", those that were "told", as none is by a process that a signal ends, and what was wrong
    afterwards.
    """
    trial = _Trial(make, place)
    outcomes: Counter[str] = Counter()
    for injection in _errors(trial, every):
        code = trial.run(injection)
        outcomes["errors"] += 1
        outcomes["told"] += code == TOLD
        outcomes["not told in one line"] += code not in (DONE, TOLD)
        outcomes += Counter(trial.check())
    return +outcomes


def _errors(trial: _Trial, every: int) -> Iterator[Injection]:
    for kind in ("write", "fsync", "rename"):
        for at in range(1, trial.steps((kind,)) + 1, every):
            yield Injection((kind,), at, errno.EIO)
            yield Injection((kind,), at, errno.ENOSPC, lasting=True)
    for longest in range(0, LONGEST, 8_192 * every):
        yield Injection(longest=longest)


class _Trial:
    """A change that is made again and again from the same beginning."""

    def __init__(self, make: Callable[[Path], Scenario], place: Path) -> None:
        self._home, self._pristine = place / "home", place / "pristine"
        self._scenario = make(self._home)
        shutil.copytree(self._home, self._pristine)

    def steps(self, kinds: tuple[str, ...]) -> int:
        """How many steps the whole change takes."""
        self._reset()
        code, count = run_child(self._scenario.change, Injection(kinds, NEVER), self._home.name)
        assert code == DONE, code
        return count

    def run(self, injection: Injection) -> int:
        self._reset()
        return run_child(self._scenario.change, injection, self._home.name)[0]

    def check(self) -> list[str]:
        """What is wrong after a run, and after the change was made again."""
        try:
            wrong = self._scenario.check()
            if not wrong:
                code, _ = run_child(self._scenario.change, Injection(), self._home.name)
                wrong = f"another try ends with {code}" if code else self._scenario.check_changed()
        except Exception as problem:
            wrong = f"{type(problem).__name__}: {problem}"
        return [wrong] if wrong else []

    def _reset(self) -> None:
        shutil.rmtree(self._home)
        shutil.copytree(self._pristine, self._home)
