"""Tools are set beside each other on the same texts, each in a process of its own."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
from animals import write_animals

from eval.bench.datasets import read_set
from eval.bench.peers.__main__ import main, measure
from eval.bench.peers.environments import READY, Tool, prepare
from eval.bench.peers.measures import reduce
from eval.bench.peers.report import draw_growth, tell
from eval.bench.peers.texts import choose_texts, generate
from eval.bench.peers.worker import ask_at_once

ROW = {
    "index_cpu_s": 2.0, "index_wall_s": 3.0, "index_peak_mib": 400.0, "disk_mib": 1.0, "first_cpu_s": 1.0,
    "first_wall_s": 2.0, "rest_mib": 300.0, "peak_mib": 350.0, "ndcg@10": 0.9, "query_p50_ms_1": 5.0,
    "query_p95_ms_1": 9.0, "query_cpu_ms_1": 4.0, "errors_1": 0,
}  # fmt: skip
FIGURES = {
    "conditions": {"set": "animals", "questions": 3, "model": "m", "date": "2026-01-01", "cores": 1,
                   "processor": "p", "load": 0.0, "python": "3.11", "rounds": 1},
    "versions": {"txtai": {"txtai": "9"}},
    "missing": {"LangChain": "no wheel"},
    "sizes": {
        "10": {"Footnote": ROW, "txtai": ROW | {"index_cpu_s": 4.0, "errors_1": 2}},
        "100": {"Footnote": ROW | {"index_cpu_s": 20.0}, "txtai": ROW},
    },
}  # fmt: skip


@pytest.fixture
def animals(tmp_path):
    return read_set(write_animals(tmp_path), distractors=True)


def test_comparison_measures_processes_and_writes_the_page(tmp_path):
    options = ["--sizes", "5", "--rounds", "1", "--tools", "Footnote", "--out", str(tmp_path / "out")]
    assert main([str(write_animals(tmp_path)), *options]) == 0
    figures = json.loads((tmp_path / "out/benchmark.json").read_text(encoding="utf-8"))
    assert list(figures["sizes"]) == ["5"] and not figures["missing"]
    row = figures["sizes"]["5"]["Footnote"]
    assert row["ndcg@10"] > 0.8 and not any(row[f"errors_{users}"] for users in (1, 4, 20))
    assert all(value > 0 for name, value in row.items() if not name.startswith("errors"))
    assert row["peak_mib"] >= row["rest_mib"] > 50  # MiB: the model alone is 90
    assert (tmp_path / "out/benchmark.md").read_text(encoding="utf-8") == tell(figures)
    assert (tmp_path / "out/benchmark.svg").read_text(encoding="utf-8") == draw_growth(figures)


def test_more_rounds_than_questions_are_refused(tmp_path):
    with pytest.raises(SystemExit, match="--rounds is 9, expected 1 to 3"):
        main([str(write_animals(tmp_path)), "--rounds", "9"])


def test_tool_that_fails_is_named_with_its_last_words_and_left_out(animals, tmp_path):
    tool = Tool("txtai", "txtai", ("txtai",))  # which is not installed in this environment
    missing: dict[str, str] = {}
    runs = measure(animals, 4, [tool], {"txtai": Path(sys.executable)}, tmp_path / "work", 1, missing)
    assert runs == {} and missing == {"txtai, 4 texts": "ModuleNotFoundError: No module named 'txtai'"}


def test_environment_that_cannot_be_made_says_why_and_is_not_taken_for_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(RuntimeError, match="No matching distribution found"):
        prepare(Tool("txtai", "txtai", ("txtai",)), tmp_path)
    assert not (tmp_path / "txtai" / READY).exists()


def test_larger_corpus_holds_the_smaller_and_first_what_answers(animals):
    small, large = choose_texts(animals, 4), choose_texts(animals, 40)
    assert large[:4] == small and len(large) == 40 and len({text for _, _, text in large}) == 40
    assert {name for name, *_ in small[:3]} == {"fox", "whale", "frog"}
    with pytest.raises(ValueError, match="size is 2, expected at least 3"):
        choose_texts(animals, 2)


def test_generated_texts_are_the_same_again_and_have_words_of_the_set():
    said = ["the fox eats the hen.", "the hen wakes the whale"]
    first, again = (list(islice(generate(said), 5)) for _ in range(2))
    assert first == again and len({text for _, _, text in first}) == 5
    assert {word.strip(".") for word in first[0][2].split()} <= {
        "the",
        "fox",
        "eats",
        "hen",
        "wakes",
        "whale",
    }


def test_document_stands_where_the_first_text_of_it_stands(animals):
    found = [["whale", "fox line 2", "fox line 1"], ["frog", "whale"], ["frog", "fox"]]
    queries = {"1": {"seconds": [0.1, 0.3], "cpu_s": 0.3, "errors": ["ValueError: no"]}}
    index = {"index_cpu_s": 1, "index_wall_s": 1, "index_peak_mib": 1, "disk_mib": 1}
    start = {"first_cpu_s": 1, "first_wall_s": 1, "rest_mib": 1, "peak_mib": 2}
    row = reduce([index, start | {"hits": found, "queries": queries}], animals)
    assert row["ndcg@10"] == pytest.approx((0.6309 + 0.6309 + 1) / 3, abs=1e-4)
    assert (row["errors_1"], row["query_cpu_ms_1"], row["query_p50_ms_1"]) == (1, 100.0, 200.0)


def test_query_that_fails_is_counted_and_not_timed():
    def search(question: str, k: int) -> list[str]:
        if question == "bad":
            raise RuntimeError("Already borrowed")
        return []

    measured = ask_at_once(search, ["good", "bad", "good"], 10, 4)
    assert len(measured["seconds"]) == 2 and measured["errors"] == ["RuntimeError: Already borrowed"]


def test_page_gives_ratios_to_footnote_failures_and_what_was_left_out():
    page = tell(FIGURES)
    assert "| txtai | 2.5 (×0.50) |" in page and "| Footnote | 5.0 |" in page
    assert "5.0, 9.0, 4.0; 2 failed" in page and "- Left out: LangChain: no wheel" in page


def test_growth_is_drawn_inside_its_plots_with_a_curve_a_tool():
    drawn = ElementTree.fromstring(draw_growth(FIGURES))
    _, _, width, height = map(float, drawn.attrib["viewBox"].split())
    lines = drawn.findall("{*}polyline")
    assert len(lines) == 7 * 2
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert len(points) == 2 and all(0 < x < width and 0 < y < height for x, y in points)
