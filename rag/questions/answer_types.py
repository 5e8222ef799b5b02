"""What a question asks for: its parts, the names it names, the kind of answer that would do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.datatypes import Question
from rag.language.dates import MONTHS, WEEKDAYS
from rag.language.numbers import TO_TWELVE

_MONTHS = "|".join(MONTHS)
_WORDS = f"{'|'.join(TO_TWELVE)}|dozens?|hundreds?|thousands?|half"
_COUNT = (
    rf"(?<![\w/£$€])(?!(?:19|20)\d\d\b)(?:\d[\d,.]*(?:m|mn|bn|k)?|{_WORDS})"
    rf"(?![\w/]|\.\d)(?!\s(?:{_MONTHS})\b)"
)
_UNIT = r"(?:years?|months?|weeks?|days?|hours?|minutes?)"

_DATE = re.compile(
    rf"\b(?:1[5-9]|20)\d\d\b|\b(?:{_MONTHS}|Christmas|Easter|{'|'.join(WEEKDAYS)})\b"
    r"|\b\d{1,2}(?:[.:]\d\d)? ?(?:am|pm)\b|\b\d{1,2}:\d\d\b|\b\d{1,4}/\d{1,2}(?:/\d{2,4})?\b"
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
_AGE = re.compile(r"\baged \d|\byears? old\b|\bborn\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """The kind of thing that answers a question: `label` names it, `pattern` finds a sentence with it.

    Without a thing of a `required` kind there is no answer, however near the sentence is.
    `thing` finds the thing itself, where that is less than what `pattern` finds.
    """

    label: str
    pattern: re.Pattern[str]
    required: bool
    thing: re.Pattern[str] | None = None

    @property
    def marks(self) -> re.Pattern[str]:
        """What finds the thing itself in a sentence."""
        return self.thing or self.pattern


# The first that fits a question is what it expects.  A required one is a question that nothing
# else can answer: no sentence without an amount of money says what someone is paid.
_EXPECTATIONS: tuple[tuple[re.Pattern[str], Expectation], ...] = tuple(
    (re.compile(asks, re.IGNORECASE), expectation)
    for asks, expectation in (
        (r"\bhow old\b|\bwhat age\b|\bage of\b", Expectation("age", _AGE, True)),
        (
            r"\b(?:how much|what)\b.*\b(?:paid|pay|salary|earns?|wages?)\b|\bsalary of\b",
            Expectation("pay", _PAY, True, _SUM),
        ),
        (
            r"\bhow much\b.*\bcost\b|\bcost of\b|\bwhat (?:budget|sum|price)\b|\bhow much money\b",
            Expectation("sum of money", _MONEY, True, _SUM),
        ),
        (r"\bhow long\b", Expectation("length of time", _DURATION, True)),
        (
            r"^\W*(?:(?:and|but|so|by|since|until|from) )*when\b|\b(?:what|which) (?:date|year|month|day)s?\b"
            r"|\bhow soon\b|\bdeadline\b",
            Expectation("date", _DATE, True),
        ),
        (
            r"\bhow (?:much|big|large|high|low)\b"
            r"|\bwhat (?:percentage|proportion|share|number|amount|fraction)\b",
            Expectation("figure", _AMOUNT, False),
        ),
        (r"\bwho(?:m|se)?\b", Expectation("person", _PERSON, False, _AGENT)),
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
MOST_PARTS = 4
_ASKS = (
    r"(?:what|when|who|whom|whose|how|where|why|which"
    r"|is|are|was|were|do|does|did|has|have|had|can|will|should)"
)
_PART = re.compile(
    rf"(?<=\?)\s+(?={_ASKS}\b[^?]*\?)"
    rf"|,? (?:and|but) (?={_ASKS} (?!\w+ed\b)\w+ [^?]*\?)"
    r"|,? and (?=(?:by|under) (?:whom|when|what|which)\b)",
    re.IGNORECASE,
)


def expected(question: str) -> Expectation | None:
    """The kind of answer `question` asks for, or None if any sentence may do.

    >>> expected("When is the report due?").label
    'date'
    """
    asked = _HOW_MANY.search(question)
    if asked:
        ends = _COUNTED_ENDS.search(asked[1])
        counted = (asked[1][: ends.start()] if ends else asked[1]).split()
        if not counted:
            return Expectation("figure", _AMOUNT, False)
        nouns = [counted[-1].removesuffix("s").removesuffix("ie")]
        if len(counted) > 1:
            nouns.append("".join(word[0] for word in counted))  # integrated care systems: 42 ICSs
        return Expectation(f"number of {' '.join(counted)}", _number_of(nouns), True)
    return next((expectation for asks, expectation in _EXPECTATIONS if asks.search(question)), None)


def parts(question: str) -> list[str]:
    """The questions that `question` is made of, in order; more than `MOST_PARTS` stay one.

    >>> parts("When was it due, and when did it come out?")
    ['When was it due', 'when did it come out?']
    """
    found = [part for part in _PART.split(question) if part.strip(" ?")]
    return found if 1 <= len(found) <= MOST_PARTS else [question]


def several(question: Question) -> bool:
    """Whether `question` asks what more than one document says.

    >>> several(Question("Do the sources agree?")), several(Question("Who leads the review?"))
    (True, False)
    """
    prefers = question.prefers
    both = prefers is not None and prefers.sources > 1
    return both or len(parts(question.text)) > 1 or _SEVERAL.search(question.text) is not None


def without_sources(question: str) -> str:
    """`question` without the words for sources where it asks for several; what they are asked about stays.

    >>> without_sources("Do the other documents say what changed between Leeds and York?")
    'Do the     say what changed between Leeds and York?'
    """
    return _SEVERAL.sub(lambda match: _SOURCE.sub(" ", match[0]), question)


_SOURCES = r"(?:sources|documents|articles|papers|publishers|reports|pieces|briefings|authors|stories)"
_SOURCE = re.compile(
    rf"\b(?:{_SOURCES}|sources?|documents?|articles?|publishers?|one|anyone|anybody|everyone|others?|else"
    r"|different|various|several|both|each|every|either|compare[ds]?|comparison|disagree[ds]?)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"\b(?:anyone|anybody|everyone) else\b|\b(?:(?:the|all) )?others\b"
    rf"|\b(?:the|all|both|these|those|other|different|various|several|which|what|any) (?:\w+ )?{_SOURCES}\b"
    rf"|\b(?:each|every|either) (?:of the )?(?:{_SOURCES}|one|source|document|article|publisher)\b"
    r"|\b(?:compare[ds]?|comparison|differ(?:s|ence|ences|ently)?|disagree[ds]?|contradict\w*|both sides)\b"
    r"|\b(?:change[ds]?|changing|shift(?:ed)?) (?:between|since|from|over time)\b|\bover time\b"
    r"|\bbetween [\w ]+ and\b|\bbefore and after\b",
    re.IGNORECASE,
)


def names(question: str) -> list[str]:
    """The words of `question` that name something: capitals within a sentence, and numbers.

    A question without small letters names nothing, for there its capitals say nothing.

    >>> names("Did Wales get 10% more than England in 2023?")
    ['Wales', '10', 'England', '2023']
    """
    if question.upper() == question:
        return re.findall(r"\b\d+\w*", question)
    found = []
    for sentence in re.split(r"(?<=[.?!])\s+", question):
        words = re.findall(r"[^\W_]+(?:[’'][a-z]+)?", sentence)
        for i, word in enumerate(words):
            bare = re.sub(r"[’'][a-z]+$", "", word)
            starts = i == 0 and not (
                len(words) > 1 and words[1][0].isupper() and word.lower() not in _OPENERS
            )
            if bare[0].isdigit() or (bare[0].isupper() and not starts and bare not in _NO_NAMES):
                found.append(bare)
    return found


def topics(question: str) -> list[str]:
    """The words that `question` asks the which of, or asks what is said about.

    >>> topics("Which constituency did she represent?"), topics("What does it say about mental health?")
    (['constituency'], ['mental', 'health'])
    """
    groups = [group for match in _TOPIC.finditer(question) for group in match.groups("")]
    return " ".join(groups).split()


_TOPIC = re.compile(
    r"\bwhich ([a-z-]+) (?:did|do|does|is|are|was|were|has|have|had|will|would|should|can)\b"
    r"|\b(?:say|says|said|recommend\w*|written|mention\w*) (?:about|on) (?:the )?"
    r"([a-z-]+(?: [a-z-]+){0,2})\W*$",
    re.IGNORECASE,
)
_NO_NAMES = frozenset("I Mr Mrs Ms Miss Dr Sir Dame Lord Lady Prof Professor".split())
_OPENERS = frozenset(
    (
        "what when who whom whose how where why which is are was were do does did has have had can could "
        "will would should in on at by for from and but or the a an if according under since after before "
        "during"
    ).split()
)


def _number_of(nouns: list[str]) -> re.Pattern[str]:
    """A count at most four words before one of `nouns` or its plural: "42 integrated care systems"."""
    noun = "|".join(map(re.escape, nouns))
    return re.compile(
        rf"{_COUNT}[\s-]+(?:[^\s.;:!?]+[\s-]+){{0,4}}?\W?(?:{noun})|\b(?:no|single|both) (?:{noun})",
        re.IGNORECASE,
    )
