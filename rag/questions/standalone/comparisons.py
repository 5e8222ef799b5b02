"""A question that compares things -> a question for each of them, to be answered apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_COMPARED = 4
MOST_WORDS = 8  # of a thing
LONGEST_ALIKE = 300  # characters of a question that asks the same of two things
_AND = r"(?:and|with|to|against|or|from|than|vs\.?|versus)"
_IN = r"(?:in terms of|with (?:regard|respect) to|as to|regarding|concerning|in|on|by|for|over)"
_COMPARE = r"(?:compare|contrast)(?: and contrast)?"
_OF = r"(?:of|for|in|at|between|on)"
_BE = r"(?:is|are|was|were)"
_DO = r"(?:does|do|did|has|have|had|can|will)"
_MORE = (
    r"(?:(?:more|less|fewer|better|worse|further|later|earlier|older|newer)"
    r"|(?!(?:under|over|other|after|another|ever|never|either|whether|number|order|member|water)\b)\w+[a-z]er)"
)
_THING = r"[^,;:?]+?"

# What is asked of the things may be named before them or behind, or be said by a comparative.
_COMPARISONS = tuple(
    re.compile(rf"(?:please |can you |could you )?{pattern}", re.IGNORECASE)
    for pattern in (
        rf"{_COMPARE} (?:the )?(?P<of>(?:(?! {_AND} ).)+ {_OF}) (?P<things>.+ {_AND} {_THING})",
        rf"{_COMPARE} (?P<things>.+? {_AND} {_THING})(?: {_IN} (?P<by>.+))?",
        r"(?:(?:what|which) (?:is|are|was|were) |what's |tell me |explain |describe )?(?:all )?(?:the )?"
        r"(?:main |key |exact )?(?:differences?|comparison) "
        rf"(?:(?:in|of) (?P<in>.+?) )?between (?P<things>.+? and {_THING})(?: {_IN} (?P<by>.+))?",
        rf"how {_DO} (?P<things>.+ and .+) (?:differ|compare)(?: {_IN} (?P<by>.+))?",
        rf"how {_DO} (?P<first>.+) (?:differ from|compare (?:with|to|against)) (?P<things>.+?)"
        rf"(?: {_IN} (?P<by>.+))?",
        rf"how {_BE} (?P<first>.+) different (?:from|to|than) (?P<things>.+?)(?: {_IN} (?P<by>.+))?",
        rf"(?P<things>{_THING} (?:vs\.?|versus|or) {_THING}) ?[:,–-] ?(?:which|what|who)\b(?: one)?"
        rf"(?: of (?:these|them|the two|both))? (?P<verb>{_BE}|has|have|had)"
        rf" (?P<asked>[^,:–]*?\b{_MORE}\b[^,:–]*?)",
        rf"(?P<things>{_THING} (?:vs\.?|versus) {_THING})(?: ?[:,–-] ?(?P<by>.+)| {_IN} (?P<by_too>.+))?",
        *(
            rf"(?:which|who|what)\b(?: of (?:these|them|the two|both))?(?: (?P<kind>[\w ]+?))??"
            rf" (?:would |will |is likely to )?(?P<verb>{verb}) (?P<asked>[^,:–]*?\b{_MORE}\b[^,:–]*?)"
            rf" ?[,:–-] ?(?P<things>[^:;?]+? or {_THING})"
            for verb in (rf"{_BE}|has|have|had", r"\w*[^\Ws]s")
        ),
        rf"(?P<verb>{_BE}) (?P<first>.+) (?P<asked>{_MORE}(?: \w+)?) than (?P<things>.+)",
        rf"(?P<do>{_DO}) (?P<first>.+) (?P<verb>\w+) (?P<asked>(?:more|fewer|less) .+?) than (?P<things>.+)",
        rf"(?P<do>{_DO}) (?P<things>.+ or .+?) (?P<verb>\w+) (?P<asked>(?:more|fewer|less) .+)",
        rf"(?P<verb>{_BE}) (?P<things>.+ or .+?) (?P<asked>{_MORE}(?: \w+)?)",
    )
)
# What is asked of two things in the same words: "… for cars and for bikes", "… a fire door versus a gate".
_ALIKE = (
    re.compile(
        rf"(?P<asked>.+ (?P<of>for|in|at|on)) (?P<first>{_THING}),? and (?P=of) (?P<second>{_THING})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<asked>(?:\w+ ){{1,2}}(?:is|are)|.+ (?:for|of|in|at)) (?P<first>{_THING}),? "
        rf"(?:compared (?:with|to)|as against|versus|vs\.?) (?P<second>{_THING})",
        re.IGNORECASE,
    ),
)
_MORE_THAN_THING = re.compile(r"\b(?:which|what|who|in|on|at|for|of|with|total)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"\W*(?:(?:and|so|please|tell me)\W+)*(?:who|what|when|where|which|how)\b", re.IGNORECASE
)
_BETWEEN_THINGS = re.compile(rf",? {_AND} |, ", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an?|both|those|that|their|its) ", re.IGNORECASE)
# What is no thing, or a document that is asked what it says.
_NO_THINGS = re.compile(
    r"\b(?:sources?|documents?|articles?|versions?|editions?|papers|others?|ones?|it|its|they|their|them|he|she|his|her|this|that|these|those"
    r"|there|who|when|what|how|why|is|are|does|do|did|pros|say|says|said|anything|anyone|someone|last|next|before|now)\b",
    re.IGNORECASE,
)
_COMPARATIVE = re.compile(rf"\b{_MORE}\b ?", re.IGNORECASE)
# The question that an adjective compares the answers of, where that is not "How … is it?".
_ADJECTIVES = (
    (re.compile(r"^(?:cheaper|dearer|(?:more|less) (?:expensive|costly))", re.I), "How much does {} cost?"),
    (re.compile(r"^(?:older|newer|younger|earlier|later)", re.I), "When was {} born, built or opened?"),
    (re.compile(r"^(?:better|worse|different|further|(?:more|less)$)", re.I), "What is {}?"),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A question about one of the things compared, and the thing as it is named."""

    question: str
    thing: str


