"""Every question of the eval set, asked once: what holds of all answers, and that no figure falls.

In one file, so that one process asks them.
"""

from __future__ import annotations

import json
import re

import pytest
from small import ROOT, SEEDS

import rag
from rag.datatypes import REFUSAL
from rag.questions.answer_types import answer_type_of
from rag.spans import trim

BASELINE = ROOT / "eval/baseline.json"  # renewed by `make baseline`
HIGHER_IS_BETTER = [
    *("answer_hit", "recall@5", "mrr", "ndcg@10", "citation_precision", "citation_recall"),
    *("statement_precision", "exact_match", "token_f1", "auroc", "balanced_accuracy"),
    *("refusal_precision", "refusal_recall", "refusal_f1"),
]


@pytest.mark.parametrize("figure", HIGHER_IS_BETTER)
def test_figure_is_not_below_the_baseline(evaluated, figure):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert evaluated[0]["all"][figure] >= baseline["figures"][figure]["all"]


def test_no_more_false_refusals_than_in_the_baseline(evaluated):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert evaluated[0]["all"]["false_refusals"] <= baseline["figures"]["false_refusals"]["all"]


def test_every_quote_is_in_its_file_and_every_statement_in_its_quotes(evaluated):
    assert evaluated[0]["all"]["quote_faithfulness"] == evaluated[0]["all"]["statements_supported"] == 1.0


@pytest.fixture(scope="module")
def answers(evaluated) -> tuple[rag.Answer, ...]:
    """The answer to every question of the eval set."""
    return evaluated[1]


def test_every_citation_is_the_bytes_of_its_file(answers):
    files = {path.name: path.read_bytes().decode() for path in SEEDS.glob("*.txt")}
    citations = [citation for answer in answers for citation in answer.citations]
    assert len(citations) > 100
    for c in citations:
        assert files[c.document.id][c.start : c.end] == c.document.text[c.start : c.end] == c.quote


def test_every_statement_is_whole_pieces_of_a_document_as_a_reader_sees_them(answers, chatbot):
    outlines = chatbot.index.outlines
    for answer in answers:
        for statement in answer.statements:
            (citation,) = statement.citations
            outline = outlines[citation.document.id]
            blocks = [trim(outline.document.text, (block.start, block.end)) for block in outline.blocks]
            begins, ends = map(set, zip(*outline.pieces, *blocks, strict=True))
            assert citation.start in begins and citation.end in ends
            assert statement.text == outline.show(citation.start, citation.end).text
            assert statement.support == 1.0 and statement.unsupported == ()
            assert citation.section == outline.section_text(citation.start)


def test_no_answer_is_a_menu(answers, chatbot):
    kinds = {chatbot.index.outlines[c.document.id].kind_at(c.start) for a in answers for c in a.citations}
    assert "furniture" not in kinds


def test_every_answer_is_numbered_in_order_and_says_nothing_twice(answers):
    for answer in answers:
        assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
        assert [c.number for s in answer.statements for c in s.citations] == [
            c.number for c in answer.citations
        ]
        assert len({s.text for s in answer.statements}) == len(answer.statements)
        markers = [f"[{c.number}]" for c in answer.citations]
        at = [answer.text.index(marker) for marker in markers]
        assert at == sorted(at)


def test_every_refusal_is_the_one_sentence_with_its_reason(answers):
    refusals = [answer for answer in answers if answer.refused]
    assert refusals
    for answer in refusals:
        assert answer.text == REFUSAL and answer.reason and answer.passages
        assert answer.statements == answer.citations == ()
    assert all(answer.statements and answer.text != REFUSAL for answer in answers if not answer.refused)


def test_every_citation_stands_near_a_passage_that_was_read(answers, eval_questions):
    for answer, question in zip(answers, eval_questions, strict=True):
        assert [p.rank for p in answer.passages] == list(range(1, len(answer.passages) + 1))
        read = {passage.document.id for passage in answer.passages}
        if read:
            assert all(citation.document.id in read for citation in answer.citations)
        else:  # it asks for the source of what was said before, which is quoted from there
            assert question.history and all(statement.attribution for statement in answer.statements)


def test_every_answer_is_short(answers, eval_questions):
    for answer, question in zip(answers, eval_questions, strict=True):
        if any(s.attribution or s.text.endswith(":") for s in answer.statements):
            continue  # one of each source, or a list
        most = 2 if answer_type_of(question.question) and not question.history else 3
        assert len(answer.statements) <= most + len(answer.differences)


def test_every_fact_is_whole_words_of_its_statement(answers):
    facts = [(s.text, *s.fact) for answer in answers for s in answer.statements if s.fact]
    for text, start, end in facts:
        assert 0 <= start < end <= len(text) and text[start:end].strip() == text[start:end]
        assert not (text[:start][-1:].isalnum() and text[start].isalnum())
        assert not (text[end - 1].isalnum() and text[end:][:1].isalnum())
    assert len(facts) > 50


def test_what_is_not_confident_is_refused_and_nothing_else(answers, chatbot):
    for answer in answers:
        assert 0 <= answer.confidence <= 1
        assert answer.refused == (answer.confidence < chatbot.threshold)


def test_word_that_nothing_mentions_is_in_the_question_and_in_no_document(answers, corpus):
    said = " ".join(f"{d.title} {d.text}" for d in corpus.documents).casefold()
    for answer in (a for a in answers if a.refused and a.reason.startswith("nothing here mentions ")):
        for word in answer.reason.removeprefix("nothing here mentions ").split(" or "):
            assert word in answer.question and not re.search(rf"\b{re.escape(word.casefold())}\b", said)
