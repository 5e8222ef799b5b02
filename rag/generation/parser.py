"""What a language model wrote -> its sentences, without markup and the numbers by which it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sentencex import get_sentence_boundaries

from rag.language.cleaning import strip_invisible

LONGEST = 800  # characters of a sentence

# [1], [1, 2], [1-3], 【1】, [^1], [Passage 1], (Source: 1): whose number is a passage's.  A number alone in
# round brackets may be the sentence's own; it is a passage's only at an end of the sentence.
_NUMBERS = r"#?\d{1,2}(?:\s*(?:,|;|-|–|and|&)\s*(?:passage\s*)?\^?#?\d{1,2})*\s*"
_NAMED = r"(?:(?:passages?|sources?|documents?|refs?\.?|see)\s*:?\s*)"
_MARKER = re.compile(
    rf"\s*(?:[\[【]\^?\s*{_NAMED}?{_NUMBERS}(?:†[^\]】]*)?[.,:;]?\s*[\]】]"
    rf"|\(\s*{_NAMED}{_NUMBERS}\)"
    rf"|(?<!\d)\(\s*{_NUMBERS}\)(?=\s*(?:[.!?…]|$|[\[【(]))|^\(\s*{_NUMBERS}\)(?=\s))",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"^(?:the )?(?:question|answer)(?: is)?\s*:\s*"
    r"|^(?:according to|as (?:stated|said|noted|reported|mentioned) (?:in|by)|in|per|from)"
    r"(?: (?:the )?(?:passages?|sources?|documents?|texts?|context)(?: (?:number )?#?\d{1,2})?)?\s*[,:]\s*",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"\s*<sup>.*?</sup>|</?[a-z][^<>]*>|\\(?=[\[\]()*_`])|(?<!\d)[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}(?!\d)",
    re.IGNORECASE,
)
# Whatever else in square brackets has no word but those for a source, and raised figures.
_OTHER = re.compile(
    r"\s*(?:[\[【［]\s*(?:\d|page|passage|pp?|doc(?:ument)?|see|source|ref|no?|and|[^\w\]】］:])*+(?::[^\]】］]{0,40})?"
    r"[\]】］]|\(see [^)]{0,20}\)|(?:(?<=[^\W\d_]{3})|(?<=[.!?,;\"”’)]))[¹²³⁰-⁹†‡]+)",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"\s*[\[(【][\s,;]*[\])】]")
_HEADING = re.compile(r"^\s*#+ .*$", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦▪·+]|\d{1,2}[.)])\s+")
_ENDED = re.compile(r"[.!?…:][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence that a model wrote, and the numbers of the passages that it names for it."""

    text: str
    hints: frozenset[int] = frozenset()


def parse_sentences(written: str, *, whole: bool = True) -> list[ParsedSentence]:
    """The sentences of what a model wrote, in order, without markup, markers and talk of passages.

    The last is left out if it is cut off: if nothing ends it, and it is not the only one.  Without
    `whole`, more is to come, and the last is left out in any case.

    >>> parse_sentences("There are **42** of them. [1] They are")
    [ParsedSentence(text='There are 42 of them.', hints=frozenset({1}))]
    """
    sentences: list[ParsedSentence] = []
    for line in _HEADING.sub("", written).splitlines():
        # A marker behind the full stop belongs to the sentence before it.
        line = re.sub(rf"([.!?][\"”’]?)((?:{_MARKER.pattern})+)", r"\2\1", _BULLET.sub("", line), flags=re.I)
        for boundary in get_sentence_boundaries("en", line):
            sentence = line[boundary["start_index"] : boundary["end_index"]]
            bare, hints = _strip_markers(sentence)
            bare = _ACCORDING.sub("", bare).strip(' ,;:-–—"') if _ACCORDING.match(bare) else bare
            if any(c.isalnum() for c in bare) and len(bare) <= LONGEST:
                sentences.append(ParsedSentence(bare[:1].upper() + bare[1:], frozenset(hints)))
    cut = sentences and (not whole or (len(sentences) > 1 and not _ENDED.search(sentences[-1].text)))
    return sentences[:-1] if cut else sentences


def _strip_markers(sentence: str) -> tuple[str, set[int]]:
    """A sentence without what no reader sees, without markup and markers; and the numbers of those.

    What is left where one was taken out may be another.
    """
    hints: set[int] = set()
    bare, before = strip_invisible(sentence), ""
    while bare != before:
        before = bare
        bare = _MARKUP.sub("", bare)
        hints |= {int(n) for marker in _MARKER.findall(bare) for n in re.findall(r"\d+", marker)}
        bare = _EMPTY.sub("", _OTHER.sub("", _MARKER.sub("", bare)))
    return bare.lstrip(" ,;:|>").rstrip(" |"), hints
