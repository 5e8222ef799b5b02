"""A question and a table -> the rows that it admits: "under £14", "vegan" above a column of yes and no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.answers.layout.cells import figure_of
from rag.documents.outline import Outline
from rag.language.assertions.negation import NEGATION
from rag.language.dates import DateRange, find_dates
from rag.language.measures import find_size, scale_of
from rag.language.ranges import NumberRange, find_ranges
from rag.language.words import FUNCTION_WORDS, find_words, stems
from rag.models.word_vectors import load_word_vectors
from rag.spans import Span

Cells = Mapping[int, str]  # the text of each cell of a column, by the place of its row
# Of the name of a column and a cell: whether that meets a bound, None if it cannot be told, and whether both
# are known to be of one unit.
Meets = Callable[[str, str], tuple[bool, bool] | None]

MOST_OF = 0.8  # of the cells of a column that tell what kind it is
REACH = 30  # characters between a negation and what it denies
_YES = re.compile(r"\W*(?:yes|y|true|included|available|x|✓|✔|☑|●|•|✅)(?!\w)", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|n|not|none|false|never|✗|✘|☐|❌|×)(?!\w)|[-–—]?$", re.IGNORECASE)
_FREE = re.compile(r"[\s-]free\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:(?P<before>before|earlier than|prior to|until|till|by)|(?P<after>after|later than)"
    r"|(?P<since>since|from)|(?P<within>in|on|during|of))\s(?:the\s)?$",
    re.IGNORECASE,
)


class Condition(NamedTuple):
    """What a question demands of a row: as it is told, the rows that meet it, and where in the question it
    stands as a bound; None of what is so or not."""

    told: str
    rows: frozenset[int]
    span: Span | None = None


def find_conditions(question: str, outline: Outline, rows: Sequence[int]) -> list[Condition]:
    """What `question` demands of the `rows` of one table beyond words that stand in them: that an amount or a
    day is within a bound, or that something is so, or not, by a column of yes and no."""
    names = outline.rows.column_names(rows[0])
    columns = {
        name: {row: _cell(outline, row, column) for row in rows} for column, name in enumerate(names) if name
    }
    found = [*_find_flags(question, columns)]
    named = {(bound.low, bound.high) for name in names for bound in find_ranges(name)}
    for bound in find_ranges(question):
        if (bound.low, bound.high) in named:  # "Under 19" is a column
            continue
        found += _choose_column(question, columns, (bound.start, bound.end), _amount_within(bound))
    for day, limit in _find_limits(question):
        found += _choose_column(question, columns, (day.start, day.end), _day_within(day, limit))
    return found


def _cell(outline: Outline, row: int, column: int) -> str:
    """The text of a cell of a row, "" if it has so few."""
    there = column < len(outline.blocks[row].cells)
    return outline.rows.cell_text(outline.rows.value_of(row, column)).strip() if there else ""


def _find_flags(question: str, columns: Mapping[str, Cells]) -> Iterator[Condition]:
    """For each column of yes and no whose name the question has, the rows with the one it asks for."""
    asked = set(stems(question))
    for name, cells in columns.items():
        yes = {row for row, cell in cells.items() if _YES.match(cell)}
        no = {row for row, cell in cells.items() if row not in yes and _NO.match(cell)}
        own = set(stems(name))
        mixed = yes and no and len(yes) + len(no) >= MOST_OF * len(cells)
        if mixed and own and 2 * len(own & asked) > len(own):
            denied = _is_denied(question, own)
            yield Condition(f"{name}: {'no' if denied else 'yes'}", frozenset(no if denied else yes))


def _is_denied(question: str, named: set[str]) -> bool:
    """Whether the question denies the first of its words with one of these stems: "not vegan", "nut-free"."""
    for word in re.finditer(r"\w+", question):
        if named.issuperset(stems(word[0])) and stems(word[0]):
            before = question[max(0, word.start() - REACH) : word.start()]
            free = _FREE.match(question, word.end()) and not named.issuperset(stems("free"))
            return bool(NEGATION.search(before)) != bool(free)
    return False


def _choose_column(
    question: str, columns: Mapping[str, Cells], span: Span, meets: Meets
) -> Iterator[Condition]:
    """The rows that meet what is asked in the column that it is asked of: of those whose cells mostly can be
    told to meet it or not, the one of the same unit whose name is likest to a word of the question; none if
    two are."""
    rest = question[: span[0]] + " " + question[span[1] :]
    fits = []
    for name, cells in columns.items():
        told = {row: met for row, cell in cells.items() if (met := meets(name, cell)) is not None}
        if len(told) >= MOST_OF * sum(map(bool, cells.values())) and told:
            rows = frozenset(row for row, (met, _) in told.items() if met)
            fits.append((all(alike for _, alike in told.values()) + _likeness(name, rest), name, rows))
    fits.sort(key=lambda fit: -fit[0])
    if fits and (len(fits) == 1 or fits[0][0] > fits[1][0]):
        _, name, rows = fits[0]
        yield Condition(f"{name}: {question[slice(*span)]}", rows, span)


def _likeness(name: str, text: str) -> float:
    """How like the likest word of a name is to one of a text, 1 for the same in any form."""
    own, words = [
        [word for word in find_words(one) if word.lower() not in FUNCTION_WORDS] for one in (name, text)
    ]
    if set(stems(name)) & set(stems(text)):
        return 1.0
    vectors = load_word_vectors()
    return float((vectors.embed(own) @ vectors.embed(words).T).max()) if own and words else 0.0


def _amount_within(bound: NumberRange) -> Meets:
    """What tells whether the amount of a cell is within a bound, as far as their units can be compared; a
    unit may stand in the name of the column."""
    least, factor = scale_of(bound.unit)

    def meets(name: str, cell: str) -> tuple[bool, bool] | None:
        if find_ranges(cell):  # what "over £50" costs is asked of such a row itself
            return None
        figure, size = figure_of(cell), find_size(cell)
        if figure is None or size is None or (least == "clock") > (size[0] == "clock"):
            return None
        if size[0] == "clock" and not least:  # "between 9 and 18"
            figure = size[1] / 60
        unit, value = size if size[0] else _unit_of_name(name, figure)
        if unit and unit != least and (least or bound.unit == "?"):
            return None
        scale = factor if unit and least else 1
        value = value if unit and least else figure
        low, high = float(bound.low) * scale, float(bound.high) * scale
        within = low < value < high if bound.beyond else low <= value <= high
        return within, bool(unit and least)

    return meets


def _unit_of_name(name: str, figure: float) -> tuple[str, float]:
    """What a figure measures below a name that says in which unit, "" if it says none: "Weight (kg)"."""
    sizes = (find_size(f"{figure} {word}") for word in find_words(name))
    return next((size for size in sizes if size and size[0]), ("", figure))


def _find_limits(question: str) -> Iterator[tuple[DateRange, str]]:
    """The days of a question that limit something, with how: before, after, since, within."""
    for day in find_dates(question):
        if limit := _LIMIT.search(question, max(0, day.start - REACH), day.start):
            yield day, str(limit.lastgroup)


def _day_within(day: DateRange, limit: str) -> Meets:
    """What tells whether the day of a cell is before another, after or within it, as far as both are told."""

    def meets(_: str, cell: str) -> tuple[bool, bool] | None:
        found = find_dates(cell)
        if not found:
            return None
        pairs = zip(found[0].ranges, day.ranges, strict=True)
        exact = [(mine[0], other) for mine, other in pairs if mine[0] == mine[1]]
        if limit == "within":
            return all(other[0] <= mine <= other[1] for mine, other in exact), True
        first = [mine for mine, other in exact if other[0] == other[1]]
        then = [other[0] for _, other in exact if other[0] == other[1]]
        if not first:
            return None
        sides = {"before": first < then, "after": first > then, "since": first >= then}
        return sides[limit], True

    return meets
