"""A question what something is, or who -> what finds a sentence that says so."""

from __future__ import annotations

import re

from rag.language.names import OFFICES
from rag.language.words import FUNCTION_WORDS

LONGEST = 200  # characters of a question that asks for a definition alone
MOST_WORDS = 5  # of what is asked about
QUOTES = "\"“”'‘’«»`"
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|please|just|then)\s+)*(?:"
    r"(?P<who>who)(?:\s+(?:is|are|was|were)|['’]?s|['’]re)\s"
    r"|what(?:\s+exactly)?(?:\s+(?:is|are|was|were)|['’]?s|['’]re)\s+(?:meant\s+by\s|the\s+(?:meaning|definition)\s+of\s)?"
    r"|what\s+do\s+you\s+mean\s+by\s"
    r"|what\s+(?P<means>do(?:es)?)\s"
    r"|(?:(?:can|could)\s+you\s+)?(?:define|explain)\s+(?:what\s)?"
    r"|(?:the\s+)?(?:definition|meaning)\s+of\s"
    r")\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s\([^()]*\)$")  # "integrated care system (ICS)"
_LAST = frozenset("exactly then please is are means mean".split())
_INSIDE = frozenset("of and for & the to".split())  # small words that a term may have, but not begin with
_OFFICE = "|".join(OFFICES)

# What follows "is" and "are" where a sentence says what a thing is, not what happens to it: "is a place", "is
# permission to stay", "are local partnerships".
_WORD = (
    r"(?!(?:not|now|also|still|being|\w+(?:ed|ing)|in|on|at|under|to|from|with|by|for|of|as|so|the)\b)"
    r"[\w’'-]+"
)
_IS_WHAT = (
    r"(?:an?|any|one\sof|when|simply)\s"
    r"|the\s(?:[\w-]+\s){1,2}(?:that|which|who|where|by\swhich|in\swhich)\s"
    rf"|(?:{_WORD}\s){{0,2}}\w+(?:tion|sion|ment|ness|ity|ance|ence|ship|dom|ism|ology)\b"
)
_ARE_WHAT = rf"(?:those|any|all)\s|(?:{_WORD}\s){{0,2}}[\w-]*[^\Ws]s\b"
_BEGINS = r"(?:^\W*|[.;:]\s)(?:an?\s|the\s|each\s|every\s|any\s)?"


def definition_asked(question: str) -> re.Pattern[str] | None:
    """What finds a sentence that says what `question` asks to be told what, or who, it is; None if it asks
    something else.

    >>> pattern = definition_asked("What is an ICS?")
    >>> texts = "Integrated care systems (ICSs) plan.", "Each ICS is due to plan."
    >>> [bool(pattern.search(text)) for text in texts]
    [True, False]
    """
    match = _ASKS.match(question) if len(question) <= LONGEST else None
    term = _term(question[match.end() :], verb=bool(match["means"])) if match else None
    if not match or not term:
        return None
    return (_says_who if match["who"] else _says_what)(term)


def _term(rest: str, *, verb: bool) -> str | None:
    """What is asked about, of what stands behind "what is"; `verb` says that it must end in "mean"."""
    words = _BRACKETS.sub("", rest.strip().rstrip("?!. ")).split()
    if verb and "mean" not in (word.casefold() for word in words[-1:]):
        return None
    while words and words[-1].casefold() in _LAST:
        words.pop()
    words = [stripped for word in words if (stripped := word.strip(QUOTES))]
    if words and words[0].casefold() in ("a", "an", "any"):
        words = words[1:]
    elif words and words[0].casefold() == "the":
        words = words[1:]
        if not all(word[0].isupper() or word in _INSIDE for word in words):
            return None  # something of what is talked about, not something to be defined
    small = [word.casefold() in FUNCTION_WORDS and not word.isupper() for word in words]
    if not words or len(words) > MOST_WORDS or small[0] or small[-1]:
        return None
    if any(word in "'’" for word in (word[-2:-1] for word in words)):
        return None  # what somebody has is told, not defined
    inside = (word.casefold() for word, is_small in zip(words, small, strict=True) if is_small)
    return " ".join(words) if all(word in _INSIDE for word in inside) else None


