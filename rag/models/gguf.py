"""A language model in a file: llama.cpp in this process, asked as any other endpoint is."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from rag.errors import LanguageModelError
from rag.models.llm import OpenAIModel

MOST_THREADS = 8  # beyond which more cores wait for the same memory


class GGUFModel(OpenAIModel):
    """Any GGUF file with a chat template, run by the package xllamacpp on this machine's CPU.

    It serves on a port of 127.0.0.1 that the system chooses, with a key that is made up for it, and
    ends with this process.  The other arguments are those of OpenAIModel.

    Raises LanguageModelError if xllamacpp is not installed, or cannot read the file.
    """

    def __init__(self, path: str | Path, *, context: int = 4_096, timeout: float = 120.0) -> None:
        try:
            import xllamacpp  # an extra, for it is large
        except ImportError:
            raise LanguageModelError(
                f"to run {path} the package xllamacpp is needed: run `pip install 'footnote[gguf]'`"
            ) from None
        if not Path(path).is_file():
            raise LanguageModelError(f"no file {path}: expected a model in GGUF form")
        key = secrets.token_urlsafe()
        wanted = xllamacpp.CommonParams()
        wanted.model.path = str(path)
        wanted.n_ctx = context
        wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = min(_cores(), MOST_THREADS)
        wanted.hostnames, wanted.port, wanted.api_keys, wanted.ui = ["127.0.0.1"], 0, [key], False
        wanted.verbosity = -1  # silent
        try:
            self._server = xllamacpp.Server(wanted)  # kept, for it serves as long as it is
        except RuntimeError:
            raise LanguageModelError(
                f"{path} is no model that llama.cpp can read: expected a whole GGUF file"
            ) from None
        super().__init__(
            base_url=f"{self._server.listening_address}/v1",
            model=Path(path).stem,
            api_key=key,
            context=context,
            timeout=timeout,
        )


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
