"""Conversations in a shared database: what only a database can get wrong; tests/conversations/test_archive.py
asks it the same as a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from rag.conversations.archive import Archive
from rag.conversations.database import READING, WRITING
from rag.conversations.postgres import SharedDatabase
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Citation, Document, Statement
from rag.errors import ArchiveError
from rag.postgres.schema import migrate
from rag.postgres.server import ARCHIVE, LOCKS
from rag.postgres.store import Store

FOX = Document("red.txt", "Foxes", "The red fox sleeps.")
ANSWER = Answer("Who sleeps?", (), (), refused=True)


@pytest.fixture
def shared(store):
    migrate(Store(store))
    return Store(store)


def test_conversation_begun_at_one_replica_goes_on_at_the_other(shared):
    with closing(Archive(shared)) as one, closing(Archive(shared)) as other:
        id = one.begin("me")
        one.save("me", id, 1, Exchange("Who sleeps?", ANSWER))
        other.save("me", id, 2, Exchange("Where?", ANSWER))
        assert [e.question for e in one.conversation("me", id).exchanges] == ["Who sleeps?", "Where?"]
        assert other.headings("me") == one.headings("me") and other.conversation("you", id) is None


def test_replicas_that_save_at_once_keep_each_exchange_and_a_document_once(shared, postgres):
    cited = Citation(1, FOX, 0, len(FOX.text), FOX.text)
    answer = Answer("Who?", (Statement(FOX.text, (cited,), 1.0),), (), refused=False)
    with closing(Archive(shared)) as one, closing(Archive(shared)) as other:
        ids = [one.begin("me") for _ in range(24)]
        with ThreadPoolExecutor(8) as threads:
            saved = [
                threads.submit((one, other)[n % 2].save, "me", ids[n // 2], 1, Exchange(f"Who {n}?", answer))
                for n in range(48)
            ]
            assert [each.result() for each in saved] == [None] * 48
        assert all(len(one.conversation("me", id).exchanges) == 1 for id in ids)
        assert postgres.run("SELECT count(*) FROM documents", shared.url) == [(1,)]


@pytest.mark.parametrize("column", ["comment", "question"])
def test_row_that_was_not_written_so_is_damage(shared, postgres, column):
    with closing(Archive(shared)) as archive:
        id = archive.begin("me")
        archive.save("me", id, 1, Exchange("Who sleeps?", ANSWER))
        postgres.run(f"UPDATE exchanges SET {column} = 'x'", shared.url)
        with pytest.raises(ArchiveError, match="a record is damaged"):
            archive.conversation("me", id)
        with pytest.raises(ArchiveError, match="its sha256 is not that of the record"):
            archive.rate("me", id, 1, "up", "")


def test_connections_that_broke_are_made_anew(shared, postgres):
    with closing(Archive(shared)) as archive:
        id = archive.begin("me")
        archive.save("me", id, 1, Exchange("Who sleeps?", ANSWER))
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()",
            shared.url,
        )
        assert len(archive.headings("me")) == 1


def test_one_writes_at_a_time_and_who_reads_does_not_wait(shared, postgres):
    is_free = f"SELECT pg_try_advisory_xact_lock({LOCKS}, {ARCHIVE})"
    with closing(SharedDatabase(shared)) as database:
        with database.open(WRITING):
            assert postgres.run(is_free, shared.url) == [(False,)]
        with database.open(READING):
            assert postgres.run(is_free, shared.url) == [(True,)]
