"""The archive: what is put is read back, each owner's alone, and what is deleted is gone."""

from __future__ import annotations

import inspect
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st
from small import ROOT

import rag
from rag.conversations.archive import Archive
from rag.conversations.database import WRITING
from rag.conversations.records import Exchange, deserialise, serialise, title_of, trim_passages
from rag.conversations.schema import TABLES
from rag.datatypes import (
    Answer,
    Citation,
    Difference,
    Document,
    Passage,
    StageRank,
    Statement,
    Turn,
    Where,
)
from rag.errors import ArchiveError, RagError
from rag.postgres.schema import migrate
from rag.postgres.store import Store

FOX = Document("red.txt", "Foxes", "The red fox sleeps. It dreams.", published=date(2022, 12, 19))
FROG = Document("green.txt", "Frogs", "The green frog sings.", "A publisher", kind="article", url="http://x")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def exchange(question="Who sleeps?", document=FOX):
    """An answer that cites the first sentence of a document."""
    end = document.text.index(".") + 1
    cited = Citation(1, document, 0, end, document.text[:end])
    passage = Passage(
        document, 0, len(document.text), 1, 0.5, (StageRank("dense", 1, 0.25),), ("fox",), (FROG,)
    )
    statement = Statement(document.text[:end], (cited,), 1.0, fact=(4, 7))
    return Exchange(question, Answer(question, (statement,), (passage,), refused=False, confidence=0.75))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "conversations.sqlite3"


@pytest.fixture(scope="module")
def shared(postgres):
    """A store with its tables, as an index makes them."""
    made = Store(postgres.make_database())
    migrate(made)
    return made


def pytest_generate_tests(metafunc):
    """Ask a file and a store the same, but for what looks at the file itself."""
    if "archive" in metafunc.fixturenames:
        of_file = {"path", "kept"} & {*inspect.signature(metafunc.function).parameters}
        metafunc.parametrize("archive", ["file"] if of_file else ["file", "store"], indirect=True)


@pytest.fixture
def archive(request, path):
    """An archive whose clock goes on by a second at each look."""
    seconds = iter(range(10_000))
    place = path if request.param == "file" else request.getfixturevalue("shared")
    with closing(Archive(place, clock=lambda: START + timedelta(seconds=next(seconds)))) as opened:
        yield opened
        if request.param == "store":
            with opened._file.open(WRITING) as connection:
                for table in reversed(TABLES.sorted_tables):
                    connection.execute(table.delete())


def bytes_of(path):
    """All that the disk has of the archive: the file, its log and its memory."""
    return b"".join(part.read_bytes() for part in path.parent.iterdir())


# What is put is read back


def test_real_answers_survive(archive, chatbot):
    first = chatbot.ask("Who ordered the review?")
    history = [Turn("Who ordered the review?", first.text, tuple(c.quote for c in first.citations))]
    asked = {
        "Who ordered the review?": first,
        "How long was he health secretary?": chatbot.ask(
            "How long was he health secretary?", history=history
        ),
        "What is the capital of Australia?": chatbot.ask("What is the capital of Australia?"),
        "When was the Hewitt Review published?": chatbot.ask("When was the Hewitt Review published?"),
        "what did the union say in 2022?": chatbot.ask("what did the union say in 2022?"),
    }
    answers = list(asked.values())
    assert any(a.refused for a in answers) and any(a.prefers for a in answers)
    assert any(a.statements[0].fact for a in answers if a.statements)
    exchanges = tuple(
        Exchange(question, answer, Where(since=date(2022, 1, 1)) if turn else None, "up", "Quite.")
        for turn, (question, answer) in enumerate(asked.items())
    )
    id = archive.begin("me")
    for turn, one in enumerate(exchanges, start=1):
        archive.save("me", id, turn, one)
    back = archive.conversation("me", id).exchanges
    assert back == tuple(replace(one, answer=trim_passages(one.answer)) for one in exchanges)
    assert [one.answer.text for one in back] == [answer.text for answer in answers]
    assert [one.answer.citations for one in back] == [answer.citations for answer in answers]


