"""A text beside another -> whether two names stand in them the other way round."""

from __future__ import annotations

import re

_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w’'-]+|^(?!(?:The|A|An|In|On|At|It|He|She|They|There)\b)[A-Z][\w’'-]+")
_BY = re.compile(r"\b[Bb]y (?:the )?(?=[A-Z])")  # somebody, not "by ten points"


def is_turned_round(text: str, source: str) -> bool:
    """Whether the first and the last name of `text` stand the other way round in `source`, so that who did
    what to whom may be so too; "by" in one of them turns them once more.

    >>> is_turned_round("Ann beat Bea.", "Bea beat Ann.")
    True
    >>> is_turned_round("Ann was beaten by Bea.", "Bea beat Ann.")
    False
    >>> is_turned_round("Ann beat Bea.", "Bea beat Ann by ten points.")
    True
    """
    names = _NAME.findall(text)
    if len(names) < 2 or not all(name in source for name in (names[0], names[-1])):
        return False
    turned = source.index(names[0]) > source.index(names[-1])
    return turned != (bool(_BY.search(text)) != bool(_BY.search(source)))
