"""A question about the answer just given -> its sentences again, with who says them and where.

"Who said that?" and "which document says so?" are not answered by the words that they share with a
document: what they ask about stands in the history.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answers.speakers import find_speaker
from rag.answers.statements import cite_spans
from rag.datatypes import Document, Statement, Turn
from rag.documents.labels import attribution, source_line
from rag.documents.sentences import sentence_runs
from rag.language.words import find_words
from rag.spans import Span, contains, join, overlap

Place = tuple[Document, int, int]

MOST_SENTENCES = 12  # of the earlier answer that are found again
FEWEST_LETTERS = 16  # of a part of a sentence that is found again; a whole one may be shorter
MOST_COLONS = 5  # behind which the words of a statement may begin: "MiP, 4 April 2023: …"
GAP = 300  # characters between a quote and its speaker that are quoted too
MENDED_LETTERS, SOUGHT_LETTERS = 5, 6  # from which on a word may be a typing error, and meant by one

# All words of such questions: "Who said that targets should be cut?" asks what the documents say.
_WHO = frozenset("who whom whose".split())
_THAT = frozenset("that this those these".split())
_SAY = frozenset(
    "say says said saying state states stated claim claims claimed think thinks according".split()
)
_QUOTE = frozenset("quote qoute quotes quoted quotation words wording view opinion speaker speaking".split())
_SOURCE = frozenset(
    "document documents article articles source sources publisher publishers paper author citation"
    " cite".split()
)
_WRITE = frozenset("wrote written published reported from".split())
_FIND = frozenset("get find found read come".split())
_OTHERS = frozenset(
    "a an and any are based be being but by can could date did direct do does exact exactly figure for has"
    " her here his how in is it know me needed of ok on out please pls sentence show so tell the their then"
    " there to told wait was were what when where which wich you your".split()
)
_WORDS = _WHO | _THAT | _SAY | _QUOTE | _SOURCE | _WRITE | _FIND | _OTHERS
_LONGER_WORDS = sorted(word for word in _WORDS if len(word) >= SOUGHT_LETTERS)


def answer_about_source(
    question: str, history: Sequence[Turn], documents: Sequence[Document]
) -> tuple[Statement, ...]:
    """The sentences of the last answer again, with who says them, if `question` asks just that.

    Where somebody in particular says one, `fact` is who, and the sentences that tell are quoted with
    it.  `attribution` is the publisher and date, or if nobody does, and where the source itself is
    asked for, the title too.  Empty if it asks something else, or if no sentence is found again.
    """
    asked = _question_kind(question)
    if not history or not asked:
        return ()
    marks: dict[Place, tuple[Span | None, str]] = {}
    for place in _find_sentences("\n".join(history[-1].quotes) or history[-1].answer, documents):
        marks |= _with_speaker(place) if asked == "speaker" else {place: (None, source_line(place[0]))}
    places = [place for place in marks if not any(_is_within(place, other) for other in marks)]
    return tuple(
        replace(statement, fact=marks[place][0], attribution=marks[place][1])
        for statement, place in zip(cite_spans(places), places, strict=True)
    )


def _question_kind(question: str) -> str:
    """Whether `question` asks for the "speaker" or the "source" of what was said; "" if for neither.

    >>> [_question_kind(q) for q in ("Who’s saying so?", "Which publiser is that from?", "Who leads it?")]
    ['speaker', 'source', '']
    """
    text = re.sub(r"\b(who|what|where)['’]?s\b", r"\1 is", question.lower())
    words = [_mend(word) for word in find_words(text)]
    asks = frozenset(words)
    if not asks <= _WORDS:
        return ""
    what = any(word == "what" and after not in _SOURCE for word, after in pairwise([*words, ""]))
    if asks & _SAY and what:
        return ""  # "What does the document say?" asks for its words
    if asks & _SAY and asks & _WHO:
        return "speaker"
    where = "where" in asks and (asks & _SAY or (asks & _FIND and asks & (_THAT | {"you"})))
    written = asks & _WRITE and asks & _THAT and asks & (_WHO | {"when", "where", "which"})
    known = asks >= {"how", "know"} or asks >= {"who", "told", "you"}
    based = asks >= {"based", "what"} and "it" not in asks
    if asks & _SOURCE or where or written or known or based:
        return "source"
    return "speaker" if asks & _QUOTE else ""


def _mend(word: str) -> str:
    """`word`, or if it is none of such questions, the one that it is a typing error of."""
    if len(word) < MENDED_LETTERS or word in _WORDS:
        return word
    near = process.extractOne(word, _LONGER_WORDS, scorer=OSA.distance, score_cutoff=1)
    return str(near[0]) if near else word


def _find_sentences(answer: str, documents: Sequence[Document]) -> list[Place]:
    """Where the sentences of `answer` stand in `documents`, each once, in its order."""
    places: dict[Place, None] = {}
    letters = {document.id: _letters(document.text) for document in documents}
    for sentence in re.split(r"(?:\[\d+\])+", answer)[:MOST_SENTENCES]:
        own = [d for d in documents if sentence.strip().startswith((attribution(d), source_line(d)))]
        for document in dict.fromkeys([*own, *documents]):
            span = _find_span(sentence, document, letters[document.id])
            if span:
                places[document, *span] = None
                break
    return list(places)


def _find_span(sentence: str, document: Document, letters: str) -> Span | None:
    """The sentences of `document` that hold `sentence`, or what of it stands behind a colon.

    Only letters and digits are compared, the `letters` of the document.
    """
    colons = [0, *(match.end() for match in re.finditer(r":\s", sentence))][: MOST_COLONS + 1]
    for sought in (_letters(sentence[colon:]) for colon in colons):
        at = letters.find(sought) if sought else -1
        if at >= 0:
            offsets = [match.start() for match in re.finditer(r"[^\W_]", document.text)]
            whole = _whole_sentences(document.text, (offsets[at], offsets[at + len(sought) - 1] + 1))
            if len(sought) >= FEWEST_LETTERS or sought == _letters(document.text[slice(*whole)]):
                return whole
    return None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _whole_sentences(text: str, span: Span) -> Span:
    """`span` with the rest of the sentences it begins and ends in."""
    sentences = (sentence for run in sentence_runs(text) for sentence in run)
    touched = [span, *(sentence for sentence in sentences if overlap(sentence, span))]
    return min(start for start, _ in touched), max(end for _, end in touched)


def _with_speaker(place: Place) -> dict[Place, tuple[Span | None, str]]:
    """`place` and the sentences that tell who says so, each with where in it the name stands, if it
    does, and its attribution."""
    document, *_ = place
    says = find_speaker(document.text, place[1:])
    if not says:
        return {place: (None, source_line(document))}
    first, last = says[-1]
    return {
        (document, start, end): (
            (first - start, last - start) if start <= first < end else None,
            attribution(document),
        )
        for start, end in join([place[1:], *(_whole_sentences(document.text, span) for span in says)], GAP)
    }


def _is_within(place: Place, other: Place) -> bool:
    return place != other and place[0] is other[0] and contains(other[1:], place[1:])