def test_differences_and_what_a_model_wrote_survive(archive):
    one = exchange()
    statements = (replace(one.answer.statements[0], unsupported=("42",), attribution="A, 1 May 2020"),)
    told = Difference("differ", (1, 1), ("May", "June"))
    answer = replace(
        one.answer,
        statements=statements,
        differences=(told,),
        author="a-model",
        notice="it broke off",
        prefers=Where(("green.txt",), ("A publisher",), date(2020, 1, 1), date(2021, 1, 1)),
    )
    id = archive.begin("me")
    archive.save("me", id, 1, replace(one, answer=answer))
    assert archive.conversation("me", id).exchanges == (replace(one, answer=answer),)


def test_a_document_is_the_same_object_wherever_it_is_cited(archive):
    """web/page/sources.py finds the passage of a citation by it."""
    id = archive.begin("me")
    for turn in (1, 2):
        archive.save("me", id, turn, exchange())
    one, other = (e.answer for e in archive.conversation("me", id).exchanges)
    assert one.citations[0].document is one.passages[0].document is other.citations[0].document


@given(
    question=st.text(st.characters()),
    document=st.text(st.characters(), min_size=1),
    title=st.text(st.characters()),
    comment=st.text(st.characters()),
    confidence=st.floats(0, 1),
    day=st.none() | st.dates(),
)
def test_any_unicode_survives(question, document, title, comment, confidence, day):
    source = Document("a.txt", title, document, published=day, date_note=comment)
    cited = Citation(1, source, 0, len(document), document)
    answer = Answer(question, (Statement(document, (cited,), 1.0),), (), False, confidence=confidence)
    content, documents = serialise(Exchange(question, answer, Where((title,), (comment,), day)))
    assert deserialise(content, documents) == (answer, Where((title,), (comment,), day))


@pytest.mark.parametrize("text", ["\ud83d", "\ud83d\ude00", "a\0b", "\u202e", "😀", ""])
def test_odd_text_survives_in_the_file(archive, text):
    id = archive.begin(text)
    odd = Document("odd.txt", text, f"The fox.{text}")
    archive.save(text, id, 1, replace(exchange(text, odd), comment=text))
    (back,) = archive.conversation(text, id).exchanges
    assert (back.question, back.comment, back.answer.citations[0].document) == (text, text, odd)
    assert [h.title for h in archive.headings(text)] == [title_of(text)]
    assert archive.conversation("me", text) is None


def test_kept_are_the_passages_that_the_page_shows():
    long = Document("long.txt", "Long", "word " * 100)
    passages = tuple(Passage(long, 10 * n, 10 * n + 10, n + 1, 0.5) for n in range(8))
    other = Passage(FOX, 0, 10, 9, 0.1)
    cited = Citation(1, long, 25, 29, long.text[25:29])
    answer = Answer("?", (Statement("word", (cited,), 1.0),), (*passages, other), refused=False)
    assert trim_passages(answer).passages == (passages[2],)
    assert trim_passages(replace(answer, prefers=Where(("red.txt",)))).passages == (passages[2], other)
    refused = replace(answer, statements=(), refused=True)
    assert trim_passages(refused).passages == passages[:5]
    assert trim_passages(trim_passages(refused)) == trim_passages(refused)
    same = replace(long, id="copy.txt")
    assert trim_passages(replace(answer, passages=(Passage(same, 20, 30, 1, 0.5),))).passages == ()


def test_documents_are_kept_once_and_as_they_were(archive, path):
    id = archive.begin("me")
    for turn in range(1, 5):
        archive.save("me", id, turn, exchange(f"Question {turn}"))
    later = replace(FOX, text="The red fox wakes.")
    archive.save("me", id, 5, exchange(document=later))
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM documents").fetchone() == (3,)  # two foxes and the frog
    cited = [e.answer.citations[0].document for e in archive.conversation("me", id).exchanges]
    assert cited == [FOX] * 4 + [later]


# A conversation goes on


def test_a_streamed_answer_replaces_itself_and_the_same_is_not_written(archive, path):
    id = archive.begin("me")
    whole = exchange()
    archive.save("me", id, 1, replace(whole, answer=replace(whole.answer, statements=(), passages=())))
    archive.save("me", id, 1, whole)
    changed, written = archive.conversation("me", id).changed, bytes_of(path)
    archive.save("me", id, 1, whole)
    assert archive.conversation("me", id).changed == changed and bytes_of(path) == written
    assert archive.conversation("me", id).exchanges == (whole,)


