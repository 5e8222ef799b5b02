"""Answers are whole sentences of the documents, proved word by word, or a refusal."""

from __future__ import annotations

from datetime import date

import pytest
from small import build

import rag
from rag.answers.extractive import SURE
from rag.datatypes import REFUSAL


@pytest.fixture
def small(write, tmp_path, embedder):
    def of(text):
        build(write({"a.txt": text}), tmp_path / "index", embedder)
        return rag.open_chatbot(tmp_path / "index", embedder=embedder)

    return of


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How many ICSs are there in England?", "42 ICSs"),
        ("Who ordered the review?", "Chancellor Jeremy Hunt"),
        ("Which integrated care board does Patricia Hewitt chair?", "Norfolk and Waveney"),
        ("How much money for social care innovation was withdrawn?", "£250m"),
        ("By what percentage must ICSs cut their running costs?", "30%"),
        ("When does MiP's survey close?", "6 January 2023"),
        ("What does HARPs stand for?", "High Accountability and Responsibility Partnerships"),
    ],
)
def test_plain_fact_is_told_first_and_marked(chatbot, question, fact):
    first = chatbot.ask(question).statements[0]
    assert first.text[slice(*first.fact)] == fact


@pytest.fixture(scope="module")
def unread(seeds_index, embedder):
    return rag.open_chatbot(seeds_index, embedder=embedder, reader=False)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How many ICSs are there in England?", "42 ICSs"),
        ("Who ordered the review?", "Chancellor Jeremy Hunt"),
        ("How much money for social care innovation was withdrawn?", "£250m"),
        ("When does MiP's survey close?", "6 January 2023"),
    ],
)
def test_plain_fact_is_told_without_the_reader_too(unread, question, fact):
    assert any(s.fact and s.text[slice(*s.fact)] == fact for s in unread.ask(question).statements)


def test_list_is_given_whole_and_in_order(chatbot):
    (statement,) = chatbot.ask("What six principles drive the review?").statements
    introduction, *items = statement.text.split("\n")
    assert introduction.endswith("namely:")
    beginnings = ["Collaboration", "A limited", "Proportionate", "Balancing", "Enabling", "Giving"]
    assert all(b in item[: len(b) + 4] for b, item in zip(beginnings, items, strict=True))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many integrated care systems are there in Scotland?", "Scotland"),
        ("What is the dose of ibuprofen in Berlin?", "Berlin"),
        ("What is Patricia Hewitt's salary?", "no pay is given where it speaks of this"),
        ("What is the capital of Australia?", "Australia"),
        ("What did Hewitt say in 1987?", "1987"),
        ("What is the boiling point of tungsten?", "tungsten"),
    ],
)
def test_what_the_documents_do_not_say_is_refused(chatbot, unread, question, reason):
    for bot in (chatbot, unread):
        answer = bot.ask(question)
        assert answer.refused and answer.text == REFUSAL and reason in answer.reason


@pytest.mark.parametrize("words", [4, 9, 20])
def test_few_sentences_do_not_answer_everything(small, words):
    text = "The barn is red. Mary Holt built the bridge. It was painted by her son. The museum opens at nine."
    bot = small(" ".join(text.split(" ")[:words]))
    assert "The barn is red." in bot.ask("What colour is the barn?").text
    for question in ("What is the melting point of iron?", "How do I bake bread?", "Who won in France?"):
        assert bot.ask(question).refused


def test_part_that_is_not_answered_is_told(chatbot):
    answer = chatbot.ask("How many ICSs are there in England? How many are there in Scotland?")
    assert not answer.refused and "42 ICSs" in answer.text
    assert "Scotland" in answer.reason


def test_weak_answer_is_told_as_one_that_may_be(chatbot):
    weak = chatbot.ask("Under her idea, who would be kept on a longer leash?")
    sure = chatbot.ask("How many ICSs are there in England?")
    assert weak.unsure and weak.text.startswith("This may answer it:\n") and weak.confidence < SURE
    assert not sure.unsure and sure.text.startswith(sure.statements[0].text)


def test_same_question_has_the_same_answer(chatbot, seeds_index, embedder):
    again = rag.open_chatbot(seeds_index, embedder=embedder)
    for question in ("How many ICSs are there?", "What is Patricia Hewitt's salary?", "Who is Barclay?"):
        assert chatbot.ask(question) == again.ask(question)


def test_number_is_found_however_short_the_question(chatbot):
    for question in ("How many ICSs are there?", "How many integrated care systems are there in England?"):
        assert "42 ICSs" in chatbot.ask(question).text


def test_topic_of_several_words_must_be_there(chatbot):
    answer = chatbot.ask("What does the review say about mental health?")
    assert answer.refused and answer.reason == "nothing here mentions mental"


def test_time_of_day_answers_when(small):
    for text, question in (
        ("The train leaves at 10.30 am from platform two.", "When does the train leave?"),
        ("The shop opens at noon on all days but one.", "When does the shop open?"),
    ):
        assert [statement.text for statement in small(text).ask(question).statements] == [text]


def test_half_sentence_that_announces_speech_is_not_quoted(chatbot):
    answer = chatbot.ask("Who is the chief executive of MiP?")
    assert answer.statements[0].text.startswith("MiP chief executive Jon Restell")
    assert not any(statement.text.endswith("said:") for statement in answer.statements)


def test_places_between_which_is_asked_are_not_taken_for_words_that_ask(chatbot):
    answer = chatbot.ask("What do the sources say changed between Gwynedd and Powys?")
    assert answer.refused and answer.reason == "nothing here mentions Gwynedd or Powys"


def test_sentence_that_needs_the_one_before_it_brings_it_along(small):
    bot = small(
        "The old mill stands by the lake. It was built by Ada Lee in 1874.\n\nGeese swim on the lake."
    )
    for question, fact in (("Who built the mill?", "Ada Lee"), ("When was the mill built?", "1874")):
        first = bot.ask(question).statements[0]
        assert first.text == "The old mill stands by the lake. It was built by Ada Lee in 1874."
        assert first.text[slice(*first.fact)] == fact


def test_sources_are_told_by_date_with_whose_words_they_are(chatbot):
    answer = chatbot.ask("Do the sources agree on when the final report was due?")
    documents = [citation.document for citation in answer.citations]
    assert 1 < len(documents) == len(set(documents))
    assert documents == sorted(documents, key=lambda d: (d.published or date.max, d.id))
    for statement, d in zip(answer.statements, documents, strict=True):
        assert statement.attribution.startswith((d.publisher or d.title).split(",")[0])


def test_other_document_with_another_value_is_told_too(chatbot):
    answer = chatbot.ask("When was the final report due?")
    (difference,) = answer.differences
    assert set(difference.values) == {"March 2023", "15 March 2023"} and difference.kind == "refine"
    for number, value in zip(difference.numbers, difference.values, strict=True):
        assert value in answer.citations[number - 1].quote
