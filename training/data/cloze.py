"""Texts -> questions made of their sentences by taking out a name, a number or a date."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from rag.language.words import stems
from rag.spans import Span
from training.data.examples import Asked, Example, Text, cut_window

MOST_TRIES = 100  # sentences that are tried for a question, on average

_TAKEN = re.compile(
    r"(?P<when>\b(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)(?: \d{1,2},?)?(?: \d{4})?\b|\b(?:1[5-9]|20)\d\d\b)"
    r"|(?P<howmany>(?<![\w.,])\d[\d,.]*\d?(?:%| per ?cent| percent| million| billion)?(?![\w]))"
    r"|(?P<who>(?<=[a-z,] )(?:[A-Z][\w'-]+)(?: (?:of |the |de )?[A-Z][\w'-]+){0,3})"
)
_ASKING = {
    "when": ("when", "in what year", "what date", "when was"),
    "howmany": ("how many", "how much", "what number of", "how many"),
    "who": ("who", "what", "which", "what is the name of", "where"),
}


def cloze(texts: Sequence[Text], n: int, rng: random.Random) -> list[Example]:
    """`n` questions made of sentences by taking out a name, a number or a date.

    The rest of the sentence, with words left out and a question word in front, asks for what was
    taken out; a quarter stand beside a window that does not hold the sentence.
    (Lewis, Denoyer & Riedel, "Unsupervised Question Answering by Cloze Translation", ACL 2019.)

    Raises ValueError if hardly a sentence has something to take out.
    """
    examples: list[Example] = []
    tries = 0
    while len(examples) < n:
        tries += 1
        if tries > MOST_TRIES * n:
            raise ValueError(f"{len(examples)} of {n} questions after {tries - 1} tries: give more text")
        text = rng.choice(texts)
        row = rng.randrange(len(text.sentences))
        start, end = text.sentences[row]
        cut = _ask_for_part(text.text[start:end], rng)
        if not cut or not 60 <= end - start <= 400:
            continue
        question, (first, last) = cut
        if rng.random() < 0.75:
            asked = Asked(question, text, frozenset([row]), (start + first, start + last), (), "cloze")
            examples.append(cut_window(asked, text, rng))
        elif len(text.sentences) > 4:
            far = (row + rng.choice((-3, -2, 2, 3))) % len(text.sentences)
            asked = Asked(question, text, frozenset(), None, (), "cloze")
            examples.append(cut_window(asked, text, rng, around=far, without=row))
    return examples


def _ask_for_part(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    """A question for something in `sentence`, and where that stands."""
    parts = list(_TAKEN.finditer(sentence))
    if not parts:
        return None
    taken = rng.choice(parts)
    clause = re.split(r"[,;:()]", sentence[: taken.start()] + " \0 " + sentence[taken.end() :])
    if rng.random() < 0.7:
        at = next(i for i, piece in enumerate(clause) if "\0" in piece)
        clause = clause[max(0, at - rng.randint(0, 1)) : at + 1 + rng.randint(0, 1)]
    before, _, after = " ".join(clause).partition("\0")
    words = [word for word in [*after.split(), *before.split()] if rng.random() > 0.2]
    if rng.random() < 0.5:
        words = [word for word in [*before.split(), *after.split()] if rng.random() > 0.2]
    if len(stems(" ".join(words))) < 2:
        return None
    asking = rng.choice(_ASKING[str(taken.lastgroup)])
    return f"{asking} {' '.join(words)}".rstrip(" .") + "?", taken.span()