def test_cut_forgets_an_exchange_and_all_after_it(archive):
    id = archive.begin("me")
    for turn in range(1, 5):
        archive.save("me", id, turn, exchange(f"Question {turn}"))
    archive.truncate("me", id, 3)
    assert [e.question for e in archive.conversation("me", id).exchanges] == ["Question 1", "Question 2"]
    archive.save("me", id, 3, exchange("Another"))
    assert [e.question for e in archive.conversation("me", id).exchanges][2:] == ["Another"]


def test_no_turn_is_left_out(archive):
    """A window that was left behind by a cut in another one adds nothing."""
    id = archive.begin("me")
    archive.save("me", id, 2, exchange())
    assert archive.conversation("me", id).exchanges == ()
    with pytest.raises(ValueError, match="turn is 0, expected a number from 1"):
        archive.save("me", id, 0, exchange())


def test_titles_come_from_the_first_question(archive):
    id = archive.begin("me")
    assert archive.headings("me") == () and archive.conversation("me", id).title == ""
    archive.save("me", id, 1, exchange("Who\nordered  the review?"))
    archive.save("me", id, 2, exchange("And when?"))
    assert (
        archive.headings("me")[0].title == archive.conversation("me", id).title == "Who ordered the review?"
    )
    archive.truncate("me", id, 1)
    archive.save("me", id, 1, exchange("Foxes " * 30))
    assert archive.headings("me")[0].title == ("Foxes " * 30)[:77] + "…"


def test_a_greeting_names_no_conversation(archive, chatbot):
    id = archive.begin("me")
    for turn, question in enumerate(["Hello!", "Thanks", "Who ordered the review?", "And when?"], start=1):
        archive.save("me", id, turn, Exchange(question, chatbot.ask(question)))
        (heading,) = archive.headings("me")
        assert heading.title == archive.conversation("me", id).title
        assert heading.title == ("Hello!" if turn < 3 else "Who ordered the review?")


def test_a_conversation_is_called_what_its_owner_calls_it(archive, path):
    id = archive.begin("me")
    archive.save("me", id, 1, exchange())
    before = archive.conversation("me", id)
    archive.rename("me", id, "  The\n\u202efoxes \ud83d " + "word " * 30)
    (heading,) = archive.headings("me")
    assert heading.title == archive.conversation("me", id).title == ("The foxes " + "word " * 30)[:79] + "…"
    assert heading.changed == before.changed
    archive.save("me", id, 2, exchange("And what else?"))
    assert archive.headings("me")[0].title == heading.title
    archive.rename("you", id, "Mine")
    archive.rename("me", "nothing", "Mine")
    assert archive.headings("me")[0].title == heading.title
    archive.rename("me", id, " \n")
    assert [h.title for h in archive.headings("me")] == ["Who sleeps?"] and b"The foxes" not in bytes_of(path)


def test_conversations_are_found_by_words_of_title_questions_and_answers(archive):
    """A document's own words count only where an answer has them, and the names of fields nowhere."""
    fox, frog = archive.begin("me"), archive.begin("me")
    archive.save("me", fox, 1, exchange("Was schläft ÜBER Tag?"))
    archive.save("me", frog, 1, exchange("Who sings?", FROG))
    archive.save("me", frog, 2, exchange("Whose 100%_fox is it?", FROG))
    archive.rename("me", frog, "Ponds")
    theirs = archive.begin("you")
    archive.save("you", theirs, 1, exchange())

    def found(words):
        return [heading.id for heading in archive.headings("me", words)]

    assert found("") == found(" ") == [frog, fox]
    assert found("red") == [fox] and found("über") == [fox] and found("SCHLÄFT red") == [fox]
    assert found("sings ponds %_") == [frog] and found("ponds red") == []
    for words in ("dreams", "statements", "green.txt", "who sleeps", "0.75", "quote"):
        assert found(words) == [], words


