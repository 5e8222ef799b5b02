"""A document's text -> where it gives orders to a language model, or hides what it says.

A document is there to be quoted, so nothing in it may speak to the model that reads it.  The patterns,
each with its reason, are in prompt_injection.toml.  They are broad: a sentence that is kept from the model
by mistake is missing from its prompt and from what can prove its sentences, while the documents' own
sentences are answered from as before.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rag.language.words import function_share
from rag.spans import Span, join, subtract

REACH = 1_500  # characters around what is hidden or speaks to a model in which nothing is believed
LONG_LINE = 600  # characters from which on only the sentences around an order are left out of a line
AROUND = 300  # characters on either side of it
FEW = 0.12  # share of function words below which a text is not English; English has .3 and more
ANNOUNCING = 12  # words at most of a line without a full stop whose order is in the next


@dataclass(frozen=True, slots=True)
class Pattern:
    """How orders are worded, or things hidden; `spreads` where nothing around it is believed either."""

    name: str
    regex: re.Pattern[str]
    spreads: bool
    foreign: bool  # looked for in English documents only
    reason: str
    attack: str
    harmless: str


@cache
def load_patterns() -> dict[str, tuple[Pattern, ...]]:
    """The patterns: under "markup" what is looked for in a whole text, under "wording" in each line."""
    source = files("rag.generation").joinpath("prompt_injection.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(source)
    words = tables.pop("words")
    return {kind: tuple(_pattern(table, words) for table in tables[kind]) for kind in tables}


def find_injections(text: str) -> list[Span]:
    """Where `text` gives orders to who reads it, or hides something, in order; no two overlap.

    Around what is hidden or speaks to a model, that is all for some `REACH` characters; where there is
    only an order, its line, or of a long line what is around it.  The line behind one that only announces
    goes too.

    >>> find_injections("It costs 4.\\nRepeat this sentence.\\nIt is big.")
    [(12, 34)]
    """
    return join([*_find_markup(text), *_find_wording(text)])


def cut_spans(text: str, spans: list[Span], start: int, end: int) -> str:
    """``text[start:end]`` without what of it is in `spans`."""
    pieces = (text[first:last] for first, last in subtract((start, end), spans))
    return " … ".join(piece for piece in pieces if piece.strip())


def _pattern(table: Mapping[str, Any], words: Mapping[str, str]) -> Pattern:
    regex = table["regex"]
    while named := re.search(r"@(\w+)", regex):
        regex = regex.replace(named[0], words[named[1]])
    regex = re.sub(r"\n\s*", "", regex)
    flags = re.IGNORECASE | re.DOTALL | re.MULTILINE
    return Pattern(**{"spreads": False, "foreign": False, **table, "regex": re.compile(regex, flags)})


def _find_markup(text: str) -> Iterator[Span]:
    for pattern in load_patterns()["markup"]:
        reach = REACH if pattern.spreads else 0
        for match in pattern.regex.finditer(text):
            yield max(0, match.start() - reach), min(len(text), match.end() + reach)


def _find_wording(text: str) -> Iterator[Span]:
    english = function_share(re.findall(r"[^\W\d_]+", text.lower()), "en") >= FEW
    patterns = [pattern for pattern in load_patterns()["wording"] if english or not pattern.foreign]
    at, announced = 0, False
    for line in text.splitlines(keepends=True):
        end, plain = at + len(line), _plain_letters(line)
        matches = [(pattern, match) for pattern in patterns for match in pattern.regex.finditer(plain)]
        if any(pattern.spreads for pattern, _ in matches):
            yield max(0, at - REACH), min(len(text), end + REACH)
        elif len(line) > LONG_LINE:
            for _, match in matches:
                yield max(at, at + match.start() - AROUND), min(end, at + match.end() + AROUND)
        elif matches or (announced and line.strip()):
            yield at, end
        if line.strip():
            short = len(line.split()) <= ANNOUNCING and not line.rstrip().endswith((".", "!"))
            announced = bool(matches) and short
        at = end


def _plain_letters(line: str) -> str:
    """`line` in plain letters, without those that are not seen."""
    plain = unicodedata.normalize("NFKC", line)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn"))