def split_comparison(question: str) -> list[Compared]:
    """A question for each of the things that `question` compares, in order; none if it compares none.

    >>> [part.question for part in split_comparison("How do the Basic and Gold plans differ in price?")]
    ['What is the price of the Basic plan?', 'What is the price of Gold plan?']
    >>> [part.question for part in split_comparison("Which has the longer notice period, Basic or Gold?")]
    ['What is the notice period of Basic?', 'What is the notice period of Gold?']
    >>> split_comparison("Who compared them?")
    []
    """
    text = question.strip(" .?!")
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _COMPARISONS)), None)
    if not found:
        return _split_alike(text)
    groups = {name: (value or "").strip() for name, value in found.groupdict().items()}
    joined = " and ".join(filter(None, (groups.get("first"), groups["things"])))
    things = _share_noun(_BETWEEN_THINGS.split(joined), groups.get("kind", ""))
    short = all(0 < len(thing.split()) <= MOST_WORDS for thing in things)
    no_things = _NO_THINGS.search(joined) or (groups.get("asked") and _COMPARATIVE.search(joined))
    if not (2 <= len(things) <= MOST_COMPARED) or not short or no_things:
        return []
    asked = _asked_of({name: re.sub(r"[{}]", "", value) for name, value in groups.items()})
    return [Compared(asked.format(thing), _ARTICLE.sub("", thing)) for thing in things]


