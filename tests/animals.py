"""A public test set of three documents and four questions, one of them without evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CORPUS = [
    {"id": "fox", "title": "Foxes", "source": "A zoo", "date": "2023-04-05", "url": "",
     "text": "The red fox sleeps in its den all winter. It dreams of hens and eats 12 of them a year."},
    {"id": "whale", "title": "Whales", "source": "", "date": "spring", "url": "",
     "text": "The blue whale swims through the ocean. It sings at night to find its friends."},
    {"id": "frog", "title": "", "text": "The green frog jumps over the pond. It catches flies with it."},
]  # fmt: skip
QUESTIONS = [
    {"id": "1", "question": "Where does the fox sleep?",
     "evidence": [{"doc": "fox", "text": "The red fox sleeps in its den all winter.", "start": 0}]},
    {"id": "2", "question": "When does it sing?",
     "evidence": [{"doc": "whale", "text": "It sings at night"}],
     "history": [{"role": "user", "text": "Tell me about the blue whale."}, {"role": "agent", "text": "A"}]},
    {"id": "3", "question": "What does it catch?", "scenario": "I have a frog.",
     "evidence": [{"doc": "frog", "text": "flies"}, {"doc": "fox", "text": "hens"}]},
    {"id": "4", "question": "Who is the king of Spain?", "evidence": [], "answerable": False},
]  # fmt: skip


def as_lines(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def write_animals(parent: Path) -> Path:
    """Write the set, and a distractor, into the folder animals/ below `parent`."""
    folder = parent / "animals"
    folder.mkdir()
    distractors = [{"id": "hen", "text": "The hen wakes."}]
    for name, rows in (("corpus", CORPUS), ("questions", QUESTIONS), ("distractors", distractors)):
        (folder / f"{name}.jsonl").write_text(as_lines(rows), encoding="utf-8")
    return folder
