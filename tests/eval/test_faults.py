"""A small part of `python -m eval.faults`: nothing is lost or silently wrong, and what would be is seen."""

from __future__ import annotations

import os
import signal

import pytest

from eval.faults.__main__ import HARMLESS
from eval.faults.changes import AFTER, BEFORE, SCENARIOS, Renewal
from eval.faults.crashes import fail_at_each_call, kill_at_each_step
from eval.faults.damage import damage_files, flip_bytes
from eval.faults.injection import DONE, TOLD, UNTOLD, Injection, run_child
from eval.faults.races import read_through_commits, write_at_once
from eval.faults.scenarios import Scenario
from eval.faults.stores import stored_scenarios
from rag.durable import replace_file
from rag.errors import RagError

# The others load the reader, or take long.
QUICK = {"index": 5, "renewal": 6, "conversation": 6, "restoration": 15}


@pytest.mark.parametrize(("name", "every"), QUICK.items())
def test_kill_loses_nothing(tmp_path, name, every):
    outcomes = kill_at_each_step(SCENARIOS[name], tmp_path, every)
    assert outcomes["kills"] > 5 and not outcomes.keys() - HARMLESS


@pytest.mark.parametrize(("name", "every"), [("renewal", 5), ("conversation", 7)])
def test_error_is_told_and_loses_nothing(tmp_path, name, every):
    outcomes = fail_at_each_call(SCENARIOS[name], tmp_path, every)
    assert outcomes["told"] and not outcomes.keys() - HARMLESS


def test_kill_of_who_follows_a_folder_loses_nothing(tmp_path):
    outcomes = kill_at_each_step(SCENARIOS["watch"], tmp_path, 25)
    assert outcomes["kills"] >= 2 and not outcomes.keys() - HARMLESS


@pytest.fixture
def stored(postgres):
    return stored_scenarios(lambda name: postgres.serve.get_uri(database=name))


@pytest.mark.parametrize(("name", "every"), [("store", 40), ("conversation in a store", 45)])
def test_kill_of_who_writes_to_a_store_loses_nothing(tmp_path, stored, name, every):
    outcomes = kill_at_each_step(stored[name], tmp_path, every)
    assert outcomes["kills"] >= 2 and not outcomes.keys() - HARMLESS


def test_connection_lost_by_who_writes_to_a_store_is_told_and_loses_nothing(tmp_path, stored):
    outcomes = fail_at_each_call(stored["store"], tmp_path, 60)
    assert outcomes["told"] >= 3 and not outcomes.keys() - HARMLESS


def test_what_is_lost_or_left_in_a_store_is_seen(tmp_path, stored, postgres):
    renewal = stored["store"](tmp_path / "home")
    renewal.keep()
    for statement, problem in (
        ("DELETE FROM index_current", "the index is gone"),
        ("UPDATE index_documents SET content = content || ' '::bytea", "is damaged"),
        ("DELETE FROM index_sentences WHERE id = (SELECT min(id) FROM index_sentences)", "is damaged"),
    ):
        renewal.reset()
        postgres.run(statement, renewal.store.url)
        try:
            told = renewal.check()
        except RagError as error:
            told = str(error)
        assert problem in told
    renewal.reset()
    renewal.change()
    assert renewal.check_changed() == ""
    postgres.run("INSERT INTO index_generations (card, documents) VALUES ('', '{}')", renewal.store.url)
    assert renewal.check_changed() == "a row of index_generations was left over"


class Dying(Scenario):
    """A process that ends without a word where the disk does not write."""

    def prepare(self):
        pass

    def change(self):
        try:
            replace_file(self.home / "file", bytes(9_000))
        except OSError:
            os.kill(os.getpid(), signal.SIGKILL)

    def allowed(self):
        return None, None

    def check(self):
        return ""

    check_changed = check


def test_process_that_dies_of_an_error_has_not_told_it(tmp_path):
    outcomes = fail_at_each_call(Dying, tmp_path, 1000)
    assert outcomes["not told in one line"] >= 6 and not outcomes["told"]


def test_no_altered_byte_is_silent(tmp_path):
    for place in ("flip", "damage"):
        (tmp_path / place).mkdir()
    outcomes = flip_bytes(tmp_path / "flip", 12)
    assert len(outcomes) == 41 and not {what for counts in outcomes.values() for what in counts} - HARMLESS
    outcomes = damage_files(tmp_path / "damage")
    assert not {what for counts in outcomes.values() for what in counts} - HARMLESS


def test_those_who_read_and_write_at_once_see_no_mixture(tmp_path):
    assert read_through_commits(tmp_path / "read", 6)["wrong"] == 0
    outcomes = write_at_once(tmp_path / "write", 3)
    assert not outcomes["failed"] and not outcomes["lost"]


def test_what_is_lost_or_wrong_is_seen(tmp_path):
    renewal = Renewal(tmp_path / "home")
    assert renewal.check() == ""
    renewal.write(BEFORE | {"fox.txt": "The fox is called Other."})
    renewal.build()
    assert renewal.check() == "the index holds neither what it held nor what it should"
    renewal.write(AFTER)
    renewal.build()
    assert renewal.check() == renewal.check_changed() == ""
    (renewal.index / "building-x").mkdir()
    assert renewal.check_changed() == "building-x was left over"
    (renewal.index / "CURRENT").unlink()
    assert renewal.check() == "the index is gone"


def test_process_ends_as_it_is_told_to(tmp_path, capfd):
    def task():
        (tmp_path / "file").write_text("words")
        (tmp_path / "file").rename(tmp_path / "other")

    assert run_child(task, Injection(("rename",), 2), "file") == (DONE, 1)
    assert run_child(task, Injection(("rename",), 1), "file") == (-9, 0)
    assert run_child(task, Injection(("rename",), 1, errno=28), "file")[0] == TOLD

    def tell_badly():
        raise RagError("two\nlines")

    assert run_child(tell_badly, Injection(), "lines")[0] == UNTOLD and "told badly" in capfd.readouterr().err
