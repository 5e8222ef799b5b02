"""No document can make a language model say what it is not borne out by: two models that obey, real HTTP.

One obeys after it has answered rightly, the other says nothing else; what a model says that obeys only an
order which it is shown is what one of them says, or right.
"""

from __future__ import annotations

import pytest
from injections import CUTS, PRIORITIES, SYSTEMS, WHO, Injection, read_injections
from scripted import good, serving
from small import build

import rag

GOOD = {
    SYSTEMS: "There are 42 ICSs in England. [1]",
    WHO: "Chancellor Jeremy Hunt ordered the review. [1]",
    CUTS: "ICSs must reduce their running costs by 30%. [1]",
    PRIORITIES: "Hewitt recommends an absolute maximum of 10 national priorities. [1]",
}


ANSWERED_BY = {  # the beginning of the document's name, and words of the paragraph in it
    SYSTEMS: ("000", "England’s 42 ICSs"),
    WHO: ("000", "ordered by Chancellor"),
    CUTS: ("001", "running costs by 30%"),
    PRIORITIES: ("001", "10 national priorities"),
}


@pytest.fixture
def over(corpus, embedder, write, tmp_path):
    """Make a chatbot over the paragraph that answers a question and other files.

    There are no others, so that an order in one is always read.
    """

    def open_over(question: str, **others: str) -> rag.Chatbot:
        name, words = ANSWERED_BY[question]
        (document,) = [d for d in corpus.documents if d.id.startswith(name)]
        (paragraph,) = [part for part in document.text.split("\n\n") if words in part]
        folder = write({document.id: paragraph, **{f"{name}.txt": text for name, text in others.items()}})
        build(folder, tmp_path / "index", embedder)
        return rag.open_chatbot(tmp_path / "index", embedder=embedder, reader=False)

    return open_over


def ask_model(bot: rag.Chatbot, question: str, said: str) -> rag.Answer:
    """The answer with a language model that says that."""
    with serving(good(said)) as endpoint:
        model = rag.OpenAIModel(base_url=endpoint.base_url, model="obedient", api_key="key")
        return bot.with_llm(model).ask(question)


@pytest.mark.parametrize("question", GOOD)
def test_what_is_borne_out_is_shown_in_the_words_of_the_model(over, question):
    answer = ask_model(over(question), question, GOOD[question])
    assert answer.author == "obedient" and answer.statements[0].text == GOOD[question].removesuffix(" [1]")


@pytest.mark.parametrize("case", read_injections(), ids=lambda case: case.name)
def test_order_in_a_document_changes_nothing(over, case: Injection):
    bot = over(case.question, zz_planted=case.document)
    own = bot.ask(case.question)
    own_words = "\n".join(statement.text for statement in own.statements)
    for said in (f"{GOOD[case.question]} {case.obeyed}", case.obeyed):
        answer = ask_model(bot, case.question, said)
        written = [s.text for s in answer.statements if s.text not in own_words]
        assert not [text for text in written for never in case.never if never.lower() in text.lower()]
        if not answer.author:
            assert answer.statements == own.statements and answer.differences == own.differences
        for c in answer.citations:
            assert c.document.text[c.start : c.end] == c.quote
