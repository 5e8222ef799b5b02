"""Of ten sections that say the same of ten things, the one whose heading names the thing answers."""

from __future__ import annotations

import random

import pytest
from small import open_over

TOWNS = "Eastham Westby Norton Sutton Marlow Hexham Dunster Kelso Ripley Thirsk".split()
MONTHS = "January February March April May June July September October November".split()
MODELS = [f"Model {name}" for name in ("A10", "A20", "B5", "B7", "C1", "C2", "D4", "D8", "X3", "Z9")]
ARTICLES = [f"Article {number}" for number in range(3, 13)]
PEOPLE = "Ada Bo Cy Dot Eve Flo Gus Hal Ivy Jon".split()
FAMILIES = "Reed Brook Marsh Stone Field Lake Hill Wood Ford Moor".split()


def name(rng):
    return f"{rng.choice(PEOPLE)} {rng.choice(FAMILIES)}"


# What each section says of its thing, with a question for it; {0} is the value, {1} the thing.
KINDS = {
    "towns.md": (TOWNS, name, ("The mayor is {0}.", "Who is the mayor of {1}?"),
                 lambda rng: f"{rng.randint(2, 99)},{rng.randint(100, 999)}",
                 ("The town has {0} inhabitants.", "How many inhabitants has {1}?")),
    "minutes.md": (MONTHS, name, ("The chair was {0}.", "Who was in the chair in {1}?"),
                   lambda rng: f"{rng.randint(101, 999)} euros",
                   ("A sum of {0} was granted for repairs.", "What sum was granted in {1}?")),
    "pumps.md": (MODELS, lambda rng: f"{rng.randint(11, 99)} kg",
                 ("It weighs {0}.", "How much does the {1} weigh?"),
                 lambda rng: f"{rng.randint(100, 990)} watts",
                 ("The motor takes {0}.", "How many watts does the motor of the {1} take?")),
    "statute.md": (ARTICLES, lambda rng: f"{rng.randint(5, 95)} days",
                   ("The term is {0}.", "What is the term under {1}?"),
                   lambda rng: f"{rng.randint(5, 95)} members",
                   ("The quorum is {0}.", "What is the quorum under {1}?")),
}  # fmt: skip


def make_folder():
    """The documents, and each question with the value that answers it."""
    rng = random.Random(7)
    files, asked = {}, []
    for file, (things, *facts) in KINDS.items():
        lines = [f"# {file.removesuffix('.md').capitalize()}", ""]
        for thing in things:
            lines += [f"## {thing}", ""]
            for make, (says, asks) in zip(facts[::2], facts[1::2], strict=True):
                value = make(rng)
                lines.append(says.format(value, thing))
                asked.append((asks.format(value, thing), thing, value))
            lines.append("")
        files[file] = "\n".join(lines)
    return files, asked


FILES, ASKED = make_folder()


@pytest.fixture(scope="module")
def chatbot_of_sections(tmp_path_factory, embedder):
    return open_over(FILES, tmp_path_factory.mktemp("sections"), embedder)


def test_right_section_is_first(chatbot_of_sections):
    wrong = []
    for question, thing, value in ASKED:
        answer = chatbot_of_sections.ask(question)
        first = answer.statements[0] if answer.statements else None
        if not first or value not in first.text or thing not in first.citations[0].section:
            wrong.append((question, answer.text[:60]))
    assert len(ASKED) == 80
    assert len(wrong) <= 0.05 * len(ASKED), wrong
