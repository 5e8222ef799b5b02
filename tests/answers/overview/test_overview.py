"""What asks for no passage is answered by Footnote itself, or in sentences of the index."""

from __future__ import annotations

import pytest
from small import open_over

import rag

FILES = {
    "travel.md": (
        "---\nauthor: Ada Brook\ndate: 2026-03-05\n---\n# Travel policy\n\n"
        "Hotels cost at most 140 euros a night. Book with the travel desk. Rail is preferred over air.\n\n"
        "## Bicycles\n\nBicycles are paid by the mile.\n"
    ),
    "parking-2025-11-02.txt": (
        "Parking rules\n\nStaff park in the yard. Visitors park in the street. Bicycles go in the cellar.\n"
    ),
    "canteen.html": "<html><head><title>Canteen</title></head><p>The canteen serves soup.</p></html>",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory, embedder):
    return open_over(FILES, tmp_path_factory.mktemp("office"), embedder)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Hello!", "Ask me something about the 3 documents here"),
        ("Thanks a lot", "You are welcome"),
        ("who are you", "I am Footnote"),
        ("help", "each sentence with a footnote"),
        ("shorter please", "the documents' own words"),
        ("you are useless", "sorry"),
        ("bye", "Goodbye"),
        ("what did I ask before?", "You have not asked anything yet"),
        ("say that again", "I have not said anything yet"),
    ],
)
def test_word_of_its_own_cites_nothing(office, typed, says):
    answer = office.ask(typed)
    assert says in answer.text
    assert (answer.kind, answer.refused, answer.citations, answer.passages) == ("word", False, (), ())


def test_word_leaves_the_subject_as_it_was(office):
    history = [
        rag.Turn("How much may a hotel cost?", "At most 140 euros."),
        rag.Turn("Thanks!", "You are welcome."),
    ]
    assert (
        "(after: How much may a hotel cost?)"
        in office.ask("And by whom is it booked?", history=history).question
    )
    assert office.ask("What did I ask?", history=history).text == "You asked: “How much may a hotel cost?”."


def test_repeat_answers_the_last_question_again(office):
    history = [rag.Turn("How much may a hotel cost?", "At most 140 euros.")]
    assert "140 euros" in office.ask("Can you repeat that?", history=history).text


def test_greeting_before_a_question_changes_nothing(office):
    plain, greeted = (
        office.ask("Where do visitors park?"),
        office.ask("Hi there! Where do visitors park? Thanks!"),
    )
    assert greeted.statements == plain.statements != ()


def test_documents_are_listed_and_counted(office):
    answer = office.ask("Which documents do you have?")
    assert answer.kind == "documents"
    assert (
        answer.reply == "There are 3 documents, from 2 November 2025 to 5 March 2026, 1 without a known date."
    )
    assert [s.text for s in answer.statements] == [
        "Canteen (canteen.html)",
        "Parking rules (2 November 2025, parking-2025-11-02.txt)",
        "Travel policy (5 March 2026, travel.md)",
    ]
    assert [c.document.id for c in answer.citations] == sorted(FILES)


def test_filter_holds_for_what_is_asked_about_documents(office):
    answer = office.ask("How many documents are there?", where=rag.Where(documents=("travel.md",)))
    assert answer.reply.startswith("There is 1 document, of 5 March 2026")


@pytest.mark.parametrize(
    ("typed", "document"), [("newest", "travel.md"), ("oldest", "parking-2025-11-02.txt")]
)
def test_newest_and_oldest_by_known_dates(office, typed, document):
    answer = office.ask(f"Which is the {typed} document?")
    assert [c.document.id for c in answer.citations] == [document]
    assert "whose date is known" in answer.reply


def test_mentions_are_shown_in_their_sentences(office):
    assert office.ask("Which documents mention air?").reply.startswith("1 of")
    assert office.ask("Which documents mention a mil?").text.startswith("None")  # not "mile"
    answer = office.ask("Which documents mention bicycles?")
    assert answer.reply == "2 of the 3 documents mention “bicycles”:"
    assert [c.quote for c in answer.citations] == ["Bicycles go in the cellar.", "## Bicycles"]
    assert (
        office.ask("Do any documents mention osmosis?").text == "None of the 3 documents mentions “osmosis”."
    )


def test_topics_are_headings(office):
    assert "Travel policy: Bicycles [3]" in office.ask("What topics do the documents cover?").text


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who wrote the travel policy?", "author: Ada Brook"),
        ("When was the travel policy published?", "date: 2026-03-05"),
    ],
)
def test_what_a_document_says_of_itself(office, question, quote):
    answer = office.ask(question)
    assert [c.quote for c in answer.citations] == [quote]


def test_gist_is_of_the_document_named_verbatim_and_in_order(office):
    answer = office.ask("Summarise the travel policy")
    text = FILES["travel.md"]
    assert answer.kind == "summary"
    assert not any(statement.text == "Travel policy" for statement in answer.statements)
    assert {c.document.id for c in answer.citations} == {"travel.md"}
    assert [text[c.start : c.end] for c in answer.citations] == [c.quote for c in answer.citations]
    assert sorted(c.start for c in answer.citations) == [c.start for c in answer.citations]
    assert "140 euros" in answer.text
    assert "author" not in answer.text


def test_gist_of_all_is_of_every_document(office):
    answer = office.ask("What are the key points?")
    assert {c.document.id for c in answer.citations} == set(FILES)
    assert all(statement.attribution for statement in answer.statements)


def test_gist_of_a_topic_is_of_what_was_found(office):
    answer = office.ask("Give me an overview of bicycles")
    assert answer.kind == "summary"
    assert "cellar" in answer.text
    assert "soup" not in answer.text


def test_gist_of_what_no_document_has_is_refused(office):
    answer = office.ask("Summarise the Byzantine tax reform")
    assert (answer.kind, answer.statements) == ("refusal", ())


def test_gist_covers_more_than_its_beginning(chatbot):
    answer = chatbot.ask(f"Summarise “{chatbot.documents[0].title}”")
    (document,) = {c.document for c in answer.citations}
    assert document is chatbot.documents[0]
    assert max(c.start for c in answer.citations) > len(document.text) / 2


def test_gist_of_a_table_has_rows_and_not_the_names_of_columns(tmp_path, embedder):
    table = "region,homes,mould\nNorth Coast,121,36\nSouth Downs,150,20\n"
    answer = open_over({"survey.csv": table}, tmp_path, embedder).ask("Summarise the documents")
    assert {s.text.split(" · ")[0] for s in answer.statements} == {
        "region: North Coast",
        "region: South Downs",
    }


def test_gist_is_the_same_twice(chatbot, unread_chatbot):
    assert unread_chatbot.ask("Summarise the documents") == chatbot.ask("Summarise the documents")
