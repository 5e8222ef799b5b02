"""Questions -> the evidence for their sentences, which of them answer, and what it takes to refuse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from joblib import Memory, Parallel, delayed
from tqdm import tqdm

import rag
from eval.bench.datasets import read_set
from eval.bench.run import name_index, open_or_build
from eval.questions import read_questions
from eval.run import find_place
from rag import Chatbot, load_embedder
from rag.answers.evidence.features import Features
from rag.answers.evidence.unknown_terms import UnknownTerms
from rag.chatbot import INDEX, READ_PASSAGES, READ_TOKENS
from rag.datatypes import Question
from rag.index.places import open_index
from rag.models.reader import READER, load_reader
from rag.models.scorer import Scores, load_scorer
from training.data.folders import FOLDERS, ask_elsewhere, index_folders, is_held_out
from training.data.qualifiers import SEED, Qualifiers
from training.data.questions import GoldQuestion, read_gold_questions, read_quoted_questions

SEEDS, REAL, MADE = "seeds", "real", "folders"
REAL_QUESTIONS = Path("eval/real")
SETS = ("clapnq", "mtragun", "squad2")
NEAR_MISSES = (SEEDS, "clapnq", "mtragun")  # sets of which some questions come once more, a qualifier swapped
SWAPPED = 3  # one question in so many
STRANGE = 4  # one question of another folder to so many of a folder
MOST = 200  # questions of a public set
MOST_OF_FOLDER = 25  # and of a folder


@dataclass(frozen=True, slots=True)
class Source:
    """Documents with questions: of the eval set, of a folder, or of a public set, and their index."""

    set: str
    name: str
    index: Path
    questions: Path


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what speaks for its sentences, and what it takes to weigh an answer at all.

    `natural` is one that somebody asked of these documents, not one of which a qualifier was swapped, or
    that other documents answer.
    """

    set: str
    group: str
    answerable: bool
    natural: bool
    features: Features
    gold: Scores  # of each sentence, 1.0 if it answers
    question: Question
    missing: UnknownTerms
    chunks: int

    @property
    def strange(self) -> bool:
        """Whether it is a question about another folder."""
        return self.set == MADE and not self.natural


def list_sources(sets: Path, cache: Path) -> Iterator[Source]:
    """The eval set, the real files, the folders held out, and the public sets, each indexed in `cache`."""
    embedder = load_embedder()
    yield Source(SEEDS, SEEDS, INDEX, Path("eval/questions.jsonl"))
    for name, index in index_folders(REAL_QUESTIONS, cache, embedder):
        yield Source(REAL, name, index, REAL_QUESTIONS / "questions.jsonl")
    for name, index in index_folders(FOLDERS, cache, embedder, wanted=is_held_out):
        yield Source(MADE, name, index, FOLDERS / "questions.jsonl")
    for name in SETS:
        test_set = read_set(sets / name)
        open_or_build(test_set, embedder, folder=cache, progress=print)
        yield Source(name, name, name_index(test_set, embedder, cache), sets / name)


def gather_cases(sources: Sequence[Source], cache: Path, *, reader: bool, jobs: int) -> list[Case]:
    """What speaks for the sentences that are found for the questions of each source, in their order.

    What was gathered before is kept in `cache` as long as neither the program nor the reader changes.
    """
    gather = Memory(cache / "cases", verbose=0).cache(_gather)
    # The scorer's own weights choose what is read, but hardly: those of a run before are near enough.
    program = _hash_files([*sorted(Path(rag.__file__).parent.rglob("*.py")), READER])
    tasks = (
        delayed(gather)(source, reader, program, _hash_files(_files_of(source.questions)))
        for source in sources
    )
    done = Parallel(n_jobs=jobs, return_as="generator")(tasks)
    return [case for cases in tqdm(done, total=len(sources), disable=None) for case in cases]


def _gather(source: Source, reader: bool, program: str, asked: str) -> list[Case]:
    """The cases of a source; `program` and `asked` say which program, and what it was asked."""
    load_scorer.cache_clear()  # it may have been fitted anew since
    chatbot = Chatbot(open_index(source.index), load_embedder(), reader=load_reader() if reader else None)
    evidence = chatbot.extractive.evidence
    cases = []
    for one in read_source(source, chatbot, held_out=reader):
        question = chatbot.understand(one.question, history=one.history)
        result = chatbot.retriever.search(question, READ_PASSAGES, tokens=READ_TOKENS)
        found, features = evidence.candidates(result)
        if found:
            gold = [
                float(any(g[0] == s.document.id and g[1] < s.end and s.start < g[2] for g in one.gold))
                for s in found
            ]
            missing, chunks = evidence.vocabulary.find_unknown(question), evidence.count_chunks(question)
            known = one.group, one.answerable, one.natural
            cases.append(Case(source.set, *known, features, np.array(gold), question, missing, chunks))
    return cases


def read_source(
    source: Source, chatbot: Chatbot, *, held_out: bool, most: int = MOST_OF_FOLDER
) -> list[GoldQuestion]:
    """The questions of a source, of a public set those `held_out` from the reader, if any are; of a folder at
    `most` so many."""
    if source.set == SEEDS:
        questions = list(_tune(source.questions, chatbot))
    elif source.set == REAL:
        questions = read_quoted_questions(source.questions, source.name, chatbot.documents, "tune")
    elif source.set == MADE:
        questions = read_quoted_questions(source.questions, source.name, chatbot.documents)
        questions = _choose(questions, most)
        rng = Random(f"{SEED} {source.name}")
        questions += ask_elsewhere(source.name, len(questions) // STRANGE, rng, is_held_out)
    else:
        questions = [q for q in read_gold_questions(source.questions) if q.held_out or not held_out]
        questions = _choose(questions, MOST)
    return _with_swapped(chatbot, questions) if source.set in NEAR_MISSES else questions


def _choose(questions: Sequence[GoldQuestion], most: int) -> list[GoldQuestion]:
    """At most so many of the questions, chosen by a hash."""
    return sorted(questions, key=lambda q: hashlib.sha256(q.question.encode()).digest())[:most]


def _with_swapped(chatbot: Chatbot, questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """The questions, and one in `SWAPPED` of those that are answered, with a qualifier swapped."""
    texts = {document.id: f"{document.title} {document.text}" for document in chatbot.documents}
    qualifiers, rng = Qualifiers(one.question for one in questions), Random(SEED)
    asked = list(questions)
    for one in [one for one in questions if one.answerable][::SWAPPED]:
        source = " ".join(texts[name] for name in dict.fromkeys(name for name, _, _ in one.gold))
        if swap := qualifiers.swap(one.question, source, rng):
            asked.append(replace(one, question=swap.question, gold=(), answerable=False, natural=False))
    return asked


def _tune(path: Path, chatbot: Chatbot) -> Iterator[GoldQuestion]:
    """The tune half of the eval set, but for what may be refused or answered."""
    documents = {document.id: document for document in chatbot.documents}
    for q in read_questions(path):
        if q.half == "tune" and q.expects != "either":
            gold = tuple(find_place(documents, *quote) for piece in q.evidence for quote in piece)
            yield GoldQuestion(q.question, q.history, gold, q.expects == "answer", q.id, held_out=True)


def _files_of(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


def _hash_files(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
