"""A text -> its words: as they stand, as stems, without those that only hold a sentence together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

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
}
SAMPLE = 20_000  # characters of a text that tell its language
FEWEST = 15  # words that do, of more than a letter: grades, angles and list numbers are "words" of one
FEWEST_KINDS = 4  # different function words; titles of films repeat an article or two
# Share of function words from which on a text is of that language, and how often that of English: prose of
# each of them has .32 to .55 of its own, 0 to .3 of the others; code and lists in English .15 or more.
LEAST, OFTEN = 0.3, 1.5
# Those, and words that only ask or report.
STOP_WORDS = FUNCTION_WORDS | set(
    "say says said saying tell tells told mention mentions mentioned according"
    " many much also would could please whose explain describe list summarise give show".split()
)

_INDEXED = re.compile(r"\b\w\w+\b|\b\d\b")
THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z]{2,})s\b")
_ROOT = 5  # letters of its stem by which two forms of a word are taken for the same
_stemmer = Stemmer.Stemmer("english")


def detect_language(text: str) -> str:
    """The code of `LANGUAGES` that a text is in; English where nothing shows another.

    >>> detect_language("Das Boot wurde am 3. Mai gebaut, und der Mast ist neun Meter hoch. Es ist rot.")
    'de'
    """
    words = re.findall(r"[^\W\d_]{2,}", text[:SAMPLE].lower())
    shares = {code: function_share(words, code) for code in LANGUAGES}
    best = max(shares, key=lambda code: shares[code])
    is_other = len(words) >= FEWEST and shares[best] >= max(LEAST, OFTEN * shares["en"])
    kinds = LANGUAGES[best][1].intersection(words)
    return best if is_other and len(kinds) >= FEWEST_KINDS else "en"


def function_share(words: Sequence[str], language: str) -> float:
    """The share of the function words of a language among small-letter `words`, in [0, 1]."""
    _, function_words = LANGUAGES[language]
    return sum(word in function_words for word in words) / len(words) if words else 0.0


def find_words(text: str) -> list[str]:
    """The words of `text` as they stand, in order.

    >>> find_words("Isn't it 3.5%?")
    ['Isn', 't', 'it', '3', '5']
    """
    return WORD.findall(text)


REMEMBERED = 1_000  # characters of a text whose stems are remembered: a sentence, no document


def stems(text: str) -> list[str]:
    """The words of `text` as stems in order, English stop words left out.

    >>> stems("Who ordered the reviews?")
    ['order', 'review']
    """
    return list(_stems(text)) if len(text) <= REMEMBERED else stems_of_each([text])[0]


@lru_cache(maxsize=2**13)  # one question after the other is held against the same sentences
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stems_of_each([text])[0])


def stems_of_each(texts: Iterable[str]) -> list[list[str]]:
    """The `stems` of each of `texts`."""
    # As bm25s.tokenize, which takes ten times as long for a sentence.
    each = ([w for w in _INDEXED.findall(normalise(text).lower()) if w not in STOP_WORDS] for text in texts)
    return [_stemmer.stemWords(words) for words in each]


def stem_words(text: str) -> list[str]:
    """All words of `text` as stems in order, stop words among them."""
    return list(_stemmer.stemWords(find_words(normalise(text).lower())))


def stem_each(words: Iterable[str]) -> list[str]:
    """The stem of each of `words`, in order, stop words among them."""
    return list(_stemmer.stemWords([word.lower() for word in words]))


def root(word: str) -> str:
    """The letters by which two forms of a word are taken for the same.

    >>> root("Ordered"), root("ordering"), root("recommendation")
    ('order', 'order', 'recom')
    """
    return str(_stemmer.stemWord(word.lower()))[:_ROOT]


def normalise(text: str) -> str:
    """`text` with each plural acronym as the acronym, and a number of thousands as one word.

    >>> normalise("42 ICSs get £1,200")
    '42 ICS get £1200'
    """
    return join_thousands(_PLURAL_ACRONYM.sub(r"\1", text))


def join_thousands(text: str) -> str:
    """`text` with each number of thousands as one word.

    >>> join_thousands("£1,200 in 2019,200 wards")
    '£1200 in 2019,200 wards'
    """
    return THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
