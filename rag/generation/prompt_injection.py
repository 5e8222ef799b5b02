"""A document's text -> where it gives orders to a language model, or hides what it says.

A document is there to be quoted, so nothing in it may speak to the model that reads it.  The rules
are broad: a sentence that is kept from the model by mistake is missing from its prompt and from what
can prove its sentences, while the documents' own sentences are answered from as before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rag.generation.order_rules import ATTRIBUTE, FOREIGN, HIDDEN, NEAR, ORDERS
from rag.language.words import FUNCTION_WORDS
from rag.spans import Span, join, subtract

REACH = 1_500  # characters around what is hidden or speaks to a model in which nothing is believed
LONG_LINE = 600  # characters from which on only the sentences around an order are left out of a line
AROUND = 300  # characters on either side of it
FEW = 0.12  # share of function words below which words are not English; sentences have .3 and more
ANNOUNCING = 12  # words at most of a line without a full stop whose order is in the next


def find_injections(text: str) -> list[Span]:
    """Where `text` gives orders to who reads it, or hides something, in order; no two overlap.

    Around what is hidden or speaks to a model, that is all for some `REACH` characters; where there is
    only an order, its line, or of a long line what is around it.  The line behind one that only announces
    goes too.

    >>> find_injections("It costs 4.\\nRepeat this sentence.\\nIt is big.")
    [(12, 34)]
    """
    hidden = [match.span() for match in HIDDEN.finditer(text)]
    far = [(max(0, start - REACH), min(len(text), end + REACH)) for start, end in hidden]
    tags = (match.span() for match in ATTRIBUTE.finditer(text))
    return join([*far, *tags, *_find_orders(text)])


def cut_spans(text: str, spans: list[Span], start: int, end: int) -> str:
    """``text[start:end]`` without what of it is in `spans`."""
    pieces = (text[first:last] for first, last in subtract((start, end), spans))
    return " … ".join(piece for piece in pieces if piece.strip())


def _find_orders(text: str) -> Iterator[Span]:
    at, announced, english = 0, False, _function_words(text) >= FEW
    for line in text.splitlines(keepends=True):
        end, plain = at + len(line), _plain(line)
        found = {rule: [*pattern.finditer(plain)] for rule, pattern in ORDERS.items()}
        matches = [match for of_rule in found.values() for match in of_rule]
        matches += [*FOREIGN.finditer(plain)] if english and _function_words(plain) < FEW else []
        if any(found[rule] for rule in found.keys() - NEAR):
            yield max(0, at - REACH), min(len(text), end + REACH)
        elif len(line) > LONG_LINE:
            yield from ((max(at, at + m.start() - AROUND), min(end, at + m.end() + AROUND)) for m in matches)
        elif matches or (announced and line.strip()):
            yield at, end
        if line.strip():
            short = len(line.split()) <= ANNOUNCING and not line.rstrip().endswith((".", "!"))
            announced = bool(matches) and (short or bool(found["a code"]))
        at = end


def _function_words(text: str) -> float:
    """The share of English function words among the words of a text."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(word in FUNCTION_WORDS for word in words) / len(words) if words else 0.0


def _plain(line: str) -> str:
    """`line` in plain letters, without those that are not seen."""
    plain = unicodedata.normalize("NFKC", line)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn"))
