"""What was found out of each document by itself when it was indexed, so that the next index needs not ask
again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json

from rag.documents.chunking import Cut
from rag.documents.outline import Outline
from rag.index.card import CHUNK_FACTS, ORIGINS, SENTENCE_FACTS, TIMES
from rag.index.duplicates import SENTENCE, describe_sentences, hash_each, hash_words
from rag.index.parts.editions import Label, label_document, parse_label
from rag.index.parts.rows import Kept
from rag.index.postings import Postings, npy

# What is kept of a chunk: a number for what is embedded, and whether it begins in a menu, running head or
# the like.
CHUNK = np.dtype([("key", "<u8"), ("furniture", "?")])

Facts = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Columns:
    """`chunks` and `sentences` have a row each of `CHUNK` and of `SENTENCE`, `labels` and `languages` are
    those of the documents."""

    chunks: Facts
    sentences: Facts
    labels: list[Label]
    languages: list[str]

    @classmethod
    def of(cls, outlines: Sequence[Outline], cuts: Sequence[Cut]) -> Columns:
        """Those of documents that are cut."""
        chunks = np.empty(sum(len(cut.chunks) for cut in cuts), CHUNK)
        chunks["key"] = hash_each(text for cut in cuts for text in cut.chunk_texts)
        both = [*zip(outlines, cuts, strict=True)]
        chunks["furniture"] = [
            outline.kind_at(span.start) == "furniture" for outline, cut in both for span in cut.chunks
        ]
        sentences = describe_sentences([text for cut in cuts for text in cut.sentence_texts])
        sentences["words"] = [
            hash_words(outline.document.text[s.start : s.end]) for outline, cut in both for s in cut.sentences
        ]
        labels = [label_document(outline.document) for outline in outlines]
        return cls(chunks, sentences, labels, [outline.language for outline in outlines])

    def join(self, new: Columns, chunks: Kept, sentences: Kept, documents: Kept) -> Columns:
        """What is kept of these with what is `new` between it."""
        added, spoken = iter(new.labels), iter(new.languages)
        before = documents.before.tolist()
        return Columns(
            chunks.join(self.chunks, new.chunks),
            sentences.join(self.sentences, new.sentences),
            [self.labels[n] if n >= 0 else next(added) for n in before],
            [self.languages[n] if n >= 0 else next(spoken) for n in before],
        )

    def parts(self, postings: Postings) -> dict[str, list[bytes | memoryview]]:
        """The contents of the files that hold them, and what only the next `postings` need, by their
        names."""
        origins = {
            "labels": self.labels,
            "languages": self.languages,
            "spread": postings.spread,
            "defined": postings.defined,
        }
        return {
            CHUNK_FACTS: [npy(self.chunks)],
            SENTENCE_FACTS: [npy(self.sentences)],
            TIMES: [npy(postings.times)],
            ORIGINS: [json.dumps(origins, ensure_ascii=False).encode()],
        }


NO_COLUMNS = Columns(np.empty(0, CHUNK), np.empty(0, SENTENCE), [], [])


def load_columns(
    load: Callable[[str], Facts], read: Callable[[str], bytes], postings: Postings
) -> tuple[Columns, Postings]:
    """What `Columns.parts` gave, `postings` with what only the next ones need; `load` gives an array by the
    name of its file, `read` bytes.

    Raises one of `UNREADABLE` if they hold something else.
    """
    chunks, sentences, times = map(load, (CHUNK_FACTS, SENTENCE_FACTS, TIMES))
    origins = from_json(read(ORIGINS))
    if chunks.dtype != CHUNK or sentences.dtype != SENTENCE or len(times) != len(postings.entries):
        raise ValueError(f"facts of {chunks.dtype} and {sentences.dtype}, {len(times)} times")
    defined = [(row, (short, tuple(long))) for row, (short, long) in origins["defined"]]
    labels = [parse_label(*fields) for fields in origins["labels"]]
    return (
        Columns(chunks, sentences, labels, origins["languages"]),
        replace(postings, times=times, spread=origins["spread"], defined=defined),
    )
