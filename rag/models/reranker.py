"""An optional last stage: a cross-encoder that reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.errors import EmbedderError


class Reranker:
    """Any sentence-transformers CrossEncoder with one output, by hub name or folder.

    Raises EmbedderError if the model is not to be had, or gives more than one score a pair.
    """

    def __init__(self, model: str) -> None:
        # Imported here because it takes seconds, and most never need it.
        from sentence_transformers import CrossEncoder
        from transformers import AutoConfig
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        local = Path(model).is_dir()
        try:
            heads = AutoConfig.from_pretrained(model, local_files_only=local).architectures or []
            if heads and all(name.endswith("Model") for name in heads):
                raise ValueError(f"it is a {heads[0]}, which has no head that gives a score")
            self._model = CrossEncoder(model, device="cpu", local_files_only=local)
        except Exception as problem:  # whatever transformers makes of files that are no model
            why = next(iter(str(problem).splitlines()), type(problem).__name__)
            raise EmbedderError(
                f"no reranking model {model!r}: expected a folder or hub name of a CrossEncoder ({why})"
            ) from None
        if self._model.num_labels != 1:
            raise EmbedderError(
                f"the reranking model {model!r} gives {self._model.num_labels} scores a pair, expected 1"
            )

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers `question`, in order; only their comparison means something."""
        if not texts:
            return []
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in scores]
