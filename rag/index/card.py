"""The card of an index: which snapshot is current, whether it is whole, and of what it was made."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Container
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rag.datatypes import IndexCard
from rag.documents import chunking
from rag.documents.folder.folders import Folders
from rag.errors import IndexDamaged, IndexMissing, IndexStale, RagError
from rag.models.embedder import DEFAULT_MODEL
from rag.postgres.store import Store, locate

FORMAT = 15  # raised whenever what is written changes, or how sentences and chunks are cut
OPTIONAL = (
    "questions",
    "include",
    "exclude",
    "approximate",
)  # fields that are written only where there are any
CURRENT, CARD, DOCUMENTS = "CURRENT", "card.json", "documents.jsonl"
CATALOGUE, STATES, CHUNKS, SENTENCES = "catalogue.json", "files.jsonl", "chunks", "sentences"
VECTORS = {spans: f"{spans}.vectors.npy" for spans in (CHUNKS, SENTENCES)}
WORDS, POSTINGS = "words.json", "postings.npy"
TWINS, COPIED, FURNITURE, EDITIONS = "twins.npy", "copied.npy", "furniture.npy", "editions.json"
FILES = {DOCUMENTS, CATALOGUE, STATES, f"{CHUNKS}.npy", f"{SENTENCES}.npy", *VECTORS.values()} | {
    *(WORDS, POSTINGS, TWINS, COPIED, FURNITURE, EDITIONS)
}
LISTS, SUMS = "chunks.ivf", "blocks.npz"  # of large indexes, and of large files
POSSIBLE = {*FILES, LISTS, SUMS}
BY_BLOCK = {DOCUMENTS, *VECTORS.values(), POSTINGS, LISTS}  # what is read in part
ATTEMPTS = 100  # to read a card, each in the time between two commits of others
# What reading a file raises that is as it was written, but was written wrong; FAISS raises RuntimeError.
UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RuntimeError, MemoryError),
)

_CARD = TypeAdapter(IndexCard)


def find_snapshot(folder: str | Path) -> tuple[Path, IndexCard]:
    """The folder of the current snapshot, and its card; both of the same, whatever is written meanwhile.

    Raises IndexMissing or IndexDamaged.
    """
    root = Path(folder)
    for attempt in count(1):
        pointer = current_snapshot(root)
        try:
            return root / pointer[0], _read_card(root, *pointer)
        except IndexDamaged:
            if attempt == ATTEMPTS or current_snapshot(root) == pointer:
                raise  # otherwise it was replaced after the pointer was read
    raise AssertionError  # counting has no end


def _read_card(root: Path, snapshot: str, expected: str) -> IndexCard:
    """The card of that snapshot, whose sha256 is expected.  Raises IndexDamaged."""
    try:
        raw = (root / snapshot / CARD).read_bytes()
    except OSError:
        raise damage_error(root, f"{snapshot}/{CARD} is missing") from None
    if hashlib.sha256(raw).hexdigest() != expected:
        raise damage_error(root, f"{snapshot}/{CARD} was altered")
    try:
        return parse_card(raw)
    except FormatError as other:
        raise damage_error(root, str(other), other.folders(root), other.model) from None
    except UNREADABLE as problem:
        raise damage_error(root, f"{snapshot}/{CARD} is no card: {describe_problem(problem)}") from None


class FormatError(Exception):
    """A card is of another format; says what mends it as far as the card does."""

    def __init__(self, fields: dict[str, Any]) -> None:
        found = fields.get("format")
        newer = isinstance(found, int) and found > FORMAT
        whose = "a newer version of Footnote, which opens it" if newer else "an earlier version of Footnote"
        super().__init__(f"its format is {found}, expected {FORMAT}; it was made by {whose}")
        self._corpus = fields.get("corpus")
        self.model = str(fields.get("embedder", DEFAULT_MODEL))

    def folders(self, root: Path | Store) -> Folders | None:
        """Where the documents of the index in `root` stood, if the card says so."""
        with suppress(ValueError):
            return Folders.parse(self._corpus, folders_root(root))
        return None


def parse_card(raw: bytes) -> IndexCard:
    """The card in these bytes.

    Raises FormatError, or one of `UNREADABLE` if they are none.
    """
    fields = json.loads(raw)
    if fields["format"] != FORMAT:
        raise FormatError(fields)
    Folders.parse(fields["corpus"], Path())
    return _CARD.validate_python(fields)


def describe_problem(problem: BaseException) -> str:
    """What `parse_card` found wrong, in one line."""
    return f"{type(problem).__name__}: {str(problem).partition(chr(10))[0][:200]}"


def format_card(card: IndexCard) -> bytes:
    """The bytes of which `parse_card` makes the card."""
    fields = {name: value for name, value in asdict(card).items() if value or name not in OPTIONAL}
    return json.dumps(fields, indent=2, ensure_ascii=False).encode()


def check_files(snapshot: Path, card: IndexCard, besides: Container[str] = ()) -> None:
    """Raise IndexDamaged if a file of the snapshot is missing or not as its card has it, `besides` some."""
    for name in card.files:
        if name not in besides:
            check_file(snapshot, card, name)


def check_file(snapshot: Path, card: IndexCard, name: str) -> Path:
    """The file `name` of the snapshot, as its card has it.

    Raises IndexDamaged if it is missing or altered.
    """
    root, path, expected = snapshot.parent, snapshot / name, card.files[name]
    try:
        actual = file_sha256(path)
    except FileNotFoundError:
        raise damage_error(root, f"{name} is missing") from None
    except OSError as problem:
        raise damage_error(root, f"{name} cannot be read: {problem.strerror or problem}") from None
    if actual != expected:
        raise damage_error(root, f"{name} has sha256 {actual[:12]}…, expected {expected[:12]}…")
    return path


def check_current(
    card: IndexCard, index: str | Path | Store, *, embedder: str, weights: str, corpus: str | None
) -> None:
    """Raise IndexStale, with the command that mends it, if the index was made from something else.

    `weights` and `corpus` are sha256s; without `corpus` (the documents are elsewhere) only the
    model is checked.
    """
    root = locate(index)
    if (card.embedder, card.weights_sha256) != (embedder, weights):
        raise IndexStale(
            f"the index in {root}/ was made with {card.embedder} ({card.weights_sha256[:12]}…), "
            f"not {embedder} ({weights[:12]}…): {_mend_command(root, card)}"
        )
    expected = chunk_sizes(card.embedder_window)
    if (card.window, card.overlap) != expected:
        raise IndexStale(
            f"the index in {root}/ has window {card.window} and overlap {card.overlap}, "
            f"expected {expected[0]} and {expected[1]}: {_mend_command(root, card)}"
        )
    if corpus is not None and corpus != card.corpus_sha256:
        raise IndexStale(
            f"the documents in {corpus_folders(card, root)}/ have changed since the index in {root}/ "
            f"was made: {_mend_command(root, card)}"
        )


def corpus_folders(card: IndexCard, index: str | Path | Store) -> Folders:
    """Where the documents stood when the index was made; they may have gone since."""
    return Folders.parse(card.corpus, folders_root(index))


def folders_root(index: str | Path | Store) -> Path:
    """Where the paths begin by which a card names folders: at its own, or that of the disk if it has none."""
    where = locate(index)
    return where if isinstance(where, Path) else Path(Path.cwd().anchor)


def chunk_sizes(embedder_window: int) -> tuple[int, int]:
    """Window and overlap, in tokens, for an embedder that reads `embedder_window` of them."""
    window = min(chunking.WINDOW, embedder_window)
    return window, min(chunking.OVERLAP, window // 2)


def current_snapshot(root: Path) -> tuple[str, str]:
    """The name of the current snapshot, and the sha256 of its card.

    Raises IndexMissing or IndexDamaged.
    """
    try:
        pointer = (root / CURRENT).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise missing_error(root) from None
    except (OSError, UnicodeDecodeError):
        raise damage_error(root, f"{CURRENT} cannot be read") from None
    match = re.fullmatch(r"(generation-\d{6}) ([0-9a-f]{64})\n", pointer)
    if match is None:
        raise damage_error(root, f"{CURRENT} does not name a snapshot and the sha256 of its card")
    return match[1], match[2]


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage_error(
    root: Path | Store, what: str, folders: Folders | None = None, model: str = DEFAULT_MODEL
) -> IndexDamaged:
    """The error that says `what` is wrong, with the command that mends it."""
    command = _build_command(root, folders, model)
    return IndexDamaged(f"the index in {root}/ is damaged or not Footnote's ({what}): {command}")


def write_error(root: Path | Store, problem: OSError) -> RagError:
    """The error that says why the index cannot be written, and that nothing is lost."""
    file = f" ({problem.filename})" if problem.filename else ""
    return RagError(
        f"cannot write the index to {root}/: {problem.strerror or problem}{file}; the index that was there "
        "stays: make room or leave to write, or name another folder with --index"
    )


def _mend_command(root: Path | Store, card: IndexCard) -> str:
    return _build_command(root, corpus_folders(card, root), card.embedder)


def missing_error(root: Path | Store) -> IndexMissing:
    """The error that says there is no index, with the command that makes one."""
    return IndexMissing(f"no index in {root}/: {_build_command(root, None)}")


def _build_command(root: Path | Store, folders: Folders | None, model: str = DEFAULT_MODEL) -> str:
    unknown = "FOLDER" if str(root) != "index" else "seeds"
    documents = shlex.join(map(str, folders.paths)) if folders else unknown
    option = f" --model {model}" if model != DEFAULT_MODEL else ""
    where = "index" if isinstance(root, Path) else "store"
    return f"build it with `rag index {documents} --{where} {shlex.quote(str(root))}{option}`"
