"""The folder of documents, or several that are indexed together: how each is called, where a file lies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from rag.documents.folder.files import FileState, check_folder, find_ignored, scan
from rag.documents.folder.selection import ALL, Selection
from rag.documents.metadata import Sources, compose, read_sources
from rag.documents.readers.contents import UNSTORABLE
from rag.documents.readers.file_kinds import HIDDEN, is_printable
from rag.errors import CorpusError

UNNAMED = "documents"  # what a folder is called whose own name cannot begin an id


@dataclass(frozen=True, slots=True)
class Folders:
    """Folders of documents in the order given, each with its name.

    One alone has the name "", and the path of a file is that below it.  Of several each has a name of its
    own, without a slash, and the path of a file begins with that: ``name/path/below.txt``.
    """

    named: tuple[tuple[str, Path], ...]

    @classmethod
    def of(cls, given: str | Path | Sequence[str | Path] | Folders, known: Folders | None = None) -> Folders:
        """The folders `given`; of several each has the name that it has in `known`, or else its own, with a
        number if another has that.

        Raises CorpusError if one is given twice or lies in another, ValueError if none is given.
        """
        if isinstance(given, Folders):
            return given
        paths = [Path(given)] if isinstance(given, str | Path) else list(map(Path, given))
        if not paths:
            raise ValueError("no folder is given, expected one or several")
        if len(paths) == 1:
            return cls((("", paths[0]),))
        _check_apart(paths)
        before = {path: name for name, path in known.resolved.named if name} if known else {}
        names = {path: before[_resolve(path)] for path in paths if _resolve(path) in before}
        for path in paths:
            names.setdefault(path, _free_name(path, names.values()))
        return cls(tuple((names[path], path) for path in paths))

    @classmethod
    def parse(cls, corpus: object, root: Path) -> Folders:
        """The folders of which `format` gives `corpus`.  Raises ValueError if it is nothing of the kind."""
        named: dict[str, Any] = corpus if isinstance(corpus, dict) else {"": corpus}
        are_named = corpus is not named or (corpus and all(map(_is_name, corpus)))
        if not are_named or not all(isinstance(p, str) and not UNSTORABLE.search(p) for p in named.values()):
            raise ValueError(f"its corpus is {corpus!r:.100}, expected a folder, or several by their names")
        return cls(tuple((name, Path(os.path.relpath(root.resolve() / p))) for name, p in named.items()))

    def format(self, root: Path) -> str | dict[str, str]:
        """Where they are as seen from `root`: a path, of several one for each name."""
        seen = {name: os.path.relpath(path, root.resolve()) for name, path in self.resolved.named}
        paths = {name: Path(path).as_posix() for name, path in seen.items()}
        return paths.get("", paths)

    def __str__(self) -> str:
        """The paths in words, but for the slash behind the last: "a" of one, "a/ and b" of two."""
        return "/ and ".join(str(path) for path in self.paths)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where they are."""
        return tuple(path for _, path in self.named)

    @property
    def resolved(self) -> Folders:
        """The same without links on the way, so that they can be compared."""
        return Folders(tuple((name, _resolve(path)) for name, path in self.named))

    @property
    def missing(self) -> Folders:
        """Those of them that are not there."""
        return Folders(tuple((name, path) for name, path in self.named if not path.is_dir()))

    @property
    def are_there(self) -> bool:
        """Whether each of them is."""
        return not self.missing.named

    def check(self) -> None:
        """Raise CorpusError if one of them is not there, is another one too, or lies in one."""
        for path in self.paths:
            check_folder(path)
        _check_apart(self.paths)

    def at_root(self, name: str) -> tuple[str, ...]:
        """The path of the file `name` of each, there or not."""
        return tuple(prefix + name for prefix, _ in self._prefixed())

    def split(self, path: str) -> tuple[Path, str]:
        """The folder of a file, and its path below that.

        >>> Folders.of(["old/notes", "mails"]).split("notes/a.txt")
        (PosixPath('old/notes'), 'a.txt')

        Raises CorpusError if it is a path in none of them.
        """
        for prefix, folder in self._prefixed():
            if path.startswith(prefix):
                return folder, path[len(prefix) :]
        names = " or ".join(prefix for prefix, _ in self._prefixed())
        raise CorpusError(
            f"{path!r:.200} lies in none of the folders: expected a path that begins with {names}"
        )

    def locate(self, path: str) -> Path:
        """Where a file is."""
        folder, below = self.split(path)
        return folder / below

    def scan(
        self, selection: Selection = ALL, known: Mapping[str, FileState] | None = None
    ) -> tuple[FileState, ...]:
        """`rag.documents.folder.files.scan` of them all, by the .ragignore of each.

        Raises CorpusError as `check` before anything is read, and as the other does.
        """
        self.check()
        files: list[FileState] = []
        for prefix, folder in self._prefixed():
            files += _place(prefix, scan(folder, selection, _below(prefix, known or {})))
        return tuple(sorted(files, key=lambda file: file.path))

    def find_ignored(self, selection: Selection) -> tuple[str, ...]:
        """`rag.documents.folder.files.find_ignored` of them all."""
        return tuple(
            prefix + path for prefix, folder in self._prefixed() for path in find_ignored(folder, selection)
        )

    def read_sources(self) -> Sources:
        """What the sources.toml of each says of its files, and all their questions.

        Raises CorpusError if one is not valid.
        """
        read = [(prefix, read_sources(folder)) for prefix, folder in self._prefixed()]
        return Sources(
            {prefix + name: fields for prefix, own in read for name, fields in own.fields.items()},
            tuple(question for _, own in read for question in own.questions),
        )

    def adopt(self, files: Mapping[str, FileState], before: Folders) -> dict[str, FileState]:
        """Those of the `files` of the folders `before` that are in these, by their paths here."""
        there = {folder: prefix for prefix, folder in before.resolved._prefixed()}
        return {
            file.path: file
            for prefix, folder in self.resolved._prefixed()
            if (old := there.get(folder)) is not None
            for file in _place(prefix, _below(old, files).values())
        }

    def _prefixed(self) -> Iterator[tuple[str, Path]]:
        """What the paths of the files of each begin with, and where it is."""
        return ((f"{name}/" if name else "", path) for name, path in self.named)


