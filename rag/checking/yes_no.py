"""A question whether something is so, and its answer -> "yes" or "no", if the answer surely decides it.

The word is Footnote's own, and changes nothing else of an answer.  It is told only if the sentence that the
answer begins with says plainly what was asked, or denies it: a word that restricts, supposes or reports, and
stands in one of the two alone, takes it away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answers.extractive import ExtractiveAnswerer
from rag.answers.statements import grow
from rag.datatypes import Answer, Differing, Passage, Question, SearchResult, Statement, YesNo
from rag.generation.differences import find_differences
from rag.generation.parser import ParsedSentence
from rag.generation.proofs import Proof, Prover
from rag.language.assertions.negation import NEGATION, find_denials, lacks_more
from rag.language.assertions.openness import leaves_open
from rag.language.assertions.order import is_turned_round
from rag.language.assertions.restrictions import ALL, OR, find_restrictions, roots
from rag.language.clauses import find_clauses
from rag.language.dates import find_dates
from rag.language.names import Names, find_missing_names
from rag.language.numbers import find_numbers
from rag.language.words import root, stems
from rag.models.verifier import load_verifier
from rag.spans import Span
from rag.timings import stage

# Chosen on the tune half of the public questions of `training.figures.yes_no`.
HELD = 0.5  # share of the weight of the claim's words that the sentence must hold
SURE = 0.85  # the chance from which on the verifier then says "yes" to the question
HELD_DENIED = 0.6  # share that the sentence must hold if it denies the claim, or has the opposite of a word,
HELD_BESIDE = 0.8  # or of the other words if it has another number or date
COUNTED = 30  # characters behind a number in which stands what it counts
WORDS: dict[YesNo, str] = {"yes": "Yes.", "no": "No."}


class DecidingAnswerer:
    """Answers as an `ExtractiveAnswerer` does, and says "Yes." or "No." before what decides a question."""

    author = ""

    def __init__(self, answerer: ExtractiveAnswerer, prover: Prover) -> None:
        self._answerer = answerer
        self._prover = prover

    def rephrase(self, question: Question) -> Iterator[str]:
        """Nothing, as its answerer."""
        return self._answerer.rephrase(question)

    def stream(self, question: Question, results: Sequence[SearchResult]) -> Iterator[Answer]:
        """The answer to `question` as it grows, the word first."""
        yield from grow(self.decide(question, self._answerer.answer(question, results)))

    @stage("decide")
    def decide(self, question: Question, answer: Answer) -> Answer:
        """`answer` with the word before it, if its first statement decides what is asked.

        Of a question that denies ("Doesn't it …?") a "No." could mean either.

        Raises EmbedderError if the verifier is missing or altered.
        """
        part = question.parts[0]
        if len(question.parts) > 1 or not part.claim or part.across_sources:
            return answer
        if answer.refused or answer.reply or not answer.statements or answer.differences:
            return answer
        verdict, *others = (self._decide_by(part, statement) for statement in answer.statements)
        if verdict is None or (part.denies and verdict == "no") or {*others} - {verdict, None}:
            return answer
        return replace(answer, verdict=verdict, reply=WORDS[verdict])

    def _decide_by(self, question: Question, statement: Statement) -> YesNo | None:
        """What the sentence of `statement` that comes nearest to the claim decides."""
        cited = statement.citations[0]
        place = Passage(cited.document, cited.start, cited.end, rank=1, score=1.0)
        claim = ParsedSentence(f"{question.claim[:1].upper()}{question.claim[1:]}.")
        proof = self._prover.prove(claim, question.text, self._prover.evidence_sentences([place]))
        return self._decide_claim(question, proof) if proof else None

    def _decide_claim(self, question: Question, proof: Proof) -> YesNo | None:
        claim, sentence = proof.text, proof.cited[0].sentence.text
        if NEGATION.search(claim) or leaves_open(claim, sentence):
            return None
        held = self._prover.share_held(claim, sentence)
        ours, theirs = find_restrictions(claim, sentence)
        differing = list(find_differences(self._prover, proof))
        if not differing and not NEGATION.search(sentence) and not lacks_more(claim, sentence):
            above = proof.cited[0].sentence.above
            each = _holds_values(claim, sentence) and _holds_repeated(claim, sentence)
            each = each and not find_missing_names(claim, Names([sentence, above]))
            apart = is_turned_round(claim, sentence) or not each
            says = held >= HELD and not (ours or theirs or apart)
            return "yes" if says and _read_question(question, proof) >= SURE else None
        # What is not so at all is not so of all, and what is neither this nor that is not this.
        restricted = ours - {ALL} or theirs - {OR}
        return "no" if not restricted and self._says_otherwise(proof, differing) else None

    def _says_otherwise(self, proof: Proof, differing: Sequence[Differing]) -> bool:
        """Whether the words show that the sentence denies the claim, or has the opposite or another value."""
        claim, sentence = proof.text, proof.cited[0].sentence.text
        denies = any(True for _ in find_denials(claim, [sentence]))
        opposes = [difference.kind for difference in differing] == ["comparison"]
        held = self._prover.share_held(claim, sentence) >= HELD_DENIED
        return (held and (denies or opposes)) or self._has_other_value(proof, differing)

    def _has_other_value(self, proof: Proof, differing: Sequence[Differing]) -> bool:
        """Whether the sentence has another number or date in place of the only one, and says the rest."""
        claim, sentence = proof.text, proof.cited[0].sentence.text
        if [d.kind for d in differing] not in (["number"], ["date"]):
            return False
        find = _find_days if differing[0].kind == "date" else _find_counts
        ours, theirs = find(claim), find(sentence)
        if len(ours) != 1 or len(theirs) != 1 or ours[0][1] != theirs[0][1]:
            return False
        start, end = ours[0][0]
        return self._prover.share_held(f"{claim[:start]} {claim[end:]}", sentence) >= HELD_BESIDE


def _holds_values(claim: str, sentence: str) -> bool:
    """Whether each figure of the claim stands in a clause with another of its words, and none of them beside
    another figure alone ("10p in black, 40p in colour" is not 10p in colour)."""
    clauses = [roots(clause) for clause in find_clauses(sentence)]
    said = roots(claim)
    figures = {word for word in said if word[0].isdigit()}
    if not figures:
        return True
    others = [clause for clause in clauses if any(w[0].isdigit() for w in clause - figures)]
    held = [clause for clause in clauses if clause & figures and clause not in others]
    beside = said & set().union(*others) - figures - set().union(*held) if others else set()
    return not beside and all(
        any(figure in clause and said & clause - figures for clause in clauses) for figure in figures
    )


def _holds_repeated(claim: str, sentence: str) -> bool:
    """Whether a word that the claim has twice stands twice: no name says that "dry ginger ale is dry"."""
    said, there = (Counter(map(root, stems(text))) for text in (claim, sentence))
    return all(there[word] >= times for word, times in said.items() if times > 1)


def _find_days(text: str) -> list[tuple[Span, str]]:
    """Where the dates of `text` stand; all are of one kind."""
    return [(span, "") for span in dict.fromkeys((day.start, day.end) for day in find_dates(text))]


def _find_counts(text: str) -> list[tuple[Span, str]]:
    """Where the numbers of `text` stand that say how much or how many, and of what."""
    found = []
    for number in find_numbers(text):
        counted = (stems(text[number.end : number.end + COUNTED]) or [""])[0] if number.unit == "?" else ""
        if number.unit not in ("", "th", "s"):
            found.append(((number.start, number.end), f"{number.unit} {counted}"))
    return found


def _read_question(question: Question, proof: Proof) -> float:
    """The chance that the sentence, with those around it, says "yes": the verifier read questions, too."""
    tagged = question.denies or question.text.startswith(question.claim)  # "Doesn't it …?", "…, isn't it?"
    typed = proof.text.rstrip(".") if tagged else question.text.strip().rstrip("?")
    asked = f"{typed}?"
    return load_verifier().verify([(asked, proof.cited[0].sentence.context)])[0].borne_out
