"""The figures of a bench run are shown whole, as a table and as a page, and written."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from animals import write_animals

import rag
from eval.bench.datasets import read_set
from eval.bench.report import latency_plot, page, table, write_report
from eval.bench.run import CONFIGURATIONS, bench
from rag.cli.main import main


@pytest.fixture
def folder(tmp_path):
    return write_animals(tmp_path)


@pytest.fixture(scope="module")
def figures(embedder, tmp_path_factory):
    return bench(read_set(write_animals(tmp_path_factory.mktemp("animals"))), embedder)


def test_table_and_page_show_every_figure(figures):
    for shown_as in (table(figures), page(figures)):
        for name in (
            "R@1",
            "R@5",
            "R@10",
            "MRR@10",
            "nDCG@10",
            "span R@5",
            "p50 ms",
            "p95 ms",
            *CONFIGURATIONS,
        ):
            assert name in shown_as
        assert "95% interval of 10,000 paired resamples" in shown_as and "indexed in" in shown_as


def test_page_is_whole_and_calls_nothing(figures):
    drawn = page(figures | {"set": "<script>&"})
    assert "&lt;script&gt;&amp;" in drawn and "<script" not in drawn and "http" not in drawn
    plots = ["<svg" + rest.split("</svg>")[0] + "</svg>" for rest in drawn.split("<svg")[1:]]
    assert len(plots) == 3
    for plot in plots:
        for shape in ElementTree.fromstring(plot).iter():
            assert all(
                0 <= float(shape.get(at, 0)) <= 720 for at in ("x", "y", "cx", "cy", "x1", "x2", "width")
            )


def test_report_that_cannot_be_written_is_one_line(figures, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(rag.RagError, match=r"cannot write the report to .*file/: "):
        write_report(figures, tmp_path / "file")


def test_command_prints_and_writes(folder, tmp_path, capsys):
    call = ["bench", str(folder), "--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "out")]
    assert main([*call, "--json", "--limit", "2", "--compare", "dense", "bm25"]) == 0
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert out.count("\n") == 1 and printed["questions"] == 2 and "asking 2 questions of animals" in err
    assert json.loads((tmp_path / "out/animals.json").read_text(encoding="utf-8")) == printed
    assert (tmp_path / "out/animals.html").read_text(encoding="utf-8") == page(printed)
    assert main([*call, "--distractors"]) == 0
    assert capsys.readouterr().out.startswith("animals+distractors: 4 documents, ")
    with pytest.raises(SystemExit, match="2"):
        main([*call, "--compare", "dense", "magic"])


def test_question_that_took_longer_to_embed_than_to_ask_stays_in_the_plot():
    drawn = latency_plot({"configurations": {"one": {"p50_ms": 1.0, "p95_ms": 2.0}}, "embed_p50_ms": 9.0})
    widths = [float(shape.get("width", 0)) for shape in ElementTree.fromstring(drawn).iter()]
    assert max(widths) <= 720
