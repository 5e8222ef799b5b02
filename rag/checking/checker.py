"""A draft -> a verdict on each of its sentences, by what the documents say nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.answers.sentences.candidates import needs_before
from rag.checking.verdicts import Judge
from rag.datatypes import Check, CheckedSentence, Document, Passage, Verdict
from rag.documents.outline import Outline
from rag.errors import DraftError
from rag.generation.parser import parse_sentences
from rag.spans import Span

MOST_SENTENCES = 500  # of a draft; each is searched for and judged, some five a second

# What stands above or beside what is said, and says nothing itself.
_CLAIMS_NOTHING = ("heading", "speaker", "question", "term", "code", "metadata", "furniture")

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
    for (start, end), shown, may_claim in _find_sentences(draft):
        verdict = Verdict("no_claim")
        claim = " ".join(sentence.text for sentence in parse_sentences(shown))
        if may_claim and claim and not claim.endswith(("?", ":")):
            around = before if needs_before(claim) else ""
            passages = search(f"{around} {claim}".strip())
            if passages is not None:
                verdict = judge.judge(claim, passages, around)
        before = claim if may_claim else ""
        yield CheckedSentence(shown, start, end, verdict)


def _find_sentences(draft: Document) -> Iterator[tuple[Span, str, bool]]:
    """Each sentence, item and row: its place, how it is shown, and whether it may claim something."""
    outline = Outline(draft)
    if len(outline.pieces) > MOST_SENTENCES:
        raise DraftError(
            f"the draft has {len(outline.pieces):,} sentences, expected at most {MOST_SENTENCES:,}: "
            "check it in parts"
        )
    for start, end in outline.pieces:
        block = outline.blocks[outline.block_at(start)]
        shown = outline.show(start, end).text
        if shown:
            yield (start, end), shown, block.kind not in _CLAIMS_NOTHING and not block.header


def _number(sentences: Iterator[CheckedSentence]) -> Iterator[CheckedSentence]:
    """The sentences, their citations numbered from 1 in the order in which they first appear."""
    numbers: dict[tuple[str, int, int], int] = {}
    for sentence in sentences:
        citations = tuple(
            replace(c, number=numbers.setdefault((c.document.id, c.start, c.end), len(numbers) + 1))
            for c in sentence.verdict.citations
        )
        yield replace(sentence, verdict=replace(sentence.verdict, citations=citations))
