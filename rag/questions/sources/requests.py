"""Whether a question asks who said what was answered before it, or where that stands."""

from __future__ import annotations

from itertools import pairwise

from rag.language.words import find_words

# All words of such questions: "Who said that targets should be cut?" asks what the documents say.
_WHO = {*"who whom whose where".split()}
_THAT = {*"that this those these you".split()}
_SAY = {*"say says said saying state states stated claim claims claimed think thinks according told".split()}
_WRITE = {*"wrote written published reported from get find found read".split()}
_SOURCE = {
    *"document documents article articles source sources publisher publishers paper author cite".split()
}
_QUOTE = {*"quote qoute quotes quoted quotation words wording view opinion speaker speaking citation".split()}
_WORDS = {
    *"a an and any are based be being but by can come could date did direct do does exact exactly".split(),
    *"figure for has her here his how in is it know me needed of ok on out please pls s sentence".split(),
    *"show so tell the their then there to wait was were what when which wich your".split(),
}
_WORDS |= _WHO | _THAT | _SAY | _WRITE | _SOURCE | _QUOTE


def asks_for_source(question: str) -> bool:
    """Whether `question` asks who said what was answered, or where it stands, but not for its words.

    >>> [asks_for_source(q) for q in ("Who’s saying so?", "Which paper is that from?", "What does it say?")]
    [True, True, False]
    """
    words = find_words(question.lower())
    asks = frozenset(words)
    is_what = asks & _SAY and any(w == "what" and then not in _SOURCE for w, then in pairwise([*words, ""]))
    if is_what or not asks <= _WORDS:
        return False
    is_written = asks & _WRITE and asks & _THAT and asks & {*_WHO, "when", "which"}
    is_known = asks >= {"how", "know"} or (asks >= {"based", "what"} and "it" not in asks)
    return bool(asks & (_SOURCE | _QUOTE) or (asks & _SAY and asks & _WHO) or is_written or is_known)
