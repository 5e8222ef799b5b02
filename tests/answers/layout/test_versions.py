"""Which documents, and which sections of one, are states of the same, and which of them is asked for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from layouts import markdown
from small import open_over

from rag.answers.layout.versions import OLDER, OUTSIDE, Editions
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Document, Question
from rag.documents.outline import Outline
from rag.index.parts.editions import find_editions, format_editions, label_document, parse_editions
from rag.questions.forms import asks_present


def outline(name, title, published=None):
    return Outline(Document(name, title, "The fee is 10.", published=published))


OLD = outline("fees-v1.txt", "Fees, version 1")
NEW = outline("fees-v2.txt", "Fees, version 2")
EARLY = outline("early.txt", "The rules", date(2019, 3, 1))
LATE = outline("late.txt", "The rules", date(2023, 3, 1))


def editions_of(*outlines):
    found = find_editions({outline.document.id: label_document(outline.document) for outline in outlines})
    return Editions(parse_editions(format_editions(found)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (EARLY, LATE),
        (outline("a.txt", "Minutes of 7 January 2026"), outline("b.txt", "Minutes of 4 February 2026")),
        (outline("a.txt", "Fees, version 9"), outline("b.txt", "Fees, version 10")),
        (outline("by-laws-2015.txt", "The club"), outline("by-laws-2022.txt", "Article 1", date(2022, 6, 1))),
    ],
)
def test_later_state_supersedes_the_earlier(old, new):
    editions = editions_of(new, old)
    assert editions.is_superseded(old.document) and not editions.is_superseded(new.document)
    assert editions.of(old, 0).family == editions.of(new, 0).family
    assert editions.of(old, 0).order < editions.of(new, 0).order


@pytest.mark.parametrize(
    "other",
    [
        outline("c.txt", "Another thing", date(2023, 3, 1)),
        outline("c.txt", "The rules"),
        outline("early-2023.txt", "Another thing"),
    ],
)
def test_what_is_no_state_of_it_does_not_supersede(other):
    editions = editions_of(EARLY, other)
    assert not editions.is_superseded(EARLY.document) and editions.of(EARLY, 0) is None


def test_dated_sections_are_states():
    log = markdown("# Log\n\n## 7 January 2026\n\nThe fee is 10.\n\n## 4 February 2026\n\nThe fee is 12.\n")
    editions = editions_of(log)
    text = log.document.text
    first, second = (editions.of(log, text.index(words)) for words in ("fee is 10", "fee is 12"))
    assert first.family == second.family and first.order < second.order


def against(question, *outlines):
    found = [Candidate(one, 0, 14, row, "paragraph", "", "", "") for row, one in enumerate(outlines)]
    asked = Question(question, present=asks_present(question))
    return editions_of(*outlines).weigh(asked, found, np.zeros(len(found))).tolist()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the fee?", [OLDER, 0]),
        ("What is the fee today?", [OLDER, 0]),
        ("What was the fee?", [0, 0]),
        ("What was the fee in 2019?", [0, OUTSIDE]),
        ("What was the fee in March 2023?", [OUTSIDE, 0]),
        ("What was the fee in 1987?", [0, 0]),  # there is none of that time
        ("What was the fee before 2020?", [0, OUTSIDE]),
    ],
)
def test_time_that_is_asked_for_weighs(question, expected):
    assert against(question, EARLY, LATE) == expected


def test_one_document_alone_has_nothing_against_it():
    assert against("What is the fee?", EARLY) == [0]


@pytest.mark.parametrize(
    ("head", "version", "valid"),
    [
        ("Version 2\nReplaces the draft of May 2023", (2,), True),
        ("Version 2\n\nDraft beer is sold from six.", (2,), True),
        ("Version 3, draft for comment", (3,), False),
        ("Version: 1.9\nStatus: superseded by 1.10", (1, 9), False),
    ],
)
def test_a_text_says_in_its_first_lines_of_which_state_it_is(head, version, valid):
    def document(name: str, text: str) -> Document:
        return Document(name, "Rules", text)

    editions = editions_of(Outline(document("a", head)), Outline(document("b", "Version 0.1\n\nNothing.")))
    edition = editions.of_document("a")
    assert edition is not None and (edition.version, edition.valid) == (version, valid)


def test_a_draft_or_a_superseded_state_never_holds(tmp_path, embedder):
    states = ("in force from 1 March 2021|6", "in force from 1 March 2024|7", "draft for comment|9")
    files = {
        f"rules-v{n}.md": f"# Club rules\n\nVersion {n}, {state}\n\nLockers cost {price} euros a month.\n"
        for n, line in enumerate(states, start=1)
        for state, price in [line.split("|")]
    }
    answer = open_over(files, tmp_path, embedder).ask("What do lockers cost?")
    assert "7 euros" in answer.statements[0].text