def test_the_last_to_go_on_is_listed_first_and_times_are_utc(archive):
    first, second = archive.begin("me"), archive.begin("me")
    archive.save("me", first, 1, exchange("One"))
    archive.save("me", second, 1, exchange("Two"))
    assert [h.title for h in archive.headings("me")] == ["Two", "One"]
    archive.save("me", first, 2, exchange("Three"))
    archive.rate("me", second, 1, "up", "")
    assert [h.title for h in archive.headings("me")] == ["One", "Two"]
    there = archive.conversation("me", first)
    assert (there.begun, there.changed) == (START, START + timedelta(seconds=4))
    assert there.begun.tzinfo is UTC and archive.headings("me")[0].changed == there.changed


def test_a_clock_of_another_zone_is_understood(path):
    with closing(Archive(path, clock=lambda: START.astimezone(timezone(timedelta(hours=5))))) as archive:
        assert archive.conversation("me", archive.begin("me")).begun == START


def test_ratings_are_kept_taken_back_and_listed(archive):
    one, two = archive.begin("me"), archive.begin("you")
    for turn in (1, 2, 3):
        archive.save("me", one, turn, exchange(f"Question {turn}"))
    archive.save("you", two, 1, exchange("Yours"))
    archive.rate("you", two, 1, "down", "wrong \ud800")
    archive.rate("me", one, 3, "up", "")
    archive.rate("me", one, 2, "up", "good")
    archive.rate("me", one, 9, "up", "there is none")
    rated = list(archive.ratings())
    assert [[e.question for e in known] for known in rated] == [
        ["Question 1", "Question 2"],
        ["Question 1", "Question 2", "Question 3"],
        ["Yours"],
    ]
    assert [(known[-1].thumb, known[-1].comment) for known in rated] == [
        ("up", "good"),
        ("up", ""),
        ("down", "wrong \ud800"),
    ]
    archive.rate("you", two, 1, "", "")
    assert len(list(archive.ratings())) == 2
    with pytest.raises(ValueError, match="thumb is 'sideways', expected 'up', 'down' or ''"):
        archive.rate("me", one, 1, "sideways", "")
    with pytest.raises(ValueError, match="thumb is 'sideways'"):
        replace(exchange(), thumb="sideways")


# Each owner's alone


def test_owners_are_kept_apart(archive):
    id = archive.begin("me")
    archive.save("me", id, 1, exchange())
    mine = archive.conversation("me", id)
    for stranger in ("you", "", "ME", "m%", id):
        assert archive.conversation(stranger, id) is None and archive.headings(stranger) == ()
        archive.save(stranger, id, 1, exchange("Theirs", FROG))
        archive.save(stranger, id, 2, exchange("Theirs", FROG))
        archive.rate(stranger, id, 1, "down", "theirs")
        archive.truncate(stranger, id, 1)
        archive.delete(stranger, id)
        archive.delete_all(stranger)
    assert archive.conversation("me", id) == mine


def test_ids_differ_and_the_owner_is_not_in_the_file(archive, path):
    ids = {archive.begin("the-name-in-the-cookie") for _ in range(20)}
    assert len(ids) == 20 and min(map(len, ids)) >= 22
    assert b"the-name-in-the-cookie" not in bytes_of(path)


def test_file_and_folder_are_the_users_own(archive, path):
    archive.begin("me")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()} == {0o600}
    assert {part.name for part in path.parent.iterdir()} <= {path.name + end for end in ("", "-wal", "-shm")}


# What is deleted is gone


@pytest.mark.parametrize("how", ["cut", "delete", "delete_all"])
def test_deleted_words_are_gone_from_the_disk(archive, path, how):
    secret = Document("secret.txt", "Xylophone", "Quagga lives here. " * 2_000)
    stays, goes = archive.begin("me"), archive.begin("you")
    archive.save("me", stays, 1, exchange("Who remains?"))
    archive.save("you", goes, 1, replace(exchange("Zyzzyva?", secret), comment="Wombat"))
    archive.save("you", goes, 1, replace(exchange("Zyzzyva once more?", secret), comment="Wombat"))
    words = [b"Quagga", b"Zyzzyva", b"Wombat", b"Xylophone", b"secret.txt"]
    assert all(word in bytes_of(path) for word in words)
    {
        "cut": lambda: archive.truncate("you", goes, 1),
        "delete": lambda: archive.delete("you", goes),
        "delete_all": lambda: archive.delete_all("you"),
    }[how]()
    assert not any(word in bytes_of(path) for word in words)
    assert b"Who remains?" in bytes_of(path) and archive.conversation("me", stays).exchanges == (
        exchange("Who remains?"),
    )
    assert (archive.conversation("you", goes) is None) is (how != "cut")


