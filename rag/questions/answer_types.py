"""A question -> the kind of thing that answers it."""

from __future__ import annotations

import re

from rag.datatypes import AnswerType
from rag.language.dates import MONTHS, WEEKDAYS
from rag.language.numbers import TO_TWELVE

_MONTHS = "|".join(MONTHS)
_WORDS = f"{'|'.join(TO_TWELVE)}|dozens?|hundreds?|thousands?|half"
_COUNT = (
    rf"(?<![\w/£$€])(?!(?:19|20)\d\d\b)(?:\d[\d,.]*(?:m|mn|bn|k)?|{_WORDS})"
    rf"(?![\w/]|\.\d)(?!\s(?:{_MONTHS})\b)"
)
_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|terms?|quarters?|years?"
    r"|decades?|centur(?:y|ies))"
)
_HOUR = rf"(?:(?:[01]?\d|2[0-4])(?:[.:]\d\d)?|{'|'.join(TO_TWELVE)})"
_BEFORE_HOUR = "(?:" + "|".join(rf"(?<=\b{word} )" for word in ("at", "from", "until", "till")) + ")"

_DATE = re.compile(
    r"(?:(?<![A-Z]-)|(?<=-[A-Z]{3}-)|(?<=FY-))(?<![A-Z]-\d{4}-)\b(?:1[5-9]|20)\d\d\b"
    rf"|\b(?:{_MONTHS}|Christmas|Easter|{'|'.join(WEEKDAYS)})\b"
    r"|\b\d{1,2}(?:[.:]\d\d)? ?(?:am|pm)\b|\b\d{1,2}:\d\d\b|\b\d{1,4}/\d{1,2}(?:/\d{2,4})?\b"
    rf"|{_BEFORE_HOUR}{_HOUR}\b(?=\s*(?:[.,;:!?)]|$|(?:and|to|till|until|on|in the|every)\b))"
    rf"|(?:(?<=: )|(?<=open ))\b{_HOUR} ?[–-] ?{_HOUR}\b(?! ?\w)"
    r"|\b(?:noon|midnight|o’clock|o'clock|in the (?:morning|afternoon|evening))\b"
    r"|\b(?:yesterday|today|tomorrow|(?:last|next|this) (?:year|month|week|spring|summer|autumn|winter))\b"
)
_PERSON = re.compile(
    r"\b[A-Z][a-z]+ [A-Z][a-z]+|\b[A-Z]\w*[A-Z]\w*\b|\b(?:chancellor|government|ministers?|secretary)\b"
)
# A person or body by name: "Jeremy Hunt", "Chancellor Hunt", "the Department of Health and Social Care".
_AGENT = re.compile(
    r"(?<![\w’'])(?!(?:When|Where|While|If|After|Before|As|In|On|At|But|And|Since|For|The)\b)"
    r"[A-Z][\w’'-]*[a-z](?: (?:(?:of|for|and|the) )*[A-Z][\w’'-]*[a-z])+"
    r"|\b(?:chancellor|government|ministers|secretary of state)\b"
)
_AMOUNT = re.compile(rf"[£$€]\s?\d|\d\s?(?:%|per ?cent|m|mn|bn|million|billion)\b|{_COUNT}", re.IGNORECASE)
_MONEY = re.compile(r"[£$€]\s?\d|\b\d[\d,.]*\s?(?:pounds|dollars|euros)\b")
_SUM = re.compile(
    r"[£$€]\s?\d[\d,.]*\d?(?:\s?(?:k|m|mn|bn|million|billion)\b)?|\b\d[\d,.]*\s?(?:pounds|dollars|euros)\b",
    re.IGNORECASE,
)
_PAY = re.compile(
    rf"(?=.*(?:{_MONEY.pattern})).*\b(?:paid|pays?|salary|salaries|earn(?:s|ed)?|wages?)\b", re.DOTALL
)
_DURATION = re.compile(
    rf"(?:{_COUNT})[\s-]{_UNIT}\b|\bfrom \d{{4}} to \d{{4}}\b|\b(?:since|until|till) \w+|\b(?:multi-?year)\b",
    re.IGNORECASE,
)
# What a rule says of when it holds: "if", "once", "before".
_OCCASION = re.compile(
    rf"{_DATE.pattern}|(?i:\b(?:if|when(?:ever)?|once|unless|until|before|after|while|during|within|every"
    r"|as (?:soon|long) as|each time|always|never|only)\b|\b(?:dai|week|month|quarter|year)ly\b)"
)
_PHONE = re.compile(
    r"(?<![\w/])\+?\(?\d[\d\s()./–-]{4,}\d(?!\w)|\b(?:ext(?:ension)?|dial|call|ring|phone|tel)\b\W{0,3}\d{2,}",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_AGE = re.compile(
    r"\bage[ds]?\b[^.;!?\n]{0,12}?\d|\byears? (?:old|of age)\b|-year-olds?\b|\bborn\b"
    r"|\b\d{1,3} (?:years )?(?:or|and) (?:older|over|above|under|younger)\b"
    r"|\b(?:under|over)[ -]\d{1,2}s?\b(?![%.,]\d)",
    re.IGNORECASE,
)


# The first that fits a question is what it expects.  A required one is a question that nothing
# else can answer: no sentence without an amount of money says what someone is paid.
_ANSWER_TYPES: tuple[tuple[re.Pattern[str], AnswerType], ...] = tuple(
    (re.compile(asks, re.IGNORECASE), answer_type)
    for asks, answer_type in (
        (r"\b(?:tele)?phone (?:number|no\b)|\btelephone\W*$", AnswerType("telephone number", _PHONE, True)),
        (r"\be-?mail address", AnswerType("e-mail address", _EMAIL, True)),
        (r"\bhow old\b|\bwhat age\b|\bage of\b", AnswerType("age", _AGE, True)),
        (
            r"\b(?:how much|what)\b.*\b(?:paid|pay|salary|earns?|wages?)\b|\bsalary of\b",
            AnswerType("pay", _PAY, True, _SUM),
        ),
        (
            r"\bhow much\b.*\bcost\b|\bcost of\b|\bwhat (?:does|do|did|will|would)\b.*(?<!\bthe) cost\W*$"
            r"|\bwhat (?:budget|sum|price)\b|\bhow much money\b",
            AnswerType("sum of money", _MONEY, True, _SUM),
        ),
        (
            r"^\W*(?:(?:and|but|so|since|until) )*when (?:do|does|can|may|must|should|shall|would|could)\b",
            AnswerType("date", _OCCASION, False, _DATE),
        ),
        (r"\bhow long\b", AnswerType("length of time", _DURATION, True)),
        (
            r"^\W*(?:(?:and|but|so|by|since|until|from) )*when\b|\b(?:what|which) (?:date|year|month|day)s?\b"
            r"|\bhow soon\b|\bdeadline\b",
            AnswerType("date", _DATE, True),
        ),
        (
            r"\bhow (?:much|big|large|high|low)\b"
            r"|\bwhat (?:percentage|proportion|share|number|amount|fraction)\b",
            AnswerType("figure", _AMOUNT, False),
        ),
        (r"\bwho(?:m|se)?\b", AnswerType("person", _PERSON, False, _AGENT)),
    )
)

_HOW_MANY = re.compile(
    r"\bhow many (?:of )?(?:the |these |those |its |their )?([\w’'-]+(?: [\w’'-]+){0,4})", re.IGNORECASE
)
_COUNTED_ENDS = re.compile(
    r"\b(?:is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|there"
    r"|in|of|on|to|for|at|by|with|from|that|who|which|and|or|(?<=\s)\w{2,}ed"
    r"|got|took|gave|said|live|long|work|make|take|get|think|exist|remain)\b",
    re.IGNORECASE,
)


def answer_type_of(question: str) -> AnswerType | None:
    """The kind of answer `question` asks for, or None if any sentence may do.

    >>> answer_type_of("When is the report due?").label
    'date'
    """
    asked = _HOW_MANY.search(question)
    if asked:
        ends = _COUNTED_ENDS.search(asked[1])
        counted = (asked[1][: ends.start()] if ends else asked[1]).split()
        if not counted:
            return AnswerType("figure", _AMOUNT, False)
        nouns = [counted[-1].removesuffix("s").removesuffix("ie")]
        if len(counted) > 1:
            nouns.append("".join(word[0] for word in counted))  # integrated care systems: 42 ICSs
        return AnswerType(f"number of {' '.join(counted)}", _number_of(nouns), True)
    return next((kind for asks, kind in _ANSWER_TYPES if asks.search(question)), None)


def _number_of(nouns: list[str]) -> re.Pattern[str]:
    """A count at most four words before one of `nouns` or its plural: "42 integrated care systems"."""
    noun = "|".join(map(re.escape, nouns))
    return re.compile(
        rf"{_COUNT}[\s-]+(?:[^\s.;:!?]+[\s-]+){{0,4}}?\W?(?:{noun})|\b(?:no|single|both) (?:{noun})"
        rf"|\b(?:{noun})\w*(?: [^\s:·]+){{0,3}}: *{_COUNT}",  # as a column of a table is called
        re.IGNORECASE,
    )
