"""Which files of a folder count: by its .ragignore and by patterns beside it, both in gitignore's syntax."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from rag.errors import CorpusError

IGNORE = ".ragignore"
MOST_BYTES = 1_000_000  # of a .ragignore


@dataclass(frozen=True, slots=True)
class Selection:
    """Patterns as .gitignore has them: a file counts if one of `include` matches it, or there is none, and
    `exclude` does not."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


ALL = Selection()


class Matcher:
    """Tells which paths of the folder `root` count, by a selection and the .ragignore there.

    Raises CorpusError if a pattern is none, or the .ragignore cannot be read.
    """

    def __init__(self, root: Path, selection: Selection) -> None:
        ignored = _read_patterns(root / IGNORE)
        self._exclude = _compile(f"{root / IGNORE}", ignored), _compile("--exclude", selection.exclude)
        self._include = _compile("--include", selection.include) if selection.include else None

    def ignores_folder(self, path: str) -> bool:
        """Whether nothing below the folder `path` counts."""
        return any(spec.match_file(f"{path}/") for spec in self._exclude)

    def selects(self, path: str) -> bool:
        """Whether the file `path`, in a folder that is not ignored, counts."""
        included = self._include is None or self._include.match_file(path)
        return included and not any(spec.match_file(path) for spec in self._exclude)


def _read_patterns(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise CorpusError(f"cannot read {path}: {problem.strerror or problem}") from None
    if len(raw) > MOST_BYTES:
        raise CorpusError(f"{path} has more than {MOST_BYTES:,} bytes: expected a list of patterns")
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as problem:
        raise CorpusError(f"{path} is not UTF-8 ({problem.reason} at byte {problem.start})") from None


def _compile(origin: str, patterns: Sequence[str]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except (ValueError, re.error):
        wrong = next(pattern for pattern in patterns if not _is_pattern(pattern))
        raise CorpusError(
            f"{origin}: {wrong!r} is no pattern; expected one of gitignore's, such as *.tmp"
        ) from None


def _is_pattern(pattern: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error):
        return False
    return True
