"""Questions that the documents answer: to begin with, and to go on with after an answer.

No language model takes part.  Each question is made from a sentence of the documents and then asked:
only one that they answer well, by a sentence that speaks of what it names, is given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.answers.speakers import find_speaker
from rag.chatbot import Chatbot
from rag.datatypes import Answer, Chunk, Citation, Document, Turn, Where
from rag.generation.prompt_injection import orders
from rag.index.store import Index
from rag.language.words import STOP_WORDS, stems
from rag.questions.followups import resolve_followup
from rag.questions.parts import split_parts
from rag.questions.preferences import admitted, resolved
from rag.spans import overlap
from rag.suggestions.keyphrases import phrases, stands
from rag.suggestions.question_generation import fine, standing, turned

MOST_CHECKED = 9  # questions that are asked after an answer, some 250 ms of a core each
CHECKED_EACH = 3  # for each question to begin with
SAMPLED = 60  # documents at most that are looked through where none is nearer
READ = 20_000  # characters of each
AROUND = 1_500  # characters around what was cited, in which the next question lies near
NEAREST = 3  # passages whose documents are near to a question that was refused
MARGIN = (
    0.25  # of confidence above the threshold: below it, half the answers to such questions were beside it
)
ALIKE = 0.5  # share of the words of two questions from which on they ask the same
RELATED = 2  # places by which a question comes earlier whose words are all those of the answer

ABOUT, SAID_ABOUT = "about", "said about"
# By how many places a question comes later than another of the same passage: plain facts first.
_LATER = {"what is": 1, "where": 1, "why": 1, ABOUT: 2, "who is": 3, "stands for": 4}

Place = tuple[Document, int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that the sentence `span` may answer, by the words `value` if it has any.

    One about a `topic` any sentence may answer that speaks of that.
    """

    question: str
    rule: str
    document: Document
    span: Chunk
    value: str = ""
    topic: str = ""

    @property
    def sentence(self) -> str:
        """The sentence that the question was made from."""
        return self.document.text[self.span.start : self.span.end]


def suggestions(
    chatbot: Chatbot, answer: Answer, history: Sequence[Turn], n: int = 3, where: Where | None = None
) -> tuple[str, ...]:
    """At most `n` questions to ask after `answer`, each standing alone and answered by the documents.

    What they ask was not asked before, and what answers them not cited; after a refusal they are near
    to what was asked.  `history` are the turns before, `where` is that of `Chatbot.ask`.
    """
    among = admitted(resolved(where or Where(), chatbot.documents), chatbot.documents)
    documents = [document for document in chatbot.documents if document.id in among]
    cited = [(c.document, max(0, c.start - AROUND), c.end + AROUND) for c in answer.citations]
    read = [(p.document, p.start, p.end) for p in answer.passages]
    places = [place for place in [*cited, *read] if place[0].id in among]
    near = {document.id for document, *_ in places[: len(cited) or NEAREST]}
    said = {*stems(answer.question), *stems("" if answer.refused else answer.text)}
    ranks: dict[Candidate, float] = {}
    for rank, candidate in _candidates(chatbot.index, documents, places or _beginnings(documents)):
        words = {*stems(candidate.question)}
        if said & words or candidate.document.id in near:
            related = RELATED * len(said & words) / max(1, len(words))
            ranks[candidate] = rank + _LATER.get(candidate.rule, 0) - related
    check = _Check(chatbot, where)
    check.asked = [{*stems(question)} for question in (answer.question, *(turn.question for turn in history))]
    check.cited = [c.quote for c in answer.citations] + [quote for turn in history for quote in turn.quotes]
    return check.first(sorted(ranks, key=lambda c: ranks[c]), n, MOST_CHECKED, each=1)


