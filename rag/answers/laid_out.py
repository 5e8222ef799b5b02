"""A question and the evidence -> the answer where it is a row, some rows, or a list, and no sentence."""

from __future__ import annotations

from collections.abc import Mapping

from rag.answers.evidence.evidence import Evidence
from rag.answers.layout.lists import find_list
from rag.answers.layout.lookup import find_alike
from rag.answers.layout.tables import find_extreme, find_open_cell, find_rows
from rag.answers.layout.tasks import find_tasks
from rag.answers.sentences.quotes import quote_alone
from rag.answers.statements import cite_spans, refusal
from rag.datatypes import Answer, Question, Statement
from rag.documents.outline import Outline
from rag.wording import say

# The chance of an answer from which on is told what no sentence says: the item of a number, how many items a
# list has, the row with the greatest value, rows within a bound.
LEAST_OF_LIST = 0.3


def answer_by_layout(
    question: Question, evidence: Evidence, outlines: Mapping[str, Outline], threshold: float
) -> Answer | None:
    """The row with the greatest value, the rows of a kind, the list, or the rows between which the question
    does not choose, or that a cell is empty which is asked for; `outlines` are those of the documents, by id.

    None if none does, or if the chance that the documents answer is below `threshold`.
    """
    sure = evidence.chance >= threshold
    if sure and (column := find_open_cell(question, evidence.sentences[0])):
        reason = say(question.language, "the table leaves “{column}” open there", column=column)
        return refusal(question, (), reason, evidence.confidence)
    near = evidence.chance >= LEAST_OF_LIST
    extreme = find_extreme(question, evidence.sentences) if near else None
    rows = find_rows(question, evidence.sentences, sure=sure) if near and not extreme else None
    rows = rows or (find_tasks(question, evidence.sentences) if near and not extreme else None)
    counted = question.step is not None or question.form == "count"
    told = sure or (counted and near)
    listed = find_list(question, evidence.sentences) if told and not extreme and not rows else None
    statements: tuple[Statement, ...]
    if extreme:
        statements, notice = (quote_alone(extreme[0], 1),), extreme[1]
    elif rows and not rows[0]:
        return refusal(question, (), rows[1], evidence.confidence)
    elif rows:
        statements, notice = tuple(quote_alone(row, n) for n, row in enumerate(rows[0], 1)), rows[1]
    elif listed:
        place = (listed.sentence.document, *listed.span)
        statements, notice = cite_spans([place], outlines), listed.notice
    elif alike := find_alike(question, evidence.sentences) if sure and not evidence.amended else []:
        statements, notice = tuple(quote_alone(row, n) for n, row in enumerate(alike, 1)), ""
    else:
        return None
    return Answer(
        question.standalone,
        statements,
        (),
        refused=False,
        confidence=evidence.confidence,
        notice=notice or None,
    )
