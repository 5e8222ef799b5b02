"""A question what something is finds the sentence that says so, not the one that mentions it most."""

from __future__ import annotations

import pytest
from small import build

from rag import Chatbot
from rag.index.store import open_index
from rag.questions.definitions import defined_term, defines


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("what are ICSs", "ICSs"),
        ("What does ICB mean?", "ICB"),
        ("define earned autonomy", "earned autonomy"),
        ("What is meant by 'place'?", "place"),
        ("What’s a hard disk?", "hard disk"),
        ("Who is Jon Restell?", "Jon Restell"),
        ("What is freedom of movement?", "freedom of movement"),
        ("Who is the chief executive?", None),
        ("What is the fee?", None),
        ("What is required?", None),
        ("Who was invited?", None),
        ("What is due in May?", None),
        ("What is Hewitt's view?", None),
        ("What is it?", None),
        ("What is a permit and why is it needed?", None),
    ],
)
def test_what_is_asked_about(question, term):
    assert defined_term(question) == term


@pytest.mark.parametrize(
    ("term", "says", "mentions"),
    [
        ("ICS", "Integrated care systems (ICSs) plan together.", "Each ICS is due to plan."),
        ("ICS", "An ICS is a partnership of bodies.", "The money for an ICS is spent."),
        ("moorings", "Moorings are places where boats lie.", "Moorings are closed in winter."),
        ("Bo Reed", "The mayor, Bo Reed, opened it.", "Bo Reed opened it."),
        ("Bo Reed", "Bo Reed, a former baker, opened it.", "They met Bo Reed, and left."),
        ("earned autonomy", "She proposes what she calls “earned autonomy”.", "Earned autonomy was opposed."),
        ("MAX_SIZE", "MAX_SIZE - the most bytes of a file", "Set MAX_SIZE to 3."),
    ],
)
def test_what_says_it_is_told_from_what_mentions_it(term, says, mentions):
    assert defines(term).search(says)
    assert not defines(term).search(mentions)


def test_definition_comes_first(chatbot):
    assert (
        "Integrated care systems (ICSs) are a crucial part"
        in chatbot.ask("What is an ICS?").statements[0].text
    )


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
    assert answer.statements[0].text.startswith("A place where one boat may lie.")
