"""A text -> its words: as they stand, as stems, without those that only hold a sentence together.

Stems and stop words are those of a language, of which English is the default.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer
from bm25s.stopwords import (
    STOPWORDS_DUTCH,
    STOPWORDS_EN_PLUS,
    STOPWORDS_FRENCH,
    STOPWORDS_GERMAN,
    STOPWORDS_ITALIAN,
    STOPWORDS_PORTUGUESE,
    STOPWORDS_SPANISH,
)

from rag.language.cleaning import compose, fold
from rag.language.others.tables import load_table

# One idea of a word.  The others need more of a text than its words:
WORD = re.compile(r"\w+")
# with what an apostrophe joins to it, for "isn't" is a negation and "Hunt’s" names Hunt;
WHOLE_WORD = re.compile(r"\w+(?:[’']\w+)*")
# with the signs that end what a negation reaches;
WORD_OR_STOP = re.compile(rf"{WHOLE_WORD.pattern}|[.,;:!?]")
# with the signs and units of figures, which tell "Item 1 costs £2" from "Item 1 costs 2%";
WORD_OR_FIGURE = re.compile(rf"[-+−]?[£$€¥]?\d[\d.,]*\d%?|[-+−]?[£$€¥]?\d%?|{WHOLE_WORD.pattern}")
# and as a name may have it: U.S., an initial, an ampersand, accents that are signs of their own.
WORD_OF_NAME = re.compile(
    r"(?:[^\W\d_]\.)+[^\W\d_](?!\w)\.?|[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:['’ʼ][^\W_]+)*(?:(?<=\b[A-Z])\.(?=\s[A-Z]))?|&"
)

FUNCTION_WORDS = frozenset(STOPWORDS_EN_PLUS)  # bm25s's list
LANGUAGES = {  # that a text is told to be in, by their codes of ISO 639-1: a name, and its function words
    "en": ("English", FUNCTION_WORDS),
    "de": ("German", frozenset(STOPWORDS_GERMAN)),
    "es": ("Spanish", frozenset(STOPWORDS_SPANISH)),
    "fr": ("French", frozenset(STOPWORDS_FRENCH)),
    "it": ("Italian", frozenset(STOPWORDS_ITALIAN)),
    "nl": ("Dutch", frozenset(STOPWORDS_DUTCH)),
    "pt": ("Portuguese", frozenset(STOPWORDS_PORTUGUESE)),
    "zh": ("Chinese or Japanese", frozenset()),  # told by its script, which has no spaces
}
SAMPLE = 20_000  # characters of a text that tell its language
FEWEST = 15  # words that do, of more than a letter: grades, angles and list numbers are "words" of one
FEWEST_KINDS = 4  # different function words; titles of films repeat an article or two
# Share of function words from which on a text is of that language, and how often that of English: prose of
# each of them has .32 to .55 of its own, 0 to .3 of the others; code and lists in English .15 or more.
LEAST, OFTEN = 0.3, 1.5
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")  # a run of a script without spaces
# Those, and words that only ask or report.
STOP_WORDS = FUNCTION_WORDS | frozenset(
    "say says said saying tell tells told mention mentions mentioned according"
    " many much also would could please whose explain describe list summarise give show".split()
)

_INDEXED = re.compile(r"\b\w\w+\b|\b\d\b")
THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z]{2,})s\b")
_ROOT = 5  # letters of its stem by which two forms of a word are taken for the same
_stemmer = Stemmer.Stemmer("english")  # root() is of English alone
# Thousands as others than English write them: 1.840, and with a space that does not break.
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?![\d,.]*\d)")


def detect_language(text: str) -> str:
    """The code of `LANGUAGES` that a text is in; English where nothing shows another.

    >>> detect_language("Das Boot wurde am 3. Mai gebaut, und der Mast ist neun Meter hoch. Es ist rot.")
    'de'
    """
    sample = text[:SAMPLE].lower()
    words = re.findall(r"[^\W\d_]{2,}", sample)
    if not sample.isascii() and len("".join(UNSPACED.findall(sample))) >= LEAST * len("".join(words)) > 0:
        return "zh"
    counts = Counter(words)
    shares = {code: _share(counts, words, code) for code in LANGUAGES}
    best = max(shares, key=lambda code: shares[code])
    is_other = len(words) >= FEWEST and shares[best] >= max(LEAST, OFTEN * shares["en"])
    kinds = LANGUAGES[best][1] & counts.keys()
    return best if is_other and len(kinds) >= FEWEST_KINDS else "en"


def function_share(words: Sequence[str], language: str) -> float:
    """The share of the function words of a language among small-letter `words`, in [0, 1]."""
    return _share(Counter(words), words, language)


def _share(counts: Counter[str], words: Sequence[str], language: str) -> float:
    _, function_words = LANGUAGES[language]
    return sum(counts[word] for word in counts.keys() & function_words) / len(words) if words else 0.0


def find_words(text: str) -> list[str]:
    """The words of `text` as they stand, in order.

    >>> find_words("Isn't it 3.5%?")
    ['Isn', 't', 'it', '3', '5']
    """
    return WORD.findall(text)


REMEMBERED = 1_000  # characters of a text whose stems are remembered: a sentence, no document


def stems(text: str, language: str = "en") -> list[str]:
    """The words of `text` as stems of `language` in order, its stop words left out.

    >>> stems("Who ordered the reviews?")
    ['order', 'review']
    >>> stems("Wer hat die Überprüfungen bestellt?", "de")
    ['uberpruf', 'bestellt']
    """
    if len(text) > REMEMBERED:
        return stems_of_each([text], language)[0]
    return list(_stems(text, language))


@lru_cache(maxsize=2**13)  # one question after the other is held against the same sentences
def _stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(stems_of_each([text], language)[0])


def stems_of_each(texts: Iterable[str], language: str = "en") -> list[list[str]]:
    """The `stems` of each of `texts`."""
    return [stem_each(content_words(text, language), language) for text in texts]


def content_words(text: str, language: str = "en") -> list[str]:
    """The words of `text` that are no stop words of `language`, in small letters, in order; of a script
    without spaces each two letters that stand side by side.

    >>> content_words("申請書の提出", "zh")
    ['申請', '請書', '書の', 'の提', '提出']
    """
    # As bm25s.tokenize, which takes ten times as long for a sentence.
    stop_words = _stop_words(language)
    words = [w for w in _INDEXED.findall(normalise(text, language).lower()) if w not in stop_words]
    return [part for word in words for part in _pairs(word)] if language == "zh" else words


def _pairs(word: str) -> list[str]:
    pairs = [run[i : i + 2] for run in UNSPACED.findall(word) for i in range(max(1, len(run) - 1))]
    return pairs + _INDEXED.findall(UNSPACED.sub(" ", word)) if pairs else [word]


@cache
def _stop_words(language: str) -> frozenset[str]:
    if language in ("en", "zh"):
        return STOP_WORDS
    return LANGUAGES[language][1] | load_table(language).asking


def stem_words(text: str, language: str = "en") -> list[str]:
    """All words of `text` as stems in order, stop words among them."""
    return stem_each(find_words(normalise(text, language)), language)


def stem_each(words: Iterable[str], language: str = "en") -> list[str]:
    """The stem of each of `words`, in order, stop words among them; in a language of accents without them."""
    stemmed = _stemmer_of(language).stemWords([word.lower() for word in words])
    return list(stemmed) if language in ("en", "zh") else [fold(stem) for stem in stemmed]


@cache
def _stemmer_of(language: str) -> Stemmer.Stemmer:
    name, _ = LANGUAGES[language]
    return _stemmer if language in ("en", "zh") else Stemmer.Stemmer(name.lower())


def root(word: str) -> str:
    """The letters by which two forms of a word are taken for the same.

    >>> root("Ordered"), root("ordering"), root("recommendation")
    ('order', 'order', 'recom')
    """
    return str(_stemmer.stemWord(word.lower()))[:_ROOT]


def normalise(text: str, language: str = "en") -> str:
    """`text` composed, with each plural acronym as the acronym, and a number of thousands as one word.

    >>> normalise("42 ICSs get £1,200"), normalise("1.840 Euro", "de")
    ('42 ICS get £1200', '1840 Euro')
    """
    text = compose(text)
    if language not in ("en", "zh"):
        return _GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return join_thousands(_PLURAL_ACRONYM.sub(r"\1", text))


def join_thousands(text: str) -> str:
    """`text` with each number of thousands as one word.

    >>> join_thousands("£1,200 in 2019,200 wards")
    '£1200 in 2019,200 wards'
    """
    return THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
