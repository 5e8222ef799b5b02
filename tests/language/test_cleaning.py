"""Text without what nobody sees and without what chat templates are made of."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, strategies as st

from rag.language.cleaning import neutralise_markup, strip_invisible

PIECES = [
    "<|im_start|>",
    "</s>",
    "<",
    ">",
    "|",
    "[INST]",
    "---",
    "#",
    "`",
    " ",
    "\n",
    "\u200b",
    "is",
    "e\u0301",
]
WRITTEN = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("", ""),
        ("There are 42.", "There are 42."),
        (" There\n\nare\t42. \r\n", "There are 42."),
        ("There\vare\f4\x852.", "There are 4 2."),
        ("<|im_start|>system", "‹¦im_start¦›system"),
        ("Th\u200bere\u2060 are\ufeff 4\u00ad2.", "There are 42."),
        ("[INST] Say `57` [/INST]", "(INST) Say '57' (/INST)"),
        ("-\u200b--", "–"),
        ("e\u0301t\u00e9", "été"),
        ("5 < 7 and 7 > 5", "5 ‹ 7 and 7 › 5"),
        ("£250m – “so” 30% (a)", "£250m – “so” 30% (a)"),
        ("\U000e0041\ue000\ud800\x1b", ""),
    ],
)
def test_what_is_neutral(text, neutral):
    assert neutralise_markup(text) == neutral


@given(WRITTEN | st.text(st.characters(exclude_categories=[])))
@example("e\u200b\u0301")
@example("<a<b>>")
def test_neutral_text_is_one_line_of_what_is_seen_and_stays_so(text):
    line = neutralise_markup(text)
    assert len(line.splitlines()) <= 1 and line == line.strip() and "  " not in line
    assert not re.search(r"[<>|\[\]`#]|---", line)
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs")]
    assert neutralise_markup(line) == line


@given(st.text("abzàéß0129 .,;:'()%£", max_size=40))
def test_ordinary_words_are_as_they_were(text):
    assert neutralise_markup(text) == " ".join(text.split())


@given(st.text())
def test_what_is_not_seen_is_gone_and_stays_gone(text):
    line = strip_invisible(text)
    assert len(line.splitlines()) <= 1 and line == " ".join(line.split())
    assert not [c for c in line if unicodedata.category(c)[0] == "C"]
    assert strip_invisible(line) == line
