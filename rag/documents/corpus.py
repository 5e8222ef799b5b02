"""A folder of files -> Documents, each with its text as its reader gives it (`rag.documents.readers`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from rag.datatypes import Document, Skipped
from rag.documents.datelines import date_of_name
from rag.documents.folder.files import FileState, digest
from rag.documents.folder.folders import Folders
from rag.documents.folder.outcomes import Fields, Outcome, ReadFile, UnreadFile
from rag.documents.folder.selection import ALL, Selection
from rag.documents.metadata import SOURCES, assign_fields, compose, owner_of
from rag.documents.readers.file_kinds import FailedReader, is_printable, printable, suffix_of
from rag.documents.readers.office.recognition import is_installed
from rag.documents.readers.readers import READERS
from rag.documents.skipped import (
    CHANGED,
    FAILED,
    FAILED_PAGES,
    MISSING,
    PICTURES,
    SCANNED,
    SLOW,
    is_lasting,
    skip,
)
from rag.errors import ClusterError, EmptyCorpus
from rag.workers.work import HERE, Workers

Count = Callable[[str, int, int], None]  # what is counted, how many are done, of how many


def count_nothing(what: str, done: int, of: int) -> None:
    """What is called where nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read from folders: documents sorted by id, and the files that were not read, or not whole.

    `sha256` changes when any file of the folders that counts is added, removed, renamed or altered.
    `questions` are those that sources.toml gives to begin with; none while a file that it names is not there.
    `files` are all that count, read or not, and `selection` says which do.
    """

    folders: Folders
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    sha256: str
    questions: tuple[str, ...] = ()
    files: tuple[FileState, ...] = ()
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a folder from the last time: its `files` by path, and what came of reading them.

    `outcomes` are by the sha256 of the bytes, the name without its folders and the hash of what sources.toml
    says: all that a document is made of.
    """

    files: Mapping[str, FileState] = field(default_factory=dict)
    outcomes: Mapping[tuple[str | None, str, str], Outcome] = field(default_factory=dict)

    @classmethod
    def of(
        cls, files: Iterable[FileState], documents: Iterable[Document], skipped: Iterable[Skipped]
    ) -> Known:
        """What is known by the parts of a corpus; of files not read, those that would fail again alone."""
        by_path = {file.path: file for file in files}
        came: dict[str, list[Document | Skipped]] = {}
        for document in documents:
            path = owner_of(document.id, by_path)
            came.setdefault(path, []).append(document.at(document.id[len(path) :], document.aliases))
        for file in skipped:
            if file.kind == MISSING:  # which no file is
                continue
            path = owner_of(file.path, by_path)
            came.setdefault(path, []).append(replace(file, path=file.path[len(path) :]))
        lasting = {path: tuple(out) for path, out in came.items() if all(map(_is_lasting, out))}
        return cls(by_path, {_key(by_path[path]): out for path, out in lasting.items() if path in by_path})


def read_documents(
    folder: str | Path | Sequence[str | Path] | Folders,
    *,
    selection: Selection = ALL,
    known: Known | None = None,
    count: Count = count_nothing,
    workers: Workers = HERE,
) -> Corpus:
    """Read every file below `folder`, or below several, that counts (`rag.documents.folder.files.scan`).

    None that is `known` is read, the others by `workers`.  One that cannot be is named in `skipped` and the
    rest goes on.  Files with the same bytes and ending are one document, unless sources.toml or the dates in
    their names say different things of them: its id is the first path, of those of which something is said if
    there are any; the others are its `aliases`.

    Raises EmptyCorpus if no file in it can be read, CorpusError if the folder is missing or vanishes, or its
    sources.toml or .ragignore is not valid.
    """
    folders, known = Folders.of(folder), known or Known()
    files = folders.scan(selection, known.files)
    sources = folders.read_sources()
    fields = assign_fields(sources.fields, [file.path for file in files])
    files = tuple(replace(file, given=_hash_fields(fields[file.path])) for file in files)
    documents: list[Document] = []
    skipped: list[Skipped] = []
    groups = _group_copies((file for file in files if file.path not in folders.at_root(SOURCES)), fields)
    new = [group[0] for group in groups if _key(group[0]) not in known.outcomes]
    unread = [UnreadFile(folders.locate(file.path).absolute(), file, fields[file.path]) for file in new]
    read: dict[str, Outcome] = {}
    for number, came in workers.map(ReadFile(), unread):
        if isinstance(came, ClusterError):
            came = (skip("", FailedReader(str(came))),)
        read[new[number].path] = came
        count("files read", len(read), len(new))
    for group in groups:
        first, *others = (file.path for file in group)
        found = read[first] if first in read else known.outcomes[_key(group[0])]
        is_read = any(isinstance(outcome, Document) for outcome in found)
        for outcome in found:
            if isinstance(outcome, Document):
                aliases = tuple(path + outcome.id for path in others)
                documents.append(outcome.at(first + outcome.id, aliases))
            else:
                named = [first] if is_read else [first, *others]
                skipped += [replace(outcome, path=printable(path + outcome.path)) for path in named]
    changed = {file.path for file in skipped if file.kind == CHANGED}
    files = tuple(replace(file, sha256=None, stamp=None) if file.path in changed else file for file in files)
    paths = (*(file.path for file in files), *(document.id for document in documents))
    there = {*map(compose, paths), *(compose(file.path) for file in skipped)}
    absent = {compose(name) for name in sources.fields} - there
    gone = [name for name in absent if not folders.locate(name).exists()]  # else it does not count
    skipped += [
        Skipped(printable(name), f"named in {SOURCES} but not in the folder", MISSING) for name in gone
    ]
    in_order = tuple(sorted(skipped, key=lambda file: file.path))
    if not documents:
        raise EmptyCorpus(
            f"no document in {folders}/: expected files ending in {', '.join(READERS)}"
            + "".join(f"; {file.path}: {file.reason}" for file in in_order[:3]),
            in_order,
        )
    questions = () if absent else sources.questions
    in_sequence = tuple(sorted(documents, key=lambda document: document.id))
    return Corpus(folders, in_sequence, in_order, digest(files), questions, files, selection)


def _group_copies(files: Iterable[FileState], fields: Mapping[str, Fields]) -> list[list[FileState]]:
    """Files in groups of which each is one document, its id first, in the order of the ids."""

    def facts(file: FileState) -> object:
        """What is said of a file from outside of it; None if nothing is."""
        return fields[file.path] or date_of_name(PurePosixPath(file.path).stem)

    groups: dict[tuple[str | None, str], list[list[FileState]]] = {}
    for file in sorted(files, key=lambda file: (not facts(file), file.path)):
        alone = file.sha256 is None or not is_printable(file.path)
        same = groups.setdefault((file.path if alone else file.sha256, suffix_of(file.path)), [])
        group = next((group for group in same if facts(file) in (None, facts(group[0]))), None)
        if group is None:
            same.append([file])
        else:
            group.append(file)
    return sorted((group for same in groups.values() for group in same), key=lambda group: group[0].path)


def _is_lasting(outcome: Document | Skipped) -> bool:
    """Whether the same bytes would come to the same another time; of files in archives most do."""
    if isinstance(outcome, Document):
        return True
    if outcome.kind in (PICTURES, SCANNED):  # until what reads them is there
        return not is_installed()
    return outcome.kind not in (SLOW, FAILED, FAILED_PAGES) if outcome.path else is_lasting(outcome)


def _hash_fields(given: Fields) -> str:
    text = repr(sorted(given.items()))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if given else ""


def _key(file: FileState) -> tuple[str | None, str, str]:
    return file.sha256, PurePosixPath(file.path).name, file.given
