"""A public test set in the neutral form: a folder with corpus.jsonl and questions.jsonl."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.figures.metrics import Place
from rag import CorpusError, Document, QuestionError, RagError, Turn
from rag.documents.corpus import Corpus
from rag.documents.folder.folders import Folders
from rag.questions.validation import validate

CORPUS, DISTRACTORS, QUESTIONS = "corpus.jsonl", "distractors.jsonl", "questions.jsonl"
USER = "user"  # the role whose turns are questions; every other role answers


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """A question of a test set and the documents that hold its evidence.

    `places` has where in them the evidence stands; it is empty unless that is known of all of it.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    gold: frozenset[str]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The documents of a test set, and those of its questions that can be scored."""

    name: str
    corpus: Corpus
    questions: tuple[SetQuestion, ...]


def read_set(folder: Path, *, distractors: bool = False, limit: int | None = None) -> PublicSet:
    """The test set in `folder`; questions without evidence are left out.

    `distractors` adds the documents of distractors.jsonl.  `limit` keeps that many questions,
    chosen by a hash of their ids, so that every run has the same.

    Raises RagError, with file and line, if the folder is not in the neutral form.
    """
    files = [folder / CORPUS, *([folder / DISTRACTORS] if distractors else [])]
    documents: dict[str, Document] = {}
    for file in files:
        for place, fields in _lines(file, CorpusError):
            document = _document(place, fields)
            if document.id in documents:
                raise CorpusError(f"{place}: the id {document.id!r} is there twice, expected each once")
            documents[document.id] = document
    lines = _lines(folder / QUESTIONS, RagError)
    questions = [_question(place, fields, documents) for place, fields in lines if fields.get("evidence")]
    if not questions:
        raise RagError(f"no question in {folder / QUESTIONS} has evidence: expected at least one to score")
    if limit is not None:
        questions = sorted(questions, key=lambda q: hashlib.sha256(q.id.encode()).digest())[:limit]
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files))
    ordered = tuple(documents[name] for name in sorted(documents))
    name = folder.resolve().name + ("+distractors" if distractors else "")
    return PublicSet(name, Corpus(Folders.of(folder), ordered, (), digest.hexdigest()), tuple(questions))


def _lines(path: Path, error: type[RagError]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The object on each line of a JSON-lines file, after the words for where it stands."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as problem:
        raise error(
            f"cannot read {path} ({problem.strerror}): expected a folder in the neutral form, "
            f"with {CORPUS} and {QUESTIONS}; see eval/README.md"
        ) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            fields = json.loads(line.decode("utf-8"))
            json.dumps(fields, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
        except (ValueError, RecursionError) as problem:
            raise error(f"{place}: not UTF-8 JSON ({problem}), expected one object a line") from None
        if not isinstance(fields, dict):
            raise error(f"{place}: {str(fields)[:40]!r}, expected an object in braces")
        yield place, fields


def _document(place: str, fields: Mapping[str, Any]) -> Document:
    day = _text(place, fields, "date", required=False)
    try:
        published = date.fromisoformat(day)
    except ValueError:
        published = None
    return Document(
        id=_text(place, fields, "id"),
        title=_text(place, fields, "title", required=False),
        text=_text(place, fields, "text"),
        publisher=_text(place, fields, "source", required=False) or None,
        published=published,
        date_note=None if published else day or None,
        url=_text(place, fields, "url", required=False) or None,
    )


def _question(place: str, fields: Mapping[str, Any], documents: Mapping[str, Document]) -> SetQuestion:
    evidence = _objects(place, fields, "evidence")
    gold = [_text(place, piece, "doc") for piece in evidence]
    for name in gold:
        if name not in documents:
            raise RagError(f"{place}: evidence in {name!r}, expected the id of a document of {CORPUS}")
    spans = [_span(piece, documents[name].text) for piece, name in zip(evidence, gold, strict=True)]
    known = [(name, *span) for name, span in zip(gold, spans, strict=True) if span]
    parts = (_text(place, fields, "question"), _text(place, fields, "scenario", required=False))
    try:
        asked = validate(" ".join(filter(None, parts)))
    except QuestionError as problem:
        raise QuestionError(f"{place}: {problem}") from None
    said = _objects(place, fields, "history")
    return SetQuestion(
        id=_text(place, fields, "id"),
        question=asked,
        history=_history([(_text(place, turn, "role"), _text(place, turn, "text")) for turn in said]),
        gold=frozenset(gold),
        places=tuple(known) if len(known) == len(gold) else (),
    )


def _span(piece: Mapping[str, Any], text: str) -> tuple[int, int] | None:
    """Where a piece of evidence stands, if it says so and its words are there."""
    start, words = piece.get("start"), piece.get("text")
    if not isinstance(start, int) or not isinstance(words, str) or start < 0 or not words:
        return None
    return (start, start + len(words)) if text.startswith(words, start) else None


def _history(said: list[tuple[str, str]]) -> tuple[Turn, ...]:
    """The user's questions, each with what was said to it.

    A dialogue that the user does not begin came after the question (or_sharc), not before it.

    >>> _history([("user", "Who?"), ("agent", "She."), ("user", "When?")])
    (Turn(question='Who?', answer='She.', quotes=()), Turn(question='When?', answer='', quotes=()))
    >>> _history([("agent", "Are you of age?"), ("user", "Yes.")])
    ()
    """
    turns: list[Turn] = []
    if not said or said[0][0] != USER:
        return ()
    for role, text in said:
        if role == USER:
            turns.append(Turn(text, ""))
        else:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer} {text}".strip())
    return tuple(turns)


def _text(place: str, fields: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    value = fields.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise RagError(f"{place}: {name!r} is {str(value)[:40]!r}, expected text in quotes")
    return value


def _objects(place: str, fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = fields.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RagError(f"{place}: {name!r} is {str(value)[:40]!r}, expected a list of objects")
    return value