def test_words_that_a_crash_left_are_gone_after_the_next_opening(path):
    """A process that dies between a deletion and the emptying of the log."""
    crash = (
        "import os, sys; sys.path[:0] = ['tests', '.']\n"
        "from pathlib import Path\nfrom tests.conversations.test_archive import Archive, exchange\n"
        f"archive = Archive(Path({str(path)!r}))\n"
        "id = archive.begin('me'); archive.save('me', id, 1, exchange('Zyzzyva?'))\n"
        "archive._file.overwrite = lambda: os._exit(0)\narchive.delete('me', id)"
    )
    subprocess.run([sys.executable, "-c", crash], cwd=ROOT, check=True, timeout=60)
    assert b"Zyzzyva" in bytes_of(path)
    with closing(Archive(path)):
        assert b"Zyzzyva" not in bytes_of(path)


# Many at once


def at_once(*tasks):
    """Run each task in a thread of its own, all from the same moment; what they raised."""
    together, raised = threading.Barrier(len(tasks)), []

    def run(task):
        together.wait()
        try:
            task()
        except Exception as problem:
            raised.append(problem)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def converse(archive, owner):
    id = archive.begin(owner)
    for turn in range(1, 7):
        for text in ("The red fox.", "The red fox sleeps."):
            archive.save(owner, id, turn, exchange(f"{owner} {turn}", replace(FOX, text=text)))
    archive.truncate(owner, id, 6)


def whole(archive, owner):
    (heading,) = archive.headings(owner)
    last = replace(FOX, text="The red fox sleeps.")
    there = archive.conversation(owner, heading.id).exchanges
    return there == tuple(exchange(f"{owner} {turn}", last) for turn in range(1, 6))


def test_many_threads_write_at_once(archive):
    owners = [f"owner {n}" for n in range(20)]
    assert at_once(*(lambda owner=owner: converse(archive, owner) for owner in owners)) == []
    assert all(whole(archive, owner) for owner in owners)


def test_one_file_is_made_once_by_many_that_open_it_at_once(path):
    def alone(owner):
        with closing(Archive(path)) as mine:
            converse(mine, owner)

    owners = [f"owner {n}" for n in range(12)]
    assert at_once(*(lambda owner=owner: alone(owner) for owner in owners)) == []
    with closing(Archive(path)) as archive:
        assert all(whole(archive, owner) for owner in owners)
    assert [part.name for part in path.parent.iterdir()] == [path.name]


def test_two_processes_share_a_file(archive, path):
    other = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "from pathlib import Path\nfrom tests.conversations.test_archive import Archive, converse\n"
        f"archive = Archive(Path({str(path)!r}))\nprint('open', flush=True)\n"
        "[converse(archive, f'other {n}') for n in range(10)]\narchive.close()"
    )
    command = [sys.executable, "-c", other]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout.readline() == "open\n"
        for n in range(10):
            converse(archive, f"mine {n}")
        assert running.communicate(timeout=60)[1] == ""
    assert all(whole(archive, f"{whose} {n}") for whose in ("mine", "other") for n in range(10))


# What goes wrong


def refused(path):
    """The one line by which opening a file is refused."""
    with pytest.raises(ArchiveError) as raised:
        Archive(path)
    assert isinstance(raised.value, RagError)
    message = str(raised.value)
    assert str(path) in message and "\n" not in message and "expected" in message
    return message


def test_a_file_of_a_newer_form_is_refused_and_left_alone(path):
    Archive(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 7")
    before = path.read_bytes()
    assert "form 7, expected form 3: open it with the version of Footnote" in refused(path)
    assert path.read_bytes() == before


def test_a_file_of_the_first_form_is_brought_up_to_date(path):
    with closing(Archive(path)) as archive:
        id = archive.begin("me")
        archive.save("me", id, 1, exchange())
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE conversations DROP COLUMN title")
        for table in ("conversations", "exchanges"):
            file.execute(f"ALTER TABLE {table} DROP COLUMN sha256")
        file.execute("PRAGMA user_version = 1")
    for _ in range(2):
        with closing(Archive(path)) as archive:
            assert archive.conversation("me", id).exchanges == (exchange(),)
            archive.rename("me", id, "Foxes")
            assert [h.title for h in archive.headings("me")] == ["Foxes"]


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "theirs")) as file:
        file.execute("CREATE TABLE theirs (field)")
    before = (tmp_path / "theirs").read_bytes()
    assert "something else (application 0x0), expected conversations of Footnote" in refused(
        tmp_path / "theirs"
    )
    assert (tmp_path / "theirs").read_bytes() == before and not (tmp_path / "theirs-wal").exists()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "text").write_text("Not a database. " * 100)
    assert "file is not a database" in refused(tmp_path / "text")


