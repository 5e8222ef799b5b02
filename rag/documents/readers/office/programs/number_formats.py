"""A number and its format, as Excel has them -> what the sheet shows.

The codes of a format are those of ECMA-376, part 1, 18.8.31.  What is told otherwise than by digits, per
cent, a currency and words (fractions, powers of ten, conditions) is shown without a format.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

LONGEST_GENERAL = 10  # digits of a number that is no whole one and has no format
MOST_PLACES = 30  # behind the point
LARGEST = 1e21  # from where on a number is shown without a format
_WORD = r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]'  # of a format, in which any sign may stand
_PART = re.compile(rf"((?:{_WORD}|[^;])*+)(?:;|$)")
# One part of a format: what stands before the digits, they, and what stands behind.
_FORMAT = re.compile(
    rf"(?P<before>(?:{_WORD}|[^#0?.])*+)(?P<whole>[#0?](?:[#0?, ]*[#0?,])?|(?=\.))"
    rf"(?:\.(?P<decimals>[#0?,]*))?(?P<behind>(?:{_WORD}|[^#0?])*+)"
)
_CONDITION = re.compile(r"\[[<>=]")
_LITERALS = re.compile(rf"(?:{_WORD}|[-+$€£¥()/:!^&~{{}}<>= ])*+")
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\\(.)|_.|\*.|\[[^\]]*\]|([-+$€£¥%()/:!^&~{}<>= ])')


def show_number(value: float, form: str) -> str:
    """`value` as a cell of that format shows it, rounded half away from zero as there.

    A loss that the cell tells by its colour alone has a minus here.

    >>> show_number(1234567.5, "#,##0,"), show_number(2.5, "0"), show_number(-3, "#,##0.00;(#,##0.00)")
    ('1,235', '3', '(3.00)')
    >>> show_number(-3, "£0.00"), show_number(-3, "0;[Red]0"), show_number(0.5, "0 %")
    ('-£3.00', '-3', '50 %')
    """
    parts = _split_parts(form)
    number = 1 if value < 0 and len(parts) > 1 else 2 if value == 0 and len(parts) > 2 else 0
    part = parts[number]
    match = _FORMAT.fullmatch(part)
    if form and _LITERALS.fullmatch(part):
        return _literal(part).strip()
    if match is None or _CONDITION.search(part) or not -LARGEST < value < LARGEST:
        return _show_general(value)
    before, behind = _literal(match["before"]), _literal(match["behind"])
    percents = re.sub(_WORD, "", match["before"] + match["behind"]).count("%")
    shown = _show_digits(Decimal(repr(value)), match["whole"], match["decimals"] or "", percents)
    is_told = number == 1 and _tells_loss(before + behind, parts[0])
    sign = "-" if shown.startswith("-") and not is_told else ""
    return f"{sign}{before}{shown.removeprefix('-')}{behind}".strip()


def _tells_loss(literal: str, positive: str) -> bool:
    """Whether what a part shows beside its digits says that they are below zero, as a colour does not."""
    has_word = any(map(str.isalpha, literal))
    above = _FORMAT.fullmatch(positive)
    shared = above and _literal(above["before"]) + _literal(above["behind"])
    return any(sign in literal for sign in "-−(") or (has_word and literal != shared)


def _split_parts(form: str) -> list[str]:
    """The parts that a format has of these: above zero, below it, zero, and words."""
    parts = []
    for match in _PART.finditer(form):
        parts.append(match[1])
        if not match[0].endswith(";"):
            break
    return parts


def _show_digits(value: Decimal, whole: str, decimals: str, percents: int) -> str:
    """The digits of a number by its codes before and behind the point, scaled by commas at their end."""
    codes = re.sub(r"[^0#?,]", "", whole)
    thousands = len(codes) - len(codes.rstrip(",")) + decimals.count(",")
    places = re.sub(r"[^0#?]", "", decimals)[:MOST_PLACES]
    scaled = value.scaleb(2 * percents - 3 * thousands)
    last = Decimal(1).scaleb(-len(places))
    rounded = scaled.quantize(last, ROUND_HALF_UP, Context(prec=MOST_PLACES + len(f"{LARGEST:.0f}")))
    digits, _, behind = f"{abs(rounded):f}".partition(".")
    digits = digits.zfill(codes.count("0")) if digits != "0" or "0" in codes else ""
    if "," in codes.rstrip(","):
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    kept = behind[: len(places.rstrip("#"))] + behind[len(places.rstrip("#")) :].rstrip("0")
    return f"{'-' if rounded < 0 else ''}{digits}{'.' if kept else ''}{kept}"


def _show_general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value.is_integer() or not 1e-4 <= abs(value) < 1e10:
        return f"{value:.15g}"
    before = len(str(int(abs(value))))
    return f"{value:.{LONGEST_GENERAL - before}f}".rstrip("0").rstrip(".")


def _literal(form: str) -> str:
    """The words and signs of currency in a format."""
    return "".join("".join(map(str, filter(None, part.groups()))) for part in _LITERAL.finditer(form))
