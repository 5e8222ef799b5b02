"""The sentences of a language model -> statements, each with the sentences of the documents that bear it out.

A sentence that they do not bear out is dropped; one of which only a name is not in them keeps that
marked.  The numbers by which the model says where a sentence is from are a hint, no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answers.statements import cite
from rag.answers.support import support
from rag.datatypes import Question, Statement
from rag.documents.labels import full_label
from rag.generation.differences import contradicts, find_differences
from rag.generation.parser import ParsedSentence
from rag.generation.proofs import HELD, EvidenceSentence, Prover
from rag.generation.verification import Unproved, verify_proof
from rag.language.dates import find_dates

FRAGMENT = 4  # words of content below which a sentence hardly says what it is about
SPEAKS_OF = 0.3  # share of the weight of a question's words that an answer and its sources must hold

# Where a reader may be led, which nothing says that was not asked for it.
_LINK = re.compile(r"\w://|\bwww\.|\S@\S+\.\w|\]\(|<\w|(?<!\d)\+?\d(?:[ -]?\d){9,12}(?!\d)", re.IGNORECASE)
_ASKS_LINK = re.compile(
    r"\b(?:web ?(?:site|page)s?|links?|url|e-?mail\w*|address\w*|contact\w*|(?:tele)?phone|numbers?"
    r"|call|write|reach|where)\b",
    re.IGNORECASE,
)
_OF_SENTENCE = ("negation", "comparison", "certainty", "cause", "speaker")  # what no name can be marked for


class Grounder(Prover):
    """Finds in the documents of one index what bears out a sentence of a model."""

    def ground(
        self, sentence: ParsedSentence, question: Question, among: Sequence[EvidenceSentence]
    ) -> Statement | Unproved:
        """`sentence` as a statement with those of `among` that bear it out, or why it is none.

        They must hold its numbers, dates, quoted phrases and negations, and its names: one of them may
        stand beside them only, and is then marked.  It must not deny or compare otherwise what they say, be
        surer, or give another cause or speaker.  Then it is read with them; if they hold less than half the
        weight of its words, it must be the likelier that they bear it out.  What is too short to say what it
        is about must stand where that is which was asked.

        Raises EmbedderError if the verifier is missing or altered.
        """
        proof = self.prove(sentence, question.text, among)
        if proof is None or sentence.text.endswith(("?", ":")):
            return "not_said"
        nearby = " ".join(one.sentence.context for one in proof.cited)
        about = self.count_terms(sentence.text) >= FRAGMENT or proof.about >= HELD
        linked = _LINK.search(sentence.text) and not _ASKS_LINK.search(question.text)
        lacking = tuple(sorted({*proof.lacking, *proof.astray}, key=sentence.text.index))
        marked = all(_is_name(name) and name in nearby for name in lacking)
        verbatim = proof.cited[0].sentence.text == sentence.text
        differing = () if verbatim else tuple(find_differences(self, proof))
        if (
            not (about and marked)
            or linked
            or len(lacking) > 1
            or any(d.kind in _OF_SENTENCE for d in differing)
        ):
            return "contradicted" if contradicts(proof, differing) else "not_said"
        kind = "borne_out" if verbatim else verify_proof(proof, held=proof.holds_words)
        if kind != "borne_out":
            return kind
        cited = [one.sentence for one in proof.cited]
        return Statement(
            sentence.text,
            tuple(cite(one.outline, one.start, one.end, number) for number, one in enumerate(cited, start=1)),
            support(sentence.text, [one.text for one in cited]),
            unsupported=lacking,
        )

    def speaks_of(self, question: Question, statement: Statement) -> bool:
        """Whether a statement and what it cites have some of the words of `question`, by their weight."""
        quotes = [f"{c.quote} {full_label(c.document)}" for c in statement.citations]
        return self.share_held(question.text, " ".join([statement.text, *quotes])) >= SPEAKS_OF


def _is_name(lacking: str) -> bool:
    """Whether what is lacking is a name: not a number or date, a phrase in quotes or a negation."""
    return lacking[0].isupper() and not any(c.isdigit() for c in lacking) and not find_dates(lacking)