def examples(chatbot: Chatbot, n: int = 6) -> tuple[str, ...]:
    """At most `n` questions to begin with: those of the corpus or, without any, some made of the documents.

    Each that is made is answered; they are spread over the documents.
    """
    if given := chatbot.index.card.questions:
        return given[:n]
    found: dict[int, list[Candidate]] = {}
    for rank, candidate in _candidates(chatbot.index, chatbot.documents, _beginnings(chatbot.documents)):
        found.setdefault(rank, []).append(candidate)
    rounds: dict[Candidate, tuple[int, int]] = {}  # of every document its best question, then its second, ...
    for candidates in found.values():
        ordered = sorted(candidates, key=lambda c: _LATER.get(c.rule, 0))
        rounds |= {c: (at, _LATER.get(c.rule, 0)) for at, c in enumerate(ordered)}
    check = _Check(chatbot, None)
    return check.first(sorted(rounds, key=lambda c: rounds[c]), n, CHECKED_EACH * n, each=max(1, n // 3))


class _Check:
    """Asks questions, and keeps those that something new answers."""

    def __init__(self, chatbot: Chatbot, where: Where | None) -> None:
        self._chatbot = chatbot.without_llm()
        self._where = where
        self._known = _known(chatbot.documents)
        self.asked: list[set[str]] = []
        self.cited: list[str] = []

    def first(self, candidates: Iterable[Candidate], n: int, most: int, *, each: int) -> tuple[str, ...]:
        """The first `n` that hold of the `most` that are asked, at most `each` made by one rule."""
        kept: list[str] = []
        rules: Counter[str] = Counter()
        for candidate in candidates:
            if len(kept) >= n or most <= 0:
                break
            if rules[candidate.rule] < each and self._is_new(candidate):
                most -= 1
                if quotes := self._quotes(candidate):
                    kept.append(candidate.question)
                    rules[candidate.rule] += 1
                    self.cited += quotes
                self.asked.append({*stems(candidate.question)})
        return tuple(kept)

    def _is_new(self, candidate: Candidate) -> bool:
        """Whether its question stands alone, was not asked in other words, and its sentence not cited."""
        question, words = candidate.question, {*stems(candidate.question)}
        alone = resolve_followup(question, [Turn("Who is it?", "It is new.")]).standalone == question
        if not words or not alone or split_parts(question) != [question]:
            return False
        if not candidate.topic and self._was_cited(candidate.sentence):
            return False
        return not any(
            words <= before or len(words & before) >= ALIKE * len(words | before) for before in self.asked
        )

    def _was_cited(self, quote: str) -> bool:
        return any(quote in before or before in quote for before in self.cited)

    def _quotes(self, candidate: Candidate) -> list[str]:
        """The words that answer its question first; empty unless they do so well and are new."""
        answer = self._chatbot.ask(candidate.question, where=self._where)
        if answer.refused or answer.confidence < self._chatbot.threshold + MARGIN:
            return []
        first = answer.statements[0]
        quotes = [citation.quote for citation in first.citations]
        if any(self._was_cited(quote) for quote in quotes):
            return []
        if candidate.topic:
            return quotes if stands(candidate.topic, first.text) else []
        value = first.text[slice(*first.fact)] if first.fact else first.text
        told = candidate.value in value or value in candidate.value
        return quotes if told and any(self._is_source(c, candidate) for c in first.citations) else []

    def _is_source(self, citation: Citation, candidate: Candidate) -> bool:
        """Whether `citation` holds the sentence that the question was made from, or one that gives it too."""
        index, text = self._chatbot.index, citation.document.text
        rows = index.sentence_rows(citation.document.id, citation.start, citation.end)
        spans = [index.sentences[row] for row in rows]
        again = [turned(_line(text, span), text, self._known) for span in spans]
        return candidate.span in spans or any(t.question == candidate.question for run in again for t in run)


def _candidates(
    index: Index, documents: Sequence[Document], places: Sequence[Place]
) -> Iterator[tuple[int, Candidate]]:
    """The questions that the sentences at `places` may answer, each with the rank of its place there.

    A sentence that gives orders puts no word into any.
    """
    ends: dict[Document, int] = {}
    for document, _, end in places:
        ends[document] = max(end, ends.get(document, 0))
    ordering = {document.id: orders(document.text[: end + AROUND]) for document, end in ends.items()}
    found: dict[Chunk, tuple[int, Document]] = {}
    for rank, (document, start, end) in enumerate(places):
        for row in index.sentence_rows(document.id, start, end):
            span = index.sentences[row]
            if not any(overlap((span.start, span.end), order) for order in ordering[document.id]):
                found.setdefault(span, (rank, document))
    texts: dict[str, list[str]] = {}
    for span, (_, document) in found.items():
        texts.setdefault(document.id, []).append(_line(document.text, span))
    known = _known(documents)
    begun = [document.text[:end] for document, _, end in _beginnings(documents)]
    topics = {name: [t for t in phrases(told) if not _everywhere(t, begun)] for name, told in texts.items()}
    says = "What does the document say" if len(documents) == 1 else "What do the documents say"
    for span, (rank, document) in found.items():
        line = _line(document.text, span)
        for made in turned(line, document.text, known):
            yield rank, Candidate(made.question, made.rule, document, span, made.value)
        held = [topic for topic in topics[document.id] if stands(topic, line)]
        for question in _said_about(document, span, held, known):
            yield rank, Candidate(question, SAID_ABOUT, document, span)
        for topic in held:
            if fine(f"{says} about {topic}?"):
                yield rank, Candidate(f"{says} about {topic}?", ABOUT, document, span, topic=topic)


def _said_about(
    document: Document, span: Chunk, topics: Sequence[str], known: Collection[str]
) -> Iterator[str]:
    """The question for what is said in the sentence `span` about the first of `topics` in it."""
    first = max(0, span.start - 2 * AROUND)
    text = document.text[first : span.end]
    start = span.start - first
    said = find_speaker(text, (start, len(text))) if topics else ()
    if not said or said[0][0] < start:
        return
    name = standing(text[slice(*said[-1])], text, known)
    behind = text[said[0][1] :]
    about = [topic for topic in topics if stands(topic, behind) and name and topic not in name]
    if name and about and not re.search(r"[’']s\b", name):
        question = f"What did {name} say about {about[0]}?"
        if fine(question):
            yield question


def _known(documents: Sequence[Document]) -> frozenset[str]:
    """The nouns that most documents of several have with "the" before them: they speak of the same one."""
    begun = [document.text[:end] for document, _, end in _beginnings(documents)]
    held = Counter(noun for text in begun for noun in {*re.findall(r"\b[Tt]he ([a-z]+)\b", text)})
    return frozenset(
        noun for noun, n in held.items() if n > 1 and 2 * n > len(begun) and noun not in STOP_WORDS
    )


def _everywhere(topic: str, texts: Sequence[str]) -> bool:
    """Whether a name or a single word stands in most of three texts or more: it asks for too much."""
    single = not topic.islower() or " " not in topic
    return single and len(texts) > 2 and 2 * sum(topic in text for text in texts) > len(texts)


def _beginnings(documents: Sequence[Document]) -> list[Place]:
    """The beginnings of at most `SAMPLED` documents, at even distances."""
    apart = max(1, -(-len(documents) // SAMPLED))
    return [(document, 0, READ) for document in documents[::apart]]


def _line(text: str, span: Chunk) -> str:
    return " ".join(text[span.start : span.end].split())
