"""A question what something is finds the sentence that says so, not the one that mentions it most."""

from __future__ import annotations

import pytest
from small import build

from rag import Chatbot
from rag.index.places import open_index
from rag.questions.definitions import definition_asked

ASKED = (
    "what are ICSs|What is the NHS?|whats an ICS|What does ICB mean?|define earned autonomy|What is C++?"
    "|What is meant by 'place'?|What’s a hard disk?|Who is Jon Restell?|What is freedom of movement?"
    "|What is an integrated care system (ICS)?|what is --autosquash|What do you mean by a chunk?"
)
ASKED_NOT = (
    "Who is the chief executive?|What is the fee?|What is due in May?|What is Hewitt's view?|What is it?"
    "|What is a permit and why is it needed?|What does Brexit mean for staff?|Who is he?"
)


@pytest.mark.parametrize("question", ASKED.split("|"))
def test_question_what_something_is(question):
    assert definition_asked(question)


@pytest.mark.parametrize("question", [*ASKED_NOT.split("|"), "what is " + "'" * 7_000 + "!x"])
def test_question_that_asks_something_else(question):
    assert not definition_asked(question)


@pytest.mark.parametrize(
    ("question", "says", "mentions"),
    [
        ("What is an ICS?", "Integrated care systems (ICSs) plan.", "ICSs (for example Leeds) plan."),
        ("What are ICSs?", "An ICS is a partnership of bodies.", "The ICS is the worst in England."),
        ("What are moorings?", "Moorings are places where boats lie.", "Moorings are closed in winter."),
        ("What is a permit?", "A permit is a paper that lets you in.", "A permit is paid for at the gate."),
        ("What is a permit?", "It is a paper called a permit.", "He called a permit office."),
        ("What is a policy?", "Policies are rules that all keep.", "Policies are the same for all."),
        ("Who is Bo Reed?", "The mayor Bo Reed opened it.", "They met Bo Reed, and left."),
        ("Who is Bo Reed?", "Bo Reed, a former baker, opened it.", "Bo Reed was invited."),
        ("What is earned autonomy?", "“Earned autonomy” in which they plan", "Earned autonomy was opposed."),
        ("What is .env?", ".env is a file of settings.", "Put it into .env first."),
        ("What is IT?", "IT is a department of ours.", "It is a department of ours."),
    ],
)
def test_what_says_it_is_told_from_what_mentions_it(question, says, mentions):
    pattern = definition_asked(question)
    assert pattern.search(says)
    assert not pattern.search(mentions)


def test_definition_comes_first(chatbot):
    first = chatbot.ask("What is an ICS?").statements[0].text
    assert definition_asked("What is an ICS?").search(first)
    assert "integrated care systems (ics" in first.casefold()


def test_glossary_is_a_definition(write, embedder, reader, tmp_path):
    folder = write(
        {
            "terms.html": "<h1>Harbour terms</h1><dl><dt>Berth</dt><dd>A place where one boat may lie.</dd>"
            "<dt>Quay</dt><dd>A berth is paid for at the quay, which is open all day.</dd></dl>",
            "prices.txt": "A berth costs 12 pounds a night. Every berth has water. It must be left by noon.",
        }
    )
    build(folder, tmp_path / "index", embedder)
    answer = Chatbot(open_index(tmp_path / "index"), embedder, reader=reader).ask("What is a berth?")
    assert answer.statements[0].text.startswith("Berth\nA place where one boat may lie.")
