"""Retrieve, ask and stream: the same through every door."""

from __future__ import annotations

import gc
import itertools
import shutil
import sys
import threading
from collections import Counter

import pytest
from colours import ColourEmbedder
from frames import ours
from hypothesis import given, strategies as st
from small import build

import rag
from rag.answers.evidence.unknown_terms import Vocabulary
from rag.answers.statements import renumber
from rag.chatbot import READ_TOKENS
from rag.documents.filters import resolve_filter
from rag.index.bm25 import Lexicon
from rag.index.duplicates import Copies
from rag.index.places import open_index
from rag.index.store import Index
from rag.language.names import Names
from rag.models.reader import READER, load_reader
from rag.models.tokenizer import count_tokens
from rag.questions.answer_types import answer_type_of
from rag.questions.validation import recent_turns, validate
from rag.retrieval.retriever import Retriever

WHO = "Who ordered the review?"
FOLLOW_UP = "When is the final report due? And who leads it?"


# Retrieving


@pytest.mark.parametrize("k", [1, 3, 10, 1000])
def test_passages_are_ranked_and_never_overlap(chatbot, k):
    for question in (WHO, "autonomy", "What does MiP say about national targets?"):
        found = chatbot.retrieve(question, k)
        assert [p.rank for p in found] == list(range(1, len(found) + 1)) and len(found) <= k
        assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
        for one, two in itertools.combinations(found, 2):
            assert one.document.id != two.document.id or one.end <= two.start or two.end <= one.start


def test_more_passages_than_there_are(small_index):
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder())
    assert next(p.text for p in bot.retrieve("the red fox", 100)).startswith("The red fox")
    assert len(bot.retrieve("the red fox", 100)) == 3


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(chatbot, k):
    with pytest.raises(ValueError, match=f"k is {k}, expected a whole number from 1"):
        chatbot.retrieve(WHO, k)


def test_stages_say_why_a_passage_was_found(small_index):
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder())
    best, *others = bot.retrieve("Which red animal sleeps?", 3)
    assert [(s.stage, s.rank) for s in best.stages] == [("dense", 1), ("bm25", 1), ("sentence", 1)]
    assert best.stages[0].score == best.stages[2].score == 1.0 and best.stages[1].score > 0
    assert best.score == 1.0
    assert all([s.stage for s in passage.stages] == ["dense", "sentence"] for passage in others)


def test_follow_up_is_searched_with_its_context(chatbot):
    history = [rag.Turn("What are HARPs?", "Partnerships.")]
    assert chatbot.retrieve("What are they for?", history=history) == chatbot.retrieve(
        "What are they for? (after: What are HARPs?)"
    )


# Asking


def test_question_that_was_answered_stands_in_the_answer(chatbot):
    assert chatbot.ask(f" {WHO}\n").question == WHO
    answer = chatbot.ask("When was he health secretary?", history=[rag.Turn("Who is Jeremy Hunt?", "A man.")])
    assert answer.question == "When was Jeremy Hunt health secretary?"


def test_passages_read_keep_to_the_token_budget(chatbot):
    passages = chatbot.ask("What does the review say about autonomy?").passages
    assert len(passages) > 1 and sum(count_tokens(p.text) for p in passages) <= READ_TOKENS


@pytest.mark.parametrize(
    "question", [WHO, FOLLOW_UP, "What six principles drive it?", "How tall is Ben Nevis?"]
)
def test_stream_grows_into_the_answer(chatbot, question):
    grown = list(chatbot.stream(question))
    assert grown[-1] == chatbot.ask(question)
    for i, answer in enumerate(grown, start=1):
        assert answer.statements == grown[-1].statements[:i] and answer.refused == grown[-1].refused
        assert grown[-1].text.startswith(answer.text)


def test_answer_says_how_likely_it_is(chatbot):
    told, refused = chatbot.ask(WHO), chatbot.ask("How tall is Ben Nevis?")
    assert 0 <= refused.confidence < chatbot.threshold <= told.confidence <= 1
    assert refused.refused and not told.refused


