"""The public test sets and the real files -> questions, each with the sentences that answer it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.questions import half_of
from rag.datatypes import Document, Turn
from training.data.examples import find_gold, read_texts, turns_before


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question of a test set, the sentences that answer it, and what it is split by.

    `natural` is one that somebody asked of these documents, not one of which a qualifier was swapped, or that
    others answer.
    """

    question: str
    history: tuple[Turn, ...]
    gold: tuple[tuple[str, int, int], ...]
    answerable: bool
    group: str
    held_out: bool
    answers: tuple[str, ...] = ()
    natural: bool = True


def choose_held_out(folder: Path, most: int) -> list[GoldQuestion]:
    """At most so many questions about documents that the reader was not trained on, chosen by a hash."""
    questions = [question for question in read_gold_questions(folder) if question.held_out]
    return sorted(questions, key=lambda q: hashlib.sha256(q.question.encode()).digest())[:most]


def read_gold_questions(folder: Path) -> Iterator[GoldQuestion]:
    """The questions of a test set of which it is known whether, and with which sentences, they are
    answered."""
    texts = read_texts(folder)
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = [(texts[e["doc"]], e) for e in row["evidence"] if e["doc"] in texts]
        about = found[0][0] if found else texts.get(row.get("distractor_doc") or row.get("near_doc") or "")
        gold = []
        for text in {text.id: text for text, _ in found}.values():
            sentences, _ = find_gold(text, [e for t, e in found if t is text], row)
            gold += [(text.id, *text.sentences[i]) for i in sorted(sentences)]
        if not row["question"].strip() or row["answerable"] is None or (row["answerable"] and not gold):
            continue
        group = about.group if about else row["id"].partition("<")[0]
        held_out = about.held_out if about else True
        yield GoldQuestion(
            " ".join(row["question"].split()),
            turns_before(row),
            tuple(gold),
            row["answerable"],
            group,
            held_out,
            tuple(row["answers"]),
        )


def read_quoted_questions(
    path: Path, name: str, documents: Sequence[Document], half: str | None = None
) -> list[GoldQuestion]:
    """The questions of a file about its folder `name`, which has `documents`; of one `half` alone if it is
    named.

    What answers is found by its quotes, however their words are spaced there.  Raises ValueError if one is
    not there.
    """
    texts = {document.id: document.text for document in documents}
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["folder"] != name or half not in (None, half_of(row["id"])):
            continue
        gold = []
        for evidence in row["evidence"]:
            found = _pattern(evidence["quote"]).search(texts[evidence["document"]])
            if not found:
                raise ValueError(f"{row['id']} quotes {evidence}, which is not there: renew {path}")
            gold.append((evidence["document"], *found.span()))
        said = (row["answer"],) if row.get("answer") else ()
        questions.append(GoldQuestion(row["question"], (), tuple(gold), bool(gold), name, True, said))
    return questions


def find_words(question: GoldQuestion, documents: Mapping[str, Document]) -> list[tuple[str, int, int]]:
    """Where the very words that answer stand in what answers; none where they are not known."""
    places = []
    for said in question.answers:
        for name, start, end in question.gold:
            if found := _pattern(said).search(documents[name].text, start, end):
                places.append((name, *found.span()))
    return places


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words.split())))