def _says_what(term: str) -> re.Pattern[str]:
    """The term is the subject of "is" or "means", stands beside its long form or its short one, before an
    apposition, behind "called", in quotes before what it means, or before a colon or a dash."""
    one = _written(term)
    quoted = rf"[\"“‘']{one}[,.]?[\"”’']"
    ways = [
        rf"{_BEGINS}{one}(?:\s\([^)]*\))?,?\s(?:(?:is|was)\s(?:{_IS_WHAT})|(?:are|were)\s(?:{_ARE_WHAT})"
        r"|(?:means?|denotes?)\s|refer(?:s|red)?\sto\s|stands?\sfor\s)",
        rf"{_BEGINS}{one}(?:\s\([^)]*\))?,\s(?:an?|which\s(?:is|are))\s[^,.;]{{3,90}}(?:[,.;]|$)",
        r"\b(?:known\sas|call(?:s|ed)?|termed|defined\sas|referred\sto\sas|abbreviated\s(?:to|as))\s(?:an?\s|the\s)?"
        rf"(?:{quoted}|{one}(?=\W*$|[,.;:)]))",
        rf"{quoted},?\s(?:(?:in|by|under)\swhich|where|meaning|which\smeans|that\sis)\b",
        rf"^\W*{one}\s?(?::|\s[–—-])\s",
        # A long form beside its short one.
        rf"{one}\s\(\W?(?-i:[A-Z][\w&]*[A-Z]s?)\W?\)|\b(?-i:[A-Z][\w&]*[A-Z]s?)\s\(\W?{one}\W?\)",
    ]
    letters = term.rstrip("s")
    if letters.isalpha() and letters.isupper() and len(letters) > 1:
        long_form = r"[\s-](?:(?:of|and|for|the|to|in)\s)*".join(rf"{letter}[\w’']*" for letter in letters)
        ways += [rf"\b{long_form}\s\(\W?{one}", rf"{one}\s\(\W?{long_form}"]
    common = term.casefold() in FUNCTION_WORDS  # "IT"
    return re.compile("|".join(f"(?:{way})" for way in ways), re.NOFLAG if common else re.IGNORECASE)


def _says_who(name: str) -> re.Pattern[str]:
    """The name stands behind an office, before an apposition, or is the subject of "is a" or "was the"."""
    one = _written(name)
    return re.compile(
        rf"(?:\b(?:{_OFFICE})(?:\sof(?:\s[\w’'-]+){{1,4}})?\s{one})"
        rf"|(?:{one},\s(?:an?|the|then|former|our|its|(?:{_OFFICE}))\s[^,.;]{{3,90}}(?:[,.;]|$))"
        rf"|(?:{one}\s(?:is|was|became)\s(?:an?|the|now|our|(?:[\w-]+\s){{0,2}}(?:{_OFFICE}))\b)",
        re.IGNORECASE,
    )


def _written(term: str) -> str:
    """A pattern of the term, however its words are spaced, in the singular or plural."""
    *before, last = map(re.escape, term.split())
    bare = term.split()[-1]
    forms = {last, rf"{last}s", rf"{last}es"}
    if bare.endswith("ies"):
        forms.add(re.escape(bare[:-3] + "y"))
    elif bare.endswith("s") and (bare.endswith("Ss") or not bare.endswith("ss")):
        forms.add(re.escape(bare[:-1]))
    elif bare.endswith("y"):
        forms.add(re.escape(bare[:-1] + "ies"))
    words = r"\s+".join([*before, f"(?:{'|'.join(sorted(forms))})"])
    return rf"(?<!\w){words}(?!\w)"
