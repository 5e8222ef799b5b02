"""The page of the eval set shows every figure and question, calls nothing, and can be filtered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from browsing import launched
from playwright.sync_api import Browser, Page

from eval.figures.aggregate import FIGURES, summarise
from eval.figures.html_report import page
from rag.cli.main import main
from rag.datatypes import REFUSAL

ASKED = (*FIGURES["Retrieval"], "first_hit", "citation_recall", "citation_precision")
HOSTILE = "<img src=http://outside.invalid/x onerror=alert(1)></details><script>alert(2)</script>\"'&amp;"


def row(number, expects, verdict, **changed):
    """What came of a question that `verdict` was given on."""
    refused = verdict.startswith("refused")
    made = {
        "id": f"a{number}",
        "half": "tune",
        "kind": "fact",
        "expects": expects,
        "question": f"Which {number}?",
    }
    made |= {
        "understood": f"Which {number}?",
        "facts": [["red fox", "fox"]],
        "confidence": 0.9,
        "refused": refused,
    }
    made |= {
        "reason": "nothing near" if refused else None,
        "verdict": verdict,
        "statements": [],
        "citations": [],
    }
    if expects == "answer":
        made |= dict.fromkeys(ASKED, 1.0) | {"answer_hit": verdict == "hit"}
    if not refused:
        statement = {"text": "The red fox sleeps.", "attribution": "A zoo", "fact": [4, 11]}
        made["statements"] = [statement | {"unsupported": ["42 hens"], "citations": [1], "gold": True}]
        source = {"number": 1, "document": "fox.txt", "title": "Foxes", "start": 5, "end": 24}
        made["citations"] = [source | {"quote": "The red fox sleeps.", "faithful": True, "gold": True}]
    return made | changed


ROWS = [
    row(1, "answer", "hit"),
    row(2, "answer", "miss", kind="why", confidence=0.6),
    row(3, "answer", "refused wrongly", half="report", confidence=0.3),
    row(4, "refusal", "refused rightly", half="report", confidence=0.2),
    row(5, "refusal", "answered wrongly", kind="why"),
]


@cache
def summary_of_five():
    return summarise(ROWS)


def results(rows, threshold=0.5):
    summary = summary_of_five() if rows is ROWS else summarise(rows)
    return {"threshold": threshold, **summary, "questions": rows}


class Reader(HTMLParser):
    """Collects what a browser would make of a page: its tags, and its text without style and script."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.said = [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] not in ("style", "script"):
            self.said.append(data)

    def count(self, tag):
        return sum(name == tag for name, _ in self.tags)


def test_every_figure_and_question_is_shown():
    shown = results(ROWS)
    text = " ".join("".join(Reader(page(shown)).said).split())
    for group, figures in FIGURES.items():
        assert group in text
        for name, meaning in figures.items():
            assert name in text and meaning in text
    low, high = shown["intervals"]["all"]["answer_hit"]
    assert f"answer_hit {low:.2f}" not in text and f"0.333{low:.2f}–{high:.2f}" in text
    for wanted in ("Which 3?", "miss", "answered wrongly", "why", REFUSAL, "Confidence 0.30; nothing near"):
        assert wanted in text, wanted
    assert "A zoo: The red fox sleeps. [1]Not in what it quotes: 42 hens" in text
    assert "Expected: red fox | fox" in text and "Foxes. fox.txt:5-24, gold evidence" in text
    assert "<b>red fox</b>" in page(shown) and "below 0.50 are refused" in text


def test_question_is_shown_as_understood_if_that_is_another():
    assert "Understood as" not in page(results(ROWS))
    after = page(results([row(1, "answer", "hit", understood="Which 1? (after: Who?)")]))
    assert "Understood as: Which 1? (after: Who?)" in after


