"""The networks that were trained for Footnote: above the shipped embedding layers, layers of their own.

rag/models/weights/README.md says what each learned from; `make train` makes them anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EmbedderError
from rag.models.embedder import DEFAULT_MODEL, model_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.models.bert import Bert

WEIGHTS = Path(__file__).parent / "weights"
BODY, HEAD = "bert.", "classifier"  # what the names of the layers begin with, and that of the outputs
FROZEN = f"{BODY}embeddings."  # these layers are the embedding model's own, and not stored twice
OUTPUTS = 3
MENDED_BY = "mend with `git checkout rag/models/weights`, or install Footnote anew"


def load_trained(path: Path) -> Bert:
    """The network of the layers in `path`, with `OUTPUTS` numbers a token.

    Raises EmbedderError if the file is missing, or is not that whose checksum the card beside it holds.
    """
    from safetensors.numpy import load_file

    from rag.models.bert import Bert

    try:
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sha256"]
        altered = hashlib.sha256(path.read_bytes()).hexdigest() != expected
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise EmbedderError(f"cannot read {path.name} ({type(problem).__name__}): {MENDED_BY}") from None
    if altered:
        raise EmbedderError(
            f"{path.name} is altered, expected the file with sha256 {expected[:12]}…: {MENDED_BY}"
        )
    own = {name.removeprefix(BODY): array for name, array in load_file(path).items()}
    shared = load_file(model_folder(DEFAULT_MODEL) / "model.safetensors")
    frozen = {name: array for name, array in shared.items() if f"{BODY}{name}".startswith(FROZEN)}
    return Bert(frozen | own, head=HEAD)


def load_pair_tokenizer(longest: int) -> Tokenizer:
    """The tokenizer of these networks, which cuts a pair of texts at `longest` tokens, the longer first."""
    from rag.models.bert import load_tokenizer

    return load_tokenizer(model_folder(DEFAULT_MODEL), longest)
