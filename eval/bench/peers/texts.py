"""The texts that are indexed: those of a public test set, and as many others around them as are wanted."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise

from eval.bench.datasets import PublicSet
from rag import Document

Text = tuple[str, str, str]  # id, title, text

LONG = 700  # words from which a document is cut into its lines, so that every tool has the same texts
SHORT = 20  # words below which a line of it is left out: headings and stubs
GENERATED_WORDS = 120  # the median of squad2's paragraphs
SENTENCE_WORDS = 20
SEED = 0


def choose_texts(test_set: PublicSet, size: int) -> list[Text]:
    """`size` texts: those that answer its questions, others of the set, then generated ones, in that order.

    The order of the others is by a hash of their ids, so that a larger corpus holds every smaller one.

    Raises ValueError if `size` is too small for those that answer.
    """
    gold = {name for question in test_set.questions for name in question.gold}
    answering: list[Text] = []
    others: list[Text] = []
    for document in test_set.corpus.documents:
        (answering if document.id in gold else others).extend(cut(document))
    if size < len(answering):
        raise ValueError(f"size is {size}, expected at least {len(answering)}: the texts that answer")
    others.sort(key=lambda text: hashlib.sha256(text[0].encode()).digest())
    real = answering + others
    return list(islice(chain(real, generate(text for _, _, text in real)), size))


def document_of(name: str) -> str:
    """The id of the document that a text is of.

    >>> document_of("art:Normans line 12"), document_of("art:Normans")
    ('art:Normans', 'art:Normans')
    """
    return name.partition(" line ")[0]


def cut(document: Document) -> Iterator[Text]:
    """The document as one text, or if it is long a text a line."""
    if len(document.text.split()) < LONG:
        yield document.id, document.title, document.text
        return
    for number, line in enumerate(document.text.splitlines()):
        if len(line.split()) >= SHORT:
            yield f"{document.id} line {number}", document.title, line


def generate(texts: Iterable[str]) -> Iterator[Text]:
    """Texts without end, each word drawn from those that follow the one before it in `texts`.

    A chain of bigrams (Shannon, A Mathematical Theory of Communication, 1948): the words are as common as
    in `texts`, and hardly a sentence comes twice, which a tool could embed once.
    """
    follows: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        words = text.split()
        for word, after in pairwise(words):
            follows[word].append(after)
    chosen, starts = random.Random(SEED), sorted(follows)
    number = 0
    while True:
        word, words = chosen.choice(starts), []
        for count in range(1, GENERATED_WORDS + 1):
            words.append(word.strip(".") + ("." if count % SENTENCE_WORDS == 0 else ""))
            word = chosen.choice(follows.get(word) or starts)
        yield f"generated {number}", "Generated", " ".join(words)
        number += 1
