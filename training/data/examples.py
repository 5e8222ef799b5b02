"""The public test sets -> questions beside windows of text, with the sentences that answer them.

Sets are split by document: a question whose gold document is held out is never trained on.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s

from rag.datatypes import Document, Turn
from rag.documents.outline import Outline
from rag.language.words import stems
from rag.questions.standalone.followups import resolve_followup
from rag.spans import Span

WINDOW = 600  # characters: about what the answerer gives the reader at once
HELD_OUT = 5  # one document in so many
SALT = "a"  # with which about a fifth of the questions is
STRIDE = 4  # sentences from one window that is searched to the next
OVERLAP = 0.5  # of the words of a gold sentence that a sentence must hold, where no place is given


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a window of text in sentences, and what answers there.

    `gold` are the sentences that answer, none where the window does not; `answer` is the span of the
    very words, None where that is not known.
    """

    question: str
    text: str
    sentences: tuple[Span, ...]
    gold: frozenset[int]
    answer: Span | None
    source: str


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a test set, its sentences, and what it is split by."""

    id: str
    title: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def group(self) -> str:
        """What is held out together: the texts of one title."""
        return self.title or self.id

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(f"{SALT}{self.group}".encode()).digest()[0] % HELD_OUT == 0


Place = tuple[Text, int]  # a text and the number of one of its sentences


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the text it was written for, and the sentences and words of it that answer.

    `gold` is empty where nothing does; `said` are the words of the answer.
    """

    question: str
    text: Text
    gold: frozenset[int]
    answer: Span | None
    said: tuple[str, ...]
    source: str

    def is_near(self, place: Place) -> bool:
        """Whether a window around `place` may hold a sentence that answers."""
        text, row = place
        return text.id == self.text.id and any(row - 6 < g < row + 10 for g in self.gold)


def read_texts(folder: Path, name: str = "corpus.jsonl") -> dict[str, Text]:
    """The documents of a test set by id; those of one title are held out together."""
    rows = map(json.loads, (folder / name).read_text(encoding="utf-8").splitlines())
    texts = (make_text(row["id"], row.get("title") or "", row["text"]) for row in rows)
    return {text.id: text for text in texts if text.sentences}


def make_text(name: str, title: str, text: str) -> Text:
    """A text cut into the sentences that the answerer would be given."""
    return Text(name, title, text, tuple(Outline(Document(name, title, text)).pieces))


def read_asked(folder: Path, *, held_out: bool) -> Iterator[Asked]:
    """The questions of the test set in `folder`: those to train on, or those held out."""
    texts = read_texts(folder)
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = [(texts[e["doc"]], e) for e in row["evidence"] if e["doc"] in texts]
        about = texts.get(row.get("distractor_doc") or row.get("near_doc") or "")
        if not found and (row["answerable"] is not False or not about):
            continue
        text = found[0][0] if found else about
        if not text or text.held_out != held_out:
            continue
        gold, answer = (
            find_gold(text, [e for t, e in found if t is text], row) if found else (frozenset(), None)
        )
        if gold or not found:
            yield Asked(_standalone(row), text, gold, answer, tuple(row["answers"]), folder.name)


def read_examples(folder: Path, rng: random.Random, *, held_out: bool) -> list[Example]:
    """The examples of the test set in `folder`: those to train on, or those held out.

    Each answerable question stands beside a window of its document that answers it and beside the
    best window of another place that does not; an unanswerable one beside the text it is about.
    """
    kept = [text for text in read_texts(folder).values() if text.held_out == held_out]
    if not kept:
        return []
    distractors = Distractors(kept)
    examples = []
    for asked in read_asked(folder, held_out=held_out):
        examples.append(cut_window(asked, asked.text, rng))
        if asked.gold:
            other, row = distractors.nearest(asked)
            examples.append(cut_window(asked, other, rng, around=row))
    return examples


