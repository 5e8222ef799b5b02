"""The labelled sets and Wikipedia -> pairs of a claim and evidence, with what the claim may be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from rag.documents.sentences import split_sentences
from rag.models.verifier import BORNE_OUT, CONTRADICTED, NOT_SAID
from training.data.mining import read_lines
from training.verifier.swaps import SWAPS, Swap, find_names, shorten, swap_cause, swap_name

LABELS = {
    "entailment": (BORNE_OUT,),
    "contradiction": (CONTRADICTED,),
    "neutral": (NOT_SAID,),
    "not_entailment": (CONTRADICTED, NOT_SAID),
}
# Of each set the most pairs that are taken, chosen by a hash; all if None.
SETS: dict[str, int | None] = {
    "mnli_sample": None,
    "mnli_taxinli": None,
    "fever_dev_2way": 8_000,
    "foolmetwice_dev_test": None,
    "contractnli_dev_test": None,
    "begin_grounding": None,
    "snli_counterfactual": 5_000,
    "snli_dev_test": 4_000,
    "breaking_nli": 1_500,
}
# Questions with a passage that says yes or no: as a claim the question itself stands, as somebody asks it.
YES_NO = ("boolq", "conditionalqa_yesno", "pubmedqa_labelled", "bioasq12b_yesno")
YES_NO_LABELS = {"yes": (BORNE_OUT,), "no": (CONTRADICTED,), "maybe": (NOT_SAID,)}
ASIDE = 0.4  # of those questions stand once more beside a passage of another, which does not say
MEASURED = ("mnli_sample", "mnli_taxinli", "foolmetwice_dev_test", "contractnli_dev_test", "begin_grounding")
ONE_OR_OTHER = "begin_grounding"  # what is not fully grounded there may be contradicted as well
HELD_OUT = 10  # one premise in so many
MADE = 12_000  # pairs made by rule
TITLED = 0.3  # of the pairs whose title is known stand below it
SHORTEST, LONGEST = 40, 280  # characters of a sentence that claims are made of, or of a question
LONGEST_PASSAGE = 900  # characters of what stands beside a question: about what the network reads
# What few sentences have is changed first, so that there is enough of it.
RARE = ("swap_modal", "swap_cause", "swap_number", "swap_kind", "turn_round")
RARE_FIRST = 0.6  # of the sentences
OFTEST = 8  # pairs made of a paragraph


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, its evidence, and which of the three it may be; `source` is the set it is of, or the rule."""

    claim: str
    evidence: str
    labels: tuple[int, ...]
    source: str

    @property
    def tunes(self) -> bool:
        """Whether it is of the half of those held out on which the chances are set, not measured."""
        return hashlib.sha256(self.evidence.encode()).digest()[1] % 2 == 0


def read_pairs(data: Path, rng: Random, *, held_out: bool) -> list[Pair]:
    """The pairs of the sets, those of the premises held out or all others."""
    pairs: list[Pair] = []
    for name, most in SETS.items():
        if held_out and name not in MEASURED:
            continue
        rows = [row for row in read_lines(data, name) if name not in MEASURED or is_held_out(row) == held_out]
        rows.sort(key=lambda row: hashlib.sha256(f"{row['id']} {row['hypothesis']}".encode()).digest())
        for row in rows[:most]:
            labels = LABELS[row["label"]]
            if name == ONE_OR_OTHER and labels == (NOT_SAID,):
                labels = (CONTRADICTED, NOT_SAID)
            title = row.get("title", "") if name == "foolmetwice_dev_test" else ""
            above = f"{title}\n" if title and (held_out or rng.random() < TITLED) else ""
            pairs.append(Pair(row["hypothesis"], above + row["premise"], labels, name))
    return pairs


def read_yes_no(data: Path, rng: Random, *, held_out: bool) -> list[Pair]:
    """Questions for a yes or no, each beside the passage that says it, some once more beside another."""
    pairs: list[Pair] = []
    for name in YES_NO:
        rows = [
            row
            for row in read_lines(data, name)
            if is_held_out(row | {"premise": row["context"]}) == held_out
            and len(row["question"]) <= LONGEST
            and not row.get("conditional")
        ]
        for row in rows:
            asked = row["question"].strip().rstrip("?") + "?"
            pairs.append(Pair(asked, row["context"][:LONGEST_PASSAGE], YES_NO_LABELS[row["label"]], name))
            if rng.random() < ASIDE:
                other = rng.choice(rows)
                if other["context"][:LONGEST_PASSAGE] != row["context"][:LONGEST_PASSAGE]:
                    pairs.append(Pair(asked, other["context"][:LONGEST_PASSAGE], (NOT_SAID,), name))
    return pairs


