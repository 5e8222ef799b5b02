"""Files added to a folder of documents and removed, so that none is half there and none is lost."""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from rag import durable
from rag.datatypes import Document
from rag.documents.folder.files import INDEX_PARTS
from rag.documents.folder.selection import IGNORE, Matcher, Selection
from rag.documents.metadata import SOURCES, owner_of
from rag.documents.readers.file_kinds import HIDDEN, is_printable
from rag.documents.readers.readers import read_file
from rag.errors import CorpusError, RagError

LARGEST = 20_000_000  # bytes of one file
LONGEST_NAME = 255  # bytes, as file systems have it
REMOVED = ".removed"


def clean_name(given: str) -> str:
    """The name under which a file is put into the folder: `given` as NFC.

    >>> clean_name("cafe\\u0301.txt") == "caf\\u00e9.txt"
    True

    Raises ValueError, with the reason, if it is hidden, too long, or names a place.
    """
    name = unicodedata.normalize("NFC", given)
    if not is_printable(name):
        raise ValueError("its name holds a character that does not show")
    if "/" in name or "\\" in name or re.match(r"[A-Za-z]:", name):
        raise ValueError("its name holds a path; give the name alone")
    if not name or name != name.strip():
        raise ValueError("its name is empty, or begins or ends with a blank")
    if name.startswith("."):
        raise ValueError("its name begins with a dot, and hidden files are not read")
    if HIDDEN.match(name) or INDEX_PARTS.match(name):
        raise ValueError("its name is that of a file of a system or program, and those are not read")
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"its name has {len(name.encode())} bytes, at most {LONGEST_NAME} fit")
    if name.casefold() == SOURCES:
        raise ValueError(f"{SOURCES} says what is known of the documents and is none")
    return name


def add_file(folder: Path, name: str, raw: bytes) -> Path:
    """The path of the new file `name` of `folder`, whole from the moment that it is there.

    Raises ValueError, with the reason, if it cannot be read, holds no word or would replace another
    file, RagError if it cannot be written.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 1_000_000} MB")
    if not any(character.isalnum() for character in read_file(name, raw).text):
        raise ValueError("no word in it")
    path = folder / name
    try:
        durable.add_file(path, raw)
    except FileExistsError:
        same = path.is_file() and not path.is_symlink() and path.read_bytes() == raw
        raise ValueError("already there" if same else "another file of that name is there") from None
    except OSError as problem:
        raise CorpusError(f"cannot write {path}: {problem.strerror or problem}") from None
    return path


def place_file(folder: Path, given: str, raw: bytes, selection: Selection) -> Path:
    """The file in `folder` that holds `raw` now, by the name `given` as it is cleaned.

    Raises ValueError, with the reason, as `clean_name` and `add_file`, or if `selection` leaves it out.
    """
    name = clean_name(given)
    if not Matcher(folder, selection).selects(name):
        raise ValueError(f"the patterns of {IGNORE} or of `rag index` leave it out")
    return add_file(folder, name, raw)


def find_paths(id: str, documents: Sequence[Document], files: Container[str]) -> tuple[str, ...]:
    """The paths of all files of the document `id`, of which `files` are there; of one by which it has another
    name, that one alone; of an archive that holds documents, its own; none if there is no such document.

    Raises RagError if it lies in an archive.
    """
    if (holder := owner_of(id, files)) != id:
        raise RagError(f"{id} lies in the archive {holder}: remove that, or pack it anew")
    for document in documents:
        if id in (document.id, *document.aliases):
            return (id, *document.aliases) if id == document.id else (id,)
    return (id,) if any(owner_of(document.id, files) == id for document in documents) else ()


def remove_file(folder: Path, name: str) -> Path:
    """Where the file `name` of `folder` went: into its hidden folder `REMOVED`, beside those there.

    Raises RagError if it cannot be moved.
    """
    removed, path = folder / REMOVED, folder / name
    try:
        removed.mkdir(exist_ok=True)
        if removed.is_symlink():
            raise RagError(f"{removed} is a link: expected a folder for removed documents; take it away")
        for number in itertools.count(1):
            target = removed / (path.name if number == 1 else f"{path.stem}-{number}{path.suffix}")
            try:
                os.link(path, target, follow_symlinks=False)
            except FileExistsError:
                continue
            try:
                durable.sync_folder(removed)
                path.unlink()
            except BaseException:
                target.unlink()
                raise
            durable.sync_folder(folder)
            return target
    except OSError as problem:
        raise RagError(f"cannot move {path} to {removed}/: {problem.strerror or problem}") from None
    raise AssertionError  # counting has no end


def restore_files(removed: Mapping[Path, Path]) -> None:
    """Put files back where they were, the keys, that `remove_file` has moved to the values.

    Raises RagError if some cannot be put back, which names each; the others are.
    """
    problems = []
    for path, there in removed.items():
        try:
            durable.rename(there, path)
        except OSError as problem:
            problems.append(f"cannot put {path} back: {problem.strerror or problem}; it is in {there}")
    if problems:
        raise RagError(f"{'; '.join(problems)}: move it there by hand")
