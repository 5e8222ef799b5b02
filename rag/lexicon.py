"""Words of the corpus: BM25 over its chunks, and how rare a word is in it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import bm25s
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS
from rapidfuzz import fuzz, process

# Words that only ask or report, beside bm25s's list of English function words.
STOP_WORDS = [
    *STOPWORDS_EN_PLUS,
    *"say says said saying tell tells told mention mentions mentioned according".split(),
    *"many much also would could please whose explain describe list summarise give show".split(),
]
# A word is taken for a typing error of another from this length and likeness (in per cent) on.
MENDED_LENGTH = 6
MENDED_RATIO = 85

SMALL_WORDS = frozenset("of and for the in on to".split())  # that an acronym may leave out
# A plural acronym is the acronym: ICSs are ICS.
_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b")
_PATTERN = r"(?u)\b\w\w+\b|\b\d\b"


class Lexicon:
    """The stemmed words of some texts, searchable by BM25 (Lucene's form, bm25s's defaults)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._acronyms = acronyms(texts)
        documents = [self.words(text) for text in texts]
        self._frequency = Counter(stem for document in documents for stem in set(document))
        self._count = len(texts)
        self._alike: dict[str, list[str]] = {}
        for stem in sorted(self._frequency):
            self._alike.setdefault(stem[0], []).append(stem)
        self._bm25 = bm25s.BM25()
        if self._frequency:
            self._bm25.index(documents, show_progress=False)

    def words(self, text: str) -> list[str]:
        """The stems of a text, and the acronym of a long form in it that it does not have itself."""
        words = stems(text)
        implied = [stem for short, long in self._acronyms if long.search(text) for stem in stems(short)]
        return words + [stem for stem in implied if stem not in words]

    def terms(self, question: str) -> list[str]:
        """The stems of `question`, each once in order, a mistyped one as the word it is meant for
        and a long form as its acronym, so that either finds the other.

        Only a word of six letters or more that the texts do not have is mended, and only by one
        that begins alike.
        """
        for short, long in self._acronyms:
            question = long.sub(short, question)
        return list(dict.fromkeys(self._mended(stem) for stem in stems(question)))

    def _mended(self, stem: str) -> str:
        if stem in self._frequency or len(stem) < MENDED_LENGTH or not stem.isalpha():
            return stem
        near = process.extractOne(
            stem, self._alike.get(stem[0], ()), scorer=fuzz.ratio, score_cutoff=MENDED_RATIO
        )
        return near[0] if near else stem

    def search(self, question: str, n: int) -> list[tuple[int, float]]:
        """The at most `n` texts that share a word with `question`, with their BM25 scores.

        Best first, ties by row.
        """
        words = [stem for stem in self.terms(question) if stem in self._frequency]
        if not words:
            return []
        scores = self._bm25.get_scores(words)
        rows = sorted(scores.nonzero()[0].tolist(), key=lambda row: (-scores[row], row))
        return [(row, float(scores[row])) for row in rows[:n]]

    def rarity(self, stem: str) -> float:
        """Inverse document frequency, ``ln(1 + (N - n + 0.5) / (n + 0.5))``: 0 is everywhere.

        Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, in Lucene's form.
        """
        n = self._frequency[stem]
        return math.log(1 + (self._count - n + 0.5) / (n + 0.5))

    def __contains__(self, stem: str) -> bool:
        return stem in self._frequency


def acronyms(texts: Iterable[str]) -> list[tuple[str, re.Pattern[str]]]:
    """The acronyms that `texts` define as "Long Form (LF)", each with a pattern of its long form.

    After Schwartz & Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
    Biomedical Text", PSB 2003, but every letter must begin a word; small words may stand between.

    >>> [(short, long.pattern) for short, long in acronyms(["High Care and Skill (HCSs) is new."])]
    [('HCS', '\\\\bHigh\\\\W+Care\\\\W+and\\\\W+Skills?\\\\b')]
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in re.finditer(r"\(([A-Z][A-Za-z]{1,8}?)s?\)", text):
            before = re.findall(r"\w+", text[max(0, match.start() - 120) : match.start()])
            for size in range(len(match[1]), len(match[1]) + 3):
                words = before[-size:]
                if [w[0].upper() for w in words if w not in SMALL_WORDS] == list(match[1].upper()):
                    long = r"\W+".join([*words[:-1], words[-1].removesuffix("s")])
                    found.setdefault(match[1], rf"\b{long}s?\b")
    return [(short, re.compile(long, re.IGNORECASE)) for short, long in sorted(found.items())]


def stems(text: str) -> list[str]:
    """The words of `text` as stems in order, English stop words left out.

    >>> stems("Who ordered the reviews?")
    ['order', 'review']
    """
    tokens = bm25s.tokenize(
        [_ACRONYMS.sub(r"\1", text)],
        token_pattern=_PATTERN,
        stopwords=STOP_WORDS,
        stemmer=_stem,
        return_ids=False,
        show_progress=False,
    )
    return list(tokens[0])


_stem = Stemmer.Stemmer("english").stemWords
