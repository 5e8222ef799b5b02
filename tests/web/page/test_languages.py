"""What stands beside an answer is in the language of its question."""

from __future__ import annotations

import rag
from rag.conversations.records import Exchange
from web.page.conversation import Shown, conversation_html


def test_refusal_and_why_are_in_the_language_of_the_question():
    reason = "hier steht nichts von Hamburg"
    refused = rag.Answer("Wo liegt Hamburg?", (), (), refused=True, reason=reason, language="de")
    page = conversation_html(Shown(exchanges=(Exchange("Wo liegt Hamburg?", refused),)), "")
    assert "<p>Die Dokumente beantworten diese Frage nicht.</p>" in page
    assert f"Warum: {reason}." in page and "Die nächsten Stellen ansehen" in page
