"""A folder of files -> Documents, each with its text as its reader gives it (`rag.documents.readers`)."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from rag.datatypes import Document, Skipped
from rag.documents.metadata import SOURCES, make_document, read_sources
from rag.documents.readers.contents import Contents
from rag.documents.readers.readers import READERS, find_reader, read_file
from rag.documents.skipped import MISSING, skip, skip_pages
from rag.errors import CorpusError, EmptyCorpus

# What systems and programs put beside documents, and nobody would ask of.
HIDDEN = re.compile(
    r"\.|~\$|(?:thumbs\.db|desktop\.ini|icon\r|__macosx|node_modules|__pycache__|lost\+found|\$recycle\.bin"
    r"|system volume information)$",
    re.IGNORECASE,
)
INDEX_PARTS = re.compile(r"CURRENT$|generation-\d{6}$|building-")  # what rag/index/snapshots.py writes


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read from a folder: documents sorted by id, and the files that were not read, or not whole.

    `sha256` changes when any file of the folder is added, removed, renamed or altered.  `questions` are those
    that sources.toml gives to begin with; none while a file that it names is not there.
    """

    folder: Path
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    sha256: str
    questions: tuple[str, ...] = ()


def read_documents(folder: str | Path) -> Corpus:
    """Read every file below `folder`; hidden files and folders, and those of systems, are left out.

    A file that cannot be read is named in `skipped` and the rest goes on.

    Raises EmptyCorpus if no file in it can be read, CorpusError if the folder is missing or its
    sources.toml is not valid.
    """
    root = Path(folder)
    if not root.is_dir():
        raise CorpusError(f"no folder {root}/: expected a folder of documents; name one that exists")
    digest = corpus_sha256(root)  # first, so that a change while reading makes the index stale
    sources = read_sources(root)
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path in _list_files(root):
        name = path.relative_to(root).as_posix()
        if name == SOURCES:
            continue
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = name.encode(errors="replace").decode()
            skipped.append(skip(shown, ValueError("its name is not UTF-8")))
            continue
        try:
            contents = _read_path(path)
            documents.append(make_document(name, contents, sources.fields.get(name, {})))
            if contents.pictures:
                skipped.append(skip_pages(name, contents.pictures))
        except (OSError, ValueError) as problem:
            skipped.append(skip(name, problem))
    absent = sources.fields.keys() - {document.id for document in documents} - {file.path for file in skipped}
    skipped += [Skipped(name, f"named in {SOURCES} but not in the folder", MISSING) for name in absent]
    in_order = tuple(sorted(skipped, key=lambda file: file.path))
    if not documents:
        raise EmptyCorpus(
            f"no document in {root}/: expected files ending in {', '.join(READERS)}"
            + "".join(f"; {file.path}: {file.reason}" for file in in_order[:3]),
            in_order,
        )
    return Corpus(root, tuple(documents), in_order, digest, () if absent else sources.questions)


def corpus_sha256(folder: Path) -> str:
    """A digest that changes when a file of the corpus is added, removed, renamed or altered."""
    digest = hashlib.sha256()
    for path in _list_files(folder):
        try:
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        except OSError:
            content = "unreadable"
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{content}\n".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()


def _list_files(root: Path) -> list[Path]:
    """Every file and link below `root` that is not hidden or of an index, sorted by its id."""
    files: list[Path] = []
    closed: list[Path] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda problem: closed.append(Path(problem.filename))
    ):
        is_index = "CURRENT" in names
        shown = {
            n for n in folders + names if not HIDDEN.match(n) and not (is_index and INDEX_PARTS.match(n))
        }
        linked = [name for name in folders if Path(folder, name).is_symlink()]  # not followed: loops
        files += [Path(folder, name) for name in names + linked if name in shown]
        folders[:] = [name for name in folders if name in shown and name not in linked]
    return sorted(files + closed, key=lambda path: path.relative_to(root).as_posix())


def _read_path(path: Path) -> Contents:
    if not path.is_file():
        raise OSError(
            0,
            "a folder that is closed, or a link to one"
            if path.is_dir()
            else "not a regular file, or a link to none",
        )
    find_reader(path.name)  # before the file is read, which may be a film
    return read_file(path.name, path.read_bytes())
