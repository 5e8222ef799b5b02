"""A text -> what it names by a number or letter behind its kind: "quarter 4", "band H", "release 3.3"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.language.dates import MONTHS
from rag.language.words import FUNCTION_WORDS

_MARK = r"\d{1,3}(?:\.\d{1,3}){0,3}(?:[A-Za-z](?!\w))?|[A-Za-z]"
_NUMBER = r"(?:no\.?|nos\.?|number|nr\.?|#)"
_DESIGNATED = re.compile(
    rf"\b(?P<kind>[^\W\d_]{{2,}})\s(?:{_NUMBER}\s?)?(?P<mark>{_MARK})(?![\w%°£$€]|[.,:/-]\w)", re.IGNORECASE
)
# What is no kind of thing, but tells how many, how old, or when.
_NO_KIND = frozenset(
    ("top next last past previous first other another only age " + " ".join(MONTHS)).lower().split()
)
_UP_OR_DOWN = (
    r"-|–|/|to\b|through|\+|onwards?|(?:and|or) (?:above|over|up|more|later|newer|higher|below|under|lower)"
)
_ORDINALS = ("", "first|1st", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th", "sixth|6th")


class Designation(NamedTuple):
    """A thing by its kind and the number or letter that it goes by."""

    kind: str
    mark: str

    @property
    def text(self) -> str:
        return f"{self.kind} {self.mark}"

    def stands_in(self, text: str) -> bool:
        """Whether `text` names it, be it in a list ("bays A and B") or by an ordinal or initial ("Q4").

        >>> band = Designation("band", "D")
        >>> [band.stands_in(text) for text in ("Bands A, B and D", "band: D", "a Band C home", "D-Band")]
        [True, True, False, False]
        """
        kind, mark = re.escape(self.kind), re.escape(self.mark)
        listed = r"(?:[\w.]{1,5}(?:\s?(?:,|/|and|or|&)\s?)+){0,12}"
        forms = [
            rf"\b{kind}(?:e?s)?\W{{1,3}}(?:{_NUMBER}\W?\s?)?{listed}v?{mark}",
            *([rf"\b{kind[0]}{mark}"] * mark.isdigit()),
        ]
        if self.mark.isdigit() and int(self.mark) < len(_ORDINALS):
            forms.append(rf"\b(?:{_ORDINALS[int(self.mark)] or '0th'})\s{kind}")
        return any(re.search(rf"{form}(?!\w|\.\d)", text, re.IGNORECASE) for form in forms)

    def has_like(self, text: str) -> bool:
        """Whether `text` names others of the kind by such a mark, each by its own: "Band D".

        >>> [Designation("band", "H").has_like(text) for text in ("for a Band D home", "Band: 8")]
        [True, False]
        """
        point = r"(?:\.\d{1,3})+" if "." in self.mark else ""
        mark = r"[A-Z]" if self.mark.isalpha() else rf"\d{{1,3}}{point}"
        amount = "" if self.mark.isalpha() or point else r"|\s[a-z]{3,}"  # "seat 20 people"
        number = rf"(?:(?i:{_NUMBER})\s?)?"
        like = rf"\b(?i:{re.escape(self.kind)})\s{number}{mark}(?![\w%]|[.,:]\w{amount})"
        return bool(re.search(like, text))

    def is_spanned_in(self, text: str) -> bool:
        """Whether `text` has a range of the kind, which may hold it: "bands A to E", "versions 2-4"."""
        mark = r"[A-Z]" if self.mark.isalpha() else r"\d[\d.]*"
        begun = rf"\b(?i:{re.escape(self.kind)})(?:e?s)?\W{{1,3}}{mark}"
        return bool(re.search(rf"{begun}\s?(?:{_UP_OR_DOWN})", text))


def find_designations(text: str) -> Iterator[Designation]:
    """What may be named in `text` by a number or letter behind its kind, in order.

    Whether it is a designation and no amount ("seat 20") the documents tell, by others that have one.

    >>> [found.text for found in find_designations("Is band H, of release 3.3, due in 3 days of quarter 4?")]
    ['band H', 'release 3.3', 'quarter 4']
    """
    for match in _DESIGNATED.finditer(text):
        kind, mark, rest = match["kind"].lower(), match["mark"], text[match.end() : match.end() + 40].split()
        follows = rest[0].strip(" ?.!,;").lower() if rest else ""
        amount = mark.isdigit() and (kind.endswith("ed") or (follows and follows not in FUNCTION_WORDS))
        article = mark in ("a", "I") and rest
        if kind not in FUNCTION_WORDS | _NO_KIND and not amount and not article:
            yield Designation(match["kind"], mark.upper() if mark.isalpha() else mark)
