"""A text beside another -> whether it leaves open what that says: it asks, supposes, or reports a view."""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import chain

from rag.language.assertions.restrictions import roots, shared_words, words_beside
from rag.language.words import WHOLE_WORD, root

# What asks, or tells that somebody means to find out.
_FINDING_OUT = (
    "investigat|examin|assess|evaluat|determin|explor|stud(?:y|ied)|compar|clarif|test|analy[sz]|consider"
)
_ASKS = re.compile(
    r"\?|\bwhether\b|\bhypothes\w+|\b(?:un|not (?:yet )?)(?:clear|known|certain|decided)\b"
    r"|\b(?:to|we|they|study|sought|aim(?:s|ed)?|is|are|was|were|been|being|be) (?:\w+ly )?(?:to )?"
    rf"(?:{_FINDING_OUT})\w*"
    r"|\b(?:investigated|examined|assessed|evaluated|explored|compared|analy[sz]ed|studied)\b"
    r"|\b(?:aim(?:s|ed)?|purpose|objective)\b|^\W*(?:\w+:\s)?To [a-z]+(?!.{0,80}, (?:you|we|they|the)\b)",
    re.IGNORECASE,
)
# What is not said to be so, but possible, meant, wished or asked for.  "May" is a month, and "may 5" as well.
_SUPPOSES = re.compile(
    r"\b(?:(?-i:may)(?! \d)|might|could|would|should|possibl[ey]|perhaps|probabl[ey]|(?:un)?likely"
    r"|seem(?:s|ed)?|appear(?:s|ed)? to|suggest\w*|expect(?:s|ed)?|plan(?:s|ned)?|intend\w*|hop(?:es?|ed|ing)"
    r"|propos\w+|potential\w*|nominat\w+|appli(?:es|ed) (?:for|to)|candidates?|due|(?:is|are|was|were) to"
    r"|about to|attempt\w*|being|tr(?:y|ies|ied|ying) to|recommend(?:s|ed|ing)?|call(?:s|ed|ing) (?:for|to)"
    r"|urg(?:es?|ed|ing)|want(?:s|ed)?|wish(?:es|ed)?|ask(?:s|ed)|demand\w*|request\w*"
    r"|(?:offer|agree|decide|promise|threaten)\w* to)\b",
    re.IGNORECASE,
)
# What somebody says, holds or doubts.
_REPORTS = re.compile(
    r"\b(?:said|says?|saying|told|tells?|stat(?:es?|ed) that|argu(?:es?|ed|ing)|claim(?:s|ed|ing)|alleg\w+"
    r"|belie(?:f|ve[sd]?)|thinks?|thought|regard(?:s|ed)|view(?:s|ed)|according to|warn(?:s|ed|ing)?"
    r"|assum\w+|critic\w*|suppos\w+|rumou?r\w*|reported(?:ly)?|so-called|myth\w*|doubt(?:s|ed|ful)?|fear(?:s|ed)?|opinions?"
    r"|insist(?:s|ed)?|predict\w*|understood|deemed|accus\w+|suspect(?:s|ed)?|describe[sd]? (?:\w+ ){1,3}as"
    r"|calls?|called|false|untrue|incorrect|wrongly|mistaken(?:ly)?)\b",
    re.IGNORECASE,
)
# What tells that something is over.
_ENDED = re.compile(
    r"\b(?:resign\w*|retir\w+|step(?:s|ped|ping) down|le(?:ft|aves|aving)|quits?|ceas\w+|expir\w+|cancel\w*"
    r"|abolish\w*|withdr[ae]w\w*|revok\w+|repeal\w*|suspend\w*|scrapped|dissolv\w+)\b",
    re.IGNORECASE,
)
# What begins a clause that says something else.
_GOES_ON = re.compile(r",? (?:and|but|which|who|because|so|while|whereas|although) |;|[.!?] |\s[–—]\s")
_PAST = re.compile(r"\b(?:was|were|had|did|used to)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:is|are|has|have|does|do|can|cannot|must|may|will|shall|remains?|stays?)\b", re.IGNORECASE
)
_IS = re.compile(r"\b(?:is|are)\b(?! \w+ed\b)", re.IGNORECASE)
_WILL = re.compile(r"\b(?:will|shall|going to)\b", re.IGNORECASE)


def leaves_open(text: str, source: str) -> bool:
    """Whether `source` leaves open what `text` says plainly: it asks it, only supposes, plans or wishes it,
    tells it as somebody's view or of another time, or that it ended.

    >>> leaves_open("The pier is shut.", "The council asked whether the pier is shut.")
    True
    >>> leaves_open("The pier is shut.", "Critics say the pier is shut.")
    True
    >>> leaves_open("The pier is shut.", "The pier is to be shut next year.")
    True
    >>> leaves_open("Critics say the pier is shut.", "Critics say the pier is shut.")
    False
    >>> leaves_open("The pier is shut.", "The pier was shut."), leaves_open("It was shut.", "It was shut.")
    (True, False)
    """
    told = clip(text, source)
    own = {root(word) for word in WHOLE_WORD.findall(text)}
    hedges = chain.from_iterable(pattern.finditer(told) for pattern in (_SUPPOSES, _REPORTS, _ENDED))
    if _ASKS.search(told) or any(not _has_hedge(text, own, hedge[0]) for hedge in hedges):
        return True
    beside = words_beside(told, roots(text))
    past = bool(_PAST.search(beside) and not _PRESENT.search(beside))
    future = bool(_WILL.search(beside) and not _WILL.search(text))
    return future or (past and bool(_IS.search(text)))


def _has_hedge(text: str, own: Set[str], hedge: str) -> bool:
    """Whether `text`, with the roots `own`, supposes as much: "is to" whole, for "is" says that it is so."""
    first, *others = hedge.lower().split()
    return root(first) in own and (others != ["to"] or hedge.lower() in text.lower())


def clip(text: str, source: str) -> str:
    """`source` without the clauses behind the last word that `text` has too: those suppose something else.

    >>> clip("The ship is named Tern.", "The ship is named Tern and should sail in May.")
    'The ship is named Tern'
    """
    words = list(WHOLE_WORD.finditer(source))
    shared = shared_words(source, roots(text))
    behind = _GOES_ON.search(source, words[shared[-1]].end()) if shared else None
    return source[: behind.start()] if behind else source
