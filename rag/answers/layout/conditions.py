"""A question and a table -> the rows that it admits: "under £14", "vegan" above a column of yes and no."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.answers.layout.bounds import AmountWithin, DayWithin, Meets, find_limits
from rag.answers.layout.cells import MOST_OF, cell_text, figure_of
from rag.documents.outline import Outline
from rag.language.assertions.negation import NEGATION
from rag.language.measures import scale_of
from rag.language.ranges import NumberRange, find_ranges
from rag.language.words import FUNCTION_WORDS, find_words, stems
from rag.models.word_vectors import load_word_vectors
from rag.spans import Span

Cells = Mapping[int, str]  # the text of each cell of a column, by the place of its row


REACH = 40  # characters between a negation, or what limits, and what it is of
# The cosine from which on the name of a column is like a word of the question: "Fee" and "cost" have .44,
# "Population" and "inhabitants" .43; "Floor" and "hold people" .28, "Berth" and "boats" .21.
LIKE = 0.35
_YES = re.compile(r"\W*(?:yes|y|true|included|available|x|✓|✔|☑|●|•|✅)(?!\w)", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|n|not|none|false|never|✗|✘|☐|❌|×)(?!\w)|[-–—]?$", re.IGNORECASE)
# Words that say nothing of what a column is of.
_HAVING = frozenset(stems("contains has includes offers with available"))
_FREE = re.compile(r"[\s-]free\b(?! (?:of|from)\b)", re.IGNORECASE)
# What denies the words right behind it, and what ends its reach.
_DENIES = re.compile(
    rf"(?:{NEGATION.pattern}|\b(?:free (?:of|from)|out of|lack\w*|avoid\w*|exclud\w+|except|non)\b)"
    r"(?P<between>(?:\W+(?!(?:and|but|are|is|was|were|that|which|who|with)\b)\w+){0,4}?\W+)$",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_COUNTS = re.compile(r"\d|\b(?:more|less|fewer|than|least|most|enough)\b", re.IGNORECASE)
MOST_BETWEEN = 5  # words between two bounds that "or" joins


class Condition(NamedTuple):
    """What a question demands of a row: as it is told, the rows that meet it, and the column that it is of,
    "" if of several; where in the question it stands as a bound, None of what is so or not, or of a word.

    `others` are the rows that are known not to meet it, and `otherwise` is how that is told.
    `named` says that it is no bound but a day that is named, as a word may be; `word` that it is a word.
    """

    told: str
    rows: frozenset[int]
    others: frozenset[int]
    otherwise: str
    span: Span | None = None
    column: str = ""
    named: bool = False
    word: bool = False

    def deny(self) -> Condition:
        """What the rows meet that do not meet this."""
        return self._replace(told=self.otherwise, rows=self.others, others=self.rows, otherwise=self.told)


def find_conditions(question: str, outline: Outline, rows: Sequence[int]) -> list[Condition]:
    """What `question` demands of the `rows` of one table beyond words that stand in them: that an amount or a
    day is within a bound, or that something is so, or not, by a column of yes and no."""
    names = outline.rows.column_names(rows[0])
    columns = {
        name: {row: cell_text(outline, row, column) for row in rows}
        for column, name in enumerate(names)
        if name
    }
    found: list[Condition] = []
    for bound in find_ranges(question):
        if not any(_gives_ranges(bound, name, cells) for name, cells in columns.items()):
            found += _choose_column(question, columns, (bound.start, bound.end), AmountWithin(bound))
    for day, limit in find_limits(question):
        chosen = _choose_column(question, columns, (day.start, day.end), DayWithin(day, limit))
        found += (condition._replace(named=limit == "within") for condition in chosen)
    return [
        *_find_flags(question, columns),
        *_find_lacking(question, columns),
        *_join_alternatives(question, found),
    ]


def _gives_ranges(bound: NumberRange, name: str, cells: Cells) -> bool:
    """Whether a column is itself of such bounds: it is called "Under 19", or has cells like "19-64" in which
    the question may find its amount."""
    if any((own.low, own.high) == (bound.low, bound.high) for own in find_ranges(name)):
        return True
    ranges = [own for cell in cells.values() for own in find_ranges(cell)]
    units = {scale_of(own.unit)[0] for own in ranges} - {""}
    return 2 * len(ranges) >= len(cells) and units <= {scale_of(bound.unit)[0]}


def _find_flags(question: str, columns: Mapping[str, Cells]) -> Iterator[Condition]:
    """For each column of yes and no whose name the question has, the rows with the one it asks for."""
    asked = set(stems(question))
    flags: dict[str, tuple[set[int], set[int]]] = {}
    for name, cells in columns.items():
        yes = {row for row, cell in cells.items() if _YES.match(cell)}
        no = {row for row, cell in cells.items() if row not in yes and _NO.match(cell)}
        own = set(stems(name)) - _HAVING or set(stems(name))
        if yes and no and len(yes) + len(no) >= MOST_OF * len(cells) and 2 * len(own & asked) > len(own):
            flags[name] = yes, no
    for name, (yes, no) in flags.items():
        others = {stem for other in flags if other != name for stem in stems(other)}
        asked_for = Condition(f"{name}: yes", frozenset(yes), frozenset(no), f"{name}: no", column=name)
        yield asked_for.deny() if _is_denied(question, set(stems(name)), others) else asked_for


def _find_lacking(question: str, columns: Mapping[str, Cells]) -> Iterator[Condition]:
    """For each column of counts of whose name the question says that there is none ("out of stock"), the rows
    with nothing there."""
    if _COUNTS.search(question):  # "not more than 2 beds" is no lack of them
        return
    asked = set(stems(question))
    for name, cells in columns.items():
        counts = {row: figure_of(cell) for row, cell in cells.items() if cell.isdigit()}
        none = frozenset(row for row, count in counts.items() if not count)
        some = frozenset(counts) - none
        named = set(stems(name)) & asked
        if (
            named
            and none
            and some
            and len(counts) >= MOST_OF * len(cells)
            and _is_denied(question, named, ())
        ):
            yield Condition(f"{name}: 0", none, some, f"{name}: more than 0", column=name)


def _is_denied(question: str, named: set[str], others: Collection[str]) -> bool:
    """Whether the question denies the first of its words with one of the stems `named`, and not one of
    `others` in between: "not vegan", "without nuts", "nut-free"."""
    for word in re.finditer(r"\w+", question):
        if stems(word[0]) and named.issuperset(stems(word[0])):
            free = _FREE.match(question, word.end()) and not named.issuperset(stems("free"))
            return _is_behind_denial(question, word.start(), others) != bool(free)
    return False


def _is_behind_denial(question: str, at: int, others: Collection[str] = ()) -> bool:
    denial = _DENIES.search(question, max(0, at - REACH), at)
    between = denial["between"] if denial else ""
    return bool(denial) and (bool(_OR.search(between)) or not set(stems(between)) & set(others))


def _choose_column(
    question: str, columns: Mapping[str, Cells], span: Span, meets: Meets
) -> Iterator[Condition]:
    """The rows that meet what is asked, or that do not if that is denied, in the column that it is asked of:
    of those whose cells mostly can be told to meet it or not, the one of the same unit whose name is likest
    to a word of the question.  None if two are, if none is like one, unless there is but one and that is
    enough, or if one of that unit has too many other cells, but for days: a price of 1990 is none."""
    rest = question[: span[0]] + " " + question[span[1] :]
    fits = []
    for name, cells in columns.items():
        told = {row: met for row, cell in cells.items() if (met := meets(name, cell)) is not None}
        alike = any(of_unit for _, of_unit in told.values())
        if len(told) < MOST_OF * sum(map(bool, cells.values())) or not told:
            if alike and not meets.alone:
                return
            continue
        likeness = _likeness(name, rest)
        fits.append((alike + likeness, name, told))
    fits.sort(key=lambda fit: -fit[0])
    only = len(fits) == 1 and meets.alone
    if fits and (only or fits[0][0] >= LIKE) and (len(fits) == 1 or fits[0][0] > fits[1][0]):
        _, name, told = fits[0]
        rows = frozenset(row for row, (met, _) in told.items() if met)
        bound = question[slice(*span)]
        others = frozenset(told) - rows
        within = Condition(f"{name}: {bound}", rows, others, f"{name}: not {bound}", span, name)
        yield within.deny() if _is_behind_denial(question, span[0]) else within


def _join_alternatives(question: str, found: Sequence[Condition]) -> list[Condition]:
    """`found` with bounds of one column that "or" joins as one: "under 300 or over 800"."""
    joined: list[Condition] = []
    for one in sorted(found, key=lambda condition: condition.span or (0, 0)):
        before = joined[-1] if joined else None
        if before and before.span and one.span and before.column == one.column:
            between = question[before.span[1] : one.span[0]]
            if _OR.search(between) and len(between.split()) < MOST_BETWEEN:
                bound = question[slice(*one.span)]
                joined[-1] = before._replace(
                    told=f"{before.told} or {bound}",
                    rows=before.rows | one.rows,
                    others=before.others & one.others,
                    otherwise=f"{before.otherwise} or {bound}",
                    span=(before.span[0], one.span[1]),
                )
                continue
        joined.append(one)
    return joined


def _likeness(name: str, text: str) -> float:
    """How like the likest word of a name is to one of a text, 1 for the same in any form."""
    own, words = [
        [word for word in find_words(one) if word.lower() not in FUNCTION_WORDS] for one in (name, text)
    ]
    if set(stems(name)) & set(stems(text)):
        return 1.0
    vectors = load_word_vectors()
    return float((vectors.embed(own) @ vectors.embed(words).T).max()) if own and words else 0.0
