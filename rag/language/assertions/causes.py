"""A text -> what it gives as the cause of what."""

from __future__ import annotations

import re

# The cause stands behind, and before.
_BECAUSE = (
    r"because(?: of)?|due to|owing to|on account of|thanks to|as a result of"
    r"|(?:is|are|was|were|been) (?:\w+ly )?caused (?:\w+ly )?by|, since|, as(?= (?:the|it|they|he|she)\b)"
)
_LEADS = r"led to|leads? to|caused|causes|result(?:ed|s) in|, so(?: that)?|therefore|is why|brought about"
_CAUSE = re.compile(rf"(?<!\w)(?:(?P<because>{_BECAUSE})|(?P<leads>{_LEADS}))\b", re.IGNORECASE)
# What a source may say instead, to tell that one thing comes of another.
_TELLS = re.compile(
    rf"(?<!\w)(?:{_BECAUSE}|{_LEADS}|contribut\w+|reasons?|results?|since|so|caus\w+)\b", re.IGNORECASE
)
# By which it tells why something is so: of the sentences that answer the whys of training/folders .82 have
# one, of those that answer other questions .09.
_REASON = re.compile(
    rf"(?<!\w)(?:{_BECAUSE}|{_LEADS}|so that|so as (?:not )?to|in order to|otherwise"
    r"|since (?!\d|then|last|the (?:start|beginning|end)|\w+ \d{4})|so (?:they|it|we|he|she|the|you|no)"
    r"|to (?:avoid|protect|prevent|keep|save|make sure|ensure|stop|reduce)"
    r"|reasons?(?! code)|grounds|explain\w*|blam\w+|fear\w*|too \w+ (?:to|for))\b|[,;:] (?:so|as)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|whether)\b", re.IGNORECASE)


def split_cause(text: str) -> tuple[str, str] | None:
    """What happened and why, as `text` says it; None if it gives no cause.

    >>> split_cause("It closed because of the fog.")
    ('It closed', 'the fog.')
    >>> split_cause("The fog led to delays.")
    ('delays.', 'The fog')
    """
    match = _CAUSE.search(text)
    if not match or _IF.search(text):
        return None
    before, behind = text[: match.start()].strip(), text[match.end() :].strip()
    if match["because"] and not before and "," in behind:  # "Because of the fog, it closed."
        cause, _, effect = behind.partition(",")
        return effect.strip(), cause.strip()
    return (before, behind) if match["because"] else (behind, before)


def gives_cause(text: str) -> bool:
    """Whether `text` has a word by which one thing is told to come of another."""
    return bool(_TELLS.search(text))


def gives_reason(text: str) -> bool:
    """Whether `text` tells why something is so.

    >>> gives_reason("It is shut to protect the birds."), gives_reason("It has been open since 1990.")
    (True, False)
    """
    return bool(_REASON.search(text))