def test_parts_are_answered_together(chatbot):
    asked = ("How many ICSs are there in England?", "When does MiP's survey close?")
    answer, alone = chatbot.ask(" ".join(asked)), [chatbot.ask(part) for part in asked]
    assert {s.text for s in answer.statements} == {s.text for one in alone for s in one.statements}
    assert [c.number for c in answer.citations] == list(range(1, len(answer.statements) + 1))
    assert all(statement.attribution for statement in answer.statements) and answer.reason is None
    # That of the first, which is read with fewer words than alone.
    assert answer.confidence == pytest.approx(alone[0].confidence, abs=0.1) != alone[1].confidence


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=3), max_size=6)
)
def test_citations_of_all_parts_are_numbered_together(cited):
    note = rag.Document("a.txt", "A note", "x" * 18)
    statements = [
        rag.Statement("x", tuple(rag.Citation(7, note, at, at + n, "x" * n) for at, n in places), 1.0)
        for places in cited
    ]
    together = renumber([*statements, *statements])
    assert [[(c.start, c.end) for c in s.citations] for s in together] == [
        [(at, at + n) for at, n in places] for places in dict.fromkeys(map(tuple, cited))
    ]
    numbers = {(c.start, c.end): c.number for s in together for c in s.citations}
    assert list(dict.fromkeys(c.number for s in together for c in s.citations)) == sorted(numbers.values())
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))


def test_source_of_what_was_said_is_told_from_the_answer_before(chatbot):
    first = chatbot.ask(WHO)
    history = [rag.Turn(WHO, first.text)]
    answer = chatbot.ask("Which document says so?", history=history)
    assert {s.text for s in answer.statements} <= {s.text for s in first.statements} and answer.statements
    assert all(s.attribution for s in answer.statements) and answer.confidence == 1.0
    elsewhere = next(d.id for d in chatbot.documents if d not in {c.document for c in first.citations})
    there = chatbot.ask("Which document says so?", history=history, where=rag.Where(documents=(elsewhere,)))
    assert all(c.document.id == elsewhere for c in there.citations)


def test_history_may_be_a_tuple_or_a_list(unread_chatbot):
    turn = rag.Turn(WHO, "Hunt did.")
    answer = unread_chatbot.ask("And when?", history=(turn,))
    assert answer == unread_chatbot.ask("And when?", history=[turn])


def test_nothing_of_a_chatbot_that_nobody_holds_is_left(small_index):
    """Not even until the collector of circles comes, so that a server does not hold two indexes for long."""

    parts = {rag.Chatbot, Index, Lexicon, Copies, Vocabulary, Retriever}
    kinds = {*parts, Names}  # these are made for each quote

    def find_others(known):
        return [part for part in gc.get_objects() if type(part) in kinds and id(part) not in known]

    gc.collect()
    before = find_others(())
    known = {id(part) for part in before}
    gc.disable()
    try:
        bot = rag.open_chatbot(small_index, embedder=ColourEmbedder())
        bot.ask("Where does the red fox sleep?", where=rag.Where(documents=("red.txt",)))
        assert {type(part) for part in find_others(known)} >= parts
        del bot
        assert find_others(known) == []
    finally:
        gc.enable()


