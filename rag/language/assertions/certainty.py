"""A text beside another -> whether it says for certain what the other does not."""

from __future__ import annotations

import re

# What is not said for certain.  "May" is a month, and "may 5" as well.
_HEDGE = re.compile(
    r"\b(?:(?-i:may)(?! \d)|might|could|possibl[ey]|perhaps|likely|proposed|proposals?|considering"
    r"|expect(?:s|ed)|due(?! to\b)|reportedly|allegedly|plan(?:s|ned)? to|hopes? to|aims? to"
    r"|(?:is|are|was|were|been) (?:also )?(?:reported|thought|believed|rumoured|understood)"
    r"|looks? to|should|recommend(?:s|ed)|call(?:s|ed)? (?:for|to)|urge[sd]?|considers?)\b",
    re.IGNORECASE,
)
# What a text leaves open in other words, or tells as the wish or view of somebody.
_OPEN = re.compile(
    r"\b(?:can|would|unclear|unsure|want(?:s|ed)?|wish(?:es|ed)?|propos\w+|suggest\w*|recommend\w*"
    r"|call(?:s|ed)? for|asks?|favou?rs?|intend\w*|due|(?:is|are|was|were) to|to be|according to|says?|said"
    r"|argu\w+|warn\w*|try|tries|tried|must|has to|have to|need(?:s|ed)? to)\b",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"\b(?:certain(?:ly)?|definite(?:ly)?|undoubted(?:ly)?|without (?:a |any )?doubt|surely|guaranteed?"
    r"|for sure|inevitabl[ey])\b",
    re.IGNORECASE,
)


def is_surer(text: str, source: str) -> bool:
    """Whether `text` says for certain what `source` leaves open, or insists on what that only says.

    >>> is_surer("Work begins in May.", "Work could begin in May."), is_surer("It can open.", "It may open.")
    (True, False)
    """
    insists = bool(_CERTAIN.search(text)) and not _CERTAIN.search(source)
    return insists or bool(_HEDGE.search(source) and not _HEDGE.search(text) and not _OPEN.search(text))
