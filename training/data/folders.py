"""Folders of documents as people have them, with questions -> each with the windows that its search reads.

training/folders/ holds folders made for this, and folders.toml, which says what others are gathered from;
questions.jsonl asks about both.  One folder in three, by a hash, is held out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.installed import gather_folders
from rag import Chatbot, Embedder, build_index, open_chatbot
from rag.answers.evidence.features import sentence_features
from rag.answers.sentences.candidates import find_candidates
from rag.answers.sentences.windows import ReadWindow, find_windows
from rag.chatbot import READ_PASSAGES, READ_TOKENS
from rag.documents.corpus import read_documents
from rag.models.scorer import load_scorer
from training.data.examples import SALT, Example
from training.data.mining import Group
from training.data.qualifiers import Qualifiers
from training.data.questions import GoldQuestion, find_words, read_quoted_questions

FOLDERS = Path(__file__).parents[1] / "folders"
HELD_OUT = 3  # one folder in so many
MOST_WINDOWS = 12  # of a question
KEPT_WINDOWS = 4  # of those each time that it is trained on
STRANGE = 5  # one question of another folder to so many of a folder
SWAPPED = 0.2  # of the questions come once more with a qualifier swapped, so that nothing answers


def is_held_out(name: str) -> bool:
    """Whether the reader is not trained on the folder of that name."""
    return hashlib.sha256(f"{SALT}{name}".encode()).digest()[0] % HELD_OUT == 0


def index_folders(
    described: Path,
    cache: Path,
    embedder: Embedder,
    wanted: Callable[[str], bool] = lambda name: True,
) -> Iterator[tuple[str, Path]]:
    """Each folder below `described`, and each that its folders.toml names and this machine has, of those
    whose names are `wanted`, indexed in `cache`: its name and the folder of its index."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = Path(temporary)
        for made in described.iterdir():
            if made.is_dir():
                shutil.copytree(made, folders / made.name)
        for name, why in gather_folders(described / "folders.toml", folders).items():
            print(f"{name} is left out: {why}", flush=True)
        for folder in sorted(folder for folder in folders.iterdir() if wanted(folder.name)):
            index = cache / f"{described.name}-{folder.name}"
            build_index(read_documents(folder), index, embedder)
            yield folder.name, index


def mine_folders(cache: Path, embedder: Embedder, seed: int) -> Iterator[Group]:
    """Each question about a folder that is not held out, with the windows that are read for it and those
    that answer; some once more, about something that those windows do not say, and some of other folders,
    of which nothing here answers."""
    for name, index in index_folders(FOLDERS, cache, embedder, wanted=lambda name: not is_held_out(name)):
        rng = Random(f"{seed} {name}")
        chatbot = open_chatbot(index, embedder=embedder, reader=False)
        asked = read_quoted_questions(FOLDERS / "questions.jsonl", name, chatbot.documents)
        qualifiers = Qualifiers(one.question for one in asked)
        for strange in ask_elsewhere(name, len(asked) // STRANGE, rng, lambda other: not is_held_out(other)):
            yield Group(strange.question, tuple(_cut_windows(chatbot, strange)))
        for one in tqdm(asked, desc=name, disable=None):
            windows = list(_cut_windows(chatbot, one))
            yield Group(one.question, tuple(windows))
            if one.gold and rng.random() < SWAPPED:
                source = " ".join(window.text for window in windows)
                if swap := qualifiers.swap(one.question, source, rng):
                    nothing = (
                        replace(window, question=swap.question, gold=frozenset(), answer=None)
                        for window in windows
                    )
                    yield Group(swap.question, tuple(nothing))


def ask_elsewhere(name: str, most: int, rng: Random, wanted: Callable[[str], bool]) -> list[GoldQuestion]:
    """At most so many questions that other folders, those `wanted`, answer: the folder `name`, but by chance,
    says nothing of them."""
    rows = map(json.loads, (FOLDERS / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    others = [
        row["question"] for row in rows if row["evidence"] and row["folder"] != name and wanted(row["folder"])
    ]
    return [
        GoldQuestion(question, (), (), False, name, held_out=is_held_out(name), natural=False)
        for question in rng.sample(others, min(most, len(others)))
    ]


def choose_windows(group: Group, rng: Random) -> Group:
    """The question with the windows that answer it and some at random of the others."""
    right = [window for window in group.windows if window.gold]
    others = [window for window in group.windows if not window.gold]
    most = max(1, KEPT_WINDOWS - len(right))
    return replace(group, windows=(*right, *rng.sample(others, min(most, len(others)))))


def _cut_windows(chatbot: Chatbot, asked: GoldQuestion) -> Iterator[Example]:
    """The windows that the reader would be given, those that answer in any case."""
    index = chatbot.index
    words = find_words(asked, {document.id: document for document in chatbot.documents})
    for rows in find_windows(index, _order_rows(chatbot, asked), MOST_WINDOWS):
        window = ReadWindow(index, rows)
        spans = [index.sentences[row] for row in rows]
        gold = {
            n
            for n, this in enumerate(spans)
            if any(this.document_id == d and s < this.end and this.start < e for d, s, e in asked.gold)
        }
        places = [window.span_of((s, e)) for d, s, e in words if d == spans[0].document_id]
        answer = next((place for place in places if place), None)
        yield Example(
            asked.question, window.window.text, window.window.sentences, frozenset(gold), answer, "folders"
        )


def _order_rows(chatbot: Chatbot, asked: GoldQuestion) -> Sequence[int]:
    """The sentences that answer, then all that were found, the best first by what speaks for each without
    the reader."""
    index, lexicon = chatbot.index, chatbot.extractive.evidence.lexicon
    gold = [row for name, start, end in asked.gold for row in index.sentence_rows(name, start, end)]
    question = chatbot.understand(asked.question)
    result = chatbot.retriever.search(question, READ_PASSAGES, tokens=READ_TOKENS)
    found = find_candidates(index, result.passages)
    if not found:
        return gold
    scores = load_scorer(reader=False).sentence.log_odds(sentence_features(index, lexicon, result, found))
    order = sorted(range(len(found)), key=lambda i: -scores[i])
    return [*gold, *(found[i].row for i in order)]
