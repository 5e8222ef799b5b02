"""The three functions behind every door: retrieve, ask and check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache, partial
from pathlib import Path

from rag.answers.attribution import answer_about_source
from rag.answers.extractive import Answerer, ExtractiveAnswerer
from rag.answers.overview.about_documents import answer_about_documents
from rag.answers.overview.changes import tell_changes
from rag.answers.overview.gist import give_gist
from rag.answers.overview.replies import reply
from rag.answers.statements import grow, refusal
from rag.checking.checker import check_draft
from rag.checking.verdicts import Judge
from rag.checking.yes_no import DecidingAnswerer
from rag.datatypes import Answer, Check, Document, Passage, Question, Turn, Where
from rag.generation.answerer import GenerativeAnswerer
from rag.generation.grounding import Grounder
from rag.index.bm25 import Lexicon
from rag.index.card import CURRENT, check_current, corpus_folders
from rag.index.freshness import folder_sha256
from rag.index.places import open_index
from rag.index.store import Index
from rag.models.embedder import Embedder, load_embedder
from rag.models.llm import OpenAIModel
from rag.models.reader import Reader, load_reader
from rag.models.reranker import Reranker
from rag.postgres.store import Store, locate
from rag.questions.interpreter import Interpreter
from rag.retrieval.retriever import WEIGHTS, Retriever

INDEX = Path("index")

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
        llm: OpenAIModel | None = None,
        weights: Mapping[str, float] = WEIGHTS,
    ) -> None:
        # A model's vocabulary holds the words of the language; what it must put together is rare.
        lexicon = Lexicon(index.postings, correct=lambda word: embedder.count_tokens(word) == 1)
        self.index = index
        self._interpreter = Interpreter(index.documents, lexicon.knows, lexicon.languages)
        self.retriever = Retriever(index, embedder, lexicon, reranker=reranker, weights=weights)
        self.extractive = ExtractiveAnswerer(index, lexicon, reader=reader)
        self.grounder = Grounder(index, embedder, lexicon)
        self._judge = Judge(self.grounder)
        self._answerer = self._choose_answerer(llm)

    @property
    def documents(self) -> Sequence[Document]:
        """Every document of the index, sorted by id."""
        return self.index.documents

    @property
    def threshold(self) -> float:
        """The confidence below which a question in English is refused."""
        return self.extractive.threshold

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
        return list(self.retriever.search(asked, k).passages)

    def ask(self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None) -> Answer:
        """What the documents say to `question`, every statement with its citations.

        In their own sentences, or in those of a language model as far as they bear them out.  `where`
        is that of `retrieve`.

        Raises QuestionError if there is nothing to answer, FilterError as `retrieve`.
        """
        *_, answer = self.stream(question, history=history, where=where)
        return answer

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None
    ) -> Iterator[Answer]:
        """What `ask` gives as it grows, statement by statement, last the whole.

        With a language model the same may come again while it is silent, and what it began may give
        way to the documents' own sentences; closing the iterator stops it.
        """
        asked = self.understand(question, history=history, where=where)
        if answer := self._answer_at_once(asked):
            yield from grow(answer)
            return
        for standalone in self._answerer.rephrase(asked):  # "" as long as a model thinks about it
            if standalone:
                asked = self.understand(standalone, where=where)
                if answer := self._answer_at_once(asked):
                    yield from grow(answer)
                    return
            yield Answer(asked.standalone, (), (), refused=False, author=self._answerer.author)
        search = partial(self.retriever.search, k=READ_PASSAGES, tokens=READ_TOKENS)
        yield from self._answerer.stream(asked, [*map(search, asked.parts)])

    def check(self, draft: str | Document, *, where: Where | None = None) -> Check:
        """What the documents have to say to each sentence of a text: borne out, contradicted, or not said.

        A text is plain or in Markdown; `rag.read_draft_file` reads other formats.  `where` is that of
        `retrieve`.

        Raises DraftError if the text holds no word or is too long, FilterError as `retrieve`.
        """
        from rag.checking.drafts import read_draft  # the readers of formats take a while

        def search(claim: str) -> Sequence[Passage] | None:
            asked = self.understand(claim, where=where)
            if asked.intent != "question":
                return None
            return self.retriever.search(asked, READ_PASSAGES, tokens=READ_TOKENS).passages

        return check_draft(read_draft(draft) if isinstance(draft, str) else draft, search, self._judge)

    def understand(
        self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None
    ) -> Question:
        """`question` as it will be asked: standing alone, and with the documents it asks for.

        Raises as `ask`.
        """
        return self._interpreter.interpret(question, history=history, where=where)

    def with_llm(self, llm: OpenAIModel | None) -> Chatbot:
        """This chatbot with another language model, or with None in the documents' own sentences alone."""
        same = copy(self)
        same._answerer = same._choose_answerer(llm)
        return same

    def _choose_answerer(self, llm: OpenAIModel | None) -> Answerer:
        if llm:
            return GenerativeAnswerer(llm, self.extractive, self.grounder)
        return DecidingAnswerer(self.extractive, self.grounder)

    def _answer_at_once(self, asked: Question) -> Answer | None:
        """The answer if it takes no search: nothing may be searched, or what was said has it."""
        examples = self.index.card.questions
        if word := reply(asked, self.documents, examples):
            return word
        if not asked.scope:
            return refusal(asked, (), "no document meets the filter")
        if statements := answer_about_source(asked, self.index.outlines.among(asked.scope)):
            return Answer(asked.standalone, statements, (), refused=False, confidence=1.0)
        if asked.intent == "gist":
            return None if asked.target else give_gist(asked, self.index)
        if asked.intent == "question":
            return tell_changes(asked, self.index, self.extractive.evidence.editions)
        return answer_about_documents(asked, self.index, examples)


