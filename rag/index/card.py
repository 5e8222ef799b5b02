"""The card of an index: which snapshot is current, whether it is whole, and of what it was made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from pathlib import Path

from rag.datatypes import IndexCard, Skipped
from rag.documents import chunking
from rag.errors import IndexDamaged, IndexMissing, IndexStale
from rag.models.embedder import DEFAULT_MODEL

FORMAT = 8  # raised whenever what is written changes, or how sentences and chunks are cut
OPTIONAL = ("questions", "include", "exclude")  # fields that are written only where there are any
CURRENT, CARD, DOCUMENTS = "CURRENT", "card.json", "documents.jsonl"
CHUNKS, SENTENCES, TWINS, STATES = "chunks", "sentences", "twins.json", "files.jsonl"
FILES = {DOCUMENTS, TWINS, STATES} | {
    f"{spans}.{suffix}" for spans in (CHUNKS, SENTENCES) for suffix in ("jsonl", "faiss")
}


def read_card(folder: str | Path) -> IndexCard:
    """The card of the current snapshot, as it was written.

    Raises IndexMissing or IndexDamaged.
    """
    root = Path(folder)
    snapshot, expected = current_snapshot(root)
    try:
        raw = (root / snapshot / CARD).read_bytes()
    except OSError:
        raise damage_error(root, f"{snapshot}/{CARD} is missing") from None
    if hashlib.sha256(raw).hexdigest() != expected:
        raise damage_error(root, f"{snapshot}/{CARD} was altered")
    fields = json.loads(raw)
    if fields["format"] != FORMAT:
        raise damage_error(root, f"its format is {fields['format']}, expected {FORMAT}")
    fields["skipped"] = tuple(Skipped(**skip) for skip in fields["skipped"])
    fields |= {name: tuple(fields.get(name, ())) for name in OPTIONAL}
    return IndexCard(**fields)


def check_files(folder: str | Path, card: IndexCard) -> Path:
    """The folder of the current snapshot, all its files as the card has them.

    Raises IndexDamaged if one is missing or altered.
    """
    root = Path(folder)
    for name in card.files:
        check_file(root, card, name)
    return root / current_snapshot(root)[0]


def check_file(folder: str | Path, card: IndexCard, name: str) -> Path:
    """The file `name` of the current snapshot, as the card has it.

    Raises IndexDamaged if it is missing or altered.
    """
    root, expected = Path(folder), card.files[name]
    path = root / current_snapshot(root)[0] / name
    try:
        actual = file_sha256(path)
    except OSError:
        raise damage_error(root, f"{name} is missing") from None
    if actual != expected:
        raise damage_error(root, f"{name} has sha256 {actual[:12]}…, expected {expected[:12]}…")
    return path


def check_current(
    card: IndexCard, folder: str | Path, *, embedder: str, weights: str, corpus: str | None
) -> None:
    """Raise IndexStale, with the command that mends it, if the index was made from something else.

    `weights` and `corpus` are sha256s; without `corpus` (the documents are elsewhere) only the
    model is checked.
    """
    root = Path(folder)
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
            f"the documents in {corpus_folder(card, root)}/ have changed since the index in {root}/ "
            f"was made: {_mend_command(root, card)}"
        )


def corpus_folder(card: IndexCard, folder: str | Path) -> Path:
    """Where the documents stood when the index was made; they may have gone since."""
    return Path(os.path.relpath(Path(folder).resolve() / card.corpus))


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
        raise IndexMissing(f"no index in {root}/: {_mend_command(root)}") from None
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


def damage_error(root: Path, what: str) -> IndexDamaged:
    """The error that says `what` is wrong, with the command that mends it."""
    return IndexDamaged(f"the index in {root}/ is damaged or not Footnote's ({what}): {_mend_command(root)}")


def _mend_command(root: Path, card: IndexCard | None = None) -> str:
    folder = corpus_folder(card, root) if card else "FOLDER" if str(root) != "index" else "seeds"
    model = f" --model {card.embedder}" if card and card.embedder != DEFAULT_MODEL else ""
    return f"build it with `rag index {shlex.quote(str(folder))} --index {shlex.quote(str(root))}{model}`"
