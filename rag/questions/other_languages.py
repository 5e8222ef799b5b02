"""A question in another language than English: which it is, what answers it, and what it goes on from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import cast

from rag.datatypes import AnswerType, Intent, Question, Turn
from rag.language.cleaning import fold
from rag.language.others.tables import TABLED, load_table
from rag.language.words import FUNCTION_WORDS, LANGUAGES, UNSPACED, content_words, stem_each
from rag.questions.standalone.followups import CONTEXT_CHARACTERS
from rag.questions.terms import find_names

# Kinds of which nothing else is an answer.
REQUIRED = frozenset({"telephone number", "sum of money", "length of time", "date"})
CAPITALISED = ("de",)  # languages whose nouns all have capitals, which say nothing of names there
LEAST = 0.2  # share of the words of a question that must show its language; names and titles have some
_ASKS_IN_ENGLISH = re.compile(
    r"\W*(?:what|who|whom|whose|when|where|which|why|how|does|did|are)\b", re.IGNORECASE
)
SEVERAL = 3  # words that show a language which no document is in
SHORT = 1  # words of content that a question may have at most that only goes on from the one before


def language_of(question: str, spoken: Collection[str] = ()) -> str:
    """The code of the language that a question is in, as its function words and question words show.

    Where nothing does, it is that of the documents, if they are all in one: `spoken` are theirs.  One that
    none of them is in must show by a word that asks, or by several, for many are words of others, too.

    >>> [language_of(text) for text in ("Wer war es?", "Who was it?", "Qui est-ce ?", "Quién es?", "CO2?")]
    ['de', 'en', 'fr', 'es', 'en']
    >>> [language_of(text) for text in ("bin collection", "price per night", "a la carte menu", "Die Linke?")]
    ['en', 'en', 'en', 'en']
    """
    if UNSPACED.search(question) and not _ASKS_IN_ENGLISH.match(question):
        return "zh"
    if greets := [code for code in TABLED if word_in(question, code)]:
        return min(greets, key=lambda code: code not in spoken)
    words = re.findall(r"[^\W\d_]+", question.lower())
    if _ASKS_IN_ENGLISH.match(question):
        return "en"
    shown = {code: _share(words, code) for code in TABLED}
    best = max(shown, key=lambda code: (shown[code], code in spoken))
    english = sum(word in FUNCTION_WORDS for word in words)
    asks = load_table(best).asking - FUNCTION_WORDS
    sure = best in spoken or shown[best] >= SEVERAL or not {*words}.isdisjoint(asks)
    if shown[best] > english and shown[best] >= LEAST * len(words) and sure:
        return best
    alone = [*spoken] if len(spoken) == 1 and not english else []
    return alone[0] if alone and not shown[best] else "en"


def word_in(text: str, language: str) -> Intent | None:
    """What `text` is that asks nothing: a greeting, thanks or a farewell; None if it is a question."""
    if language not in TABLED:
        return None
    folded = fold(text)
    intents = load_table(language).words.items()
    return next((cast(Intent, intent) for intent, word in intents if word.fullmatch(folded)), None)


def _share(words: Sequence[str], language: str) -> int:
    """How many of `words` are of those that a language is told by."""
    _, function_words = LANGUAGES[language]
    asking = load_table(language).asking
    folded = {fold(word) for word in asking}
    return sum(word in function_words or word in asking or word in folded for word in words)


def resolve(question: str, language: str, history: Sequence[Turn]) -> Question:
    """`question` with the one before, if it goes on from it: it says so, or has hardly a word of its own."""
    if not history or language not in TABLED:
        return Question(question)
    before = history[-1].question
    goes_on = load_table(language).goes_on.match(fold(question))
    short = len(content_words(question, language)) <= SHORT
    if not (goes_on or short):
        return Question(question)
    return Question(question, before[-CONTEXT_CHARACTERS:], (before,))


def answer_type_in(question: str, language: str) -> AnswerType | None:
    """The kind of answer that a question in one of `TABLED` asks for, None if any sentence may do.

    >>> answer_type_in("Wann wurde er gewählt?", "de").label
    'date'
    """
    kind = _kind_of(question, language)
    if not kind or kind == "cause":
        return None
    table = load_table(language)
    if kind == "number" and (counted := counted_in(question, language)):
        return AnswerType(kind, _number_of(counted, language), True, table.answers[kind])
    return AnswerType(kind, table.answers[kind], kind in REQUIRED, table.measured.get(kind))


def counted_in(question: str, language: str) -> str:
    """The noun that stands behind "how many" in a question, "" if none does."""
    if _kind_of(question, language) != "number":
        return ""
    _, asks = next(one for one in load_table(language).asks if one[0] == "number")
    asked = asks.search(fold(question))
    # An accent is folded letter for letter; a ß, which is not, stands in no "how many".
    noun = re.match(r"\W*([^\W\d_]+)", question[asked.end() :]) if asked else None
    return noun[1] if noun and content_words(noun[1], language) else ""


def _number_of(noun: str, language: str) -> re.Pattern[str]:
    """A number at most three words before `noun`, in any form, or as a column of a table is called."""
    stem = re.escape(noun[: max(4, len(stem_each([noun], language)[0]))])
    number = load_table(language).answers["number"].pattern
    return re.compile(
        rf"(?:{number})[\s-]+(?:[^\s.;:!?]+[\s-]+){{0,3}}?\W?{stem}|\b{stem}\w*: *\d", re.IGNORECASE
    )


def asks_cause_in(question: str, language: str) -> bool:
    """Whether a question asks why."""
    return _kind_of(question, language) == "cause"


def _kind_of(question: str, language: str) -> str:
    if language not in TABLED:
        return ""
    folded = fold(question)
    return next((kind for kind, asks in load_table(language).asks if asks.search(folded)), "")


def names_in(question: str, language: str) -> list[str]:
    """The words of a question that name something; in German its identifiers and numbers alone."""
    if language not in TABLED:
        return find_names(question.lower())
    if language in CAPITALISED:
        question = re.sub(r"(?<!\w)[^\W\d_][^\W\d_A-Z]+(?!\w)", lambda word: word[0].lower(), question)
    _, function_words = LANGUAGES[language]
    return find_names(question, function_words | load_table(language).asking)
