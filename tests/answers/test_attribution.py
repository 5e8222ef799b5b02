"""Who said that, and where: the sentences of the last answer again, with their speaker or source."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.answers.attribution import answer_about_source
from rag.datatypes import REFUSAL, Document, Turn
from rag.documents.outline import Outline
from rag.index.parts.documents import Documents, Outlines
from rag.questions.interpreter import Interpreter

WARNED = (
    "MiP chief executive Jon Restell warned that many MiP members would be “suspicious” about the "
    "real motives behind the review."
)
AUTONOMY = (
    "“We saw during the height of the pandemic that giving local leaders more autonomy can bring "
    "fresh ideas and better outcomes,” he added."
)
CENTRE = (
    "“But, as a publicly-run, national service that’s delivered at a local level, the NHS needs a "
    "strong centre to operate effectively. This ensures local systems can deliver care without the "
    "constant threat of political pressure and intervention.”"
)
SURVEY = "The survey closes on 6 January 2023."
DISAPPOINTING = (
    "It is disappointing that shortly before the release of this report, the government announced "
    "ICSs must reduce their running costs by 30% before 2025/26."
)
RESPONDING = "Responding to the Hewitt Review, Jon Restell, MiP Chief Executive said:"
BY_HEWITT = "To address this gap, Hewitt argues for a change in how the health and care system operates."
IN_DUE_COURSE = (
    "“We are looking ahead to the findings of the independent review and will respond in due course.”"
)
PROPOSES = (
    "The final report, released April 4, proposes greater autonomy to enable ICSs to better prevent "
    "ill health, improve NHS productivity care, and a streamlined centre, focussed on fewer national "
    "targets and directives."
)
STATUTORY = (
    "ICSs are statutory bodies which include not only the NHS but also local government and the "
    "voluntary sector."
)

DECEMBER, APRIL = "MiP, 19 December 2022", "MiP, 4 April 2023"
SUSPICIOUS = (
    "Managers suspicious of motives behind Hewitt review, MiP warns. MiP, the union for health and "
    "care managers, 19 December 2022"
)
UNPACKED = (
    "Hitting the ground running: The first 100 days – The Hewitt Review unpacked. WA Communications, "
    "5 April 2023"
)
OFFICIAL = "Official review expected to recommend more powers for top local health leaders"
UNDATED = (
    f"{OFFICIAL}. Publisher unknown, date unknown (not dated; written in the days before the report "
    "came out, which it says is due on Tuesday)"
)


@pytest.fixture(scope="module")
def documents(corpus):
    return corpus.documents


def about_source(question, history, documents):
    asked = Interpreter(documents, is_word=lambda word: True).interpret(question, history=history)
    assert asked.intent != "repeat"  # else the question before would be asked again
    return answer_about_source(asked, Outlines(Documents.of(documents)))


def ask_again(question, answer, documents):
    """The attribution, text and fact of each statement."""
    statements = about_source(question, [Turn("What is it?", answer)], documents)
    for number, statement in enumerate(statements, start=1):
        (citation,) = statement.citations
        shown = Outline(citation.document).show(citation.start, citation.end).text
        assert (citation.number, shown, statement.support) == (number, statement.text, 1.0)
    return [(s.attribution, s.text, s.text[slice(*s.fact)] if s.fact else None) for s in statements]


SPEAKER_QUESTIONS = (
    "Who said that?|says who|who says so?|Who said this exactly?|wait, who said that??|Who's saying "
    "this?|could you tell me who said that please|WHO SAID THAT|according to whom?|Whose words are "
    "these?|whose view is that|who thinks so?|is that a quote?|Is this a direct quote|are those his "
    "words?|Are those her exact words?|can you quote it|can you qoute that|Can you show me the "
    "quote?|quote please|show me the exact words|who’s being quoted here?|so who claimed that, then?|"
    "who was it that said that?|Who said that and when?"
).split("|")
SOURCE_QUESTIONS = (
    "Which document says so?|wich document says that|which documents say that?|where does it say "
    "that?|where's it say that|Where is that written?|What’s your source?|source?|sources pls|any "
    "source for that?|who wrote that?|who published this|when was that written?|When was that "
    "published?|where did you get that|Where did you read that?|which publisher is this from?|which "
    "article is this from|In which document?|what article does that come "
    "from|which document did you get that from?|Where did that come from?|when did that article come "
    "out?|what's the date of that article|How do you know that?|citation needed|cite your sources|"
    "what is the source of that figure|ok but which paper said that?|based on what?"
).split("|")
OTHER_QUESTIONS = (
    "Who said that targets should be cut?|which document sets the budget?|Who wrote the review?|who "
    "wrote the report?|Which documents mention prevention?|What is the source of the funding?|Where "
    "does the money come from?|When was the report published?|when was that?|Who is that?|Who paid "
    "that?|Who made that decision?|Which one?|Which newspapers?|Is that true?|What did she say?|What "
    "does it say?|Whose review is it?|How old is he?|Why?|Whose views are sought?|who said it would "
    "be cut?|Where is it due?|What does the document say about prevention?|Who ordered that review?|"
    "Which documents do you have?|What are the numbers?|Is it a review?|And later?"
).split("|")


@pytest.mark.parametrize("question", SPEAKER_QUESTIONS)
def test_question_for_the_speaker_is_known(documents, question):
    assert ask_again(question, f"{BY_HEWITT} [1]", documents) == [
        ("WA Communications, 5 April 2023", BY_HEWITT, "Hewitt")
    ]


@pytest.mark.parametrize("question", SOURCE_QUESTIONS)
def test_question_for_the_source_is_known(documents, question):
    assert ask_again(question, f"{SURVEY} [1]", documents) == [(SUSPICIOUS, SURVEY, None)]


@pytest.mark.parametrize("question", OTHER_QUESTIONS)
def test_question_for_something_else_is_left_alone(documents, question):
    assert ask_again(question, f"{SURVEY} [1]", documents) == []


@pytest.mark.parametrize(
    "answer",
    ["", REFUSAL, "The review was a great success. [1]", "In March. [1]", "[1][2]", "Yes."],
)
def test_answer_that_the_documents_do_not_hold_has_no_source(documents, answer):
    assert ask_again("Who said that?", answer, documents) == ask_again("Source?", answer, documents) == []


def test_without_an_answer_there_is_nothing_to_find(documents):
    assert about_source("Who said that?", [], documents) == ()
    assert about_source("Who said that?", [Turn("What closes?", f"{SURVEY} [1]")], ()) == ()


def test_only_the_last_answer_is_meant(documents):
    history = [Turn("When does it close?", f"{SURVEY} [1]"), Turn("Who is paid?", REFUSAL)]
    assert about_source("Who said that?", history, documents) == ()


@pytest.mark.parametrize(
    ("answer", "speakers"),
    [
        (WARNED, [(DECEMBER, WARNED, "Jon Restell")]),
        (PROPOSES, [(APRIL, PROPOSES, "The final report")]),
        (SURVEY, [(SUSPICIOUS, SURVEY, None)]),
        (STATUTORY, [(UNDATED, STATUTORY, None)]),
        (AUTONOMY, [(DECEMBER, WARNED, "Jon Restell"), (DECEMBER, AUTONOMY, None)]),
        (CENTRE, [(DECEMBER, WARNED, "Jon Restell"), (DECEMBER, f"{AUTONOMY} {CENTRE}", None)]),
        (DISAPPOINTING, [(APRIL, RESPONDING, "Jon Restell"), (APRIL, DISAPPOINTING, None)]),
    ],
    ids=["same sentence", "a report", "nobody", "nobody, undated", "he", "he before", "long before"],
)
def test_who_says_it_is_told_with_it(documents, answer, speakers):
    assert ask_again("Who said that?", f"{answer} [1]", documents) == speakers


def test_speaker_nearby_is_quoted_with_what_was_said(documents):
    ((attribution, text, fact),) = ask_again("Who said that?", f"{IN_DUE_COURSE} [1]", documents)
    assert (attribution, fact) == (f"{OFFICIAL}, date unknown", "The Department of Health and Social Care")
    assert text.startswith("The Department of Health and Social Care said: “Integrated care systems (ICSs)")
    assert text.endswith(f"inequalities in access to care.\n{IN_DUE_COURSE}")


@pytest.mark.parametrize("prefix", ["", f"{DECEMBER}: ", f"{SUSPICIOUS}: "])
def test_every_sentence_of_the_answer_has_its_source(documents, prefix):
    answer = f"{prefix}{SURVEY} [1] {DISAPPOINTING} [2][3] {UNPACKED}: {BY_HEWITT} [4]"
    assert ask_again("Which document says so?", answer, documents) == [
        (SUSPICIOUS, SURVEY, None),
        (APRIL, RESPONDING, "Jon Restell"),
        (APRIL, DISAPPOINTING, None),
        ("WA Communications, 5 April 2023", BY_HEWITT, "Hewitt"),
    ]


def test_every_quote_of_a_model_s_answer_has_its_source(documents):
    turn = Turn("What is it?", "Much was said. [1][2]", (SURVEY, BY_HEWITT))
    statements = about_source("Who said that?", [turn], documents)
    assert [statement.text for statement in statements] == [SURVEY, BY_HEWITT]


def test_answer_to_such_a_question_has_a_source_too(documents):
    statements = about_source("Who said that?", [Turn("Why?", f"{DISAPPOINTING} [1]")], documents)
    answer = " ".join(f"{s.attribution}: {s.text} [{s.citations[0].number}]" for s in statements)
    assert ask_again("Says who?", answer, documents) == [
        (APRIL, RESPONDING, "Jon Restell"),
        (APRIL, DISAPPOINTING, None),
    ]


def test_sentences_told_of_together_are_quoted_once(documents):
    found = ask_again("Who said that?", f"{AUTONOMY} [1] {CENTRE} [2]", documents)
    assert [text for _, text, _ in found] == [WARNED, f"{AUTONOMY} {CENTRE}"]


def test_white_space_is_no_hindrance():
    document = Document("a.txt", "Whales", "The blue\n\twhale\u00a0sings\u200b at  night. It swims.")
    assert ask_again("Source?", "The blue whale sings at night. [1]", [document]) == [
        ("Whales. Publisher unknown, date unknown", "The blue\nwhale sings at night.", None)
    ]


def test_part_of_a_sentence_brings_the_rest_of_it():
    document = Document(
        "a.txt", "Whales", "It dives. The blue whale sings in winter [2] and in spring. It swims."
    )
    assert ask_again("Source?", "The blue whale sings in winter [2] and in spring. [1]", [document]) == [
        ("Whales. Publisher unknown, date unknown", "The blue whale sings in winter [2] and in spring.", None)
    ]


def test_of_documents_that_say_the_same_the_one_named_is_meant():
    day = date(2023, 5, 1)
    zoo, sea = (Document(f"{name}.txt", name, "The blue whale sings.", name, day) for name in ("Zoo", "Sea"))
    asked = "Which publisher says so?"
    assert ask_again(asked, "The blue whale sings. [1]", [zoo, sea])[0][0] == "Zoo. Zoo, 1 May 2023"
    assert (
        ask_again(asked, "Sea, 1 May 2023: The blue whale sings. [1]", [zoo, sea])[0][0]
        == "Sea. Sea, 1 May 2023"
    )


@given(st.sampled_from(["Who said that?", "Source?"]), st.text(), st.text(max_size=40))
def test_any_answer_is_found_only_where_it_stands(question, text, answer):
    document = Document("a.txt", "A", f"{text}\n“All is well here,” said Ann Fox. {answer}")
    shown = Outline(document).show
    for statement in about_source(question, [Turn("How?", f"{answer} [1]")], [document]):
        assert all(c.quote == document.text[c.start : c.end] for c in statement.citations)
        assert all(statement.text == shown(c.start, c.end).text for c in statement.citations)
