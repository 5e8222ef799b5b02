"""Each question about a folder comes with the windows that its search reads, those that answer among them."""

from __future__ import annotations

import json
from random import Random

import pytest

from training.data import folders
from training.data.folders import KEPT_WINDOWS, choose_windows, is_held_out, mine_folders

TOWNS = {"Eastham": "Bo Reed", "Westham": "Al Sand", "Norham": "Cy Dale"}
COUNTY = "# The county\n\n" + "".join(
    f"## {town}\n\nThe mayor is {mayor}. {40 * 'The town hall is open on all days. '}\n\n"
    for town, mayor in TOWNS.items()
)
DEPOTS = "| Depot | Manager |\n|---|---|\n| Leeds | A. Brook |\n| Hull | C. Dean |\n"
ASKED = [
    ("Who governs Westham?", [("county.md", "The mayor is\nAl Sand.")], "Al Sand"),
    ("Who runs the depot in Hull?", [("depots.md", "| Hull | C. Dean |")], "C. Dean"),
    ("Who governs Leeds?", [], ""),
]


@pytest.fixture
def described(tmp_path, monkeypatch):
    """A folder of folders of which none is held out."""
    monkeypatch.setattr(folders, "FOLDERS", tmp_path / "folders")
    monkeypatch.setattr(folders, "is_held_out", lambda name: False)
    made = tmp_path / "folders" / "towns"
    made.mkdir(parents=True)
    (made / "county.md").write_text(COUNTY)
    (made / "depots.md").write_text(DEPOTS)
    (tmp_path / "folders" / "folders.toml").write_text("")
    rows = [
        {"id": f"towns-{n}", "folder": "towns", "question": question, "answer": answer,
         "evidence": [{"document": name, "quote": quote} for name, quote in evidence]}
        for n, (question, evidence, answer) in enumerate(ASKED)
    ]  # fmt: skip
    (tmp_path / "folders" / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path / "folders"


def test_windows_that_answer_are_marked_with_their_very_words(described, tmp_path, embedder):
    groups = {group.question: group.windows for group in mine_folders(tmp_path, embedder, seed=1)}
    assert {question for question, *_ in ASKED} <= set(groups)
    for question, evidence, answer in ASKED:
        right = [window for window in groups[question] if window.gold]
        assert len(right) == len(evidence)
        for window in right:
            (gold,) = window.gold
            assert answer in window.text[slice(*window.sentences[gold])]
            assert window.text[slice(*window.answer)] == answer
    assert "Westham" in next(w for w in groups["Who governs Westham?"] if w.gold).text.split("\n")[0]


def test_a_quote_that_is_not_there_is_named(described, tmp_path, embedder):
    (described / "towns" / "county.md").write_text(COUNTY.replace("Al Sand", "Al Stone"))
    with pytest.raises(ValueError, match=r"towns-0 quotes .*Al Sand.*renew"):
        list(mine_folders(tmp_path, embedder, seed=1))


def test_windows_that_answer_are_never_left_out(described, tmp_path, embedder):
    for group in mine_folders(tmp_path, embedder, seed=1):
        chosen = choose_windows(group, Random(3))
        right = [window for window in group.windows if window.gold]
        assert [window for window in chosen.windows if window.gold] == right
        assert len(chosen.windows) == min(len(group.windows), KEPT_WINDOWS)


def test_what_another_folder_answers_is_asked_once_more_where_nothing_does(
    described, tmp_path, embedder, monkeypatch
):
    monkeypatch.setattr(folders, "STRANGE", len(ASKED))
    (described / "bakery").mkdir()
    (described / "bakery" / "bread.md").write_text("# Bread\n\nThe rye loaf costs four euros.\n")
    row = {
        "id": "bakery-0",
        "folder": "bakery",
        "question": "What is the price of rye?",
        "answer": "four euros",
    }
    row["evidence"] = [{"document": "bread.md", "quote": "The rye loaf costs four euros."}]
    with (described / "questions.jsonl").open("a") as lines:
        lines.write("\n" + json.dumps(row))
    asked = [group for group in mine_folders(tmp_path, embedder, seed=1) if "rye" in group.question]
    assert [any(window.gold for window in group.windows) for group in asked] == [True, False]
    assert all(window.text.startswith(("The county", "depots")) for window in asked[1].windows)


def test_a_third_of_the_folders_is_held_out():
    assert 25 < sum(is_held_out(f"folder-{n}") for n in range(99)) < 42
