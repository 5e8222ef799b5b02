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
from rag.documents.filters import matching_ids, resolve_filter
from rag.generation.prompt_injection import find_injections
from rag.index.store import Index
from rag.language.words import STOP_WORDS, stems
from rag.questions.standalone.followups import resolve_followup
from rag.questions.standalone.parts import split_parts
from rag.spans import overlap
from rag.suggestions.keyphrases import find_keyphrases, is_everywhere, mentions
from rag.suggestions.question_generation import generate_questions, is_plain, name_alone

FOLLOWUPS = 3  # questions that are suggested after an answer
MOST_CHECKED = 4  # questions that are asked after an answer, some 250 ms of a core each
CHECKED_EACH = 3  # for each question to begin with
SAMPLED = 60  # documents at most that are looked through where none is nearer
READ = 20_000  # characters of each
AROUND = 1_500  # characters around what was cited, in which the next question lies near
NEAREST = 3  # passages whose documents are near to a question that was refused
LEAST = 0.5  # confidence: what is rather right than wrong
ALIKE = 0.5  # share of the words of two questions from which on they ask the same
RELATED = 2  # places by which a question comes earlier whose words are all those of the answer
ABOUT, SAID_ABOUT = "about", "said about"
LATER = 2  # places by which one about a topic comes later than another of the same passage: facts first

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


def suggest_followups(
    chatbot: Chatbot, answer: Answer, history: Sequence[Turn], where: Where | None = None
) -> tuple[str, ...]:
    """At most `FOLLOWUPS` questions to ask after `answer`, each standing alone and answered by the documents.

    What they ask was not asked before, and what answers them not cited; after a refusal they are near
    to what was asked.  `history` are the turns before, `where` is that of `Chatbot.ask`.
    """
    among = matching_ids(resolve_filter(where or Where(), chatbot.documents), chatbot.documents)
    documents = [document for document in chatbot.documents if document.id in among]
    cited = [(c.document, max(0, c.start - AROUND), c.end + AROUND) for c in answer.citations]
    passages = [(p.document, p.start, p.end) for p in answer.passages]
    places = [place for place in [*cited, *passages] if place[0].id in among]
    near = {document.id for document, *_ in places[: len(cited) or NEAREST]}
    # An answer that was kept has few of the passages it was found by: what it cites is read further.
    places += _beginnings([document for document in documents if document.id in near])
    answer_words = {*stems(answer.question), *stems("" if answer.refused else answer.text)}
    ranks: dict[Candidate, float] = {}
    for rank, candidate in _candidates(chatbot.index, documents, places or _beginnings(documents)):
        words = {*stems(candidate.question)}
        if answer_words & words or candidate.document.id in near:
            related = RELATED * len(answer_words & words) / max(1, len(words))
            ranks[candidate] = rank + LATER * (candidate.rule == ABOUT) - related
    asked = [answer.question, *(turn.question for turn in history)]
    quotes = [c.quote for c in answer.citations] + [quote for turn in history for quote in turn.quotes]
    checker = _Checker(chatbot, where, asked, quotes)
    return checker.take(sorted(ranks, key=lambda c: ranks[c]), FOLLOWUPS, MOST_CHECKED, each=1)


