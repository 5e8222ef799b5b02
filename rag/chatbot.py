"""The two functions behind every door: retrieve and ask."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rag.answering import ExtractiveAnswerer, refusal
from rag.card import CURRENT, check_current, corpus_folder
from rag.citing import renumbered
from rag.conversation import MOST_TURNS, understand, understood_parts
from rag.datatypes import Answer, Document, Passage, Question, Turn, Where
from rag.documents import corpus_sha256
from rag.embedding import Embedder, SentenceTransformerEmbedder
from rag.errors import QuestionError
from rag.filtering import Sources, admitted, resolved
from rag.index import Index, open_index
from rag.lexicon import Lexicon
from rag.reading import Reader, shipped_reader
from rag.rendering import attribution
from rag.reranking import Reranker
from rag.retrieval import WEIGHTS, Retriever
from rag.sourcing import source_answer
from rag.tokens import count_tokens, within_budget

INDEX = Path("index")

# A question is a few sentences; longer ones are pasted documents.  Characters are checked first,
# because counting the tokens of a very long word takes long.
QUESTION_TOKENS = 1_000
QUESTION_CHARACTERS = 8_000
READ_PASSAGES = 30  # how many passages are read for an answer, and
READ_TOKENS = 3_000  # how many tokens of them at most, for each part of a question


class Chatbot:
    """Answers questions from one opened index; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        reranker: Reranker | None = None,
        weights: Mapping[str, float] = WEIGHTS,
    ) -> None:
        documents = {document.id: document for document in index.documents}
        chunks = [(documents[c.document_id], c.start, c.end) for c in index.chunks]
        lexicon = Lexicon(
            [f"{d.title}\n{d.text[start:end]}" for d, start, end in chunks],
            # A model's vocabulary holds the words of the language; what it must put together is rare.
            correct=lambda word: embedder.count_tokens(word) == 1,
        )
        self.index = index
        self._sources = Sources(index.documents)
        self._retriever = Retriever(index, embedder, lexicon, reranker=reranker, weights=weights)
        self.answerer = ExtractiveAnswerer(index, embedder, lexicon, reader=reader)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document of the index, sorted by id."""
        return self.index.documents

    @property
    def threshold(self) -> float:
        """The confidence below which a question is refused."""
        return self.answerer.threshold

    def retrieve(
        self, question: str, k: int = 5, *, history: Sequence[Turn] = (), where: Where | None = None
    ) -> list[Passage]:
        """The at most `k` passages nearest to `question`, best first; none overlaps another.

        Only documents that `where` admits are searched.  Without it all are, and those come first
        that the question asks for by publisher, kind or date; ``Where()`` is all, and none first.

        Raises ValueError if `k` is below 1, QuestionError if there is nothing to search for,
        FilterError if `where` names what is not there.
        """
        if not isinstance(k, int) or k < 1:
            raise ValueError(f"k is {k!r}, expected a whole number from 1")
        asked = self.understand(question, history=history, where=where)
        return self._retriever.nearest(asked, k, resolved(where or Where(), self.documents))

    def ask(self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None) -> Answer:
        """What the documents say to `question`, every statement with its citations.

        `where` is that of `retrieve`.

        Raises QuestionError if there is nothing to answer, FilterError as `retrieve`.
        """
        asked = self.understand(question, history=history, where=where)
        where = resolved(where or Where(), self.documents)
        among = admitted(where, self.documents)
        if not among:
            return refusal(asked, (), "no document meets the filter")
        searched = [document for document in self.documents if document.id in among]
        told = source_answer(checked(question), _seen(history), searched)
        if told:
            return Answer(asked.standalone, told, (), refused=False, confidence=1.0)
        answers = []
        for part in understood_parts(asked):
            read = within_budget(self._retriever.nearest(part, READ_PASSAGES, where), READ_TOKENS)
            answers.append(self.answerer.answer(part, read, among))
        return _joined(asked, answers)

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None
    ) -> Iterator[Answer]:
        """What `ask` gives, one statement more each time; all is computed before the first."""
        answer = self.ask(question, history=history, where=where)
        for shown in range(1, len(answer.statements)):
            yield replace(answer, statements=answer.statements[:shown], differences=())
        yield answer

    def understand(
        self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None
    ) -> Question:
        """`question` as it will be asked: standing alone, and with the documents it asks for.

        Raises as `ask`.
        """
        asked = understand(checked(question), _seen(history))
        if not isinstance(where, Where | None):
            raise ValueError(f"where is {where!r}, expected a Where")
        if where is None:
            return replace(asked, prefers=self._sources.preference(asked))
        resolved(where, self.documents)
        return asked


def open_chatbot(
    index: str | Path = INDEX,
    *,
    embedder: Embedder | None = None,
    reader: bool = True,
    reranker: Reranker | None = None,
) -> Chatbot:
    """The chatbot over the index in the folder `index`, checked against its documents and model.

    Without `embedder`, the model is the one that the index was made with; with `reranker`, it has
    the last word on the order of the passages.  Without `reader`, sentences are weighed by words,
    meaning and kind alone: faster, and wrong more often.

    Raises IndexMissing, IndexDamaged, IndexStale or EmbedderError, each with what mends it.
    """
    opened = open_index(index)
    folder = corpus_folder(opened.card, index)
    embedder = embedder or SentenceTransformerEmbedder(opened.card.embedder)
    check_current(
        opened.card,
        index,
        embedder=embedder.name,
        weights=embedder.weights_sha256,
        corpus=corpus_sha256(folder) if folder.is_dir() else None,
    )
    return Chatbot(opened, embedder, reader=shipped_reader() if reader else None, reranker=reranker)


def retrieve(
    question: str, k: int = 5, *, history: Sequence[Turn] = (), where: Where | None = None
) -> list[Passage]:
    """`Chatbot.retrieve` over the index in ``index/`` of the current folder, opened once."""
    return _default_chatbot().retrieve(question, k, history=history, where=where)


def ask(question: str, *, history: Sequence[Turn] = (), where: Where | None = None) -> Answer:
    """`Chatbot.ask` over the index in ``index/`` of the current folder, opened once."""
    return _default_chatbot().ask(question, history=history, where=where)


def checked(question: str) -> str:
    """`question` on one line without control characters.

    Raises QuestionError if it holds no letter or digit, or is too long.
    """
    if len(question) > QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters, expected at most {QUESTION_CHARACTERS:,}: "
            "ask a shorter one"
        )
    text = visible(question)
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question {question[:40]!r} holds no word: ask in words")
    tokens = count_tokens(text)
    if tokens > QUESTION_TOKENS:
        raise QuestionError(
            f"the question has {tokens:,} tokens, expected at most {QUESTION_TOKENS:,}: ask a shorter one"
        )
    return text


def visible(text: str) -> str:
    """`text` on one line without control characters and signs that are not seen."""
    shown = (c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in shown).split())


def _seen(history: Sequence[Turn]) -> list[Turn]:
    return [Turn(visible(turn.question), visible(turn.answer)) for turn in history[-MOST_TURNS:]]


def _joined(asked: Question, answers: Sequence[Answer]) -> Answer:
    """One answer of the answers to the parts of a question, each sentence once."""
    prefers = asked.prefers.where if asked.prefers else None
    if len(answers) == 1:
        return replace(answers[0], question=asked.standalone, prefers=prefers)
    answered = [answer for answer in answers if not answer.refused]
    nearest: list[Passage] = []
    for passage in sorted((p for a in answered or answers for p in a.passages), key=lambda p: p.rank):
        same = (p for p in nearest if p.document is passage.document)
        if not any(p.start < passage.end and passage.start < p.end for p in same):
            nearest.append(replace(passage, rank=len(nearest) + 1))
    said = renumbered([statement for answer in answered for statement in answer.statements])
    statements = tuple(replace(s, attribution=attribution(s.citations[0].document)) for s in said)
    numbers = {(c.document.id, c.start, c.end): c.number for s in statements for c in s.citations}
    differing = [
        replace(
            difference,
            numbers=tuple(
                numbers[c.document.id, c.start, c.end]
                for n in difference.numbers
                for c in answer.citations
                if c.number == n
            ),
        )
        for answer in answered
        for difference in answer.differences
    ]
    return Answer(
        asked.standalone,
        statements,
        tuple(nearest),
        not answered,
        "; ".join(f"{a.question} – {a.reason}" for a in answers if a.refused) or None,
        prefers,
        max(answer.confidence for answer in answers),
        tuple(dict.fromkeys(differing)),
    )


def _default_chatbot() -> Chatbot:
    try:
        in_force = (INDEX / CURRENT).read_bytes()
    except OSError:
        in_force = b""
    return _opened(Path.cwd(), in_force)


@lru_cache(maxsize=1)
def _opened(folder: Path, in_force: bytes) -> Chatbot:
    """The chatbot of the current `folder`, opened anew when another index is in force there."""
    return open_chatbot(INDEX)
