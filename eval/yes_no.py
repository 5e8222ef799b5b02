"""How often questions whether something is so are answered with "Yes." or "No.", and how often rightly.

    python -m eval.yes_no [--show]

eval/yes_no.jsonl has forty questions about three folders, half of them to be answered with no.  A word that
is not told is no error: the sentence stands alone then.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binomtest

from eval.drafts import DRAFTS, SEEDS
from rag import Answer, Chatbot, build_index, load_embedder, open_chatbot, read_documents

QUESTIONS = Path(__file__).with_suffix(".jsonl")
WORDS = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Told:
    """A question, the word that is right ("yes", "no", or another if neither is), and how it was answered."""

    question: str
    right: str
    answer: Answer


def ask_all(questions: Path, below: Path) -> Iterator[Told]:
    """The questions of the file `questions`, asked of their folders, which are indexed below `below`."""
    embedder = load_embedder()
    chatbots: dict[str, Chatbot] = {}
    for line in questions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row["folder"]
        if name not in chatbots:
            folder = Path(SEEDS) if name == SEEDS else DRAFTS / name
            build_index(read_documents(folder), below / name, embedder)
            chatbots[name] = open_chatbot(below / name, embedder=embedder)
        yield Told(row["question"], row["answer"], chatbots[name].ask(row["question"]))


def table(told: Sequence[Told]) -> str:
    """For each word how often it was told, and how often rightly, with the 95% interval (Wilson)."""
    lines = [f"{len(told)} questions, {sum(one.answer.refused for one in told)} refused"]
    for name, words in (*((word, (word,)) for word in WORDS), ("either", WORDS)):
        said = [one for one in told if one.answer.verdict in words]
        right = sum(one.answer.verdict == one.right for one in said)
        share = ""
        if said:
            low, high = binomtest(right, len(said)).proportion_ci(method="wilson")
            share = f" {right / len(said):.2f} ({low:.2f}-{high:.2f})"
        lines.append(f"{name:8}told {len(said):>4}, right {right:>4}{share}")
    return "\n".join(lines)


def show(told: Sequence[Told]) -> Iterator[str]:
    """A line for each question: the word that was told, that which is right, and the first sentence."""
    for one in told:
        first = one.answer.statements[0].text if one.answer.statements else one.answer.text
        yield f"{one.answer.verdict or '–':4} right {one.right:6}{one.question} | {first}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures, and with `--show` each question."""
    parser = argparse.ArgumentParser(prog="python -m eval.yes_no", description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print each question, its word and its sentence")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as below:
        told = list(ask_all(QUESTIONS, Path(below)))
    print(table(told))
    if options.show:
        print("\n".join(show(told)))


if __name__ == "__main__":
    main()
