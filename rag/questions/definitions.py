"""A question what something is, or who -> what a sentence looks like that says so."""

from __future__ import annotations

import re

from rag.language.names import OFFICES
from rag.language.words import FUNCTION_WORDS

QUOTES = "\"“”'‘’"
MOST_WORDS = 5  # of what is asked about
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so)\s+)?(?:(?:please|just)\s+)?(?:"
    r"(?:what|who)(?:\s+(?:exactly|on earth))?(?:\s+(?:is|are|was|were)|['’]s|['’]re)\s+(?:meant by\s+)?"
    r"|what\s+do(?:es)?\s+(?:you mean by\s+)?(?=.*\bmeans?\b)"
    r"|(?:(?:can|could) you\s+)?(?:define|explain)\s+(?:what\s+)?"
    r"|(?:what(?:['’]s|\s+is)\s+)?(?:the\s+)?(?:definition|meaning) of\s+"
    r")(?P<article>an?\s+)?[\"“”'‘’]?(?P<term>[\w’'/.&-]+(?:\s[\w’'/.&-]+)*?)[\"“”'‘’]?"
    r"(?:\s+(?:exactly|then|means?|is|are|stand for))*\W*",
    re.IGNORECASE,
)
_INSIDE = frozenset("of and for & the".split())  # small words that a term may have, but not begin with
_OWNS = re.compile(r"['’]s?$")  # what somebody has is told, not defined
_STATE = re.compile(r"[a-z]+(?:ed|ing)|new|wrong|right|next|better|best")  # "what is required?"
_OFFICE = "|".join(OFFICES)
# What follows "is" and "are" where a sentence says what a thing is, not what happens to it: "is a place", "is
# permission to stay", "are local partnerships".
_WORD = (
    r"(?!(?:not|now|also|still|being|\w+(?:ed|ing)|in|on|at|under|to|from|with|by|for|of|as|so)\b)[\w’'-]+"
)
_WHAT_ONE_IS = (
    r"(?:an?|the|one|any|some|what|when|where|how|simply)\b"
    rf"|(?:{_WORD}\s){{0,2}}\w+(?:tion|sion|ment|ness|ity|ance|ence|ship|dom|ism|ology)\b"
)
_WHAT_MANY_ARE = rf"(?:the|those|any|all|what|where|how|simply)\b|(?:{_WORD}\s){{0,2}}[\w-]*[^\Ws]s\b"


def defined_term(question: str) -> str | None:
    """What `question` asks to be told what it is, None if it asks something else.

    >>> [defined_term(asked) for asked in ("What is an ICS?", "Who is Bo Reed?", "What is due in May?")]
    ['ICS', 'Bo Reed', None]
    """
    match = _ASKS.fullmatch(question.strip())
    if not match:
        return None
    words = match["term"].strip(QUOTES).split()
    small = [word.casefold() in FUNCTION_WORDS for word in words]
    if len(words) > MOST_WORDS or small[0] or small[-1] or any(_OWNS.search(word) for word in words):
        return None
    if len(words) == 1 and not match["article"] and _STATE.fullmatch(words[0]):
        return None
    inside = (word.casefold() for word, is_small in zip(words, small, strict=True) if is_small)
    return " ".join(words) if all(word in _INSIDE for word in inside) else None


def defines(term: str) -> re.Pattern[str]:
    """What finds a sentence that says what `term` is.

    It has it as the subject of "is" or "means", with another name in brackets, before an apposition, behind
    "known as" or "called", or before a colon or a dash; a person with an office before the name.

    >>> texts = "Integrated care systems (ICSs) plan.", "Each ICS is due to plan."
    >>> [bool(defines("ICS").search(text)) for text in texts]
    [True, False]
    """
    acronym = sum(sign.isupper() for sign in term) > 1 and " " not in term
    flags = re.NOFLAG if acronym else re.IGNORECASE
    stem = re.escape(term if term.casefold().endswith("ss") else term.removesuffix("s"))
    one = rf"[\"“‘']?\b{stem}(?:e?s)?\b[\"”’']?"
    begin = r"(?:^\W*|[.;:,]\s)(?i:an?\s|the\s|each\s|every\s|any\s)?"
    ways = (
        rf"{begin}{one}(?:\s\([^)]*\))?,?\s(?:(?:is|was)\s(?:{_WHAT_ONE_IS})|(?:are|were)\s(?:{_WHAT_MANY_ARE})"
        r"|(?:means?|denotes?|describes?)\s|(?:refers?|referred)\sto\s|stands?\sfor\s)",
        rf"{one}\s?\([^)\d]|\(\W*{one}\W*\)",
        rf"{one}(?:\s\([^)]*\))?,\s(?i:an?|the|or|which\s(?:is|are)|also|former)\s",
        r"(?i:known as|call(?:s|ed)?|termed|named|defined as|referred to as|abbreviated)\s"
        rf"(?i:an?\s|the\s)?{one}",
        rf"^\W*{one}\s?(?::|\s[–—-])\s",
        rf"(?i:\b(?:{_OFFICE})\b)(?:\sof(?:\s[\w’'-]+){{1,4}})?,?\s{one}",
    )
    return re.compile("|".join(f"(?:{way})" for way in ways), flags)
