"""The shipped reader: which sentence answers, with which words, and never a word from elsewhere."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings, strategies as st
from safetensors.torch import load_file
from transformers import AutoTokenizer

from rag.documents.sentences import split_sentences
from rag.models.embedder import DEFAULT_MODEL, model_folder
from rag.models.reader import AT_ONCE, LONGEST, LONGEST_FACT, READER, Reader, Window, encode, load_reader
from rag.models.trained import load_pair_tokenizer, load_trained
from training.reader.network import load_network

BRIDGE = "The barn is red. Mary Holt built the bridge in 1874. It was painted by her brother in spring."
MUSEUM = "The museum opens at nine. Tickets cost £12 for adults. Children under five are let in free."
SCHOOL = "Ada Byrne founded the school in 1921. It moved to Leeds after the war. It has 340 pupils."


def window(text):
    return Window(text, tuple(split_sentences(text, (0, len(text)))))


WINDOWS = [window(text) for text in (BRIDGE, MUSEUM, SCHOOL)]
LONG = window(
    " ".join(f"Room {n} of the castle was painted white by Ann Lee in {1500 + n}." for n in range(60))
)


@pytest.fixture(scope="module")
def reader():
    return load_reader()


# What it finds


@pytest.mark.parametrize(
    ("question", "text", "sentence", "words"),
    [
        ("Who built the bridge?", BRIDGE, "Mary Holt built the bridge in 1874.", "Mary Holt"),
        ("When was the bridge built?", BRIDGE, "Mary Holt built the bridge in 1874.", "1874"),
        ("What colour is the barn?", BRIDGE, "The barn is red.", "red"),
        ("How much do tickets cost?", MUSEUM, "Tickets cost £12 for adults.", "£12"),
        ("When does the museum open?", MUSEUM, "The museum opens at nine.", "nine"),
        ("Who founded the school?", SCHOOL, "Ada Byrne founded the school in 1921.", "Ada Byrne"),
        ("Where did the school move?", SCHOOL, "It moved to Leeds after the war.", "Leeds"),
        ("How many pupils does the school have?", SCHOOL, "It has 340 pupils.", "340"),
    ],
)
def test_sentence_and_words_that_answer_are_found(reader, question, text, sentence, words):
    asked = window(text)
    (read,) = reader.read(question, [asked])
    best = max(range(len(read)), key=lambda i: read[i].answers)
    assert text[slice(*asked.sentences[best])] == sentence
    assert text[slice(*read[best].fact)] == words
    assert read[best].answers > 0 and read[best].certainty == max(r.certainty for r in read) > 0


@pytest.mark.parametrize("asked", WINDOWS, ids=lambda w: w.text[:9])
def test_nothing_answers_what_the_text_does_not_say(reader, asked):
    (read,) = reader.read("What is the melting point of iron?", [asked])
    assert all(r.answers < 0 and r.certainty < 0 for r in read)


def test_window_that_answers_stands_out_among_others(reader):
    read = reader.read("How many pupils does the school have?", WINDOWS)
    assert max(range(3), key=lambda i: max(r.answers for r in read[i])) == 2


def test_readings_are_those_of_the_network_token_by_token(reader):
    """The formulas written as loops, over what transformers' own network and tokenizer give."""
    network, tokenizer = load_network(), AutoTokenizer.from_pretrained(model_folder(DEFAULT_MODEL))
    network.load_state_dict(load_file(READER), strict=False)
    question, asked = "Who built the bridge?", WINDOWS[0]
    encoded = tokenizer(question, asked.text, return_offsets_mapping=True, return_tensors="pt")
    spans, of = encoded.pop("offset_mapping")[0].tolist(), encoded.sequence_ids()
    begins, ends, answers = network.eval()(**encoded).logits[0].T.tolist()
    (read,) = reader.read(question, [asked])
    for reading, (start, end) in zip(read, asked.sentences, strict=True):
        inside = [t for t, (s, e) in enumerate(spans) if of[t] == 1 and s < end and e > start]
        assert reading.answers == pytest.approx(
            sum(answers[t] - answers[0] for t in inside) / len(inside), abs=1e-3
        )
        certainty, first, last = max((begins[a] + ends[b], a, b) for a in inside for b in inside if a <= b)
        assert reading.certainty == pytest.approx(certainty - begins[0] - ends[0], abs=1e-3)
        assert reading.fact == (spans[first][0], spans[last][1])


