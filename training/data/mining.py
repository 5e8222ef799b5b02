"""Public questions -> each with the windows that a search would find for it, right ones and wrong ones.

The answerer weighs the windows of some thirty passages against each other, so the reader learns from
many windows of a question at once (shared normalisation: Clark & Gardner, "Simple and Effective
Multi-Paragraph Reading Comprehension", ACL 2018).
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from training.data.examples import (
    Asked,
    Distractors,
    Example,
    Place,
    Text,
    cut_window,
    make_text,
    read_asked,
    read_texts,
)
from training.data.qualifiers import Qualifiers

# How many questions of each set a part takes, chosen by a hash.
EXTRACTIVE = {
    "squad2_train_rebuilt": 13_000,
    "nq_dev": 2500,
    "tydiqa_en": 2500,
    "squadshifts_new_wiki": 2500,
    "conditionalqa_spans": 1100,
    "mlqa_en_dev": 1000,
    "qamr": 800,
    "bioasq12b_factoid_list": 800,
    "fairytaleqa": 800,
    "tatqa_text_spans": 700,
    "quoref_ni": 600,
    "drop_contrast_spans": 300,
}
UNANSWERABLE = {"squad2_train_rebuilt": 5500}
SELECTION = {"conditionalqa_sentences": 1000, "selqa_dev_test": 900, "qmsum_turns": 300}
LISTED = 0.15  # of the questions of the training data have wrong windows beside theirs, too
WRONG = 4  # windows of a question that do not answer, at most
SAME = 2  # of them from texts of the same title
LOOKED_AT = 40  # best places by words, of which the wrong windows are taken
SWAPPED = 0.15  # of the questions come once more with a qualifier swapped, so that nothing answers
TITLED = 0.7  # of the questions have windows with a title on the line above, as documents have
LONGEST_QUESTION = 300  # characters
SHORTEST_SAID = 4  # characters of an answer that a wrong window must not hold


@dataclass(frozen=True, slots=True)
class Group:
    """A question and windows of which some, or none, answer it."""

    question: str
    windows: tuple[Example, ...]


def mine(sets: Path, names: Sequence[str], data: Path, seed: int, part: int = 0) -> list[Group]:
    """The groups of the test sets `names`, of documents not held out, and of the training data, in random
    order; each `part`, from 0, takes other questions of the training data."""
    rng = random.Random(seed + part)
    groups: list[Group] = []
    for name in names:
        texts = [text for text in read_texts(sets / name).values() if not text.held_out]
        groups += _with_windows(list(read_asked(sets / name, held_out=False)), texts, 1.0, rng)
    asked: list[Asked] = []
    for name, most in EXTRACTIVE.items():
        rows = (row for row in read_rows(data, name) if row["answerable"])
        asked += _extractive(_choose(rows, most, part), name)
    for name, most in UNANSWERABLE.items():
        rows = (row for row in read_rows(data, name) if not row["answerable"])
        asked += _extractive(_choose(rows, most, part), name)
    for name, most in SELECTION.items():
        asked += _selection(_choose(read_rows(data, name), most, part), name)
    texts = list({(one.text.title, one.text.text): one.text for one in asked}.values())
    groups += _with_windows(asked, texts, LISTED, rng)
    rng.shuffle(groups)
    return groups


def _with_windows(
    asked: Sequence[Asked], texts: Sequence[Text], listed: float, rng: random.Random
) -> Iterator[Group]:
    """Each question with a window that answers it, or is about it, and a share `listed` of them with the
    best that do not; some once more, about something that those windows do not say."""
    distractors = Distractors(texts)
    qualifiers = Qualifiers(one.question for one in asked)
    of_title: dict[str, list[Text]] = {}
    for text in texts:
        of_title.setdefault(text.group, []).append(text)
    for one in tqdm(asked, desc="windows", disable=None):
        places = _find_wrong(one, of_title[one.text.group], distractors, rng) if rng.random() < listed else []
        windows = [cut_window(one, one.text, rng)]
        windows += [cut_window(one, text, rng, around=row) for text, row in places]
        if rng.random() < TITLED:
            titles = (one.text.title, *(text.title for text, _ in places))
            windows = [_below(title, window) for title, window in zip(titles, windows, strict=True)]
        yield Group(one.question, tuple(windows))
        if one.gold and rng.random() < SWAPPED:
            source = " ".join((one.text.title, *(window.text for window in windows)))
            if swap := qualifiers.swap(one.question, source, rng):
                nothing = (
                    replace(window, question=swap.question, gold=frozenset(), answer=None)
                    for window in windows
                )
                yield Group(swap.question, tuple(nothing))


def _find_wrong(
    one: Asked, same: Sequence[Text], distractors: Distractors, rng: random.Random
) -> list[Place]:
    """Places that do not answer: some at random of the texts of the `same` title, then the best."""
    near = [(text, row) for text in same for row in range(0, len(text.sentences), 3)]
    near = [place for place in rng.sample(near, min(len(near), 8)) if _is_wrong(place, one)]
    found = (place for place in distractors.find(one.question, LOOKED_AT) if _is_wrong(place, one))
    return _apart([*near[:SAME], *found])[:WRONG]


def _is_wrong(place: Place, one: Asked) -> bool:
    """Whether a window at `place` does not answer, as far as can be told."""
    text, row = place
    if one.is_near(place) or (not one.gold and text.id == one.text.id):
        return False
    around = text.sentences[max(0, row - 4) : row + 8]
    words = text.text[around[0][0] : around[-1][1]].casefold()
    return not any(len(said) >= SHORTEST_SAID and said.casefold() in words for said in one.said)


def _apart(places: Iterable[Place]) -> list[Place]:
    """The places without those that stand beside one before them."""
    kept: list[Place] = []
    for text, row in places:
        if not any(text is other and abs(row - there) < 4 for other, there in kept):
            kept.append((text, row))
    return kept


def _below(title: str, window: Example) -> Example:
    """The window with a title on the line above, as the answerer gives it."""
    above = f"{title.replace('_', ' ')}\n" if title else ""
    n = len(above)
    return replace(
        window,
        text=above + window.text,
        sentences=tuple((start + n, end + n) for start, end in window.sentences),
        answer=(window.answer[0] + n, window.answer[1] + n) if window.answer else None,
    )


def read_lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The lines of a set of the training data."""
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Those of them whose questions are short enough to be read with a window."""
    return (row for row in read_lines(folder, name) if len(row["question"]) <= LONGEST_QUESTION)


def _choose(rows: Iterable[dict[str, Any]], most: int, part: int) -> list[dict[str, Any]]:
    """So many of the rows, those of one part none of another's."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"{row['id']} {row['question']}".encode()).digest())[
        part * most : (part + 1) * most
    ]


