"""Words of the corpus: BM25 over its chunks, and how rare a word is in it."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache, partial

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.datatypes import Mask
from rag.documents.outline import Outline
from rag.index.postings import Postings, imply_words
from rag.language.acronyms import Acronyms
from rag.language.spelling import spelling_variants
from rag.language.words import THOUSANDS, WORD, content_words, stem_each, stem_words, stems

COMPOUNDING = ("de", "nl")  # languages that write several words as one
SHORTEST_PART, MOST_COMPOUNDS = 4, 2  # letters of each part of such a word; and so many of them stand for one
MENDED_LENGTH = 6  # letters from which on an unknown word may be a typing error of another

NO_ROWS = np.empty(0, np.int32)


class Lexicon:
    """The stemmed words of some texts, searchable by BM25 (Lucene's form, bm25s's defaults).

    `languages` are those of the texts, by their codes; each is stemmed in its own.  The stop words of a
    question are those of its language, its other words are stemmed in each of the texts'.
    `correct` says of a word that the texts do not have whether it is spelled rightly all the same.
    """

    def __init__(self, postings: Postings, correct: Callable[[str], bool] = lambda word: False) -> None:
        self._correct = correct
        self._postings = postings
        self.languages = tuple(postings.languages)
        self._acronyms = Acronyms(postings.acronyms)
        # One question after the other is held against the same sentences.
        self._imply = lru_cache(maxsize=2**13)(partial(imply_words, self._acronyms))
        self._numbers = {stem: number for number, stem in enumerate(postings.stems)}
        self._said = frozenset(postings.words)
        of_parts = tuple(self._numbers) if {*COMPOUNDING} & {*self.languages} else ()
        self._compounds = lru_cache(maxsize=2**10)(partial(_find_compounds, of_parts))

    def language_of(self, outline: Outline) -> str:
        """The language of one of the texts' documents, by its code."""
        return "en" if self.languages == ("en",) else outline.language

    def words(self, text: str, language: str = "en") -> list[str]:
        """The stems of a text in its language, and those of what it implies (`imply_words`) that it does not
        have itself."""
        words = stems(text, language)
        return words + [stem for stem in stems(self._imply(text), language) if stem not in words]

    def with_implied(self, text: str) -> str:
        """`text` and behind it what it implies (`imply_words`)."""
        return f"{text} {self._imply(text)}"

    def terms(self, question: str, language: str = "en") -> list[str]:
        """The stems of `question`, which is in `language`, as it is meant, each once in order."""
        return self.stems_of(self.as_meant(question), language)

    def stems_of(self, question: str, language: str = "en") -> list[str]:
        """The stems of `question`, which is in `language`, in the languages of the texts, each once in order.

        Of a word that has several those are meant that the texts have, or else the first.
        """
        words = content_words(question, language)
        return list(dict.fromkeys(stem for word in words for stem in self._stems_in_texts(word)))

    def _stems_in_texts(self, word: str) -> list[str]:
        stemmed = list(dict.fromkeys(stem_each([word], code)[0] for code in self.languages))
        held = [stem for stem in stemmed if stem in self._numbers] if len(stemmed) > 1 else stemmed
        if held and held[0] in self._numbers:
            return held
        return [stem for own in stemmed for stem in self._compounds(own)] or stemmed[:1]

    def as_meant(self, question: str) -> str:
        """`question` with a mistyped word as that it is meant for and a long form as its acronym, so that
        either finds the other.

        A word that the texts do not have is taken for the same as it is spelled elsewhere ("license"), and
        one of six letters or more that is not correct for one that begins alike and is one letter away:
        missing, added, wrong, or two changed about.
        """
        for short, long in self._acronyms.find_longs(question):
            question = long.sub(short, question)
        return WORD.sub(lambda match: self._mend(match[0]), question)

    def as_in(self, text: str, question: str) -> str:
        """`question` with the acronyms of `text` in place of the long forms that this has not: so a reader
        sees that both speak of the same."""
        for short, long in self._acronyms.find_longs(question):
            if not long.search(text) and re.search(rf"\b{re.escape(short)}s?\b", text):
                question = long.sub(rf"{short}\1", question)
        return question

    def _mend(self, typed: str) -> str:
        word = typed.lower()
        if not word.isalpha() or word in self._said:
            return typed
        if variant := next((variant for variant in spelling_variants(word) if variant in self._said), None):
            return variant
        if len(word) < MENDED_LENGTH:
            return typed
        known = any(self._numbers.keys() >= {*stems(word, code)} for code in self.languages)
        if known or self._correct(word):
            return typed
        near = process.extractOne(word, self._spelled.get(word[0], ()), scorer=OSA.distance, score_cutoff=1)
        return str(near[0]) if near else typed

    @cached_property
    def _spelled(self) -> Mapping[str, Sequence[str]]:
        """The words that a mistyped one may be meant for, by their first letter."""
        spelled: dict[str, list[str]] = {}
        for word in self._postings.words:
            if len(word) >= MENDED_LENGTH - 1 and word.isalpha():
                spelled.setdefault(word[0], []).append(word)
        return spelled

    def search(
        self, question: str, n: int, allowed: Mask | None = None, language: str = "en"
    ) -> list[tuple[int, float]]:
        """The at most `n` texts that share a word with `question`, with their BM25 scores.

        It is in `language`.  Best first, ties by row.  `allowed`, ``(texts,)``, says of each text whether it
        may be found.
        """
        numbers = [self._numbers[stem] for stem in self.terms(question, language) if stem in self._numbers]
        if not numbers:
            return []
        scores = np.zeros(self._postings.texts, np.float32)
        for number in numbers:
            entries = self._postings.of_stem(number)
            scores[entries["row"]] += entries["weight"]
        if allowed is not None:
            scores *= allowed
        rows = scores.nonzero()[0]
        if len(rows) > n:  # those as good as the last that counts are sorted alone
            rows = rows[scores[rows] >= np.partition(scores[rows], -n)[-n]]
        best = rows[np.lexsort((rows, -scores[rows]))[:n]]
        return list(zip(best.tolist(), scores[best].tolist(), strict=True))

    def query_words(self, question: str, language: str = "en") -> dict[str, list[int]]:
        """The words of `question`, as they stand there, that some text has: for `matched_words`."""
        longs = {f"long{n}": found for n, found in enumerate(self._acronyms.find_longs(question))}
        named = (f"(?P<{name}>{long.pattern})" for name, (_, long) in longs.items())
        pattern = "|".join([*named, THOUSANDS.pattern, WORD.pattern])
        meant = {
            match[0]: longs[match.lastgroup][0] if match.lastgroup else self._mend(match[0])
            for match in re.finditer(pattern, question, re.IGNORECASE)
        }
        asked = {word: self.stems_of(own, language) for word, own in meant.items()}
        return {
            word: [self._numbers[stem] for stem in stemmed]
            for word, stemmed in asked.items()
            if stemmed and all(stem in self._numbers for stem in stemmed)
        }

    def matched_words(self, words: Mapping[str, Sequence[int]], rows: Sequence[int]) -> list[str]:
        """Those `words` of a query that the texts `rows` hold between them, in its order."""
        return [word for word, numbers in words.items() if all(self._has(rows, number) for number in numbers)]

    def _has(self, rows: Sequence[int], number: int) -> bool:
        """Whether one of the texts `rows` has the stem of that number."""
        having = self._postings.of_stem(number)["row"]
        places = ((bisect.bisect_left(having, row), row) for row in rows)  # NumPy would copy the column
        return any(place < len(having) and having[place] == row for place, row in places)

    def matched_words_in(self, words: Mapping[str, Sequence[int]], text: str) -> list[str]:
        """Those `words` of a query that `text`, of whatever length, holds, in its order."""
        held = {self._numbers.get(stem) for code in self.languages for stem in stem_words(text, code)}
        folded = text.lower()
        return [word for word, numbers in words.items() if held.issuperset(numbers) or word.lower() in folded]

    def knows(self, word: str) -> bool:
        """Whether the texts have `word`, in small letters, or it is correct."""
        return word in self._said or self._correct(word)

    def idf(self, stem: str) -> float:
        """Inverse document frequency, ``ln(1 + (N - n + 0.5) / (n + 0.5))``: 0 is everywhere.

        Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, in Lucene's form.
        """
        number = self._numbers.get(stem)
        n = 0 if number is None else self._postings.counts[number]
        return math.log(1 + (self._postings.texts - n + 0.5) / (n + 0.5))

    def rows(self, stem: str) -> npt.NDArray[np.int32]:
        """The rows of the texts that have `stem`, in order."""
        number = self._numbers.get(stem)
        rows: npt.NDArray[np.int32] = self._postings.of_stem(number)["row"] if number is not None else NO_ROWS
        return rows

    def __contains__(self, stem: str) -> bool:
        return stem in self._numbers


def _find_compounds(stems: Sequence[str], word: str) -> list[str]:
    """The stems that end with `word`, or with which it ends: in German a "Laube" is a "Gartenlaube", and a
    "Jahresbeitrag" a "Beitrag"."""
    found = [stem for stem in stems if _is_part(stem, word) or _is_part(word, stem)]
    return sorted(found, key=lambda stem: (-min(len(stem), len(word)), len(stem), stem))[:MOST_COMPOUNDS]


def _is_part(word: str, part: str) -> bool:
    """Whether `word` is made of several, the last of which is `part`."""
    return len(part) >= SHORTEST_PART and len(word) - len(part) >= SHORTEST_PART and word.endswith(part)