def suggest_openings(chatbot: Chatbot, n: int = 6) -> tuple[str, ...]:
    """At most `n` questions to begin with: those of the corpus or, without any, some made of the documents.

    Each that is made is answered; they are spread over the documents.
    """
    if given := chatbot.index.card.questions:
        return given[:n]
    of_document: dict[int, list[Candidate]] = {}
    for rank, candidate in _candidates(chatbot.index, chatbot.documents, _beginnings(chatbot.documents)):
        of_document.setdefault(rank, []).append(candidate)
    rounds: dict[Candidate, tuple[int, bool]] = {}  # of every document its best question, then its second
    for candidates in of_document.values():
        ordered = sorted(candidates, key=lambda c: c.rule == ABOUT)
        rounds |= {c: (at, c.rule == ABOUT) for at, c in enumerate(ordered)}
    checker = _Checker(chatbot, None, (), ())
    return checker.take(sorted(rounds, key=lambda c: rounds[c]), n, CHECKED_EACH * n, each=max(1, n // 3))


class _Checker:
    """Asks questions, and keeps those that something new answers."""

    def __init__(
        self, chatbot: Chatbot, where: Where | None, asked: Sequence[str], quotes: Sequence[str]
    ) -> None:
        self._chatbot = chatbot.with_llm(None)
        self._where = where
        self._nouns = _common_nouns(chatbot.documents)
        self._asked = [{*stems(question)} for question in asked]
        self._cited = list(quotes)

    def take(self, candidates: Iterable[Candidate], n: int, most: int, *, each: int) -> tuple[str, ...]:
        """The first `n` that hold of the `most` that are asked, at most `each` made by one rule."""
        questions: list[str] = []
        rules: Counter[str] = Counter()
        for candidate in candidates:
            if len(questions) >= n or most <= 0:
                break
            if rules[candidate.rule] < each and self._is_new(candidate):
                most -= 1
                if quotes := self._new_quotes(candidate):
                    questions.append(candidate.question)
                    rules[candidate.rule] += 1
                    self._cited += quotes
                self._asked.append({*stems(candidate.question)})
        return tuple(questions)

    def _is_new(self, candidate: Candidate) -> bool:
        """Whether its question stands alone, was not asked in other words, and its sentence not cited."""
        question, words = candidate.question, {*stems(candidate.question)}
        alone = resolve_followup(question, [Turn("Who is it?", "It is new.")]).standalone == question
        if not words or not alone or split_parts(question) != [question]:
            return False
        if not candidate.topic and self._was_cited(candidate.sentence):
            return False
        return not any(
            words <= before or len(words & before) >= ALIKE * len(words | before) for before in self._asked
        )

    def _was_cited(self, quote: str) -> bool:
        return any(quote in before or before in quote for before in self._cited)

    def _new_quotes(self, candidate: Candidate) -> list[str]:
        """The words that answer its question first; empty unless they do so well and are new."""
        answer = self._chatbot.ask(candidate.question, where=self._where)
        if answer.refused or answer.confidence < LEAST:
            return []
        first = answer.statements[0]
        quotes = [citation.quote for citation in first.citations]
        if any(self._was_cited(quote) for quote in quotes):
            return []
        if candidate.topic:
            return quotes if mentions(first.text, candidate.topic) else []
        value = first.text[slice(*first.fact)] if first.fact else first.text
        is_value = candidate.value in value or value in candidate.value
        return quotes if is_value and any(self._is_source(c, candidate) for c in first.citations) else []

    def _is_source(self, citation: Citation, candidate: Candidate) -> bool:
        """Whether `citation` holds the sentence that the question was made from, or one that gives it too."""
        index, text = self._chatbot.index, citation.document.text
        rows = index.sentence_rows(citation.document.id, citation.start, citation.end)
        spans = [index.sentences[row] for row in rows]
        again = (generate_questions(_one_line(text, span), text, self._nouns) for span in spans)
        return candidate.span in spans or any(q.text == candidate.question for run in again for q in run)


def _candidates(
    index: Index, documents: Sequence[Document], places: Sequence[Place]
) -> Iterator[tuple[int, Candidate]]:
    """The questions that the sentences at `places` may answer, each with the rank of its place there.

    A sentence that gives orders puts no word into any.
    """
    ends: dict[Document, int] = {}
    for document, _, end in places:
        ends[document] = max(end, ends.get(document, 0))
    ordering = {document.id: find_injections(document.text[: end + AROUND]) for document, end in ends.items()}
    sentences: dict[Chunk, tuple[int, Document]] = {}
    for rank, (document, start, end) in enumerate(places):
        for row in index.sentence_rows(document.id, start, end):
            span = index.sentences[row]
            if not any(overlap((span.start, span.end), order) for order in ordering[document.id]):
                sentences.setdefault(span, (rank, document))
    texts: dict[str, list[str]] = {}
    for span, (_, document) in sentences.items():
        texts.setdefault(document.id, []).append(_one_line(document.text, span))
    nouns = _common_nouns(documents)
    begun = [document.text[:end] for document, _, end in _beginnings(documents)]
    topics = {
        name: [topic for topic in find_keyphrases(lines) if not is_everywhere(topic, begun)]
        for name, lines in texts.items()
    }
    says = "What does the document say" if len(documents) == 1 else "What do the documents say"
    for span, (rank, document) in sentences.items():
        line = _one_line(document.text, span)
        for question in generate_questions(line, document.text, nouns):
            yield rank, Candidate(question.text, question.rule, document, span, question.value)
        here = [topic for topic in topics[document.id] if mentions(line, topic)]
        if about := _ask_what_was_said(document, span, here, nouns):
            yield rank, Candidate(about, SAID_ABOUT, document, span)
        for topic in here:
            if is_plain(f"{says} about {topic}?"):
                yield rank, Candidate(f"{says} about {topic}?", ABOUT, document, span, topic=topic)


def _ask_what_was_said(
    document: Document, span: Chunk, topics: Sequence[str], nouns: Collection[str]
) -> str | None:
    """The question for what somebody says in the sentence `span` about the first of `topics`, if one does."""
    first = max(0, span.start - 2 * AROUND)
    text, start = document.text[first : span.end], span.start - first
    names = find_speaker(text, (start, len(text))) if topics else ()
    if not names or names[0][0] < start:
        return None
    name = name_alone(text[slice(*names[-1])], text, nouns)
    if not name or re.search(r"[’']s\b", name):
        return None
    behind = text[names[0][1] :]
    topic = next((topic for topic in topics if mentions(behind, topic) and topic not in name), None)
    question = f"What did {name} say about {topic}?"
    return question if topic and is_plain(question) else None


def _common_nouns(documents: Sequence[Document]) -> frozenset[str]:
    """The nouns that most documents of several have with "the" before them: they speak of the same one."""
    begun = [document.text[:end] for document, _, end in _beginnings(documents)]
    held = Counter(noun for text in begun for noun in {*re.findall(r"\b[Tt]he ([a-z]+)\b", text)})
    return frozenset(
        noun for noun, n in held.items() if n > 1 and 2 * n > len(begun) and noun not in STOP_WORDS
    )


def _beginnings(documents: Sequence[Document]) -> list[Place]:
    """The beginnings of at most `SAMPLED` documents, at even distances."""
    apart = max(1, -(-len(documents) // SAMPLED))
    return [(document, 0, READ) for document in documents[::apart]]


def _one_line(text: str, span: Chunk) -> str:
    return " ".join(text[span.start : span.end].split())