def test_a_damaged_file_is_refused(archive, path):
    id = archive.begin("me")
    for turn in range(1, 4):
        archive.save("me", id, turn, exchange(document=replace(FOX, text=f"The fox. {turn}" * 2_000)))
    archive.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    with closing(Archive(path)) as damaged, pytest.raises(ArchiveError, match="malformed"):
        damaged.conversation("me", id)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE exchanges SET content = 'nonsense'", "a record is damaged: "),
        ("UPDATE exchanges SET content = X'7b7d'", "a record is damaged: KeyError"),
        ("UPDATE exchanges SET content = X'ff'", "a record is damaged: UnicodeDecodeError"),
        (
            "UPDATE exchanges SET content = CAST(replace(content, '\"start\":0', '\"start\":1') AS BLOB)",
            "a record is damaged: ValidationError",
        ),
        ("UPDATE documents SET content = X'7b7d'", "a record is damaged: ValidationError"),
        ("DELETE FROM uses; DELETE FROM documents", "a record is damaged: KeyError"),
    ],
)
def test_a_damaged_record_is_refused(archive, path, change, told):
    id = archive.begin("me")
    archive.save("me", id, 1, exchange())
    with closing(sqlite3.connect(path)) as file:
        file.executescript(change)
    with pytest.raises(ArchiveError) as raised:
        archive.conversation("me", id)
    assert told in str(raised.value) and str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    assert "(" in refused(tmp_path / "file" / "conversations.sqlite3")
    assert "Is a directory" in refused(tmp_path) or "unable to open" in refused(tmp_path)
    refused(ROOT.__class__("/proc/nowhere/conversations.sqlite3"))


FULL = """
import resource, sys; sys.path[:0] = ['tests', '.']
from pathlib import Path
from tests.conversations.test_archive import Archive, ArchiveError, Document, exchange
archive = Archive(Path(sys.argv[1]))
id = archive.begin('me')
archive.save('me', id, 1, exchange())
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    archive.save('me', id, 2, exchange(document=Document('a', 'A', 'The fox. ' * 100_000)))
except ArchiveError as problem:
    print(problem)
assert archive.conversation('me', id).exchanges == (exchange(),)
"""


def test_a_full_disk_is_told_in_one_line_and_harms_nothing(path):
    ended = subprocess.run(
        [sys.executable, "-c", FULL, path], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stderr == "" and ended.stdout.count("\n") == 1
    assert ended.stdout.startswith(f"cannot keep conversations in {path} (")


def test_a_damaged_question_is_refused(archive, path):
    archive.save("me", archive.begin("me"), 1, exchange())
    with closing(sqlite3.connect(path)) as file:
        file.executescript("UPDATE exchanges SET question = X'ff'")
    with pytest.raises(ArchiveError, match="a record is damaged: UnicodeDecodeError"):
        archive.headings("me")


LOCKED = """
import os, sys; sys.path[:0] = ['tests', '.']
from pathlib import Path
from tests.conversations.test_archive import Archive, ArchiveError
folder = Path(sys.argv[1])
folder.chmod(0o500)
if not os.geteuid():  # root may write anywhere
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
try:
    Archive(folder / 'conversations.sqlite3')
except ArchiveError as problem:
    print(problem)
"""


def test_a_read_only_folder_is_refused(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", LOCKED, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stderr == "" and "Permission denied" in ended.stdout and ended.stdout.count("\n") == 1


def test_the_archive_is_no_part_of_the_library():
    """rag itself opens in no longer time for it."""
    loaded = "import sys, rag; print('sqlalchemy' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout == "False\n" and not hasattr(rag, "Archive")
