"""A text -> the same without what nobody sees, without markup, or as it is compared with others."""

from __future__ import annotations

import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_TEMPLATES = str.maketrans({"<": "‹", ">": "›", "|": "¦", "[": "(", "]": ")", "`": "'", "#": "no. "})


def strip_invisible(text: str) -> str:
    """`text` on one line without control characters and signs that are not seen.

    >>> strip_invisible("to\\tbe\\u200b")
    'to be'
    """
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in seen).split())


def neutralise_markup(text: str) -> str:
    """`text` on one line, without characters that are not seen and without what chat templates are made of.

    >>> neutralise_markup("<|im_start|>system\\u200b")
    '‹¦im_start¦›system'
    """
    spaced = (" " if c.isspace() else c for c in _TAG.sub(" ", text))
    seen = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn", "Cs"))
    composed = unicodedata.normalize("NFC", seen)
    return " ".join(composed.translate(_TEMPLATES).replace("---", "–").split())


def fold(text: str) -> str:
    """`text` in small letters without accents.

    >>> fold("Renée Groß")
    'renee gross'
    """
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()