def read_paraphrases(data: Path) -> Iterator[Pair]:
    """Sentences of the same words: in other order they say the same, or something else."""
    for row in read_lines(data, "paws_en_dev_test"):
        yield Pair(row["a"], row["b"], (BORNE_OUT,) if int(row["label"]) else (NOT_SAID,), "paws")


def make_pairs(data: Path, n: int, rng: Random) -> list[Pair]:
    """`n` pairs made of the sentences of Wikipedia paragraphs."""
    paragraphs = sorted({(row["title"], row["context"]) for row in read_lines(data, "squad2_train_rebuilt")})
    rng.shuffle(paragraphs)
    pairs: list[Pair] = []
    for title, text in paragraphs:
        if len(pairs) >= n:
            break
        sentences = [text[start:end] for start, end in split_sentences(text, (0, len(text)))]
        made = list(_make(title, sentences, rng))
        rng.shuffle(made)
        pairs += made[:OFTEST]
    return pairs[:n]


def _make(title: str, sentences: Sequence[str], rng: Random) -> Iterator[Pair]:
    names = sorted({match[0] for sentence in sentences for match in find_names(sentence)})
    for at, sentence in enumerate(sentences):
        if not SHORTEST <= len(sentence) <= LONGEST:
            continue
        other = sentences[at - 1]
        swaps: list[tuple[str, Swap]] = [
            *SWAPS.items(),
            ("swap_name", partial(swap_name, names=names)),
            ("swap_cause", partial(swap_cause, other=other)),
        ]
        rng.shuffle(swaps)
        if rng.random() < RARE_FIRST:
            swaps.sort(key=lambda named: named[0] not in RARE)
        changed = 0
        short = shorten(sentence, rng)
        base = short[0] if short and rng.random() < 0.5 else sentence
        for name, swap in swaps:
            claim = swap(base, rng)
            if claim and claim[0] != base:
                yield Pair(claim[0], _around(title, sentences, at, rng), (claim[1],), name)
                changed += 1
            if changed == 2:
                break
        if short:
            yield Pair(short[0], _around(title, sentences, at, rng), (BORNE_OUT,), "shorten")
        if rng.random() < 0.6:
            yield Pair(sentence, _around(title, sentences, at, rng, wide=True), (BORNE_OUT,), "window")
        if at and rng.random() < 0.4:
            yield Pair(sentence, _around(title, sentences, at - 1, rng, without=at), (NOT_SAID,), "neighbour")
        if at and len(other) < LONGEST and rng.random() < 0.2:
            joined = f"{other.rstrip('.')}, and {sentence[:1].lower()}{sentence[1:]}"
            if rng.random() < 0.5:
                yield Pair(joined, f"{other} {sentence}", (BORNE_OUT,), "joined")
            else:
                yield Pair(joined, rng.choice((other, sentence)), (NOT_SAID,), "half")


def _around(
    title: str, sentences: Sequence[str], at: int, rng: Random, *, wide: bool = False, without: int = -1
) -> str:
    """The sentence `at`, alone or with its neighbours, below its title or not."""
    before, behind = rng.choice(
        ((1, 0), (0, 1), (1, 1)) if wide else ((0, 0), (0, 0), (1, 0), (0, 1), (1, 1))
    )
    rows = [row for row in range(max(0, at - before), min(len(sentences), at + behind + 1)) if row != without]
    above = f"{title.replace('_', ' ')}\n" if rng.random() < TITLED else ""
    return above + " ".join(sentences[row] for row in rows)


def is_held_out(row: dict[str, Any]) -> bool:
    """Whether the verifier is not trained on a row: by its document, where that is known, otherwise by its
    premise."""
    contract = row["id"].rpartition("-nda-")[0]
    known = contract or row.get("title") or row["premise"]
    return hashlib.sha256(known.encode()).digest()[0] % HELD_OUT == 0
