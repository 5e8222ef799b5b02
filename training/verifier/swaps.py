"""A sentence -> claims about it that it bears out, contradicts or does not say, made by rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from rag.language.assertions.causes import split_cause
from rag.models.verifier import BORNE_OUT, CONTRADICTED, NOT_SAID
from training.data.qualifiers import NUMBER, another_number

_NAME = re.compile(r"(?<![\w.'’-])[A-Z][\w'’-]*[a-z](?: [A-Z][\w-]*[a-z])*(?![\w’'-])")
# Of each kind any word may stand for another; what is said is then not so.
_KINDS = [
    kind.split()
    for kind in (
        "January February March April June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred",
        "first second third fourth fifth sixth seventh",
        "north south east west",
        "northern southern eastern western",
        "hours days weeks months years decades",
        "million billion thousand",
    )
]
# One says the opposite of the other.
_OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        "more/fewer higher/lower larger/smaller greater/less bigger/smaller longer/shorter older/younger"
        " earlier/later before/after first/last highest/lowest most/least best/worst largest/smallest"
        " increase/decrease increased/decreased increases/decreases increasing/decreasing rose/fell"
        " rises/falls gained/lost won/lost opened/closed began/ended started/stopped above/below over/under"
        " accepted/rejected approved/rejected supported/opposed supports/opposes praised/criticised"
        " always/never all/no every/no many/few often/rarely only/never strong/weak early/late new/old"
        " male/female positive/negative public/private legal/illegal possible/impossible able/unable"
        " likely/unlikely successful/unsuccessful success/failure allowed/forbidden permitted/prohibited"
        " include/exclude includes/excludes included/excluded maximum/minimum majority/minority"
        " with/without inside/outside up/down left/right same/different better/worse cheaper/dearer"
        " agreed/refused both/neither require/forbid requires/forbids required/forbidden"
    ).split()
]
_OTHER = {a: b for one, two in _OPPOSITES for a, b in ((one, two), (two, one))}
_AUXILIARY = re.compile(
    r"(?<= )(?:is|are|was|were|has|have|had|can|could|will|would|should|must|did|does|do)"
    r"(?= (?!not\b|n’t)[a-z])"
)
_NOT = re.compile(r" not(?= (?!only|just|merely)[a-z])|(?<=can)not(?= )")
_MODAL = re.compile(r"(?<= )(?:may|might|could|can|must|shall|has to|have to|will)(?= [a-z])")
_MODALS = {  # what stands instead, and what the claim then is
    "may": (("must", CONTRADICTED), ("cannot", CONTRADICTED), ("will", NOT_SAID), ("might", BORNE_OUT)),
    "might": (("will", NOT_SAID), ("cannot", CONTRADICTED), ("may", BORNE_OUT)),
    "could": (("will certainly", NOT_SAID), ("could not", CONTRADICTED)),
    "can": (("cannot", CONTRADICTED), ("must", CONTRADICTED), ("is able to", BORNE_OUT)),
    "must": (("need not", CONTRADICTED), ("must not", CONTRADICTED), ("has to", BORNE_OUT)),
    "shall": (("shall not", CONTRADICTED), ("need not", CONTRADICTED), ("must", BORNE_OUT)),
    "has to": (("need not", CONTRADICTED), ("must", BORNE_OUT)),
    "have to": (("need not", CONTRADICTED), ("must", BORNE_OUT)),
    "will": (("will not", CONTRADICTED), ("is going to", BORNE_OUT), ("may", BORNE_OUT)),
}
_ASIDE = re.compile(r" \([^()]*\)|, (?:which|who|where|whose) [^,.;]*(?=[,.;])|, (?:[^,.;]{8,80}),(?= [a-z])")
_TAIL = re.compile(
    r"(?:, [^,]{8,}| (?:because|although|while|whereas|when|since|after|before|despite|where) [^,]{8,})"
    r"(?=\.$)"
)
_OPENING = re.compile(
    r"^(?:However|In|On|At|By|After|Since|During|For|As|Although|While|Moreover|Furthermore)[^,]{0,60}, "
)
_BECAUSE = re.compile(r" (?:because of|because|due to|as a result of|owing to|thanks to) (?P<cause>[^,.;]+)")

Claim = tuple[str, int]


def swap_number(sentence: str, rng: Random) -> Claim | None:
    """With another number of as many digits."""
    match = _pick(NUMBER.finditer(sentence), rng)
    if not match:
        return None
    now = another_number(match[0], rng)
    return (_put(sentence, match.span(), now), CONTRADICTED) if now != match[0] else None


def swap_kind(sentence: str, rng: Random) -> Claim | None:
    """With another month, weekday, number in words, rank, direction or measure of time."""
    found = [
        (match, kind) for kind in _KINDS for match in re.finditer(rf"\b(?:{'|'.join(kind)})\b", sentence)
    ]
    if not found:
        return None
    match, kind = rng.choice(found)
    return _put(sentence, match.span(), rng.choice([w for w in kind if w != match[0]])), CONTRADICTED


def swap_opposite(sentence: str, rng: Random) -> Claim | None:
    """With a word of measure, order, cause or consent that says the opposite."""
    match = _pick((m for m in re.finditer(r"\b[a-z]+\b", sentence) if m[0] in _OTHER), rng)
    return (_put(sentence, match.span(), _OTHER[match[0]]), CONTRADICTED) if match else None


def negate(sentence: str, rng: Random) -> Claim | None:
    """Denied, or its denial taken out."""
    if denied := _pick(_NOT.finditer(sentence), rng):
        return _put(sentence, denied.span(), ""), CONTRADICTED
    first = next(_AUXILIARY.finditer(sentence), None)
    if not first:
        return None
    denial = rng.choice((" not", " never")) if first[0] not in ("do", "does", "did") else " not"
    return _put(sentence, first.span(), first[0] + denial), CONTRADICTED


def swap_modal(sentence: str, rng: Random) -> Claim | None:
    """With another "may" or "must": what is surer is not said, what forbids is contradicted."""
    match = _pick(_MODAL.finditer(sentence), rng)
    if not match:
        return None
    now, label = rng.choice(_MODALS[match[0]])
    return _put(sentence, match.span(), now), label


def swap_name(sentence: str, rng: Random, names: Sequence[str]) -> Claim | None:
    """With another of `names` that it does not have."""
    match = _pick(find_names(sentence), rng)
    others = [name for name in names if match and name not in sentence and match[0] not in name]
    if not match or not others:
        return None
    return _put(sentence, match.span(), rng.choice(others)), CONTRADICTED


def turn_round(sentence: str, rng: Random) -> Claim | None:
    """With two of its names in each other's place: who did it and who bore it."""
    names = list(find_names(sentence, first=True))
    if len({name[0] for name in names}) < 2 or len(names) < 2:
        return None
    at = rng.randrange(len(names) - 1)
    one, other = names[at], names[at + 1]
    between = sentence[one.end() : other.start()]
    if one[0] == other[0] or len(between.split()) < 1 or re.fullmatch(r"\W*(?:and|or)?\W*", between):
        return None
    turned = f"{sentence[: one.start()]}{other[0]}{between}{one[0]}{sentence[other.end() :]}"
    return turned, NOT_SAID


