"""A claim and passages -> a Verdict: borne out, contradicted, or not said.

What the words show to differ stands.  Where they show nothing, a network reads both
(`rag.generation.verification`), and words and nearness say how sure it must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from rag.answers.sentences.candidates import Candidate
from rag.answers.statements import cite
from rag.datatypes import Citation, Passage, Verdict, VerdictKind
from rag.generation.differences import SAME_NEAR, contradicts, find_differences
from rag.generation.parser import ParsedSentence
from rag.generation.proofs import EvidenceSentence, Proof, Prover
from rag.generation.verification import verify_proof
from rag.language.clauses import says_something, split_compound

TRIED = 4  # sentences of the documents that may be the first to bear a claim out
NEAR = 0.75  # cosine from which on a sentence says the same in other words
HELD_ALONE = 0.6  # share of the words that the first sentence must hold if it is not near
MOST_DROP = 0.1  # by which a sentence may be less near than the nearest, to bear a claim out in its place

_ENDS = tuple(".!?:;)…\"”’']")
_WORST = ("contradicted", "not_said", "borne_out")


class Judge:
    """Judges claims by the words and the meaning of passages of one index; safe to share between threads."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover

    def judge(self, claim: str, passages: Sequence[Passage], around: str = "") -> Verdict:
        """What `passages` have to say to `claim`, one sentence.

        Each part that says something itself is judged, and the worst verdict is that of the whole.  `around`
        is what the claim was said behind.  The numbers of citations mean nothing yet.
        """
        among = [one for one in self._prover.evidence_sentences(passages) if _says_something(one.sentence)]
        parts = split_compound(claim)
        verdicts = [self._judge_part(part, f"{around} {claim}", among) for part in parts]
        worst = min(range(len(parts)), key=lambda n: _WORST.index(verdicts[n].kind))
        verdict = verdicts[worst]
        if verdict.kind == "borne_out":
            cited = {(c.document.id, c.start, c.end): c for v in verdicts for c in v.citations}
            return Verdict("borne_out", tuple(cited.values()))
        part = parts[worst] if len(parts) > 1 else ""
        return Verdict(verdict.kind, verdict.citations, verdict.differing, part)

    def _judge_part(self, part: str, asked: str, among: Sequence[EvidenceSentence]) -> Verdict:
        nearest: Proof | None = None
        otherwise: list[Verdict] = []
        for proof in islice(self._prover.proofs(ParsedSentence(part), asked, among), TRIED):
            differing = tuple(find_differences(self._prover, proof))
            kind: VerdictKind = "not_said"
            held = not differing and self._says_the_same(proof, nearest)
            # Other words for the same are no proof where a sentence that comes nearer says otherwise.
            if held or (not differing and all(verdict.kind == "not_said" for verdict in otherwise)):
                kind = verify_proof(proof, held=held)
            if kind == "borne_out":
                return Verdict("borne_out", _cite(proof))
            if nearest is None or nearest.nearness - proof.nearness <= MOST_DROP:
                if contradicts(proof, differing):
                    kind = "contradicted"
                otherwise.append(Verdict(kind, _cite(proof)[:1], differing))
            nearest = nearest or proof
        return min(otherwise, key=lambda verdict: _WORST.index(verdict.kind), default=Verdict("not_said"))

    def _says_the_same(self, proof: Proof, nearest: Proof | None) -> bool:
        """Whether the sentences say what the claim does.

        If the first is not near, it must hold more of the words by itself, and so must one that comes less
        near than the `nearest`.
        """
        if proof.nearness >= NEAR:
            return True
        if nearest and nearest.nearness - proof.nearness > MOST_DROP:
            return False
        near = proof.nearness >= SAME_NEAR
        alone = self._prover.share_held(proof.text, proof.cited[0].sentence.text) >= HELD_ALONE
        return proof.holds_words and (near and alone if nearest else near or alone)


def _says_something(sentence: Candidate) -> bool:
    """Whether it is more than a name of what stands below, as a heading or a line of words alone."""
    if sentence.kind == "paragraph":
        figures = any(map(str.isdigit, sentence.text))
        return figures or sentence.text.endswith(_ENDS) or says_something(sentence.text)
    return sentence.kind not in ("heading", "term")


def _cite(proof: Proof) -> tuple[Citation, ...]:
    sentences = (one.sentence for one in proof.cited)
    return tuple(cite(s.outline, s.start, s.end, number) for number, s in enumerate(sentences, start=1))