def _split_alike(text: str) -> list[Compared]:
    """A question for each of two things of which `text` asks in the same words; none if it does not.

    >>> [part.question for part in _split_alike("what do you pay for cars and for bikes")]
    ['what do you pay for cars?', 'what do you pay for bikes?']
    """
    matches = (pattern.fullmatch(text) for pattern in (_ALIKE if len(text) <= LONGEST_ALIKE else ()))
    found = next((match for match in matches if match and _ASKING.match(text)), None)
    things = [found["first"], found["second"]] if found else []
    no_things = any(len(thing.split()) > MOST_WORDS // 2 or _NO_THINGS.search(thing) for thing in things)
    if not found or no_things or any(map(_MORE_THAN_THING.search, things)) or _of_one_year(things):
        return []
    return [Compared(f"{found['asked']} {thing}?", _ARTICLE.sub("", thing)) for thing in things]


def _of_one_year(things: list[str]) -> bool:
    """Whether but one of them begins with a figure: "in 1950 and in 1970 became mayor"."""
    return things[0].isdigit() != things[1].isdigit() and any(thing[0].isdigit() for thing in things)


def _asked_of(groups: dict[str, str]) -> str:
    """The question of one thing, which stands as {} in it."""
    if of := groups.get("of"):
        return f"{_what(of)} {{}}?"
    if by := groups.get("by") or groups.get("by_too") or groups.get("in"):
        return f"{_what(_ARTICLE.sub('', by))} of {{}}?"
    if not (asked := _ARTICLE.sub("", groups.get("asked", ""))):
        return "What is {}?"
    verb, noun = groups["verb"], _COMPARATIVE.sub("", asked, count=1).strip()
    if "do" in groups or not re.fullmatch(rf"{_BE}|has|have|had", verb, re.IGNORECASE):
        much = f"How {'many' if noun.endswith('s') else 'much'} {noun}".strip()
        return f"{much} {groups.get('do', 'does').lower()} {{}} {re.sub('s$', '', verb)}?"
    for pattern, question in _ADJECTIVES:
        if pattern.match(asked):
            return question
    if (noun and not asked.lower().startswith(("more ", "less "))) or verb.lower() in ("has", "have", "had"):
        return f"{_what(noun)} of {{}}?"
    return f"How {_positive(asked)} is {{}}?"


def _what(attribute: str) -> str:
    head = re.split(rf" {_OF}\b", attribute)[0]
    return f"What {'are' if re.search(r'[^s]s$', head) else 'is'} the {attribute}"


def _positive(comparative: str) -> str:
    """
    >>> [_positive(word) for word in ("bigger", "longer", "more useful", "heavier", "larger", "wider")]
    ['big', 'long', 'useful', 'heavy', 'large', 'wide']
    """
    bare = re.sub(r"^(?:more|less) ", "", comparative.strip().lower())
    if bare != comparative.lower() or not bare.endswith("er"):
        return bare
    stem = bare[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if re.search(r"([bdgmnt])\1$", stem):
        return stem[:-1]
    silent = re.search(r"(?:rg|c|v|[aiou]s|[^aeioul]l|[^aeiou][aiou][dfkmt])$", stem)
    return f"{stem}e" if silent else stem


def _share_noun(things: list[str], kind: str = "") -> list[str]:
    """The things, each with the noun that only one of them has: "Basic and Gold plans", "class 310 and 720".

    A bare number has `kind` before it.

    >>> _share_noun(["Basic", "Gold plans"]), _share_noun(["class 310", "720"])
    (['Basic plan', 'Gold plan'], ['class 310', 'class 720'])
    >>> _share_noun(["Ely", "Upper Bow"])
    ['Ely', 'Upper Bow']
    """
    words = [_ARTICLE.sub("", thing).split() for thing in things]
    first, last = words[0], words[-1]
    each = any(thing.lower().startswith(("a ", "an ")) for thing in things)  # "a bus and a night bus"
    if all(len(some) == 1 for some in words[:-1]) and len(last) > 1 and last[-1].islower() and not each:
        noun = re.sub(r"(?<=ch|sh|ss)es$|(?<=x)es$|(?<!s)s$", "", last[-1])
        return [*(f"{thing} {noun}" for thing in things[:-1]), re.sub(r"\S+$", noun, things[-1])]
    numbered = all(len(some) == 1 and (some[0].isdigit() or len(some[0]) == 1) for some in words[1:])
    if numbered and len(first) > 1 and first[0].islower():
        return [things[0], *(f"{' '.join(first[:-1])} {' '.join(some)}" for some in words[1:])]
    return [f"{kind} {thing}".strip() if thing.isdigit() else thing for thing in things]