# What holds for any text

pieces = st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6)


@settings(max_examples=20)
@given(st.text(max_size=80), pieces, st.sampled_from(["", " ", "\n\n", "\u3000", "e\u0301"]))
def test_facts_stand_in_their_sentences_for_any_unicode(reader, question, said, between):
    text, spans = "", []
    for piece in said:
        spans.append((len(text), len(text) + len(piece)))
        text += piece + between
    (read,) = reader.read(question, [Window(text, tuple(spans))])
    assert len(read) == len(spans)
    for reading, (start, end) in zip(read, spans, strict=True):
        assert start <= reading.fact[0] <= reading.fact[1] <= end
        assert reading.answers == reading.answers and reading.certainty == reading.certainty  # no NaN


def test_fact_is_never_longer_than_it_may_be(reader):
    text = " ".join(f"word{n}" for n in range(80)) + "."
    ((reading,),) = reader.read("What does the word say after the word?", [Window(text, ((0, len(text)),))])
    start, end = reading.fact
    assert 0 < len(reader._tokenizer.encode(text[start:end], add_special_tokens=False).ids) <= LONGEST_FACT


def near(one, other):
    return one.fact == other.fact and (one.answers, one.certainty) == pytest.approx(
        (other.answers, other.certainty), abs=1e-3
    )


def test_readings_do_not_depend_on_order_or_company(reader):
    windows = [
        *WINDOWS,
        LONG,
        *[window(f"{text} {n} bells ring.") for n in range(4) for text in (BRIDGE, MUSEUM)],
    ]
    assert len(windows) > AT_ONCE
    question = "Who built the bridge?"
    alone = [reader.read(question, [one])[0] for one in windows]
    for order in (range(len(windows)), reversed(range(len(windows))), [5, 3, 1, 0, 2, 4, 6, 7, 8, 9, 10, 11]):
        order = list(order)
        together = reader.read(question, [windows[i] for i in order])
        for read, i in zip(together, order, strict=True):
            assert all(near(one, other) for one, other in zip(read, alone[i], strict=True))


def test_sentences_beyond_what_fits_are_read_as_answering_nothing(reader):
    offsets = encode(reader._tokenizer, [("Who?", LONG)]).offsets
    assert offsets.shape[1] == LONGEST and offsets.max() < len(LONG.text) / 2
    (read,) = reader.read("Who painted room 3 of the castle?", [LONG])
    assert len(read) == len(LONG.sentences) == 60
    cut = [r for r, (start, _) in zip(read, LONG.sentences, strict=True) if start >= offsets.max()]
    assert len(cut) > 30
    assert max(r.answers for r in cut) < min(r.answers for r in read[:10])
    assert max(r.certainty for r in cut) < 0 and all(r.fact[0] == r.fact[1] for r in cut)


def test_question_as_long_as_may_be_asked_leaves_room_for_the_text(reader):
    (read,) = reader.read("who painted the castle white " * 180, [WINDOWS[0]])
    assert len(read) == 3 and all(r.fact[0] < r.fact[1] for r in read)


def test_empty_in_gives_empty_out(reader):
    assert reader.read("Who?", []) == []
    assert reader.read("Who?", [Window("", ())]) == [[]]
    assert reader.read("Who?", [Window("", ()), WINDOWS[0]])[0] == []


def test_threads_read_alike(reader):
    fresh = Reader(load_trained(READER), load_pair_tokenizer(LONGEST))
    expected, read = reader.read("Who built it?", WINDOWS), []
    together = threading.Barrier(8)

    def call():
        together.wait()
        read.append(fresh.read("Who built it?", WINDOWS))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [expected] * 8
