"""A folder of documents that may change while it is asked, one change at a time."""

from __future__ import annotations

import os
import queue
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rag.chatbot import Chatbot
from rag.datatypes import Document, Skipped
from rag.documents.corpus import read_documents
from rag.documents.pages.images import PageImage, render_document_page
from rag.documents.readers.readers import READERS
from rag.documents.uploads import add_file, clean_name, remove_file
from rag.errors import CorpusError, EmptyCorpus, PageError, RagError
from rag.index.build import build_index
from rag.index.card import check_current, corpus_folder, is_current, read_card
from rag.index.store import open_index
from rag.models.embedder import DEFAULT_MODEL, Embedder, SentenceTransformerEmbedder
from rag.models.llm import OpenAIModel
from rag.models.reader import load_reader
from rag.spans import Span


@dataclass(frozen=True, slots=True)
class Event:
    """What happened while files were added.

    `kind` is "added" or "refused" for a file, `name` its name (as NFC) and `detail` why it was refused;
    "progress" for a step of the index, told in `detail`; last "ready", when the new one answers.
    """

    kind: str
    name: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _State:
    """What changes all at once: the chatbot, None without documents, and what it could not read."""

    chatbot: Chatbot | None
    skipped: tuple[Skipped, ...]


class Collection:
    """A folder of documents with its index and the chatbot over it, which may change while it is asked.

    Safe to share between threads.  Whoever asks takes `chatbot` once and is answered by that one, whatever
    changes meanwhile.  What others do to the folder is noticed at the next change.

    The folder is indexed first unless the index is current.  Without `folder` it is that of the index,
    which must be there; if the folder is gone, the texts in the index serve.

    Raises CorpusError if the folder is missing or its sources.toml is wrong, and as `rag.open_chatbot` if
    the index is missing, damaged, or of another model.
    """

    def __init__(
        self,
        index: str | Path,
        folder: str | Path | None = None,
        *,
        llm: OpenAIModel | None = None,
        embedder: Embedder | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        card = None if folder else read_card(index)
        self.folder = corpus_folder(card, index) if card else Path(folder or "")
        if not card and not self.folder.is_dir():
            raise CorpusError(
                f"no folder {self.folder}/: expected a folder of documents; name one that exists"
            )
        self.llm = llm
        self._index = Path(index)
        self._progress = progress
        self._changing = threading.Lock()
        self._embedder = embedder or SentenceTransformerEmbedder(card.embedder if card else DEFAULT_MODEL)
        self._reader = load_reader()
        model = {"embedder": self._embedder.name, "weights": self._embedder.weights_sha256}
        if card:
            check_current(card, index, **model, corpus=None)
        if not self.folder.is_dir() or is_current(index, self.folder, **model):
            self._state = self._open()
        else:
            self._state = self._reindex(progress)

    @property
    def chatbot(self) -> Chatbot:
        """The chatbot over the documents as they are now.

        Raises EmptyCorpus if there is no document.
        """
        chatbot = self._state.chatbot
        if chatbot is None:
            raise EmptyCorpus(
                f"no document in {self.folder}/: add files ending in {', '.join(self.suffixes)}",
                self.skipped,
            )
        return chatbot

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document, sorted by id."""
        chatbot = self._state.chatbot
        return chatbot.documents if chatbot else ()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files of the folder that could not be read, and why."""
        return self._state.skipped

    @property
    def indexing_times(self) -> dict[str, datetime]:
        """When each document was first indexed with the text it has, by its id."""
        chatbot = self._state.chatbot
        times = chatbot.index.card.indexed if chatbot else {}
        return {name: datetime.fromisoformat(time) for name, time in times.items()}

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of files end that can be read."""
        return tuple(READERS)

    def page_image(self, id: str, number: int, span: Span = (0, 0), *, scale: float = 1.5) -> PageImage:
        """A page of the document, with what stands there of its ``text[start:end]`` marked.

        Raises PageError if there is no such document or its page cannot be shown
        (`rag.documents.pages.images.render_document_page`).
        """
        document = next((document for document in self.documents if document.id == id), None)
        if document is None:
            raise PageError(
                f"no document {id[:200]!r} in {self.folder}/: expected the id of one that is there"
            )
        return render_document_page(document, self.folder, number, span, scale=scale)

    def add(self, files: Sequence[tuple[str, bytes]]) -> Iterator[Event]:
        """Add files, each a name and its bytes, and yield what happens to them as it happens.

        Nothing is done before the first event is asked for; from then on it is done to the end, even if
        nobody asks for the next one.  If the index cannot be renewed, the files are taken back.

        Raises RagError if the folder or the index cannot be written.
        """
        events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        threading.Thread(target=self._add, args=(tuple(files), events)).start()
        while (event := events.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event

    def remove(self, id: str) -> Path:
        """Take the document out of the folder, and give the file where it went, in the hidden ``.removed/``.

        Raises RagError if there is no such document, or the folder or the index cannot be written; then
        it stays.
        """
        with self._changing:
            if id not in {document.id for document in self.documents}:
                raise RagError(f"no document {id!r} in {self.folder}/: expected the id of one that is there")
            if not os.path.lexists(self.folder / id):
                self._state = self._reindex(self._progress)
                raise RagError(f"{self.folder / id} had gone already; the index was renewed without it")
            there = remove_file(self.folder, id)
            try:
                self._state = self._reindex(self._progress)
            except BaseException:
                there.rename(self.folder / id)
                raise
            self._progress(f"moved {id} to {there}")
            return there

    def _add(
        self, files: Sequence[tuple[str, bytes]], events: queue.SimpleQueue[Event | BaseException | None]
    ) -> None:
        added: list[Path] = []
        with self._changing:
            try:
                for given, raw in files:
                    shown = unicodedata.normalize("NFC", given).encode(errors="replace").decode()
                    try:
                        added.append(add_file(self.folder, clean_name(given), raw))
                    except ValueError as problem:
                        events.put(Event("refused", shown, str(problem)))
                    else:
                        events.put(Event("added", shown, "added"))
                if added:
                    self._state = self._reindex(lambda line: events.put(Event("progress", detail=line)))
                events.put(Event("ready", detail=f"{len(self.documents)} documents"))
            except BaseException as problem:
                for path in added:
                    path.unlink(missing_ok=True)
                events.put(problem)
        events.put(None)

    def _reindex(self, progress: Callable[[str], None]) -> _State:
        """The state once the folder, as it is now, is indexed."""
        try:
            build_index(read_documents(self.folder), self._index, self._embedder, progress=progress)
        except EmptyCorpus as empty:
            return _State(None, empty.skipped)
        return self._open()

    def _open(self) -> _State:
        index = open_index(self._index)
        chatbot = Chatbot(index, self._embedder, reader=self._reader, llm=self.llm)
        return _State(chatbot, index.card.skipped)