def _extractive(rows: Iterable[dict[str, Any]], source: str) -> Iterator[Asked]:
    """The questions with a span for an answer, or with none."""
    texts: dict[str, Text] = {}
    for row in rows:
        context = row["context"]
        text = texts.setdefault(context, make_text(row["id"], row["title"], context))
        places = [(a["start"], a["start"] + len(a["text"])) for a in row["answers"]]
        gold = {i for i, (s, e) in enumerate(text.sentences) if any(a < e and s < b for a, b in places)}
        answer = min(places, key=lambda place: (place[1] - place[0], place), default=None)
        inside = answer and any(s <= answer[0] and answer[1] <= e for s, e in text.sentences)
        if text.sentences and (inside or not row["answerable"]):
            said = tuple(a["text"] for a in row["answers"])
            yield Asked(row["question"], text, frozenset(gold), answer, said, source)


def _selection(rows: Iterable[dict[str, Any]], source: str) -> Iterator[Asked]:
    """The questions with sentences of a list for an answer."""
    for row in rows:
        sentences, spans, begin = [" ".join(s.split()) for s in row["sentences"]], [], 0
        for sentence in sentences:
            spans.append((begin, begin + len(sentence)))
            begin += len(sentence) + 1
        gold = frozenset(i for i, label in enumerate(row["labels"]) if label and sentences[i])
        if gold:
            text = Text(row["id"], row["title"], " ".join(sentences), tuple(spans))
            yield Asked(row["question"], text, gold, None, (), source)