def test_threads_get_the_same_answer(chatbot, embedder):
    expected, answers = chatbot.ask(WHO), []
    forgetful = rag.Chatbot(chatbot.index, embedder, reader=load_reader.__wrapped__(READER))
    threads = [threading.Thread(target=lambda: answers.append(forgetful.ask(WHO))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4


def test_documents_of_stop_words_alone_are_refused_politely(write, tmp_path):
    build(write({"a.txt": "And so it is."}), tmp_path / "index")
    assert rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder()).ask("Who is red?").refused


# The library's door: index/ of the current folder


def test_library_answers_from_the_index_here(tmp_path, monkeypatch, chatbot, embedder, corpus):
    monkeypatch.chdir(tmp_path)
    rag.build_index(corpus, "index", embedder)
    assert rag.ask(WHO) == chatbot.ask(WHO)
    assert rag.retrieve(WHO, 3) == chatbot.retrieve(WHO, 3)
    history = (rag.Turn(WHO, "Hunt did."),)
    assert rag.ask("And when?", history=history) == chatbot.ask("And when?", history=history)


def test_library_without_an_index_says_how_to_build_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in (rag.ask, rag.retrieve):
        with pytest.raises(
            rag.IndexMissing, match=r"no index in index/: build it with `rag index seeds --index index`"
        ):
            call(WHO)


@pytest.mark.parametrize("how", ["over the old one", "after removing the old one"])
def test_library_opens_a_new_index_when_there_is_one(write, tmp_path, monkeypatch, embedder, how):
    monkeypatch.chdir(tmp_path)
    build(write({"a.txt": "The fox sleeps in the red barn."}), "index", embedder)
    assert "red barn" in rag.ask("Where does the fox sleep?").text
    if how == "after removing the old one":
        shutil.rmtree("index")
    build(write({"a.txt": "The fox sleeps in the old mill."}), "index", embedder)
    assert "old mill" in rag.ask("Where does the fox sleep?").text


def test_library_says_that_the_index_is_damaged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index/CURRENT").write_bytes(b"\xff\xfe")
    with pytest.raises(rag.IndexDamaged, match="CURRENT cannot be read"):
        rag.ask(WHO)


def test_index_of_another_window_is_stale(small_index, monkeypatch):
    monkeypatch.setattr("rag.documents.chunking.WINDOW", 9)
    with pytest.raises(
        rag.IndexStale, match=r"has window \d+ and overlap \d+, expected 9 and 4: build it with"
    ):
        rag.open_chatbot(small_index, embedder=ColourEmbedder())


def test_passages_of_a_question_in_parts_do_not_overlap(chatbot):
    read = chatbot.ask("Who ordered the review, and when was it announced?").passages
    assert [p.rank for p in read] == list(range(1, len(read) + 1))
    for one, two in itertools.combinations(read, 2):
        assert one.document is not two.document or one.end <= two.start or two.end <= one.start


# What was called otherwise


@pytest.mark.parametrize(("old", "new"), rag.RENAMED.items())
def test_old_name_says_the_new_one(old, new):
    with pytest.raises(ImportError, match=f"rag.{old} is now called rag.{new}"):
        getattr(rag, old)
    assert hasattr(rag, new) and not hasattr(rag, "nothing_of_the_kind")


def test_old_argument_says_the_new_one(small_index):
    with pytest.raises(TypeError, match="has no answerer any more: give llm="):
        rag.open_chatbot(small_index, answerer=object())


# One question, once


class Witness(ColourEmbedder):
    """Remembers what was asked of it, and by which functions of ours."""

    def __init__(self):
        super().__init__()
        self.questions = []
        self.paths = []

    def embed_query(self, text):
        self.questions.append(text)
        self.paths.append(ours(sys._getframe(1)))
        return super().embed_query(text)


def called(functions, call):
    """How often each of these functions is called while `call` runs."""
    codes = Counter()
    sys.setprofile(lambda frame, event, _: codes.update([frame.f_code] if event == "call" else []))
    try:
        call()
    finally:
        sys.setprofile(None)
    return [codes[function.__code__] for function in functions]


def test_few_frames_lie_between_a_question_and_the_embedder(small_index):
    witness = Witness()
    bot = rag.Chatbot(open_index(small_index), witness)
    bot.retrieve("Who sings at night?")
    bot.ask("Who sings at night?")
    assert witness.paths == [
        ["Chatbot.retrieve", "Retriever.search"],
        ["Chatbot.ask", "Chatbot.stream", "Retriever.search"],
    ]


def test_a_question_is_validated_resolved_and_embedded_once(small_index):
    witness = Witness()
    bot = rag.Chatbot(open_index(small_index), witness)
    once = (validate, resolve_filter, recent_turns, answer_type_of)
    where = rag.Where(documents=("red.txt", "blue.txt"))
    question = "Where does the red fox sleep, and when does the blue whale sing?"
    counts = called(once, lambda: bot.ask(question, where=where))
    assert counts == [1, 1, 1, 3]  # the kind of answer, of the whole and of each of its two parts
    assert witness.questions == ["Where does the red fox sleep", "when does the blue whale sing?"]