def test_all_that_was_read_is_escaped():
    marked = dict.fromkeys(("question", "understood", "reason", "id", "kind"), HOSTILE)
    statement = {"text": HOSTILE, "attribution": HOSTILE, "fact": [2, 9], "unsupported": [HOSTILE]}
    source = {"document": HOSTILE, "title": HOSTILE, "quote": HOSTILE}
    hostile = row(1, "answer", "hit", **marked, facts=[[HOSTILE]])
    hostile["statements"] = [hostile["statements"][0] | statement]
    hostile["citations"] = [hostile["citations"][0] | source]
    plain, read = Reader(page(results(ROWS[:1]))), Reader(page(results([hostile])))
    for tag in ("script", "img", "details", "article", "option"):
        assert read.count(tag) == plain.count(tag), tag
    assert "".join(read.said).count(HOSTILE) == 12
    assert all(not name.startswith("on") for _, attributes in read.tags for name in attributes)
    (article,) = (attributes for tag, attributes in read.tags if tag == "article")
    assert article["data-kind"] == HOSTILE and escape(HOSTILE) in page(results([hostile]))


def test_page_calls_nothing_and_its_plots_are_whole():
    drawn = page(results(ROWS))
    assert "http:" not in drawn and "https:" not in drawn and "url(" not in drawn
    assert not {"link", "iframe", "img"} & {tag for tag, _ in Reader(drawn).tags}
    links = [attributes["href"] for tag, attributes in Reader(drawn).tags if tag == "a"]
    ids = {attributes.get("id") for _, attributes in Reader(drawn).tags}
    assert links and all(link[0] == "#" and link[1:] in ids for link in links)
    plots = re.findall("<svg.*?</svg>", drawn, re.DOTALL)
    assert len(plots) == 2
    for plot in plots:
        for shape in ElementTree.fromstring(plot).iter():
            places = re.findall(r"[\d.]+", shape.get("points", ""))
            places += [shape.get(name, "0") for name in ("cx", "cy")]
            assert all(0 <= float(place) <= 355 for place in places)


def test_threshold_is_marked_where_it_cuts():
    """Of the tune half, that is two questions of .9, a hit and a wrong answer, and a miss of .6."""
    for threshold, said in ((0.5, "100% answered, 67% of"), (0.7, "67% answered, 50% of"), (0.95, None)):
        dots = re.findall(r"<title>tune: ([^<]*?) them not rightly", page(results(ROWS, threshold)))
        assert dots == ([said] if said else [])


def test_page_of_no_questions_is_whole():
    assert Reader(page(results([]))).count("article") == 0


def test_command_writes_the_page_of_its_results(seeds_index, tmp_path, capsys):
    (tmp_path / "none.jsonl").touch()
    out, report = tmp_path / "out.json", tmp_path / "report.html"
    call = ["eval", "--questions", tmp_path / "none.jsonl", "--index", seeds_index]
    assert main([*map(str, call), "--out", str(out), "--report", str(report)]) == 0
    assert f"wrote {report}" in capsys.readouterr().err
    assert report.read_text(encoding="utf-8") == page(json.loads(out.read_text(encoding="utf-8")))


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser, tmp_path) -> Iterator[Callable[[int], Page]]:
    """Open the page of `ROWS` in a window of a width."""
    (tmp_path / "report.html").write_text(page(results(ROWS)), encoding="utf-8")
    with closing(browser.new_context()) as context:

        def open_page(width: int) -> Page:
            opened = context.new_page()
            opened.set_viewport_size({"width": width, "height": 800})
            opened.goto((tmp_path / "report.html").as_uri())
            return opened

        yield open_page


def test_questions_are_filtered_by_half_kind_and_verdict(visit):
    opened = visit(1280)
    shown = opened.locator("article:visible")
    assert (shown.count(), opened.locator("output").inner_text()) == (5, "5 of 5")
    assert opened.locator("select[name=kind] option").all_inner_texts() == ["all", "fact", "why"]
    opened.select_option("select[name=half]", "tune")
    opened.select_option("select[name=kind]", "why")
    assert (shown.count(), opened.locator("output").inner_text()) == (2, "2 of 5")
    opened.select_option("select[name=verdict]", "answered wrongly")
    assert shown.all_inner_texts() == ["a5: Which 5? answered wrongly"]
    opened.select_option("select[name=verdict]", "")
    opened.select_option("select[name=half]", "report")
    assert opened.locator("output").inner_text() == "0 of 5"


@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_as_wide_as_its_window(visit, width):
    opened = visit(width)
    opened.locator("article summary").first.click()
    assert opened.locator("blockquote").first.is_visible()
    assert opened.evaluate("document.documentElement.scrollWidth") == width
