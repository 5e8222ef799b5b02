"""Words of the corpus: BM25 over its chunks, and how rare a word is in it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import bm25s
import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.language.spelling import spelling_variants
from rag.language.words import THOUSANDS, WORD, acronyms, find_words, stem_words, stems, stems_of_each

MENDED_LENGTH = 6  # letters from which on an unknown word may be a typing error of another

Mask = npt.NDArray[np.bool_]


class Lexicon:
    """The stemmed words of some texts, searchable by BM25 (Lucene's form, bm25s's defaults).

    `correct` says of a word that the texts do not have whether it is spelled rightly all the same.
    """

    def __init__(self, texts: Sequence[str], correct: Callable[[str], bool] = lambda word: False) -> None:
        self._correct = correct
        # Of two long forms that begin alike, the longer is meant.
        self._acronyms: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for short, long in sorted(acronyms(texts), key=lambda pair: -len(pair[1])):
            self._acronyms.setdefault(long[0], []).append((short, long))
        documents = [self.words(text) for text in texts]
        self._frequency = Counter(stem for document in documents for stem in set(document))
        self._numbers = {stem: number for number, stem in enumerate(self._frequency)}
        self._held = [np.array([*{self._numbers[stem] for stem in held}], np.int32) for held in documents]
        self._count = len(texts)
        self._said = frozenset(word for text in texts for word in find_words(text.lower()))
        self._spelled: dict[str, list[str]] = {}
        for word in sorted(self._said):
            if len(word) >= MENDED_LENGTH - 1 and word.isalpha():
                self._spelled.setdefault(word[0], []).append(word)
        self._bm25 = bm25s.BM25()
        if self._frequency:
            self._bm25.index(documents, show_progress=False)

    def words(self, text: str) -> list[str]:
        """The stems of a text, and the acronym of a long form in it that it does not have itself."""
        words = stems(text)
        return words + [stem for stem in stems(self._implied(text)) if stem not in words]

    def with_acronyms(self, text: str) -> str:
        """`text` and behind it the acronyms of the long forms in it."""
        return f"{text} {self._implied(text)}"

    def _implied(self, text: str) -> str:
        return " ".join(short for short, long in self._longs(text) if long.search(text))

    def terms(self, question: str) -> list[str]:
        """The stems of `question` as it is meant, each once in order."""
        return list(dict.fromkeys(stems(self.as_meant(question))))

    def as_meant(self, question: str) -> str:
        """`question` with a mistyped word as that it is meant for and a long form as its acronym, so that
        either finds the other.

        A word that the texts do not have is taken for the same as it is spelled elsewhere ("license"), and
        one of six letters or more that is not correct for one that begins alike and is one letter away:
        missing, added, wrong, or two changed about.
        """
        for short, long in self._longs(question):
            question = long.sub(short, question)
        return WORD.sub(lambda match: self._mend(match[0]), question)

    def as_in(self, text: str, question: str) -> str:
        """`question` with the acronyms of `text` in place of the long forms that this has not: so a reader
        sees that both speak of the same."""
        for short, long in self._longs(question):
            if not long.search(text) and re.search(rf"\b{re.escape(short)}s?\b", text):
                question = long.sub(rf"{short}\1", question)
        return question

    def _longs(self, text: str) -> list[tuple[str, re.Pattern[str]]]:
        """The acronyms whose long form `text` may have, each with a pattern of that, the longest first."""
        said = set(find_words(text.lower()))
        found = [
            (short, long)
            for word in said & self._acronyms.keys()
            for short, long in self._acronyms[word]
            if said.issuperset(long[:-1])
        ]
        return [(short, _pattern(long)) for short, long in sorted(found, key=lambda p: (-len(p[1]), p))]

    def _mend(self, typed: str) -> str:
        word = typed.lower()
        if not word.isalpha() or word in self._said:
            return typed
        if variant := next((variant for variant in spelling_variants(word) if variant in self._said), None):
            return variant
        if len(word) < MENDED_LENGTH:
            return typed
        if self._frequency.keys() >= set(stems(word)) or self._correct(word):
            return typed
        near = process.extractOne(word, self._spelled.get(word[0], ()), scorer=OSA.distance, score_cutoff=1)
        return str(near[0]) if near else typed

    def search(self, question: str, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The at most `n` texts that share a word with `question`, with their BM25 scores.

        Best first, ties by row.  `allowed`, ``(texts,)``, says of each whether it may be found.
        """
        words = [stem for stem in self.terms(question) if stem in self._frequency]
        if not words:
            return []
        scores = self._bm25.get_scores(words, weight_mask=allowed)
        rows = scores.nonzero()[0]
        best = rows[np.lexsort((rows, -scores[rows]))[:n]]
        return list(zip(best.tolist(), scores[best].tolist(), strict=True))

    def query_words(self, question: str) -> dict[str, list[int]]:
        """The words of `question`, as they stand there, that some text has: for `matched_words`."""
        longs = {f"long{n}": found for n, found in enumerate(self._longs(question))}
        named = (f"(?P<{name}>{long.pattern})" for name, (_, long) in longs.items())
        pattern = "|".join([*named, THOUSANDS.pattern, WORD.pattern])
        meant = {
            match[0]: longs[match.lastgroup][0] if match.lastgroup else self._mend(match[0])
            for match in re.finditer(pattern, question, re.IGNORECASE)
        }
        asked = zip(meant, stems_of_each(meant.values()), strict=True)
        return {
            word: [self._numbers[stem] for stem in stemmed]
            for word, stemmed in asked
            if stemmed and all(stem in self._numbers for stem in stemmed)
        }

    def matched_words(self, words: Mapping[str, Sequence[int]], rows: Sequence[int]) -> list[str]:
        """Those `words` of a query that the texts `rows` hold between them, in its order."""
        held = {number for row in rows for number in self._held[row].tolist()}
        return [word for word, numbers in words.items() if held.issuperset(numbers)]

    def matched_words_in(self, words: Mapping[str, Sequence[int]], text: str) -> list[str]:
        """Those `words` of a query that `text`, of whatever length, holds, in its order."""
        held = {self._numbers.get(stem) for stem in stem_words(text)}
        folded = text.lower()
        return [word for word, numbers in words.items() if held.issuperset(numbers) or word.lower() in folded]

    def knows(self, word: str) -> bool:
        """Whether the texts have `word`, in small letters, or it is correct."""
        return word in self._said or self._correct(word)

    def idf(self, stem: str) -> float:
        """Inverse document frequency, ``ln(1 + (N - n + 0.5) / (n + 0.5))``: 0 is everywhere.

        Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, in Lucene's form.
        """
        n = self._frequency[stem]
        return math.log(1 + (self._count - n + 0.5) / (n + 0.5))

    def __contains__(self, stem: str) -> bool:
        return stem in self._frequency


@lru_cache(maxsize=2**12)
def _pattern(long: tuple[str, ...]) -> re.Pattern[str]:
    words = r"\W+".join(long)
    return re.compile(rf"\b{words}(s?)\b", re.IGNORECASE)
