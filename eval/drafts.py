"""How many errors `rag check` finds in drafts about three folders, and how often it doubts what is true; and
how many of either would be told if a language model had written them.

    python -m eval.drafts [--half tune|report] [--show]

eval/drafts/drafts.jsonl has ten drafts of twenty sentences: true ones in other words, and nine kinds of
error.  eval/README.md says what a line of it holds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from rag import (
    Chatbot,
    Embedder,
    Question,
    Statement,
    build_index,
    load_embedder,
    open_chatbot,
    read_documents,
)
from rag.chatbot import READ_PASSAGES
from rag.formats.text import differing_text
from rag.generation.parser import ParsedSentence
from rag.spans import holds

DRAFTS, SEEDS = Path(__file__).with_name("drafts"), "seeds"
HALVES = ("tune", "report")
TRUE = "true"
DOUBTS = ("contradicted", "not_said")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft about a folder; `error` is the kind of error in it, `TRUE` if it is true."""

    draft: str
    folder: str
    half: str
    error: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, its verdict, the words that were said to differ, and whether it would be told, unmarked, as
    one of a language model."""

    sentence: DraftSentence
    verdict: str
    differing: tuple[str, ...]
    told: bool

    @property
    def doubted(self) -> bool:
        """Whether it was said to be contradicted, or not said."""
        return self.verdict in DOUBTS


def read_drafts(path: Path) -> list[DraftSentence]:
    """The sentences in `path`, in order."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [DraftSentence(**row | {"error": row["error"] or TRUE}) for row in rows]


def judge(chatbot: Chatbot, sentences: Sequence[DraftSentence]) -> Iterator[Judged]:
    """The verdicts on one draft, whose sentences are a paragraph each."""
    text, places = "", []
    for sentence in sentences:
        places.append((len(text), len(text) + len(sentence.text)))
        text += f"{sentence.text}\n\n"
    checked = chatbot.check(text).sentences
    for sentence, (start, end) in zip(sentences, places, strict=True):
        own = [one.verdict for one in checked if holds((start, end), one.start)]
        worst = next((v for v in own if v.kind == "contradicted"), None) or next(
            (v for v in own if v.kind == "not_said"), own[0]
        )
        yield Judged(
            sentence,
            worst.kind,
            tuple(map(differing_text, worst.differing)),
            _is_told(chatbot, sentence.text),
        )


def _is_told(chatbot: Chatbot, text: str) -> bool:
    """Whether `text` is proved by the passages that are found for it, with no name marked."""
    among = chatbot.grounder.evidence_sentences(chatbot.retrieve(text, READ_PASSAGES))
    found = chatbot.grounder.ground(ParsedSentence(text), Question(text), among)
    return isinstance(found, Statement) and not found.unsupported


def table(judged: Sequence[Judged]) -> str:
    """The errors found by kind and in all, the false alarms, and how many errors and truths a model could
    tell, each with its 95% interval (Wilson)."""
    kinds = list(dict.fromkeys(j.sentence.error for j in judged if j.sentence.error != TRUE))
    wrong = [j for j in judged if j.sentence.error != TRUE]
    true = [j for j in judged if j.sentence.error == TRUE]
    lines = [_line(kind, [j.doubted for j in wrong if j.sentence.error == kind]) for kind in kinds]
    lines += [_line("errors found", [j.doubted for j in wrong])]
    lines += [_line("… as contradicted", [j.verdict == "contradicted" for j in wrong])]
    lines += [_line("false alarms", [j.doubted for j in true])]
    lines += [_line("errors told", [j.told for j in wrong])]
    lines += [_line("truths told", [j.told for j in true])]
    return "\n".join(lines)


def _line(name: str, found: Sequence[bool]) -> str:
    low, high = binomtest(sum(found), len(found)).proportion_ci(method="wilson")
    return f"{name:18}{sum(found):>4} of {len(found):<4}{np.mean(found):.2f} ({low:.2f}-{high:.2f})"


def open_folder(name: str, below: Path, embedder: Embedder) -> Chatbot:
    """The chatbot over one of the folders, indexed anew below `below`."""
    folder = Path(SEEDS) if name == SEEDS else DRAFTS / name
    build_index(read_documents(folder), below / name, embedder)
    return open_chatbot(below / name, embedder=embedder, reader=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of the half that `arguments` name, or of both."""
    parser = argparse.ArgumentParser(prog="python -m eval.drafts", description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=HALVES, help="of this half alone (default: of each)")
    parser.add_argument("--show", action="store_true", help="print the sentences that were judged wrongly")
    options = parser.parse_args(arguments)
    embedder = load_embedder()
    sentences = read_drafts(DRAFTS / "drafts.jsonl")
    with tempfile.TemporaryDirectory() as below:
        chatbots = {
            n: open_folder(n, Path(below), embedder) for n in dict.fromkeys(s.folder for s in sentences)
        }
        for half in [options.half] if options.half else HALVES:
            own = [sentence for sentence in sentences if sentence.half == half]
            judged = [
                one
                for _, draft in groupby(own, key=lambda sentence: sentence.draft)
                for one in _judge_draft(chatbots, list(draft))
            ]
            print(f"{half}, {len(own)} sentences\n{table(judged)}\n")
            for one in judged if options.show else ():
                if one.doubted != (one.sentence.error != TRUE):
                    print(
                        f"{one.sentence.error}, {one.verdict}: {one.sentence.text} {'; '.join(one.differing)}"
                    )


def _judge_draft(chatbots: dict[str, Chatbot], draft: Sequence[DraftSentence]) -> Iterator[Judged]:
    return judge(chatbots[draft[0].folder], draft)


if __name__ == "__main__":
    main()
