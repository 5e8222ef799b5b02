"""A conversation as JSON."""

from __future__ import annotations

import json

from exported import asked, conversation

from rag.conversations.export import conversation_json
from rag.conversations.records import Exchange
from rag.datatypes import Where
from rag.formats.serialisation import answer_json


def test_json_has_each_answer_as_the_command_line_has_it():
    where = Exchange("Who?", asked("x").answer, Where(("red.txt",)), "up", "Good.")
    exported = conversation_json(conversation(where, asked("y")))
    assert json.loads(json.dumps(exported)) == exported
    assert exported["title"] == "A title" and exported["begun"] == "2026-11-23T12:00:00+00:00"
    first, second = exported["exchanges"]
    assert first["answer"] == answer_json(where.answer) and first["where"]["documents"] == ["red.txt"]
    assert (first["question"], first["thumb"], first["comment"]) == ("Who?", "up", "Good.")
    assert second["question"] == "y"
