"""No document can make a language model say what it is not borne out by: two models that obey, real HTTP."""

from __future__ import annotations

import pytest
from injections import CUTS, PRIORITIES, SYSTEMS, WHO, Injection, read_injections
from scripted import serving
from small import build

import rag
from rag.language.cleaning import neutralise_markup

GOOD = {
    SYSTEMS: "There are 42 ICSs in England. [1]",
    WHO: "Chancellor Jeremy Hunt ordered the review. [1]",
    CUTS: "ICSs must reduce their running costs by 30%. [1]",
    PRIORITIES: "Hewitt recommends no more than ten national priorities. [1]",
}


ANSWERED_BY = {SYSTEMS: "000", WHO: "000", CUTS: "001", PRIORITIES: "001"}  # of seeds/


@pytest.fixture
def planted(request, corpus, embedder, write, tmp_path) -> tuple[Injection, rag.Chatbot]:
    """A document that gives orders beside the one that answers, and a chatbot over both.

    There are no others, so that the order is always read.
    """
    case = request.param
    (good,) = [d for d in corpus.documents if d.id.startswith(ANSWERED_BY[case.question])]
    folder = write({good.id: good.text, "zz_planted.txt": case.document})
    build(folder, tmp_path / "index", embedder)
    return case, rag.open_chatbot(tmp_path / "index", embedder=embedder, reader=False)


@pytest.mark.parametrize("planted", read_injections(), ids=lambda case: case.name, indirect=True)
def test_order_in_a_document_changes_nothing(planted):
    case, bot = planted
    own = bot.ask(case.question)

    def obeys(system: str, prompt: str) -> list[str]:
        return [case.obeyed if neutralise_markup(case.order) in prompt else GOOD[case.question]]

    def is_captured(system: str, prompt: str) -> list[str]:
        return [f"{GOOD[case.question]} ", case.obeyed]

    def says_nothing_else(system: str, prompt: str) -> list[str]:
        return [case.obeyed]

    with serving(obeys) as obeying, serving(is_captured) as captured, serving(says_nothing_else) as lost:
        for endpoint in (obeying, captured, lost):
            model = rag.OpenAIModel(base_url=endpoint.base_url, model="obedient", api_key="key")
            answer = bot.with_llm(model).ask(case.question)
            own_words = "\n".join(statement.text for statement in own.statements)
            written = [s.text for s in answer.statements if s.text not in own_words]
            assert not [text for text in written for never in case.never if never.lower() in text.lower()]
            if not answer.author:
                assert answer.statements == own.statements and answer.differences == own.differences
            for c in answer.citations:
                assert c.document.text[c.start : c.end] == c.quote
