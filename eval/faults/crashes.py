"""Each change of an index, ended or failing at each of its steps."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from eval.faults.injection import CALLS, DONE, SERVER, SQLITE, TOLD, Injection, run_child
from eval.faults.scenarios import Scenario

LONGEST = 160_000  # bytes: more than any file of these changes has
MOST = {SQLITE: 40, SERVER: 120}  # ends or errors among steps that are hundreds and thousands
NEVER = 1_000_000_000  # a step that is not reached


def kill_at_each_step(make: Callable[[Path], Scenario], place: Path, every: int = 1) -> Counter[str]:
    """Run a change again and again, ended by SIGKILL at each `every`th of its steps, of some kinds at `MOST`.

    Counts "kills", and what was wrong afterwards.
    """
    trial = _Trial(make, place)
    outcomes: Counter[str] = Counter()
    for kinds in (tuple(CALLS), (SQLITE,), (SERVER,)):
        for at in trial.places(kinds, every):
            trial.run(Injection(kinds, at))
            outcomes["kills"] += 1
            outcomes += Counter(trial.check())
    return outcomes


def fail_at_each_call(make: Callable[[Path], Scenario], place: Path, every: int = 1) -> Counter[str]:
    """Run a change again and again, with an error at one write, fsync, rename or message after another.

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
    for kind in ("write", "fsync", "rename", SERVER):
        for at in trial.places((kind,), every):
            yield Injection((kind,), at, errno.EIO)
            yield Injection((kind,), at, errno.ENOSPC, lasting=True)
    for longest in range(0, LONGEST if trial.is_of_files else 0, 8_192 * every):
        yield Injection(longest=longest)


class _Trial:
    """A change that is made again and again from the same beginning."""

    def __init__(self, make: Callable[[Path], Scenario], place: Path) -> None:
        self._scenario = make(place / "home")
        self._scenario.keep()

    @property
    def is_of_files(self) -> bool:
        return self._scenario.is_of_files

    def places(self, kinds: tuple[str, ...], every: int) -> Sequence[int]:
        """Each `every`th of the steps that the whole change takes, from 1; not more than `MOST`."""
        self._scenario.reset()
        code, steps = self._change(Injection(kinds, NEVER))
        assert code == DONE, code
        most = MOST.get(kinds[0], NEVER)
        return range(1, steps + 1, every * max(1, -(-steps // most)))

    def run(self, injection: Injection) -> int:
        self._scenario.reset()
        return self._change(injection)[0]

    def check(self) -> list[str]:
        """What is wrong after a run, and after the change was made again."""
        try:
            wrong = self._scenario.check()
            if not wrong:
                code, _ = self._change(Injection())
                wrong = f"another try ends with {code}" if code else self._scenario.check_changed()
        except Exception as problem:
            wrong = f"{type(problem).__name__}: {problem}"
        return [wrong] if wrong else []

    def _change(self, injection: Injection) -> tuple[int, int]:
        return run_child(self._scenario.change, injection, self._scenario.name)
