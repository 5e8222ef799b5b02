"""Write files of every format into a folder, index it, ask what they say, and count what is right.

    python -m eval.formats [--all] [--show] [--keep FOLDER]

A question is right if the answer has the words and cites the file; its place is right if that citation says
the place where the words stand.  A quote is verbatim if it consists of what was written into the file it
names, and of nothing else.  Without --all the questions that are set aside are not asked.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from eval.figures.metrics import holds
from eval.formats import office, tables, texts
from eval.formats.topics import Table, Topic, read_topics
from rag import Answer, Chatbot, build_index, load_embedder, open_chatbot
from rag.documents.corpus import read_documents
from rag.documents.metadata import owner_of

BARS = {"files read": 1.0, "questions right": 0.85, "places right": 1.0, "quotes verbatim": 1.0}


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question of a file, the words of its answer and the place where they stand."""

    file: str
    question: str
    words: str
    place: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written, every phrase that was written into it, and what is asked of it."""

    name: str
    phrases: tuple[str, ...]
    questions: tuple[PlacedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: of an answer that is not right the place is not looked at."""

    asked: PlacedQuestion
    answer: str
    is_right: bool
    place: str
    are_verbatim: tuple[bool, ...]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="ask the questions that are set aside, too")
    parser.add_argument("--show", action="store_true", help="print what is not right, but of those set aside")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the files there and leave them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary, "files")
        folder.mkdir(parents=True, exist_ok=True)
        written = list(write_files(folder))
        questions = [q for file in written for q in file.questions if asked.all or not q.is_locked]
        phrases = {file.name: file.phrases for file in written}
        embedder = load_embedder()
        corpus = read_documents(folder)
        build_index(corpus, Path(temporary, "index"), embedder)
        chatbot = open_chatbot(Path(temporary, "index"), embedder=embedder)
        names = sorted(path.name for path in folder.iterdir())
        read = [name for name in names if any(owner_of(d.id, names) == name for d in corpus.documents)]
        outcomes = [ask(chatbot, phrases, question) for question in questions]
    for outcome in outcomes if asked.show else ():
        if not outcome.asked.is_locked and (not outcome.is_right or outcome.place != outcome.asked.place):
            print(f"{outcome.asked}\n   {outcome.place}: {outcome.answer[:300]}\n")
    print(table(outcomes, read, names))


def write_files(folder: Path) -> Iterator[WrittenFile]:
    """The files of the set, each after it was written to `folder`."""
    made: Counter[str] = Counter()
    topics = read_topics()
    writers: list[tuple[str, Callable[..., Any], int]] = [*office.WRITERS, *texts.WRITERS, *tables.WRITERS]
    for suffix, write, files in writers:
        for _ in range(files):
            topic = next(topics)
            name = f"{topic.title.lower().replace(' ', '-')}.{suffix}"
            raw, *places = write(topic, made[write.__name__])
            made[write.__name__] += 1
            (folder / name).write_bytes(raw)
            yield WrittenFile(name, topic.phrases, tuple(_questions(name, topic, places)))


def _questions(name: str, topic: Topic | Table, places: Sequence[Any]) -> Iterator[PlacedQuestion]:
    if isinstance(topic, Table):
        for question, words, row in topic.asked:
            yield PlacedQuestion(name, question, words, places[0](row), topic.is_locked)
    else:
        for fact, place in zip(topic.facts, places, strict=True):
            yield PlacedQuestion(name, fact.question, fact.words, place, topic.is_locked)


def ask(chatbot: Chatbot, phrases: Mapping[str, Sequence[str]], asked: PlacedQuestion) -> Outcome:
    """What comes of a question; its place is that of the first citation with the words, or of the file."""
    answer = chatbot.ask(asked.question)
    cited = [c for c in answer.citations if owner_of(c.document.id, {asked.file}) == asked.file]
    best = next((c for c in cited if holds(c.quote, [[asked.words]])), cited[0] if cited else None)
    is_right = best is not None and holds(answer.text, [[asked.words]])
    place = best.place.split(", read by OCR")[0] if best else ""
    return Outcome(asked, answer.text, is_right, place, tuple(_check_quotes(phrases, answer)))


def _check_quotes(phrases: Mapping[str, Sequence[str]], answer: Answer) -> Iterator[bool]:
    return (
        is_written(citation.quote, phrases[owner_of(citation.document.id, phrases)])
        for citation in answer.citations
    )


def is_written(quote: str, phrases: Sequence[str]) -> bool:
    """Whether a quote is a part of one of the phrases, or letters and figures of it are all theirs.

    >>> is_written("- The oven | is old.", ["The oven", "is old."]), is_written("The ovens", ["The oven"])
    (True, False)
    """
    left = " ".join(quote.split())
    if any(left in phrase for phrase in phrases):
        return True
    for phrase in sorted(phrases, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", left)
    return not any(map(str.isalnum, left))


def table(outcomes: Sequence[Outcome], read: Sequence[str], names: Sequence[str]) -> str:
    """Each figure with its bar, and the 95% interval (Wilson) of the shares."""
    right = [outcome for outcome in outcomes if outcome.is_right]
    quotes = [is_verbatim for outcome in outcomes for is_verbatim in outcome.are_verbatim]
    counts = {
        "files read": (len(read), len(names)),
        "questions right": (len(right), len(outcomes)),
        "places right": (sum(outcome.place == outcome.asked.place for outcome in right), len(right)),
        "quotes verbatim": (sum(quotes), len(quotes)),
    }
    lines = []
    for name, (count, of) in counts.items():
        low, high = binomtest(count, of).proportion_ci(method="wilson")
        lines.append(
            f"{name:16} {count:4} of {of:4}   {count / of:.2f} ({low:.2f}-{high:.2f})   bar {BARS[name]:.2f}"
        )
    formats = len({name.rsplit(".", 1)[1] for name in names})
    return "\n".join([f"{len(names)} files of {formats} formats", *lines])


if __name__ == "__main__":
    main()
