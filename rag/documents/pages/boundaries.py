"""The text of a file -> where its pages begin in it."""

from __future__ import annotations

from collections.abc import Sequence

MATCHED = 40  # letters at the top of a page by which it is found again in the text
NEARBY = 4_000  # letters from where it should be


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
