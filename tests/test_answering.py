"""Answers are whole sentences of the documents, proved word by word, or a refusal."""

from __future__ import annotations

import pytest
from conftest import SEEDS, build

import rag
from rag.datatypes import REFUSAL
from rag.questions import expected
from rag.sentences import boilerplate


@pytest.fixture(scope="module")
def answers(evaluated) -> tuple[rag.Answer, ...]:
    """The answer to every question of the eval set."""
    return evaluated[1]


# What holds for every answer


def test_every_citation_is_the_bytes_of_its_file(answers):
    files = {path.name: path.read_bytes().decode() for path in SEEDS.glob("*.txt")}
    citations = [citation for answer in answers for citation in answer.citations]
    assert len(citations) > 100
    for c in citations:
        assert files[c.document.id][c.start : c.end] == c.document.text[c.start : c.end] == c.quote


def test_every_statement_is_one_whole_sentence_that_may_be_quoted(answers, chatbot):
    sentences = {(s.document_id, s.start, s.end) for s in chatbot.index.sentences}
    for answer in answers:
        for statement in answer.statements:
            (citation,) = statement.citations
            assert (citation.document.id, citation.start, citation.end) in sentences
            assert statement.text == citation.quote and statement.support == 1.0
            text = citation.document.text
            line = text[text.rfind("\n", 0, citation.start) + 1 :].split("\n")[0]
            assert boilerplate(line) is None


def test_every_answer_is_numbered_in_order_and_says_nothing_twice(answers):
    for answer in answers:
        assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
        assert [c.number for s in answer.statements for c in s.citations] == [
            c.number for c in answer.citations
        ]
        assert len({s.text for s in answer.statements}) == len(answer.statements)
        markers = [f"[{c.number}]" for c in answer.citations]
        at = [answer.text.index(marker) for marker in markers]
        assert at == sorted(at)


def test_every_refusal_is_the_one_sentence_with_its_reason(answers):
    refusals = [answer for answer in answers if answer.refused]
    assert refusals
    for answer in refusals:
        assert answer.text == REFUSAL and answer.reason and answer.passages
        assert answer.statements == answer.citations == ()
    assert all(answer.statements and answer.text != REFUSAL for answer in answers if not answer.refused)


def test_every_citation_stands_near_a_passage_that_was_read(answers):
    for answer in answers:
        assert [p.rank for p in answer.passages] == list(range(1, len(answer.passages) + 1))
        read = {passage.document.id for passage in answer.passages}
        assert all(citation.document.id in read for citation in answer.citations)


# Plain questions


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How many ICSs are there in England?", "42 ICSs"),
        ("Who ordered the review?", "Jeremy Hunt"),
        ("Which integrated care board does Patricia Hewitt chair?", "Norfolk and Waveney"),
        ("How much money for social care innovation was withdrawn?", "£250m"),
        ("By what percentage must ICSs cut their running costs?", "30%"),
        ("When does MiP's survey close?", "6 January 2023"),
        ("What does HARPs stand for?", "High Accountability and Responsibility Partnerships"),
    ],
)
def test_plain_fact_is_told(chatbot, question, fact):
    answer = chatbot.ask(question)
    assert not answer.refused and any(fact in citation.quote for citation in answer.citations)


def test_list_is_given_whole_and_in_order(chatbot):
    quotes = [c.quote for c in chatbot.ask("What six principles drive the review?").citations]
    first = next(i for i, quote in enumerate(quotes) if quote.endswith("namely:"))
    beginnings = ["Collaboration", "A limited", "Proportionate", "Balancing", "Enabling", "Giving"]
    assert [quote.split("–")[0].strip().startswith(b) for quote, b in
            zip(quotes[first + 1 : first + 7], beginnings, strict=True)] == [True] * 6  # fmt: skip


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many integrated care systems are there in Scotland?", "Scotland"),
        ("What are the common side effects of ibuprofen?", ""),
        ("What is Patricia Hewitt's salary?", ""),
        ("What is the capital of Australia?", "Australia"),
        ("What did Hewitt say in 1987?", "1987"),
        ("What is the boiling point of tungsten?", ""),
    ],
)
def test_what_the_documents_do_not_say_is_refused(chatbot, question, reason):
    answer = chatbot.ask(question)
    assert answer.refused and answer.text == REFUSAL and reason in answer.reason


def test_part_that_is_not_answered_is_told(chatbot):
    answer = chatbot.ask("How many ICSs are there in England? How many are there in Scotland?")
    assert not answer.refused and "42 ICSs" in answer.text
    assert "Scotland" in answer.reason


# The same again


def test_same_question_has_the_same_answer(chatbot, seeds_index, embedder):
    again = rag.open_chatbot(seeds_index, embedder=embedder)
    for question in (
        "How many ICSs are there in England?",
        "What is Patricia Hewitt's salary?",
        "Who is Barclay?",
    ):
        assert chatbot.ask(question) == chatbot.ask(question) == again.ask(question)


def test_number_is_found_however_short_the_question(chatbot):
    for question in ("How many ICSs are there?", "How many integrated care systems are there in England?"):
        assert "42 ICSs" in chatbot.ask(question).text


def test_topic_of_several_words_must_be_there(chatbot):
    answer = chatbot.ask("What does the review say about mental health?")
    assert answer.refused
    assert answer.reason == "nothing here mentions mental"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The train leaves at 10.30 am from platform two.", "When does the train leave?"),
        ("The shop opens at noon on all days but one.", "When does the shop open?"),
    ],
)
def test_time_of_day_answers_when(write, tmp_path, embedder, text, question):
    build(write({"a.txt": text}), tmp_path / "index", embedder)
    bot = rag.open_chatbot(tmp_path / "index", embedder=embedder)
    assert [statement.text for statement in bot.ask(question).statements] == [text]


def test_year_is_no_quantity():
    assert not expected("How many reviews were there?").pattern.search("In 2022, the review began.")


def test_half_sentence_that_announces_speech_is_not_quoted(chatbot):
    answer = chatbot.ask("Who is the chief executive of MiP?")
    assert answer.statements[0].text.startswith("MiP chief executive Jon Restell")
    assert not any(statement.text.endswith("said:") for statement in answer.statements)


def test_places_between_which_is_asked_are_not_taken_for_words_that_ask(chatbot):
    answer = chatbot.ask("What do the sources say changed between Gwynedd and Powys?")
    assert answer.refused and answer.reason == "nothing here mentions Gwynedd or Powys"
