"""The changes while which something fails: of an index, of a folder of documents, of conversations."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from eval.faults.scenarios import QUESTIONS, Found, Scenario
from rag import Chatbot, Collection
from rag.backup.backups import write_backup
from rag.backup.restoration import restore_backup
from rag.conversations.archive import NAME, Archive
from rag.conversations.copies import verify_archive
from rag.conversations.records import Exchange, trim_passages
from rag.documents.folder.watch import watch_folders
from rag.postgres.store import Store

BEFORE = {
    "fox.txt": "The fox is called Rust. It eats 12 hens a year.\n",
    "frog.txt": "The frog is called Moss. It was born in 2019.\n",
}
AFTER = BEFORE | {"fox.txt": "The fox is called Ember. It eats 31 hens a year.\n"}
MORE = {"whale.txt": "The whale is called Slate. It sings at night.\n"}
OWNER = "somebody"


class FirstIndex(Scenario):
    """An index is made where none is."""

    may_be_missing = True

    def prepare(self) -> None:
        self.write(BEFORE)

    def change(self) -> None:
        self.build()

    def allowed(self) -> tuple[Found, Found]:
        return None, _found(BEFORE)


class Renewal(Scenario):
    """The index of a folder is made anew, since a document has changed."""

    def prepare(self) -> None:
        self.write(BEFORE)
        self.build()
        self.write(AFTER)

    def change(self) -> None:
        self.build()

    def allowed(self) -> tuple[Found, Found]:
        return _found(BEFORE), _found(AFTER)


class Upload(Scenario):
    """A file is added in the chat."""

    def prepare(self) -> None:
        self.write(BEFORE)
        self._collection = Collection(self.index, self.documents, embedder=self.embedder)

    def change(self) -> None:
        (name, text), *_ = MORE.items()
        events = list(self._collection.add([(name, text.encode())]))
        if any(event.kind == "refused" for event in events):  # it is there from the first try
            self.build()

    def allowed(self) -> tuple[Found, Found]:
        return _found(BEFORE), _found(BEFORE | MORE)

    def check_rest(self) -> str:
        return _check_folder(self.documents, BEFORE, MORE)


class Removal(Scenario):
    """A document is taken out in the chat."""

    def prepare(self) -> None:
        self.write(BEFORE | MORE)
        self._collection = Collection(self.index, self.documents, embedder=self.embedder)

    def change(self) -> None:
        (name, *_) = MORE
        if (self.documents / name).exists():
            self._collection.remove(name)
        else:
            self.build()

    def allowed(self) -> tuple[Found, Found]:
        return _found(BEFORE | MORE), _found(BEFORE)

    def check_rest(self) -> str:
        (name, text), *_ = MORE.items()
        places = [self.documents / name, self.documents / ".removed" / name]
        if not any(place.is_file() and place.read_text(encoding="utf-8") == text for place in places):
            return f"{name} is lost"
        return _check_folder(self.documents, BEFORE, MORE)


class Watch(Scenario):
    """A folder is followed, and a document in it is replaced."""

    def prepare(self) -> None:
        self.write(BEFORE)
        self._collection = Collection(self.index, self.documents, embedder=self.embedder)
        self._later = self.home / "later.txt"
        self._later.write_text(AFTER["fox.txt"], encoding="utf-8")

    def change(self) -> None:
        for number, _ in enumerate(watch_folders([self.documents], self.index)):
            list(self._collection.sync())
            if number:
                return
            if self._later.exists():  # it is there from the first try
                self._later.rename(self.documents / "fox.txt")
            (self.documents / "fox.txt").touch()

    def allowed(self) -> tuple[Found, Found]:
        return _found(BEFORE), _found(AFTER)


class Talk(Scenario):
    """A conversation goes on, and another is deleted."""

    def prepare(self) -> None:
        self.write(BEFORE)
        self.build()
        bot = Chatbot(self.open(), self.embedder)
        self._exchanges = tuple(Exchange(asked, trim_passages(bot.ask(asked))) for asked in QUESTIONS)
        self.archive = self.locate_archive()
        with closing(Archive(self.archive)) as archive:
            self._kept, self._deleted = archive.begin(OWNER), archive.begin(OWNER)
            for id in (self._kept, self._deleted):
                archive.save(OWNER, id, 1, self._exchanges[0])

    def locate_archive(self) -> Path | Store:
        """Where the conversations are."""
        return self.index / NAME

    def change(self) -> None:
        with closing(Archive(self.archive)) as archive:
            for turn in (2, 3):
                archive.save(OWNER, self._kept, turn, self._exchanges[turn - 1])
            archive.delete(OWNER, self._deleted)

    def allowed(self) -> tuple[Found, Found]:
        return _found(BEFORE), _found(BEFORE)

    def check_rest(self) -> str:
        if isinstance(self.archive, Path) and (faults := verify_archive(self.archive)):
            return f"verify says {faults[0]}"
        with closing(Archive(self.archive)) as archive:
            kept, deleted = (archive.conversation(OWNER, id) for id in (self._kept, self._deleted))
        if kept is None or kept.exchanges != self._exchanges[: max(1, len(kept.exchanges))]:
            return "exchanges are lost or altered"
        return "" if deleted is None or deleted.exchanges == self._exchanges[:1] else "half is deleted"


class Backup(Talk):
    """A backup is written over an earlier one."""

    def prepare(self) -> None:
        super().prepare()
        self.file = self.home / "backup.zip"
        write_backup(self.index, self.file)
        super().change()

    def change(self) -> None:
        write_backup(self.index, self.file)

    def check_rest(self) -> str:
        there = self.home.with_name("restored")
        shutil.rmtree(there, ignore_errors=True)
        restore_backup(self.file, there / "index", there / "documents")
        return _check_folder(there / "documents", BEFORE, {}) or super().check_rest()


class Restoration(Talk):
    """A backup is put in the place of what has changed since."""

    def prepare(self) -> None:
        super().prepare()
        self.file = self.home / "backup.zip"
        write_backup(self.index, self.file)
        self.write(AFTER)
        self.build()

    def change(self) -> None:
        restore_backup(self.file, self.index, self.documents)

    def allowed(self) -> tuple[Found, Found]:
        return _found(AFTER), _found(BEFORE)

    def check_rest(self) -> str:
        folders = [self.documents, *self.home.glob("documents.before-restore*")]
        held = [
            {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
            for folder in folders
        ]
        if AFTER not in held:
            return "the documents that were there are lost"
        if (self.documents.is_dir() and held[0] not in (BEFORE, AFTER)) or not self.documents.parent.is_dir():
            return "the folder holds half of the documents"
        return super().check_rest()


SCENARIOS: dict[str, Callable[[Path], Scenario]] = {
    "index": FirstIndex,
    "renewal": Renewal,
    "upload": Upload,
    "removal": Removal,
    "watch": Watch,
    "backup": Backup,
    "restoration": Restoration,
    "conversation": Talk,
}


def _found(files: Mapping[str, str]) -> Found:
    return tuple(sorted(files.items()))


def _check_folder(folder: Path, always: Mapping[str, str], perhaps: Mapping[str, str]) -> str:
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    whole = all(there.get(name) == text for name, text in always.items())
    whole = whole and all(perhaps.get(name) == text for name, text in there.items() if name not in always)
    return "" if whole else f"{folder.name} holds half of a file, or lacks one"
