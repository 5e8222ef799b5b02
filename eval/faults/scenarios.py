"""What a change is that something fails in, and what may be found afterwards."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rag import Answer, Chatbot, build_index, read_documents
from rag.datatypes import Vectors
from rag.errors import IndexMissing
from rag.index.places import open_index
from rag.index.store import Index
from rag.index.verification import verify_index

QUESTIONS = ("What is the fox called?", "How many hens does the fox eat?", "What is the whale called?")

Found = tuple[tuple[str, str], ...] | None  # the texts of an index by their ids, None if there is none


class LetterEmbedder:
    """A vector of how often each letter stands in a text: enough for an index, and made in no time."""

    name, weights_sha256, dim, window = "letters", "1" * 64, 27, 64

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        counts = [
            [1, *(text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz")] for text in texts
        ]
        rows = np.array(counts, np.float32).reshape(-1, self.dim)
        vectors: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_documents([text])[0]
        return vector


class Scenario(ABC):
    """A change of what is in the folder `home`: its documents, its index and what is kept beside them."""

    may_be_missing = False  # whether there is no index before
    is_of_files = True  # or in a store

    def __init__(self, home: Path) -> None:
        self.home, self.documents, self.index = home, home / "documents", home / "index"
        self._copy = home.with_name("copy")
        self.embedder = LetterEmbedder()
        home.mkdir()
        self.documents.mkdir()
        self.prepare()
        self._answers: dict[Found, list[Answer]] = {}

    @abstractmethod
    def prepare(self) -> None:
        """Make what is there before."""

    @abstractmethod
    def change(self) -> None:
        """Change it."""

    @abstractmethod
    def allowed(self) -> tuple[Found, Found]:
        """What the index may hold: before the change, and after."""

    @property
    def name(self) -> str:
        """What an error must name."""
        return self.home.name

    def keep(self) -> None:
        """Keep what is there, as it is now."""
        shutil.copytree(self.home, self._copy)

    def reset(self) -> None:
        """Put back what was kept."""
        shutil.rmtree(self.home)
        shutil.copytree(self._copy, self.home)

    def check(self) -> str:
        """ "" if all is as it was before or as it is after the change, otherwise what is wrong."""
        try:
            index = self.open()
        except IndexMissing:
            return "" if self.may_be_missing else "the index is gone"
        if _texts(index) not in self.allowed():
            return "the index holds neither what it held nor what it should"
        if problem := self.find_damage(index):
            return problem
        if self._ask(index) != self._expect(_texts(index)):
            return "answers differ"
        return self.check_rest()

    def check_rest(self) -> str:
        """What is wrong with what is beside the index, "" if nothing is."""
        return ""

    def check_changed(self) -> str:
        """What is wrong once the change was made again, "" if it is all there and nothing is left over."""
        if problem := self.check():
            return f"after another try {problem}"
        index = self.open()
        if _texts(index) != self.allowed()[1]:
            return "another try did not bring it about"
        left = self.find_leftovers(index)
        return f"{left[0]} was left over" if left else ""

    def open(self) -> Index:
        """What is answered from."""
        return open_index(self.index)

    def find_damage(self, index: Index) -> str:
        """What is wrong with the index that opens, "" if nothing is."""
        faults = verify_index(self.index)[1]
        return f"verify says {faults[0]}" if faults else ""

    def find_leftovers(self, index: Index) -> list[str]:
        """What is there beside the index that no reader needs."""
        left = [
            path.name for path in self.index.iterdir() if path.name.startswith((".writing-", "building-"))
        ]
        return left + [path.name for path in self.index.glob("generation-*")][1:]

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.documents / name).write_text(text, encoding="utf-8")

    def build(self) -> None:
        build_index(read_documents(self.documents), self.index, self.embedder)

    def _ask(self, index: Index) -> list[Answer]:
        bot = Chatbot(index, self.embedder)
        return [bot.ask(question) for question in QUESTIONS]

    def _expect(self, texts: Found) -> list[Answer]:
        """The answers over an index of these texts, made afresh in another folder."""
        if texts not in self._answers:
            there = self.home.with_name("expected")
            shutil.rmtree(there, ignore_errors=True)
            (there / "documents").mkdir(parents=True)
            for name, text in texts or ():
                (there / "documents" / name).write_text(text, encoding="utf-8")
            build_index(read_documents(there / "documents"), there / "index", self.embedder)
            self._answers[texts] = self._ask(open_index(there / "index"))
        return self._answers[texts]


def _texts(index: Index) -> Found:
    return tuple((document.id, document.text) for document in index.documents)
