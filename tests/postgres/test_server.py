"""What goes wrong with a store is one line that says what mends it, and never the password."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg.conninfo import conninfo_to_dict
from small import build

import rag
from rag.conversations.archive import Archive
from rag.conversations.schema import TABLES
from rag.errors import ArchiveError, StoreError
from rag.index.places import open_index
from rag.postgres.schema import check, migrate
from rag.postgres.server import Server
from rag.postgres.store import Store, check_packages


def one_line(problem):
    text = str(problem.value)
    assert "\n" not in text and "secret" not in text
    return text


def test_wrong_password_and_right_one(postgres, documents, store):
    postgres.require_password("guarded", "the-2024#sec?secret")
    name = store.split("/")[3].split("?")[0]
    postgres.run(f"ALTER DATABASE {name} OWNER TO guarded")
    postgres.run("CREATE EXTENSION vector", store)
    url = store.replace("postgres:@", "guarded:not-the-2024#sec?secret@")
    with pytest.raises(StoreError, match='password authentication failed for user "guarded"') as problem:
        open_index(url)
    assert "~/.pgpass" in one_line(problem) and f"postgresql://guarded@/{name}" in one_line(problem)
    url = url.replace("not-the-", "the-")
    build(documents, url)
    assert len(open_index(url).documents) == 3
    assert repr(Store(url)) == str(Store(url)) == f"postgresql://guarded@/{name}"


def test_no_server():
    with pytest.raises(StoreError, match=r"the store postgresql://me@127.0.0.1:1/x .*refused") as problem:
        rag.open_chatbot("postgresql://me:secret@127.0.0.1:1/x")
    one_line(problem)
    with pytest.raises(ArchiveError, match="cannot use the store") as problem:
        Archive(Store("postgresql://me:secret@127.0.0.1:1/x"))
    one_line(problem)


def test_no_database_is_told(postgres):
    url = postgres.serve.get_uri(database="nothing")
    with pytest.raises(StoreError, match='database "nothing" does not exist') as problem:
        open_index(url)
    one_line(problem)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:sec/ret@host/x",
        "postgresql://me:p@host:secret/x",
        "postgresql://[me:secret@host/x",
        "postgresql://me:123/4sec@host/x",
        "postgresql://me:p@host/x?secret=1",
        "postgresql://me:p@secret@host/x",
        "postgresql://me:p@host@secret/x",
        "postgresql://me:1/2?secret@host/x",
        "postgresql://me:1/2#secret@host/x",
        "postgresql://me:1?2/secret@host/x",
        "postgresql://host?password=secret@1",
        "postgresql://host:1?password=p@secret",
        "postgresql://me:p@ho\nst/secret",
        "PostgreSQL://me:secret@host/x",
        Path("postgresql://me:secret@host/x"),
    ],
)
def test_address_that_is_none_is_not_repeated(url):
    with pytest.raises((ValueError, StoreError), match="expected postgresql://USER@HOST/DATABASE") as problem:
        open_index(url)
    assert "sec" not in one_line(problem)


@pytest.mark.parametrize("sign", "#?&=:[]")
def test_password_is_cut_off_where_libpq_does_it(sign):
    store = Store(f"postgres://me:{sign}2024{sign}p@db:1/x?sslmode=require")
    assert str(store) == "postgresql://me@db:1/x"
    parsed = conninfo_to_dict(store.url)
    assert (parsed["password"], parsed["host"], parsed["port"]) == (f"{sign}2024{sign}p", "db", "1")
    assert str(Store("postgresql://db,[::1]:2?sslmode=require")) == "postgresql://db,[::1]:2"


def test_server_without_pgvector(documents, store):
    blind = f"{store}&options=-c%20extension_control_path%3D/nowhere"
    with pytest.raises(StoreError, match="has no pgvector: install it there") as problem:
        build(documents, blind)
    one_line(problem)
    build(documents, store)  # nothing of the attempt is left


def test_database_without_an_encoding(documents, postgres):
    postgres.run("CREATE DATABASE plain ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    url = postgres.serve.get_uri(database="plain")
    (documents / "cup.txt").write_text("The red cup of the café, “naïve”.", encoding="utf-8")
    build(documents, f"{url}&client_encoding=latin1")
    assert open_index(url).documents[1].text == "The red cup of the café, “naïve”."
    Archive(Store(url)).close()


def test_error_that_is_not_of_the_connection_says_nothing_of_passwords(documents, store, postgres):
    build(documents, store)
    postgres.run("ALTER TABLE index_parts RENAME TO elsewhere", store)
    with pytest.raises(StoreError, match=r'"index_parts" does not exist.*expected the tables as') as problem:
        open_index(store)
    assert "password" not in one_line(problem)


def test_tables_that_are_missing_older_or_newer(documents, store, postgres):
    with pytest.raises(rag.IndexMissing, match="build it with `rag index FOLDER --store"):
        open_index(store)
    with pytest.raises(ArchiveError, match="no index in"):
        Archive(Store(store))
    build(documents, store)
    postgres.run("UPDATE alembic_version SET version_num = '9999'", store)
    for attempt in (open_index, lambda url: build(documents, url), lambda url: Archive(Store(url))):
        with pytest.raises(rag.RagError, match=r"is of form 9999, .* newer version") as problem:
            attempt(store)
        one_line(problem)


def test_old_pgvector_is_told(postgres, documents, store):
    build(documents, store)
    postgres.run("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'", store)
    with pytest.raises(StoreError, match=r"has pgvector 0.7.4, expected 0.8 or later") as problem:
        build(documents, store)
    one_line(problem)


def test_user_who_may_not_make_the_extension_is_told(postgres, documents, store):
    postgres.run("CREATE ROLE humble LOGIN")
    with pytest.raises(
        StoreError, match=r"may not make what is needed .* CREATE EXTENSION vector"
    ) as problem:
        build(documents, store.replace("postgres:@", "humble:@"))
    one_line(problem)


def test_making_the_tables_twice_changes_nothing_and_they_are_those_of_conversations(store):
    migrate(Store(store))
    migrate(Store(store))
    check(Store(store))
    with Server(Store(store)).engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in TABLES.tables}
        )
        assert compare_metadata(context, TABLES) == []


def test_packages_that_are_not_installed(monkeypatch):
    monkeypatch.setattr("rag.postgres.store.PACKAGES", ("psycopg", "nothing_of_the_kind"))
    with pytest.raises(StoreError, match=r"needs nothing_of_the_kind, .*pip install 'footnote\[postgres\]'"):
        check_packages()
