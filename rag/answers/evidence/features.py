"""What speaks for each sentence, and for an answer at all, by name: the features that the scorer weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from rag.answers.answer_spans import has_answer_type
from rag.answers.evidence.unknown_terms import UnknownTerms
from rag.answers.evidence.word_shares import Alike, share_meaning, share_words
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Passage, Question, SearchResult
from rag.documents.outline import BETWEEN
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.assertions.causes import gives_reason
from rag.language.names import find_identifiers, find_numbered_parts
from rag.language.numbers import Number
from rag.language.ranges import find_amounts, find_ranges
from rag.language.words import find_words, normalise
from rag.models.reader import Reading
from rag.models.scorer import Scores
from rag.models.word_vectors import load_word_vectors
from rag.spans import holds

CONTEXT = 0.3  # the weight of a word that only the question before has, or that names a source
NEAR = 1.5  # log-odds below the best within which sentences count as where the documents speak of it
MOST_LEAD = 3.0  # log-odds of the best sentence over the second beyond which more says no more
FEWEST_CHUNKS = 60  # of the corpora that the weights were fitted on

# Kinds of block that name what they stand above rather than tell it, or belong to no text, and rows.
KINDS = ("heading", "question", "caption", "furniture", "metadata", "row")

Features = Mapping[str, Scores]


def sentence_features(
    index: Index, lexicon: Lexicon, result: SearchResult, found: Sequence[Candidate]
) -> dict[str, Scores]:
    """What speaks for each sentence, by name, ``(n,)`` each, between -1 and 1."""
    question, expectation = result.question, result.question.answer_type
    assert result.vector is not None  # for something was found
    cosines = index.sentence_cosines(result.vector, [s.row for s in found]).astype(np.float64)
    texts = [s.text for s in found]
    if question.definition:  # what describes a term is told with it
        texts = [
            f"{s.above.rpartition(BETWEEN)[2]}: {s.text}" if s.kind == "definition" else s.text for s in found
        ]
    said = " ".join(question.names)
    named = {stem: lexicon.idf(stem) for stem in lexicon.terms(said, question.language)}
    asked = question.prefers.ids if question.prefers else ()
    kind = [expectation is not None and has_answer_type(expectation, s.text) for s in found]
    definition = question.definition
    defines = [definition is not None and bool(definition.search(text)) for text in texts]
    return {
        "cosine": cosines,
        "names around": share_words(
            named, [set(lexicon.words(s.context, lexicon.language_of(s.outline))) for s in found]
        )
        if named
        else np.ones(len(found)),
        "of the kind": np.array(kind, dtype=np.float64),
        "not of the kind": np.array([expectation is not None and not k for k in kind], dtype=np.float64),
        "defines": np.array(defines, dtype=np.float64),
        "document asked for": np.array([float(s.document.id in asked) for s in found]),
        "passage": np.array([1.0 / _rank(s, result.passages) for s in found]),
        **_structure(lexicon, question, found),
        **_meanings(lexicon, question, found),
        "length": np.array([min(len(text), 400) / 400 for text in texts]),
    }


def reader_features(readings: Sequence[Reading]) -> dict[str, Scores]:
    """The features of sentences that the reader gives; its log-odds are in tens."""
    return {
        "answers": np.array([reading.answers / 10 for reading in readings]),
        "certainty": np.array([reading.certainty / 10 for reading in readings]),
    }


def question_features(
    question: Question, features: Features, scores: Scores, missing: UnknownTerms, chunks: int
) -> dict[str, Scores]:
    """What speaks for an answer at all, by name, of the features and scores of sentences, best first; it is
    looked for in so many `chunks`."""
    kind = bool(features["of the kind"][scores >= scores[0] - NEAR].any())
    needed = question.answer_type is not None and question.answer_type.required
    found = {
        "best sentence": scores[0] / 10,
        "lead of the best": min(scores[0] - scores[:2][-1], MOST_LEAD) / MOST_LEAD,
        "cosine": features["cosine"].max(),
        "meaning": features["meaning"][0],
        "meaning around": features["meaning around"][0],
        "names around": features["names around"][0],
        "a name is missing": float(any(map(_has_letter, missing.names))),
        "a number is missing": float(not all(map(_has_letter, missing.names))),
        "what is asked for is missing": float(missing.all),
        "nothing of the kind": float(needed and not kind),
        "something of the kind": float(kind),
        "asks whether it is so": float(bool(question.claim)),
        # Among many chunks one is near any question by chance; of fewer than these nothing was learned.
        "size of the corpus": math.log10(max(FEWEST_CHUNKS, chunks)),
    }
    if "certainty" in features:
        found["certainty of the best"] = features["certainty"][0]
        found["answers of the best"] = features["answers"][0]
    return {name: np.asarray(value, dtype=np.float64) for name, value in found.items()}


def _count_found(named: Sequence[re.Pattern[str]], text: str) -> int:
    """How many of the patterns find something in a text, each part of what stands above it a line."""
    lines = text.replace(BETWEEN, "\n")
    return sum(name.search(lines) is not None for name in named)


def _structure(lexicon: Lexicon, question: Question, found: Sequence[Candidate]) -> dict[str, Scores]:
    """What the place and form of each say for or against it, ``(n,)`` each.

    An identifier, or an article by its number, that some have should be borne by what is chosen too, or by
    what that stands under; a number be within its range; a cause be told as such.
    """
    named = [re.compile(re.escape(word), re.IGNORECASE) for word in find_identifiers(question.text)]
    named += find_numbered_parts(question.text)
    own = np.array([_count_found(named, f"{s.above}{BETWEEN}{s.text}") for s in found])
    near = np.array([_count_found(named, s.context) for s in found])
    bears = own if own.max() == near.max() else near
    unnamed = (bears < bears.max()).astype(np.float64) if named else np.zeros(len(found))
    amounts = find_amounts(question.text)
    spanned = (
        [_is_in_range(amounts, f"{s.above} {s.text}") for s in found] if amounts else [False] * len(found)
    )
    # Whether something is so a sentence may say that has no more words: "Dogs are not allowed."
    kinds = [_kind_of(lexicon, s, "" if question.claim else question.standalone) for s in found]
    of_kind = {kind: np.array([float(kind == own) for own in kinds]) for kind in KINDS}
    return {
        "identifier lacking": unnamed,
        "in range": np.array(spanned, dtype=np.float64),
        "cause": np.array([float(question.cause and gives_reason(s.text)) for s in found]),
        **of_kind,
    }


def _kind_of(lexicon: Lexicon, sentence: Candidate, asked: str) -> str:
    """The kind of block of a sentence.

    A term, what repeats the title of its document, or holds no word that is not `asked`, names a thing
    as a heading does, unless it is said of a term: "Diabetes lead."
    """
    repeats = sentence.text.casefold() == sentence.document.title.casefold()
    language = lexicon.language_of(sentence.outline)
    asks = set(lexicon.words(asked, language)) if asked else set[str]()
    names = sentence.kind == "term" or asks >= set(lexicon.words(sentence.text, language))
    names = repeats or (names and sentence.kind != "definition")
    return "heading" if names and sentence.kind != "furniture" else sentence.kind


def _meanings(lexicon: Lexicon, question: Question, found: Sequence[Candidate]) -> dict[str, Scores]:
    """How much of the question each bears, in its words or others like them, ``(n,)`` each: below what it
    stands under, and with what is around it."""
    language = question.language
    own = set(lexicon.terms(question.own_words, language))
    words: dict[str, str] = {}  # of each stem the first form
    for word in find_words(normalise(lexicon.as_meant(question.standalone), language)):
        for stem in lexicon.stems_of(word, language):
            words.setdefault(stem, word)
    rarity = {stem: lexicon.idf(stem) * (1.0 if stem in own else CONTEXT) for stem in words}
    weights = {word: rarity[stem] for stem, word in words.items()}
    said = {
        "meaning": [lexicon.with_implied(f"{s.above} {s.text}") for s in found],
        "meaning around": [lexicon.with_implied(s.context) for s in found],
    }
    alike = Alike(lambda word: lexicon.stems_of(word, language), lexicon.languages, language == "en")
    return {name: share_meaning(weights, texts, load_word_vectors(), alike) for name, texts in said.items()}


def _is_in_range(amounts: Sequence[Number], text: str) -> bool:
    """Whether a range of `text` holds one of the amounts: "8 to 12 m" holds 10 m."""
    return any(span.holds(amount) for span in find_ranges(text) for amount in amounts)


def _has_letter(name: str) -> bool:
    return any(map(str.isalpha, name))


def _rank(sentence: Candidate, passages: Sequence[Passage]) -> int:
    """The rank of the first passage that the sentence begins in."""
    return next(
        p.rank
        for p in passages
        if p.document is sentence.document and holds((p.start, p.end), sentence.start)
    )
