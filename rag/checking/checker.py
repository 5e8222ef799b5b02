"""A draft -> a verdict on each of its sentences, by what the documents say nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.answers.candidates import needs_before
from rag.checking.drafts import find_sentences
from rag.checking.verdicts import Judge
from rag.datatypes import Check, CheckedSentence, Document, Passage, Verdict
from rag.generation.parser import parse_sentences

Search = Callable[[str], Sequence[Passage] | None]


def check_draft(draft: Document, search: Search, judge: Judge) -> Check:
    """The verdicts on the sentences of `draft`, in their order, their citations numbered through.

    `search` gives the passages nearest to a claim, best first, or None for what claims nothing.
    What begins with a word that points back is searched for with the sentence before it.

    Raises DraftError if there are too many sentences.
    """
    return Check(draft, tuple(_number(_judge_each(draft, search, judge))))


def _judge_each(draft: Document, search: Search, judge: Judge) -> Iterator[CheckedSentence]:
    before = ""
    for (start, end), shown, may_claim in find_sentences(draft):
        verdict = Verdict("no_claim")
        claim = " ".join(sentence.text for sentence in parse_sentences(shown))
        if may_claim and claim and not claim.endswith(("?", ":")):
            around = before if needs_before(claim) else ""
            passages = search(f"{around} {claim}".strip())
            if passages is not None:
                verdict = judge.judge(claim, passages, around)
        before = claim if may_claim else ""
        yield CheckedSentence(shown, start, end, verdict)


def _number(sentences: Iterator[CheckedSentence]) -> Iterator[CheckedSentence]:
    """The sentences, their citations numbered from 1 in the order in which they first appear."""
    numbers: dict[tuple[str, int, int], int] = {}
    for sentence in sentences:
        citations = tuple(
            replace(c, number=numbers.setdefault((c.document.id, c.start, c.end), len(numbers) + 1))
            for c in sentence.verdict.citations
        )
        yield replace(sentence, verdict=replace(sentence.verdict, citations=citations))