def open_chatbot(
    index: str | Path | Store = INDEX,
    *,
    embedder: Embedder | None = None,
    reader: bool = True,
    reranker: Reranker | None = None,
    llm: OpenAIModel | None = None,
    answerer: None = None,
) -> Chatbot:
    """The chatbot over the index in the folder `index`, checked against its documents and model.

    `index` may also be the address of a store, ``postgresql://USER@HOST/DATABASE``.  Who opens that need not
    have the documents, so it is checked against the model alone.

    Without `embedder`, the model is the one that the index was made with; with `reranker`, it has
    the last word on the order of the passages.  Without `reader`, sentences are weighed by words,
    meaning and kind alone: faster, and wrong more often.  `answerer` is what `llm` was called.

    Raises TypeError if `answerer` is given, IndexMissing, IndexDamaged, IndexStale, StoreError or
    EmbedderError, each with what mends it.
    """
    if answerer is not None:
        raise TypeError("open_chatbot has no answerer any more: give llm=rag.OpenAIModel(…)")
    opened = open_index(index)
    folders = corpus_folders(opened.card, index)
    has_documents = isinstance(locate(index), Path) and folders.are_there
    embedder = embedder or load_embedder(opened.card.embedder)
    check_current(
        opened.card,
        index,
        embedder=embedder.name,
        weights=embedder.weights_sha256,
        corpus=folder_sha256(opened.card, index, opened.files) if has_documents else None,
    )
    return Chatbot(
        opened,
        embedder,
        reader=load_reader() if reader else None,
        reranker=reranker,
        llm=llm,
    )


def retrieve(
    question: str, k: int = 5, *, history: Sequence[Turn] = (), where: Where | None = None
) -> list[Passage]:
    """`Chatbot.retrieve` over the index in ``index/`` of the current folder, opened once."""
    return _default_chatbot().retrieve(question, k, history=history, where=where)


def ask(question: str, *, history: Sequence[Turn] = (), where: Where | None = None) -> Answer:
    """`Chatbot.ask` over the index in ``index/`` of the current folder, opened once."""
    return _default_chatbot().ask(question, history=history, where=where)


def check(draft: str | Document, *, where: Where | None = None) -> Check:
    """`Chatbot.check` over the index in ``index/`` of the current folder, opened once."""
    return _default_chatbot().check(draft, where=where)


def _default_chatbot() -> Chatbot:
    try:
        pointer = (INDEX / CURRENT).read_bytes()
    except OSError:
        pointer = b""
    return _open_default(Path.cwd(), pointer)


@lru_cache(maxsize=1)
def _open_default(folder: Path, pointer: bytes) -> Chatbot:
    """The chatbot of the current `folder`, opened anew when another snapshot is the current one there."""
    return open_chatbot(INDEX)
