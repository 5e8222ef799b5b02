"""The real sentences with one thing changed are found, and told in other words are not.

The rules of change are apart from those that are tested.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from rag.answers.support import find_unsupported
from rag.documents.outline import Outline

MONTHS = ["January", "February", "March", "April", "July", "October", "November", "December"]
NAMES = ["Patricia Hewitt", "Jeremy Hunt", "Steve Barclay", "Jon Restell", "NHS England", "Policy Exchange"]
NAMES += ["WA Communications", "Norfolk and Waveney", "Treasury", "Hewitt", "Barclay", "MiP", "DHSC", "ICSs"]
WORDS = dict(zip(range(2, 11), "two three four five six seven eight nine ten".split(), strict=True))
AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|should|could|must|can)\b(?! not)")
PHRASE = re.compile(r"[“‘]([\w ]+)[”’](?!\w)")

Change = Callable[[str, random.Random], str]


@pytest.fixture(scope="module")
def sentences(corpus) -> list[str]:
    """Those of the stories, not of the menus around them."""
    outlines = [Outline(document) for document in corpus.documents]
    return [
        outline.document.text[start:end]
        for outline in outlines
        for start, end in outline.pieces
        if outline.kind_at(start) in ("paragraph", "item")
    ]


def number(text: str, choose: random.Random) -> str:
    found = [*re.finditer(r"(?<![\w/,.-])\d+(?![\w/,.]?\d)(?! (?:[A-Z][a-z]+ )?\d{4})", text)]
    found += [*re.finditer(rf"\b(?:{'|'.join(WORDS.values())})\b", text)]
    if not found:
        return text
    match = choose.choice(found)
    others = [str(n) for n in range(3, 3000) if str(n) not in text and WORDS.get(n, "0") not in text]
    return text[: match.start()] + choose.choice(others) + text[match.end() :]


def date(text: str, choose: random.Random) -> str:
    found = [*re.finditer(rf"\b(?:{'|'.join(MONTHS)}|20\d\d)\b", text)]
    if not found:
        return text
    match = choose.choice(found)
    others = [str(year) for year in range(2001, 2023)] if match[0].isdigit() else MONTHS
    other = choose.choice([other for other in others if other not in text])
    return text[: match.start()] + other + text[match.end() :]


def name(text: str, choose: random.Random) -> str:
    found = [name for name in NAMES if re.search(rf"(?<!^)\b{name}\b", text)]
    others = [name for name in NAMES if not any(word in text for word in name.split())]
    if not found or not others:
        return text
    return re.sub(rf"(?<!^)\b{choose.choice(found)}\b", choose.choice(others), text, count=1)


def phrase(text: str, choose: random.Random) -> str:
    found = [*PHRASE.finditer(text)]
    others = ["a bonfire of red tape", "the wrong balance", "no appetite for reform"]
    if not found:
        return text
    match = choose.choice(found)
    return text[: match.start(1)] + choose.choice(others) + text[match.end(1) :]


def negation(text: str, choose: random.Random) -> str:
    if re.search(r"\bnot (?!only)", text):
        return re.sub(r"\bnot (?!only)", "", text, count=1)
    found = [*AUXILIARY.finditer(text)]
    if not found:
        return text
    at = choose.choice(found).end()
    return f"{text[:at]} not{text[at:]}"


MUTATIONS = {number: 0.99, date: 0.99, name: 0.95, phrase: 0.99, negation: 0.9}


def mutated(sentences: list[str], mutation: Change) -> Iterator[tuple[str, str]]:
    choose = random.Random(1)
    for sentence in sentences:
        changed = {mutation(sentence, choose) for _ in range(5)} - {sentence}
        yield from ((other, sentence) for other in sorted(changed))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_mutations_are_found(sentences, mutation):
    pairs = list(mutated(sentences, mutation))
    missed = [(text, quote) for text, quote in pairs if not find_unsupported(text, [quote])]
    assert len(pairs) >= 10
    assert 1 - len(missed) / len(pairs) >= MUTATIONS[mutation], missed


def paraphrases(text: str) -> Iterator[str]:
    in_words = r"(?<![\w/,.£-])(?:[2-9]|10)(?![\w/]|[,.]\d)"
    months = "|".join(MONTHS)
    yield re.sub(in_words, lambda match: WORDS[int(match[0])], text)
    yield re.sub(
        rf"\b({'|'.join(WORDS.values())})\b",
        lambda match: str(next(n for n in WORDS if WORDS[n] == match[0])),
        text,
    )
    yield text.replace("%", " per cent")
    yield re.sub(r"£(\d+)m\b", r"\1 million pounds", text)
    yield re.sub(rf"\b(\d+) ({months}) (\d{{4}})", r"\2 \1, \3", text)
    yield re.sub(rf"\b(\d+) ({months}) (\d{{4}})", r"\2 \3", text)
    yield text.translate(str.maketrans("“”‘’", "\"\"''"))
    yield text.replace("Patricia Hewitt", "Ms Hewitt").replace("Jeremy Hunt", "Hunt")
    yield text.replace("n't", " not").replace("’s ", "'s ")
    yield text.replace("ICSs", "Integrated Care Systems")


def test_paraphrases_are_supported(sentences):
    told = [(text, s) for s in sentences for text in paraphrases(s) if text != s]
    false = [(text, find_unsupported(text, [s])) for text, s in told if find_unsupported(text, [s])]
    assert len(told) > 60
    assert false == []
