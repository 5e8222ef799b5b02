"""The one JSON form of a check of a draft: its types, and the function that fills them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, with_config
from typing_extensions import TypedDict

from rag import datatypes
from rag.formats.schema import Citation
from rag.formats.serialisation import citation_json

_exact = with_config(extra="forbid", use_attribute_docstrings=True)

Count = Annotated[int, Field(ge=0)]


@_exact
class Differing(TypedDict):
    """In what a sentence is not as the source says."""

    kind: Literal[
        "number", "date", "name", "quotation", "speaker", "negation", "comparison", "certainty", "cause"
    ]
    claimed: str | None
    """The words of the sentence; null if it leaves something out"""
    found: str | None
    """The words of the source instead; null if it has none"""


@_exact
class CheckedSentence(TypedDict):
    """A sentence of the text, and what the documents have to say to it."""

    text: str
    """As a reader sees it"""
    start: Annotated[int, Field(ge=0, description="In characters of the text that was sent, from 0")]
    end: Count
    verdict: Literal["borne_out", "contradicted", "not_said", "no_claim"]
    """`no_claim` says nothing that could be checked, as a heading or a question"""
    citations: list[int]
    """What proves it, what says otherwise or, if the documents do not say it, what comes nearest"""
    differing: list[Differing]
    part: str | None
    """The part of it that the verdict is of; null: all of it"""


@_exact
class Check(TypedDict):
    """A verdict on each sentence of a text."""

    borne_out: Count
    contradicted: Count
    not_said: Count
    no_claim: Count
    sentences: list[CheckedSentence]
    citations: list[Citation]
    """Each once, in the order of its number"""


def check_json(check: datatypes.Check) -> Check:
    """The check as JSON; sentences refer to citations by number."""
    return {
        "borne_out": check.count("borne_out"),
        "contradicted": check.count("contradicted"),
        "not_said": check.count("not_said"),
        "no_claim": check.count("no_claim"),
        "sentences": [sentence_json(sentence) for sentence in check.sentences],
        "citations": [citation_json(citation) for citation in check.citations],
    }


def sentence_json(sentence: datatypes.CheckedSentence) -> CheckedSentence:
    verdict = sentence.verdict
    return {
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.end,
        "verdict": verdict.kind,
        "citations": [citation.number for citation in verdict.citations],
        "differing": [
            {"kind": d.kind, "claimed": d.claimed or None, "found": d.found or None}
            for d in verdict.differing
        ],
        "part": verdict.part or None,
    }
