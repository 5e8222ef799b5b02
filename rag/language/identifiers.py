"""A text -> the identifiers in it: what a program, a part or a rule is called, whole as it stands."""

from __future__ import annotations

import re

# Letters, figures and the signs that join them; an option begins with dashes, a call ends in brackets.
_TOKEN = re.compile(r"(?<![\w-])-{1,2}[a-zA-Z][\w-]*|\w+(?:[_./:#@-]\w+)*(?:\(\))?")
_JOINED = re.compile(
    r"_|\(\)$|^-|\w[:#@]\w|^[a-z]+[A-Z]|\d[.-]\d+[.-]\d|[A-Z]{2,}-?\d|^[A-Z]\d+$|\d[A-Z]|[a-zA-Z]\.[a-z]{2,}"
)


def find_identifiers(text: str) -> list[str]:
    """The identifiers of `text` in order: names in which signs, figures or capitals join what no word joins.

    >>> find_identifiers("Does room.join() raise ERR_FULL with `--force` in AX-1032 of 2.2.2, Mr Lee-Jones?")
    ['room.join()', 'ERR_FULL', '--force', 'AX-1032', '2.2.2']
    """
    return [token for token in _TOKEN.findall(text) if _JOINED.search(token)]
