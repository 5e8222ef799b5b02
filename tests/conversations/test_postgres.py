"""Conversations in a shared database: what only a database can get wrong; tests/conversations/test_archive.py
asks it the same as a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from rag.conversations.archive import Archive
from rag.conversations.records import Exchange
from rag.datatypes import Answer
from rag.errors import ArchiveError
from rag.postgres.schema import migrate
from rag.postgres.store import Store

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


def test_replicas_that_save_the_same_turn_at_once_leave_one_of_it(shared):
    with closing(Archive(shared)) as one, closing(Archive(shared)) as other:
        id = one.begin("me")
        with ThreadPoolExecutor(8) as threads:
            saved = [
                threads.submit((one, other)[n % 2].save, "me", id, 1, Exchange(f"Who {n}?", ANSWER))
                for n in range(16)
            ]
            assert [each.result() for each in saved] == [None] * 16
        assert len(one.conversation("me", id).exchanges) == 1


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