class Distractors:
    """The windows of the texts, to be searched for those that look like an answer and are none."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._places = [(text, row) for text in texts for row in range(0, len(text.sentences), STRIDE)]
        self._bm25 = bm25s.BM25()
        self._bm25.index([self._words(text, row) for text, row in self._places], show_progress=False)

    def find(self, question: str, most: int) -> list[Place]:
        """The best places for `question` by their words: texts, each with a sentence of it."""
        most = min(most, len(self._places))
        rows, _ = self._bm25.retrieve([stems(question) or ["\0"]], k=most, show_progress=False)
        return [self._places[place] for place in rows[0]]

    def nearest(self, asked: Asked) -> Place:
        """The best place for a question that is not near what answers it."""
        far = (place for place in self.find(asked.question, 8) if not asked.is_near(place))
        return next(far, self._places[0])

    @staticmethod
    def _words(text: Text, row: int) -> list[str]:
        spans = text.sentences[row : row + STRIDE]
        return stems(text.text[spans[0][0] : spans[-1][1]]) or ["\0"]


def cut_window(
    asked: Asked,
    text: Text,
    rng: random.Random,
    *,
    around: int | None = None,
    without: int | None = None,
) -> Example:
    """A run of sentences of `text` around one that answers or `around`, cut at random at both ends.

    What answers is looked for only where no sentence is given.  It ends before the sentence `without`.
    """
    gold, answer = (asked.gold, asked.answer) if around is None else (frozenset[int](), None)
    spans = text.sentences
    centre = around
    if centre is None:
        centre = rng.choice(sorted(gold)) if gold else rng.randrange(len(spans))
        if gold and answer:
            centre = next(i for i in sorted(gold) if spans[i][0] <= answer[0] < spans[i][1])
    size = rng.choice((200, 350, WINDOW, WINDOW))
    first = last = centre
    while True:
        ways = [i for i in (first - 1, last + 1) if 0 <= i < len(spans) and i != without]
        ways = [
            i for i in ways if max(spans[last][1], spans[i][1]) - min(spans[first][0], spans[i][0]) <= size
        ]
        if not ways:
            break
        way = rng.choice(ways)
        first, last = min(first, way), max(last, way)
    start, end = spans[first][0], min(spans[last][1], spans[first][0] + 2 * WINDOW)
    inside = answer if answer and start <= answer[0] and answer[1] <= end else None
    return Example(
        asked.question,
        text.text[start:end],
        tuple((s - start, min(e, end) - start) for s, e in spans[first : last + 1]),
        frozenset(i - first for i in gold if first <= i <= last),
        (inside[0] - start, inside[1] - start) if inside else None,
        asked.source,
    )


def find_gold(
    text: Text, evidence: Sequence[dict[str, Any]], row: dict[str, Any]
) -> tuple[frozenset[int], Span | None]:
    """The sentences of `text` that answer, and the place of the very words if they are short."""
    if not evidence:
        return frozenset(), None
    places = list(_places(text.text, evidence))
    gold = {i for i, (s, e) in enumerate(text.sentences) if any(a < e and s < b for a, b in places)}
    if places and row["type"] == "extractive":
        answer = min(places, key=lambda place: (place[1] - place[0], place))
        only = {i for i in gold if text.sentences[i][0] <= answer[0] and answer[1] <= text.sentences[i][1]}
        return (frozenset(only), answer) if only else (frozenset(), None)
    if (len(gold) == len(text.sentences) and len(gold) > 2) or row["type"] in ("Yes", "No"):
        gold = _matching_sentences(text, row["answers"])  # the whole document is named: look for what it says
    return frozenset(gold), None


def _places(text: str, evidence: Sequence[dict[str, Any]]) -> Iterator[Span]:
    for piece in evidence:
        start = piece.get("start")
        if start is None:
            start = text.find(piece["text"])
        if start >= 0 and text[start : start + len(piece["text"])] == piece["text"]:
            yield start, start + len(piece["text"])


def _matching_sentences(text: Text, answers: Sequence[str]) -> set[int]:
    """The sentences that share most of their words with a sentence of a gold answer."""
    wanted = [set(stems(s)) for answer in answers for s in re.split(r"(?<=[.!?]) ", answer)]
    gold = set()
    for words in wanted:
        shares = []
        for start, end in text.sentences:
            held = set(stems(text.text[start:end]))
            shares.append(2 * len(words & held) / max(1, len(words) + len(held)))
        best = max(range(len(shares)), key=shares.__getitem__)
        if shares[best] >= OVERLAP:
            gold.add(best)
    return gold


def _standalone(row: dict[str, Any]) -> str:
    """The question as the chatbot would understand it after its history."""
    return resolve_followup(" ".join(row["question"].split()), turns_before(row)).standalone


def turns_before(row: dict[str, Any]) -> tuple[Turn, ...]:
    """The questions before that of `row`, each with what was said to it."""
    said = [(turn["role"], turn["text"]) for turn in row.get("history") or []]
    return tuple(
        Turn(asked, said[i + 1][1] if i + 1 < len(said) else "")
        for i, (role, asked) in enumerate(said)
        if role == "user"
    )