def swap_cause(sentence: str, rng: Random, other: str) -> Claim | None:
    """With the cause and what came of it in each other's place, or with a cause that another sentence has."""
    match = _BECAUSE.search(sentence)
    theirs = _BECAUSE.search(other)
    if match and theirs:
        return _put(sentence, match.span("cause"), theirs["cause"]), NOT_SAID
    if theirs and sentence.endswith("."):
        return f"{sentence[:-1]}{theirs[0]}.", NOT_SAID
    parts = split_cause(sentence)
    if not parts or min(map(len, parts)) < 15 or rng.random() < 0.5:
        return None
    effect, cause = (part.strip(" .,") for part in parts)
    return f"{_capital(cause)} because {effect[0].lower()}{effect[1:]}.", NOT_SAID


def shorten(sentence: str, rng: Random) -> Claim | None:
    """Without one or two of what can be left out: an aside, a clause at the end, an opening."""
    short = sentence
    for pattern in rng.sample((_ASIDE, _TAIL, _OPENING), 3)[: rng.randint(1, 3)]:
        if match := _pick(pattern.finditer(short), rng):
            short = _put(short, match.span(), "")
    short = _capital(short)
    if short == sentence or len(short) < 30:
        return None
    return short, BORNE_OUT


Swap = Callable[[str, Random], Claim | None]
SWAPS: dict[str, Swap] = {
    swap.__name__: swap for swap in (swap_number, swap_kind, swap_opposite, negate, swap_modal, turn_round)
}


def find_names(text: str, *, first: bool = False) -> Iterator[re.Match[str]]:
    """The names in `text`; `first`, also those that its first word begins."""
    for match in _NAME.finditer(text, 0 if first else len(text.partition(" ")[0])):
        if match.start() or " " in match[0]:
            yield match


def _pick(matches: Iterator[re.Match[str]], rng: Random) -> re.Match[str] | None:
    found = list(matches)
    return rng.choice(found) if found else None


def _put(text: str, span: tuple[int, int], now: str) -> str:
    return text[: span[0]] + now + text[span[1] :]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
