"""The text of a file -> where its pages, slides and sheets begin in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

MATCHED = 40  # letters at the top of a page by which it is found again in the text
NEARBY = 4_000  # letters from where it should be
_SHEET = re.compile(r"^## (.*)$", re.MULTILINE)


def find_pages(text: str, pages: Sequence[str]) -> tuple[int, ...]:
    """Where each page begins in `text`, in order: its first letters are looked for near where they should be.

    Signs and spaces differ between a page and the text made of all, and words cut at the end of a line are
    whole in it; letters and figures are the same.

    >>> find_pages("# One\\n\\nThe fox sleeps.\\n\\nThe hen.", ["One The fox\\nsleeps.", "The hen."])
    (0, 24)
    >>> find_pages("One ends. “Two” begins.", ["One ends.", "“Two” begins."])
    (0, 10)
    """
    places = [i for i, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[i] for i in places)
    begins: list[int] = []
    expected = 0
    for page in pages:
        own = "".join(filter(str.isalnum, page))
        at = _find_top(own, letters, expected)
        begins.append(max(expected if at is None else at, begins[-1] if begins else 0))
        expected = begins[-1] + len(own)
    return tuple(_word_begin(text, places[at]) if at < len(places) else len(text) for at in begins)


def find_sheets(text: str, names: Sequence[str]) -> tuple[int, ...]:
    """Where each sheet begins, by the heading with its name; one that holds nothing, where the next does.

    >>> find_sheets("## Jan\\n\\n| a |\\n\\n## Mar\\n\\n| b |\\n", ["Jan", "Feb", "Mar"])
    (0, 15, 15)
    """
    headings = [(_plain_name(heading[1]), heading.start()) for heading in _SHEET.finditer(text)]
    begins: list[int] = []
    reached = 0
    for name in names:
        there = (n for n in range(reached, len(headings)) if headings[n][0] == _plain_name(name))
        at = next(there, None)
        begins.append(-1 if at is None else headings[at][1])
        reached = reached if at is None else at + 1
    behind = len(text)
    for n, begin in reversed(list(enumerate(begins))):
        begins[n] = behind = behind if begin < 0 else begin
    return tuple(begins)


def split_at(text: str, marker: str) -> tuple[str, tuple[int, ...]]:
    """`text` without the lines that are `marker`, and where in it what follows each of them begins.

    >>> split_at("--\\n\\nOne.\\n\\n--\\n\\nTwo.\\n", "--")
    ('One.\\n\\nTwo.\\n', (0, 6))
    """
    before, *parts = re.split(rf"^{re.escape(marker)}\n+", text, flags=re.MULTILINE)
    begins = []
    for part in parts:
        begins.append(len(before))
        before += part
    return before, tuple(begins)


def _plain_name(name: str) -> str:
    """The letters and figures of a name, or all of it if it has none, without the escapes of Markdown."""
    return "".join(filter(str.isalnum, name)) or name.replace("\\", "").strip()


def _word_begin(text: str, at: int) -> int:
    """Where the word begins, with the signs and the markup of its line before it, that `at` is of."""
    while at and not text[at - 1].isspace():
        at -= 1
    line = text.rfind("\n", 0, at) + 1
    return at if any(map(str.isalnum, text[line:at])) else line


def _find_top(page: str, letters: str, expected: int) -> int | None:
    """Where `page` begins in `letters`, by the first piece of it that stands near where it is expected.

    >>> _find_top("b" * 20 + "c" * 20, ("b" * 20 + "c" * 20 + "a" * 100) * 3, 270)
    280
    """
    for skipped in range(0, min(len(page), 4 * MATCHED), MATCHED):
        sought, place = page[skipped : skipped + MATCHED], expected + skipped
        behind = letters.find(sought, max(0, place), place + NEARBY + MATCHED)
        before = letters.rfind(sought, max(0, place - NEARBY), place + len(sought))
        if found := [at for at in (before, behind) if at >= 0]:
            return max(0, min(found, key=lambda at: abs(at - place)) - skipped)
    return None