def _is_name(name: str) -> bool:
    """Whether a folder may be called so, as the first part of ids."""
    is_whole = Path(name).name == compose(name) == name != ""  # composed, as ids are compared
    return is_whole and is_printable(name) and not HIDDEN.match(name)


def _resolve(path: Path) -> Path:
    """Where it leads; a link that leads in a circle, to itself."""
    return Path(os.path.realpath(path))  # Path.resolve raises RuntimeError at such a one


def _check_apart(paths: Sequence[Path]) -> None:
    for number, path in enumerate(paths):
        for other in paths[:number]:
            one, two = _resolve(path), _resolve(other)
            if one == two:
                raise CorpusError(f"{path}/ is the same folder as {other}/: name it once")
            if one.is_relative_to(two) or two.is_relative_to(one):
                inner, outer = (path, other) if one.is_relative_to(two) else (other, path)
                raise CorpusError(
                    f"{inner}/ lies in {outer}/, whose files are its own, too: name {outer}/ alone"
                )


def _free_name(path: Path, taken: Iterable[str]) -> str:
    names_of_it = map(compose, (path.name, _resolve(path).name))  # "." has only the second
    own = next(filter(_is_name, names_of_it), UNNAMED)
    others = {name.casefold() for name in taken}
    names = (own if number == 1 else f"{own}-{number}" for number in count(1))
    return next(name for name in names if name.casefold() not in others)


def _below(prefix: str, files: Mapping[str, FileState]) -> dict[str, FileState]:
    """The files of one folder by their paths below it."""
    own = {path[len(prefix) :]: file for path, file in files.items() if path.startswith(prefix)}
    return {path: replace(file, path=path) for path, file in own.items()} if prefix else own


def _place(prefix: str, files: Iterable[FileState]) -> list[FileState]:
    """The files of one folder by their paths among all."""
    return [replace(file, path=prefix + file.path) for file in files] if prefix else list(files)
