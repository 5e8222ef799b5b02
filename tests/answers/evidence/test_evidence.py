"""What speaks for each sentence, by hand, over three short documents embedded by their colours."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from colours import ColourEmbedder
from hypothesis import given, strategies as st
from small import build

import rag
from rag.answers.evidence.evidence import READ
from rag.answers.evidence.features import reader_features, sentence_features
from rag.answers.evidence.unknown_terms import UnknownTerms
from rag.answers.sentences.candidates import find_candidates
from rag.answers.sentences.windows import WINDOW, find_windows, read_candidates
from rag.datatypes import Passage, SearchResult, Turn, Where
from rag.documents.labels import full_label
from rag.index.bm25 import Lexicon
from rag.index.places import open_index
from rag.index.postings import collect_postings
from rag.models.reader import Reading
from rag.models.scorer import load_scorer
from rag.models.word_vectors import load_word_vectors
from rag.questions.interpreter import Interpreter

BARN = "The red barn stands by the mill. Mary Holt built it in 1874. It cost £300 at the time."
FROG = "The green frog sings at night. The keeper said it:\n\nIt eats two kinds of food:\n\n- flies\n- moths"
LAKE = " ".join(f"The blue lake has an isle called {n}." for n in range(101, 161))
SOURCES = '"barn.txt" = {title = "The barn", publisher = "Union of Farmers", published = 2023-04-05}'
IDS = ("barn.txt", "frog.txt", "lake.txt")
CALLED = "The barn Union of Farmers 5 April 2023"
WORDS = ("cost", "price", "tungsten", "2024")
BUILT = "When did Mary build the red barn?"


class Counting:
    """A reader to whom each "Mary" or "red" of a sentence speaks for it, and its last word answers.

    It remembers what it was given.
    """

    def __init__(self):
        self.asked = []

    def read(self, question, windows):
        self.asked.append((question, list(windows)))
        return [[self._reading(w.text, *span) for span in w.sentences] for w in windows]

    def _reading(self, text, start, end):
        words = list(re.finditer(r"\w+", text[start:end]))
        certain = float(sum(word[0] in ("Mary", "red") for word in words))
        return Reading(10 * certain, (start + words[-1].start(), start + words[-1].end()), certain)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "documents").mkdir()
    for name, text in {"barn.txt": BARN, "frog.txt": FROG, "lake.txt": LAKE, "sources.toml": SOURCES}.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    build(folder / "documents", folder / "index")
    return open_index(folder / "index")


def scorer_with(index, reader=None):
    return rag.Chatbot(index, ColourEmbedder(), reader=reader).extractive.evidence


def asked(index, text, **options):
    """The question as the interpreter understands it."""
    return Interpreter(index.documents, lambda word: True).interpret(text, **options)


def found_for(index, text, passages, **options):
    """The passages as if they were found for a question."""
    question = asked(index, text, **options)
    return SearchResult(question, tuple(passages), ColourEmbedder().embed_query(question.standalone))


@pytest.fixture(scope="module")
def plain(index):
    return scorer_with(index)


@pytest.fixture(scope="module")
def everything(index):
    """A passage of each document whole."""
    return [Passage(d, 0, len(d.text), rank, 1.0) for rank, d in enumerate(index.documents, start=1)]


def features_of(evidence, text, passages, index, **options):
    found = find_candidates(index, passages)
    asked_for = found_for(index, text, passages, **options)
    return sentence_features(index, evidence.lexicon, asked_for, found), found


@pytest.mark.parametrize(
    ("question", "names", "words"),
    [
        ("When was the barn built?", (), ()),
        ("Was it built in Scotland in 1999?", ("Scotland", "1999"), ("Scotland", "1999")),
        ("Was the mill built in Scotland?", ("Scotland",), ()),
        ("What is the melting point of tungsten?", (), ("melting", "point", "tungsten")),
        ("What does the union of farmers say about tungsten?", ("tungsten",), ()),
        ("What did the Union of Farmers say in April 2023?", (), ()),  # what a document is called
        ("IS THE MILL IN SCOTLAND?", (), ()),  # capitals say nothing there
    ],
)
def test_names_and_words_that_no_document_has_are_missing(index, plain, question, names, words):
    missing = plain.vocabulary.find_unknown(asked(index, question))
    assert (missing.names, missing.words) == (names, words)
    assert missing.all == bool(names or words)


def test_what_only_documents_that_were_not_searched_have_is_missing(index, plain):
    def missing(*documents):
        where = Where(documents=documents)
        return plain.vocabulary.find_unknown(asked(index, "Had Mary built the barn?", where=where))

    assert missing(*IDS) == missing("barn.txt") == UnknownTerms()
    assert missing("lake.txt") == UnknownTerms(("Mary",), ("Mary", "built", "barn"), all=True)


def test_sentences_come_once_in_the_order_of_the_passages(plain, index, everything):
    barn, _, lake = everything
    found = find_candidates(index, [lake, barn, lake])
    assert [s.document.id for s in found] == ["lake.txt"] * 60 + ["barn.txt"] * 3
    spans = [(index.sentences[s.row].start, index.sentences[s.row].end) for s in found]
    assert spans == [(s.start, s.end) for s in found] and len({s.row for s in found}) == 63
    cut = Passage(barn.document, 5, len(BARN), 1, 1.0)  # the first began before it
    assert [s.start for s in find_candidates(index, [cut])] == [BARN.index("Mary"), BARN.index("It")]
    assert find_candidates(index, []) == []


def test_what_only_announces_is_left_out_unless_a_list_follows(index, plain, everything):
    told = [s.text for s in find_candidates(index, [everything[1]])]
    assert told == ["The green frog sings at night.", "It eats two kinds of food:", "flies", "moths"]


def test_context_is_what_the_document_is_called_and_the_sentences_beside(index, plain, everything):
    first, second, third = find_candidates(index, everything[:1])
    assert full_label(first.document) == CALLED and second.context == f"{CALLED} The barn {BARN}"
    assert first.context.endswith("mill. Mary Holt built it in 1874.")
    assert third.context.startswith(f"{CALLED} The barn Mary")


# What speaks for each


def test_words_weigh_their_rarity(plain, index, everything):
    features, found = features_of(plain, "Who built the blue mill at night?", everything, index)
    text = dict(zip(IDS, (BARN, FROG, LAKE), strict=True))
    chunks = [text[c.document_id][c.start : c.end] for c in index.chunks]

    def cosine(word, other):
        one, two = load_word_vectors().embed([word, other])
        return 0.0 if other.isdigit() else float(one @ two)

    def rarity(word):  # Robertson & Zaragoza 2009, by hand
        n = sum(word in chunk for chunk in chunks)
        return math.log(1 + (len(chunks) - n + 0.5) / (n + 0.5))

    asked = ("built", "blue", "mill", "night")
    for share, sentence in zip(features["meaning"], found, strict=True):
        said = re.findall(r"\w+", f"{sentence.above} {sentence.text}".lower())
        like = np.array([[cosine(word, other) for other in said] for word in asked]).max(axis=1)
        borne = np.where([word in said for word in asked], 1.0, (like.clip(0.2) - 0.2) / 0.8)
        expected = borne @ [*map(rarity, asked)] / sum(map(rarity, asked))
        assert share == pytest.approx(expected, abs=0.01)
    assert rarity("blue") < rarity("mill")


def test_other_words_of_one_meaning_bear_a_question_in_part(plain, index, everything):
    asked = {word: features_of(plain, f"the {word}", everything, index)[0]["meaning"][2] for word in WORDS}
    assert asked["cost"] == 1.0  # "It cost £300 at the time."
    assert 0.3 < asked["price"] < 1.0
    assert asked["tungsten"] < 0.2 and asked["2024"] == 0.0


def test_number_within_a_range_and_a_reason_are_told_apart(write, tmp_path):
    files = {"rates.txt": "Boats of 8 to 12 m pay £20.\n\nOver 12 m they pay £30, because they need a tug.\n"}
    build(write(files), tmp_path / "index", ColourEmbedder())
    bot = rag.Chatbot(open_index(tmp_path / "index"), ColourEmbedder())
    for question, in_range, cause in (
        ("What does a 10 m boat pay?", [1, 0], [0, 0]),
        ("What does a 14m boat pay?", [0, 1], [0, 0]),
        ("Why does a boat in 2024 pay more?", [0, 0], [0, 1]),
    ):
        asked = bot.understand(question)
        found, features = bot.extractive.evidence.candidates(bot.retriever.search(asked, 5))
        order = np.argsort([sentence.start for sentence in found])
        assert features["in range"][order].tolist() == in_range
        assert features["cause"][order].tolist() == cause


PIER = (
    "The pier was opened in 1901. It was closed in 1978. The wall had cracked, so that it was not safe.\n\n"
    + " ".join(f"Shed {n} is let to a fisherman." for n in range(1, 9))
    + " The ticket office is shut, because nobody works there."
)


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ("It was closed in 1978. [1]", ["The wall had cracked, so that it was not safe."]),
        ("Shed 5 is let to a fisherman. [1]", []),
        ("The ticket office is shut, because nobody works there. [1]", [PIER.rpartition(". ")[2]]),
    ],
)
def test_why_alone_finds_the_reason_beside_what_was_told(write, tmp_path, told, reasons):
    build(write({"pier.txt": PIER}), tmp_path / "index", ColourEmbedder())
    bot = rag.Chatbot(open_index(tmp_path / "index"), ColourEmbedder())
    document = bot.documents[0]
    everything = [Passage(document, 0, len(PIER), 1, 1.0)]
    for question in ("And why?", "How come?"):
        asked = bot.understand(question, history=[Turn("What of the pier?", told)])
        result = SearchResult(asked, everything, bot.retriever.search(asked, 1).vector)
        found, _ = bot.extractive.evidence.candidates(result)
        assert [sentence.text for sentence in found] == reasons
    asked = bot.understand("When was that?", history=[Turn("What of the pier?", told)])
    result = SearchResult(asked, everything, bot.retriever.search(asked, 1).vector)
    assert len(bot.extractive.evidence.candidates(result)[0]) == 12


def test_features_by_hand(index, plain, everything):
    features, found = features_of(plain, BUILT, everything, index)
    barn = {name: values[:3].tolist() for name, values in features.items()}
    assert barn["cosine"] == [1, 0, 0]
    assert barn["of the kind"] == [0, 1, 0] and barn["not of the kind"] == [1, 0, 1]
    assert barn["names around"] == [1, 1, 1] and not features["names around"][3:].any()
    assert features["passage"].tolist() == [1] * 3 + [1 / 2] * 4 + [1 / 3] * 60
    assert features["length"].tolist() == [len(s.text) / 400 for s in found]
    assert 0 < features["meaning"][1] < features["meaning around"][1] <= 1
    assert not features["document asked for"].any()


def test_question_of_no_kind_without_a_name_asks_for_neither(index, plain, everything):
    text = "where does the union of farmers see the frog?"
    features, _ = features_of(plain, text, everything, index)
    assert not features["of the kind"].any() and not features["not of the kind"].any()
    assert features["names around"].tolist() == [1.0] * 67
    assert features["document asked for"].tolist() == [1] * 3 + [0] * 64


def test_what_was_asked_before_counts_less_than_the_question(index, plain, everything):
    alone, _ = features_of(plain, "Who built the mill?", everything, index)
    before = [Turn("Where is the mill?", "There.")]
    after, _ = features_of(plain, "Who built it?", everything, index, history=before)
    assert 0 < after["meaning"][0] < alone["meaning"][0] < 1  # "The red barn stands by the mill."
    assert 0 < alone["meaning"][1] < after["meaning"][1] < 1  # "Mary Holt built it in 1874."


@given(
    st.lists(
        min_size=1,
        elements=st.sampled_from("when who Mary red barn lake 1874 tungsten £300 night how many".split()),
    )
)
def test_features_of_any_question_are_between_minus_one_and_one(index, plain, everything, words):
    features, found = features_of(plain, " ".join(words), everything, index)
    for values in features.values():
        assert values.shape == (len(found),) and np.abs(values).max() <= 1 + 1e-9


def test_reader_reads_around_the_best_by_the_other_features(plain, index, everything, monkeypatch):
    monkeypatch.setattr("rag.answers.evidence.evidence.READ", 3)
    reader, result = Counting(), found_for(index, BUILT, everything)
    found, features = scorer_with(index, reader).candidates(result)
    every, theirs = plain.candidates(result)
    assert len(every) == 67 and all(s.fact is None and s.certainty == 0 for s in every)
    assert features.keys() - theirs.keys() == {"answers", "certainty"}
    best = np.argsort(-load_scorer(reader=False).sentence.log_odds(theirs), kind="stable")
    kept = [i for i in best if every[i].row in {s.row for s in found}]
    assert [s.row for s in found] == [every[i].row for i in kept] and found[0].row == every[best[0]].row
    assert all(features[name].tolist() == theirs[name][kept].tolist() for name in theirs)
    ((question, windows),) = reader.asked
    read = [w.text[start:end] for w in windows for start, end in w.sentences]
    assert question == BUILT and {s.text for s in found} <= set(read)
    assert len(windows) == 3 and 3 < len(read) < 67


def test_what_is_read_is_told_of_its_sentence_in_the_document(index, everything):
    found, features = scorer_with(index, Counting()).candidates(found_for(index, BUILT, everything))
    for sentence, answers, certainty in zip(found, features["answers"], features["certainty"], strict=True):
        assert sentence.start <= sentence.fact[0] and sentence.fact[1] <= sentence.end
        assert sentence.document.text[slice(*sentence.fact)] == re.findall(r"\w+", sentence.text)[-1]
        count = len(re.findall(r"\b(?:Mary|red)\b", sentence.text))
        assert sentence.certainty == answers == count and certainty == count / 10
    assert reader_features([Reading(5.0, (0, 1), -20.0)]) == {"answers": [0.5], "certainty": [-2.0]}


@given(st.lists(st.integers(0, 62), min_size=1, unique=True), st.integers(1, READ))
def test_windows_hold_what_stands_around_the_first_sentences(index, everything, rows, most):
    every, spans = find_candidates(index, [everything[0], everything[2]]), index.sentences
    chosen = [every[row] for row in rows]
    windows = find_windows(index, [s.row for s in chosen], most)
    held = [row for window in windows for row in window]
    assert len(set(held)) == len(held) and len(windows) <= most
    assert len(windows) == most or {s.row for s in chosen} <= set(held)
    for n, window in enumerate(windows):
        before = {row for other in windows[:n] for row in other}
        assert next(s.row for s in chosen if s.row not in before) in window
        name, start, end = spans[window[0]].document_id, spans[window[0]].start, spans[window[-1]].end
        assert spans[window[-1]].document_id == name and end - start <= WINDOW
        for row in {window.start - 1, window.stop}.difference(held):  # what is left out has no room
            if 0 <= row < len(spans) and spans[row].document_id == name:
                assert max(end, spans[row].end) - min(start, spans[row].start) > WINDOW


def test_a_window_is_read_below_what_it_stands_under(index, everything):
    reader = Counting()
    every = find_candidates(index, [everything[0], everything[2]])
    read_candidates(reader, index, Lexicon(collect_postings([])), BUILT, [every[1], every[40]], 2)
    ((_, windows),) = reader.asked
    for w, title, source in zip(
        windows, ("The barn (Union of Farmers, 5 April 2023)", "lake"), (BARN, LAKE), strict=True
    ):
        above, read = w.text.split("\n")
        assert above == title and read in source
        assert (w.sentences[0][0], w.sentences[-1][1]) == (len(above) + 1, len(w.text))
        assert all(start - end == 1 for (_, end), (start, _) in pairwise(w.sentences))  # a space


@pytest.mark.parametrize("reader", [None, Counting()])
def test_evidence_is_best_first_with_its_confidence(index, everything, reader):
    scorer = scorer_with(index, reader)
    evidence = scorer.score(found_for(index, "When did Mary Holt build it?", everything))
    scores = [s.score for s in evidence.sentences]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) > 3
    assert evidence.sentences[0].text == "Mary Holt built it in 1874."
    assert 0 < evidence.confidence < 1 and evidence.missing == UnknownTerms()
    assert evidence.fitting
    nothing = scorer.score(found_for(index, BUILT, []))
    assert nothing.sentences == () and nothing.confidence == 0 and not nothing.fitting


@pytest.mark.parametrize(
    ("question", "fits"),
    [("How much money did the lake cost?", False), ("Why is it blue?", True), ("Who made the lake?", True)],
)
def test_only_a_kind_that_is_needed_and_not_there_does_not_fit(index, plain, everything, question, fits):
    assert plain.score(found_for(index, question, everything[2:])).fitting == fits


def test_name_that_is_missing_lowers_the_confidence(index, plain, everything):
    questions = (f"When did {name} build the red barn?" for name in ("Mary", "Zebulon"))
    there, missing = (plain.score(found_for(index, text, everything)).confidence for text in questions)
    assert missing < there
