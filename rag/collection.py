"""Folders of documents that may change while they are asked, one change at a time."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from rag.chatbot import Chatbot
from rag.datatypes import Document, Skipped
from rag.documents.corpus import Count, count_nothing, read_documents
from rag.documents.folder.changes import Changes, compare
from rag.documents.folder.files import FileState
from rag.documents.folder.folders import Folders
from rag.documents.folder.uploads import find_paths, place_file, remove_file, restore_files
from rag.documents.pages.images import PageImage, render_document_page
from rag.documents.readers.readers import READERS
from rag.errors import EmptyCorpus, PageError, RagError
from rag.events import Event, describe_changes, progress_events, run_change
from rag.index.build import build_index
from rag.index.card import check_current, corpus_folders
from rag.index.freshness import check_folders, is_current, read_folders, read_known, read_selection
from rag.index.places import find_place, read_card
from rag.models.embedder import DEFAULT_MODEL, Embedder, load_embedder
from rag.models.llm import OpenAIModel
from rag.models.reader import load_reader
from rag.postgres.store import Store, locate
from rag.spans import Span

NOT_HERE = "the documents of {0}/ are changed where they are: `rag index FOLDER --store {0}` takes it in"


@dataclass(frozen=True, slots=True)
class _State:
    """What changes all at once: the chatbot, None without documents, the files, those not read."""

    chatbot: Chatbot | None
    skipped: tuple[Skipped, ...]
    files: tuple[FileState, ...]


class Collection:
    """Documents of a folder, or of several, with their index and the chatbot, which may change while asked.

    Safe to share between threads.  Whoever asks takes `chatbot` once and is answered by that one, whatever
    changes meanwhile.  What others do to the folders is taken in by `sync`, or with the next change.
    What is added goes into the first, `folder`.

    The folders are indexed first unless the index is current, by the patterns that the index was made with.
    Without `folder` they are those of the index, which must be there; if one is gone, the texts in the
    index serve, as always those in a store (``postgresql://…``): its folders are on another machine.

    Raises CorpusError if a folder is missing or lies in another, or a sources.toml is wrong, and as
    `rag.open_chatbot` if the index is missing, damaged, or of another model.
    """

    def __init__(
        self,
        index: str | Path | Store,
        folder: str | Path | Sequence[str | Path] | None = None,
        *,
        llm: OpenAIModel | None = None,
        embedder: Embedder | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        card = None if folder else read_card(index)
        self._place, self._index, self._indexed = find_place(index), locate(index), read_folders(index)
        self.folders = corpus_folders(card, index) if card else Folders.of(folder or (), self._indexed)
        self.folder, self.llm, self._reader = self.folders.paths[0], llm, load_reader()
        if folder:
            self.folders.check()
        self._selection = read_selection(index, self.folders)
        self._progress, self._changing = progress, threading.Lock()
        self._embedder = embedder or load_embedder(card.embedder if card else DEFAULT_MODEL)
        name, weights = self._embedder.name, self._embedder.weights_sha256
        self._check = partial(check_current, index=index, embedder=name, weights=weights, corpus=None)
        if card:
            self._check(card)
        self._is_replica, self._snapshot = bool(card) and isinstance(self._index, Store), ""
        stays = self._is_replica or not self.folders.are_there
        stays = stays or is_current(index, self.folders, embedder=name, weights=weights)
        self._state = self._open() if stays else self._reindex(progress)

    @property
    def chatbot(self) -> Chatbot:
        """The chatbot over the documents as they are now.

        Raises EmptyCorpus if there is no document.
        """
        chatbot = self._state.chatbot
        if chatbot is None:
            raise EmptyCorpus(
                f"no document in {self.folders}/: add files ending in {', '.join(self.suffixes)}",
                self.skipped,
            )
        return chatbot

    @property
    def documents(self) -> Sequence[Document]:
        """Every document, sorted by id."""
        return self._state.chatbot.documents if self._state.chatbot else ()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files of the folders that could not be read, and why."""
        return self._state.skipped

    @property
    def indexing_times(self) -> dict[str, datetime]:
        """When each document was first indexed with the text it has, by its id."""
        times = self._state.chatbot.index.card.indexed if self._state.chatbot else {}
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
        document = next(filter(lambda document: document.id == id, self.documents), None)
        if document is None:
            raise PageError(f"no document {id[:200]!r} in {self.folders}/: expected the id of one there")
        folder, below = self.folders.split(id)
        return render_document_page(replace(document, id=below), folder, number, span, scale=scale)

    def add(self, files: Sequence[tuple[str, bytes]]) -> Iterator[Event]:
        """Add files to `folder`, each a name and its bytes, and yield what happens to them as it happens.

        Nothing is done before the first event is asked for; from then on it is done to the end, even if
        nobody asks for the next one.  If the index cannot be renewed, the files are taken back.

        Raises RagError if the folder or the index cannot be written.
        """
        yield from run_change(lambda tell: self._add(tuple(files), tell))

    def changes(self) -> Changes:
        """What has changed in the folders since they were indexed; bytes are read where size or times differ.

        Raises CorpusError if a folder is not there, or its .ragignore is not valid.
        """
        files = self._state.files
        known = {file.path: file for file in files}
        return compare(files, files if self._is_replica else self.folders.scan(self._selection, known))

    def sync(self) -> Iterator[Event]:
        """Take in what has changed in the folders, if anything has, and yield what happens as `add` does.

        Without folders, over a store, what others have indexed there is taken in.

        Raises RagError if a folder or the index cannot be read or written; then the one before answers.
        """
        yield from run_change(self._sync)

    def remove(self, id: str) -> Path:
        """Take the document out of its folder, and give the file where it went, in the hidden ``.removed/``.

        All its files are taken, or, if `id` is one of its aliases, that one alone; if it is the path of an
        archive, that with all documents in it.

        Raises RagError if there is no such document, it lies in an archive, or the folder or the index cannot
        be written; then it stays.
        """
        with self._changing:
            self._require_folders()
            paths = find_paths(id, self.documents, {file.path for file in self._state.files})
            if not paths:
                raise RagError(f"no document {id!r} in {self.folders}/: expected the id of one that is there")
            there = {path: file for path in paths if os.path.lexists(file := self.folders.locate(path))}
            if id not in there:
                self._state = self._reindex(self._progress)
                raise RagError(f"{self.folders.locate(id)} had gone; the index was renewed without it")
            removed: dict[Path, Path] = {}
            try:
                for path, file in there.items():
                    removed[file] = remove_file(*self.folders.split(path))
                self._state = self._reindex(self._progress)
            except BaseException:
                restore_files(removed)
                raise
            for path, file in there.items():
                self._progress(f"moved {path} to {removed[file]}")
            return removed[there[id]]

    def _add(self, files: Sequence[tuple[str, bytes]], tell: Callable[[Event], None]) -> None:
        added: list[Path] = []
        with self._changing:
            self._require_folders()
            try:
                for given, raw in files:
                    shown = unicodedata.normalize("NFC", given).encode(errors="replace").decode()
                    try:
                        added.append(place_file(self.folder, given, raw, self._selection))
                    except ValueError as problem:
                        tell(Event("refused", shown, str(problem)))
                    else:
                        tell(Event("added", self.folders.at_root(added[-1].name)[0], "added"))
                if added:
                    self._state = self._reindex(*progress_events(tell))
                tell(Event("ready", detail=f"{len(self.documents)} documents"))
            except BaseException:
                for path in added:
                    path.unlink(missing_ok=True)
                raise

    def _sync(self, tell: Callable[[Event], None]) -> None:
        with self._changing:
            before = self._state
            if self._is_replica and self._place.current() != self._snapshot:
                self._state = self._open()
            elif self.changes():
                self._state = self._reindex(*progress_events(tell))
            if self._state is not before:
                for event in describe_changes(compare(before.files, self._state.files), self.skipped):
                    tell(event)
            tell(Event("ready", detail=f"{len(self.documents)} documents"))

    def _reindex(self, progress: Callable[[str], None], count: Count = count_nothing) -> _State:
        """The state once the folders, as they are now, are indexed."""
        with self._place.hold_lock(progress):
            check_folders(self._index, self.folders, self._indexed)
            known = read_known(self._index, self.folders)
            try:
                corpus = read_documents(self.folders, selection=self._selection, known=known, count=count)
                build_index(corpus, self._index, self._embedder, progress=progress, count=count)
            except EmptyCorpus as empty:
                return _State(None, empty.skipped, self.folders.scan(self._selection, known.files))
            return self._open()

    def _open(self) -> _State:
        snapshot = self._place.current()  # before it is opened: a later one is then opened again
        self._check(self._place.find().card)  # before it is opened, which takes long and is tried again
        index = self._place.open()
        self._check(index.card)  # it may be of a later one
        chatbot = Chatbot(index, self._embedder, reader=self._reader, llm=self.llm)
        self._snapshot, self._indexed = snapshot, self.folders
        return _State(chatbot, index.card.skipped, index.files)

    def _require_folders(self) -> None:
        if self._is_replica:
            raise RagError(NOT_HERE.format(self._index))
