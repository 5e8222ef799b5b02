"""A check of a draft as lines, as JSON and as files."""

from __future__ import annotations

import json

import pytest
from exported import FOX, HOSTILE, cited
from pydantic import TypeAdapter

import rag
from rag.datatypes import Check, CheckedSentence, Differing, Document, Verdict
from rag.formats import check_schema
from rag.formats.check_schema import check_json
from rag.formats.exports.exports import FORMATS
from rag.formats.terminal import check_lines


def check_of(text: str) -> Check:
    """Three sentences, each of which is `text`: borne out, contradicted, and nothing to check."""
    draft = Document("draft", text, f"{text}\n{text}\n{text}")
    verdicts = [
        Verdict("borne_out", (cited(),)),
        Verdict("contradicted", (cited(),), (Differing("name", text, "fox"),), part=text),
        Verdict("no_claim"),
    ]
    size = len(text) + 1
    places = ((n * size, n * size + len(text)) for n in range(3))
    return Check(
        draft,
        tuple(CheckedSentence(text, *place, v) for place, v in zip(places, verdicts, strict=True)),
    )


HENS = check_of("The hen sleeps.")


def test_terminal_says_verdict_difference_and_quote():
    assert check_lines(HENS).splitlines() == [
        "✓ borne out",
        "  The hen sleeps.",
        "    [1] Foxes. A publisher, 19 December 2022. red.txt:0-19",
        "        “The red fox sleeps.”",
        "✗ contradicted",
        "  The hen sleeps.",
        "    this part: The hen sleeps.",
        "    name: “The hen sleeps.”, the source has “fox”",
        "    [1] Foxes. A publisher, 19 December 2022. red.txt:0-19",
        "        “The red fox sleeps.”",
        "– nothing to check",
        "  The hen sleeps.",
        "",
        "3 sentences: 1 borne out, 1 contradicted, 0 not said, 1 nothing to check",
    ]
    coloured = check_lines(HENS, colour=True)
    assert coloured.startswith("\033[32m✓ borne out\033[0m\n  The hen sleeps.") and "\033[1;31m" in coloured


@pytest.mark.parametrize("text", HOSTILE)
def test_no_words_of_a_draft_steer_the_terminal(text):
    assert "\033" not in check_lines(check_of(text)) and "\u202e" not in check_lines(check_of(text))


def test_json_is_of_its_type_and_whole():
    shown = json.loads(json.dumps(check_json(HENS)))
    TypeAdapter(check_schema.Check).validate_python(shown)
    assert [s["verdict"] for s in shown["sentences"]] == ["borne_out", "contradicted", "no_claim"]
    contradicted = shown["sentences"][1]
    assert (contradicted["start"], contradicted["end"], contradicted["citations"]) == (16, 31, [1])
    assert contradicted["differing"] == [{"kind": "name", "claimed": "The hen sleeps.", "found": "fox"}]
    assert [c["quote"] for c in shown["citations"]] == [FOX.text] and shown["contradicted"] == 1


def test_file_has_each_verdict_and_one_footnote_a_quote():
    text = rag.export_check(HENS, "markdown").decode()
    assert (
        "**✓ borne out:** The hen sleeps.[^1]" in text and "**✗ contradicted:** The hen sleeps.[^1]" in text
    )
    assert "This part: The hen sleeps." in text and text.count("[^1]: ") == 1
    assert all(rag.export_check(HENS, format) for format in FORMATS)
