"""A text -> the same without what nobody sees, without markup, or as it is compared with others."""

from __future__ import annotations

import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
# What stands in a word and is not seen: soft hyphens, joiners, marks of direction.
_UNSEEN = re.compile("[\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_FORMS = re.compile("[\ufb00-\ufb06\uff01-\uff9f]")  # ligatures, and letters of full or half width
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


def compose(text: str) -> str:
    """`text` as it is searched: accents composed, without what is not seen, ligatures as their letters.

    >>> compose("Mitglie\u00adder, e\u0301te\u0301, \ufb01xe, ＡＢＣ")
    'Mitglieder, été, fixe, ABC'
    """
    if text.isascii():
        return text
    text = _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` in small letters without accents.

    >>> fold("Renée Groß")
    'renee gross'
    """
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()
