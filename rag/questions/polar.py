"""A question -> the claim that it asks the truth of, if it can be answered with yes or no.

The claim has the words of the question in the order of a statement.  Where its subject ends is told by the
few words that hold a sentence together; where they do not tell, the order is a guess, which the verifier, who
reads it, hardly minds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.language.numbers import find_numbers

_BE = "is are was were am".split()
_DO = "do does did".split()
_OTHER = "has have had can could will would shall should may might must".split()
_AUXILIARIES = frozenset([*_BE, *_DO, *_OTHER])
_AUXILIARY = "|".join(sorted(_AUXILIARIES))
_PRONOUNS = frozenset(
    "i you he she it we they there this these those everyone everybody nobody anyone".split()
)
_LEADS_UP = re.compile(
    r"^\W*(?:(?:and|so|but|now|also|then|well|ok|okay|please|tell me|just|quick question),?:? +)*",
    re.IGNORECASE,
)
_NT = re.compile(rf"^(?:({_AUXILIARY})n|(ca|wo|sha)n)[’']?t\b", re.IGNORECASE)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
# "…, isn't it?", "… does it?", "…, right?"
_TAG = re.compile(
    rf"(?:,\s*|\s+)(?:(?:(?:{_AUXILIARY}|ca|wo|sha)(?:n[’']?t)?\s+(?:it|he|she|they|we|you|i|there|this|that)(?:\s+not)?)"
    r"|(?<=,\s)(?:right|correct|true|yes|no|or not))\s*\?\s*$",
    re.IGNORECASE,
)
# A tag that asks to agree: what the question denies stays denied.
_AGREES = re.compile(r"\b(?:right|correct|true|yes|no|or not)\b", re.IGNORECASE)
# What asks which, not whether, whatever stands behind "if" in it.
_ASKS_WHICH = re.compile(
    r"^(?:(?:at|by|for|from|in|of|on|since|to|until|with) )?(?:who\w*|which|what|when|where|why|how)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^.{0,60}?\b(?:wonder(?:ing)?|tell me|tell us|know|sure|says?|ask(?:ing)?|check|(?:un)?clear) "
    r"(?:whether|if) (?P<claim>.+)$",
    re.IGNORECASE,
)
_TRUE_THAT = re.compile(
    r"^it (?P<not>not )?(?:really |also |still )?(?:true|right|correct|the case|a fact|so) that ",
    re.IGNORECASE,
)
# What one is asked to do, or of oneself: no claim about anything in the documents.
_REQUEST = re.compile(
    r"^(?:(?:can|could|will|would|should) you (?:please |kindly |maybe |perhaps )*(?:tell|give|show|explain"
    r"|list|summari[sz]e|describe|name|compare|find|help|say|quote|translate|write|provide|elaborate|clarify|remind"
    r"|point|repeat|look)\b|(?:can|could|may) (?:i|we) (?:ask|see) |(?:are|were|have) you\b"
    r"|do you (?:know|think|believe|remember|mean|say|have(?! to))\b)",
    re.IGNORECASE,
)
# A question within the question.
_WITHIN = re.compile(
    r"\b(?:what|why|how|whether)\b|\b(?:know|tells?|says?|said|explains?|shows?|mentions?|describes?|states?"
    r"|specif(?:y|ies)|see|out|me|us|clear|about|idea) (?:who\w*|which|when|where|if)\b",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r",? or not\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b|(?<=[a-z])/(?=[a-z])", re.IGNORECASE)
# What a question says where a statement says nothing.
_OF_QUESTIONS = re.compile(r"\b(?:ever|any(?! of\b)|really|actually|indeed) ", re.IGNORECASE)
_NOT = re.compile(r"(?<![-\w])not (?!only\b|just\b|merely\b)", re.IGNORECASE)
_ENDS = re.compile(r"[.!?;:]\s+\S")
_ARTICLES = frozenset(
    "the a an any some all every each both no this that these those my your our its his her their".split()
)
_PREPOSITIONS = frozenset(
    "at to from with by as about into over under than after before until within without between during"
    " since".split()
)
_ADVERBS = frozenset(
    "always also still ever never only just now already currently really usually not so too".split()
)
_VERBAL = frozenset("be been being have had able allowed going".split())
_JOINING = frozenset("for in on and".split())  # what joins a second part to a subject, right behind the first
_STOPS = _ARTICLES | _PREPOSITIONS | _ADVERBS | _PRONOUNS | _VERBAL | _JOINING


class Polar(NamedTuple):
    """The claim that a question asks the truth of, and whether the question denies it ("Doesn't it …?")."""

    claim: str
    denied: bool


def polar_of(question: str) -> Polar | None:
    """What `question` asks the truth of; None unless it can be answered with yes or no.

    The claim is that without the denial, but for one that stands in what is asked to be true, or to be agreed
    with ("…, right?").  A choice ("Is it A or B?"), what one is asked to tell ("Can you
    tell me when …?") and several sentences are none.

    >>> polar_of("Does MiP support cutting targets?")
    Polar(claim='MiP supports cutting targets', denied=False)
    >>> polar_of("Isn't it true that the fee was raised?"), polar_of("Is it Hull or Leeds?")
    (Polar(claim='the fee was raised', denied=True), None)
    >>> polar_of("The pier is closed, isn't it?")
    Polar(claim='The pier is closed', denied=False)
    """
    text = " ".join(_OR_NOT.sub("", question).split())
    text = _LEADS_UP.sub("", text)
    tag = _TAG.search(text)
    text = text[: tag.start()] if tag else text.rstrip(" ?!.")
    if not text or _ENDS.search(text) or _OR.search(text) or _ASKS_WHICH.match(text):
        return None
    if whether := _WHETHER.match(text):
        return Polar(whether["claim"], denied=False)
    short = _NT.match(text)
    if short:
        text = (short[1] or _WHOLE[short[2].lower()]) + text[short.end() :]
    first, _, rest = text.partition(" ")
    if first.lower() not in _AUXILIARIES:
        if not tag or len(text.split()) <= 2 or _WITHIN.search(text):
            return None
        return Polar(text, denied=False) if _AGREES.search(tag[0]) else _strip_denial(text, denied=False)
    if not rest or _REQUEST.match(text) or _WITHIN.search(text):
        return None
    if first.lower() in _BE and (said := _TRUE_THAT.match(rest)):
        return Polar(rest[said.end() :], denied=bool(short or said["not"]))
    positive = _strip_denial(_OF_QUESTIONS.sub("", rest), denied=bool(short))
    return Polar(_order(first.lower(), positive.claim.split()), positive.denied)


def _strip_denial(text: str, *, denied: bool) -> Polar:
    """`text` without its first negation, which is then denied."""
    without = re.sub(r"\b(ca|wo|sha)n[’']?t\b", lambda m: _WHOLE[m[1].lower()], text, count=1, flags=re.I)
    without = re.sub(rf"\b({_AUXILIARY})n[’']t\b", r"\1", without, count=1, flags=re.IGNORECASE)
    without = _NOT.sub("", without, count=1) if without == text else without
    return Polar(without, denied or without != text)


def _order(auxiliary: str, words: list[str]) -> str:
    """The words with the auxiliary behind the subject; "does" goes into the verb, "do" and "did" away: the
    verifier reads "they did accept it" as if something spoke against it, and hardly minds the tense."""
    end = _subject_end(auxiliary, words)
    subject, rest = words[:end], words[end:]
    if auxiliary == "does" and rest:
        rest = [_third_person(rest[0]), *rest[1:]]
    elif auxiliary not in _DO:
        rest = [auxiliary, *rest]
    return " ".join([*subject, *rest])


def _subject_end(auxiliary: str, words: list[str]) -> int:
    """How many of the words are the subject, at least one."""
    lower = [word.lower().strip(",") for word in words]
    if lower[0] in _PRONOUNS or len(words) == 1:
        return 1
    begin = 1 if lower[0] in _ARTICLES else 0
    named = begin
    while named < len(words) and (words[named][0].isupper() or words[named] in ("of", "and", "&")):
        named += 1
    while named > begin and not words[named - 1][0].isupper():
        named -= 1
    if named > begin:
        goes_on = begin and named + 1 < len(words) and lower[named + 1] != "of"  # the Hewitt review is done
        if not goes_on or lower[named] in _STOPS or not lower[named].isalpha():
            return min(named, len(words))
    at = _next_function_word(lower, max(begin + 1, named))
    if auxiliary in _BE:
        adjective = at == len(words) or lower[at] in _PREPOSITIONS | _JOINING
        return at - 1 if adjective and at - begin > 1 else at
    if auxiliary.startswith("ha"):
        return at
    if "be" in lower:
        return max(1, lower.index("be"))
    plural = next((i for i in range(begin, at) if _is_plural(lower[i])), None)
    if plural is not None and plural + 1 < at:
        return plural + 1
    verb = at - 1
    while verb > begin + 1 and (_is_plural(lower[verb]) or lower[verb].endswith(("ing", "ly"))):
        verb -= 1
    return max(verb, begin + 1)


def _next_function_word(words: list[str], at: int) -> int:
    """The first place from `at` on behind which no subject goes on; the number of words if there is none."""
    first = at
    while at < len(words):
        word = words[at]
        if word == "of" or (word in _JOINING and at == first):
            at += 3 if at + 1 < len(words) and words[at + 1] in _ARTICLES else 2
        elif word in _STOPS or find_numbers(word):
            return at
        else:
            at += 1
    return min(at, len(words))


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _third_person(verb: str) -> str:
    """A verb as "does" and it together say it.

    >>> [_third_person(verb) for verb in ("carry", "have", "reach", "open")]
    ['carries', 'has', 'reaches', 'opens']
    """
    if verb == "have" or _is_plural(verb):
        return "has" if verb == "have" else verb
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{verb}s"
