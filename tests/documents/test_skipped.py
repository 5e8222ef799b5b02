"""What could not be read is counted in words."""

from __future__ import annotations

from colours import ColourEmbedder
from small import build

import rag
from rag.documents.skipped import CLOSED, DAMAGED, EMPTY, MISSING, describe_skipped, may_hold_it, skip


def files(*kinds):
    return [rag.Skipped(f"{number}", "", kind) for number, kind in enumerate(kinds)]


WORD = "Word file (.docx)"


def test_kinds_are_counted_the_most_first():
    skipped = files(WORD, "picture (.png)", WORD, EMPTY, EMPTY, EMPTY, CLOSED, CLOSED, DAMAGED, MISSING)
    assert describe_skipped(skipped) == (
        "3 empty files were not read",
        "2 Word files (.docx) were not read",
        "2 files that could not be opened were not read",
        "1 file that sources.toml names was not found",
        "1 file with an error was not read",
        "1 picture (.png) was not read",
    )
    assert describe_skipped([]) == ()


def test_refusal_names_what_may_hold_the_answer():
    told = may_hold_it(files(WORD, WORD, "picture (.png)", EMPTY, MISSING))
    assert told == "3 files could not be read and may hold it: 2 Word files (.docx), 1 picture (.png)"
    assert may_hold_it(files(EMPTY, MISSING)) is may_hold_it([]) is None
    many = may_hold_it(files(*(f"file (.{letter})" for letter in "abcdef")))
    assert many.startswith("6 files could not") and many.endswith("1 file (.d), 2 others")


def test_problem_says_what_is_skipped():
    assert skip("a.txt", PermissionError(13, "Permission denied")).kind == CLOSED
    assert skip("a.txt", ValueError("binary")) == rag.Skipped("a.txt", "binary", DAMAGED)


def test_refusal_alone_names_the_files_and_not_behind_a_filter(write, tmp_path):
    build(write({"red.txt": "The red fox sleeps.", "plan.doc": "PK"}), tmp_path / "index")
    bot = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder())
    told = "1 file could not be read and may hold it: 1 Word file (.doc)"
    refused = bot.ask("Who painted the ceiling of Glasgow?")
    assert (refused.refused, refused.notice) == (True, told)
    assert bot.ask("Who painted the ceiling of Glasgow?", where=rag.Where(("red.txt",))).notice == told
    answered = bot.ask("What does the red fox do?")
    assert answered.refused or answered.notice is None
