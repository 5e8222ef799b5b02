"""How many questions are answered all the same with a number, name or office swapped.

    python -m training.figures.qualifiers SETS [SET …] [--cache DIR] [--limit N] [--show]

In each question one qualifier that its source bears is swapped for one of the same kind that the source
does not have.  Printed is how many of the questions are answered as they were asked, and how many swapped
ones all the same: whoever answers those has not read them.  Asked are the eval set, by halves, and the
public sets of the folder SETS, of documents that the reader was not trained on.  Run it where index/ holds
the index of seeds/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.questions import read_questions
from eval.run import find_place
from rag import Chatbot, Turn, open_chatbot
from rag.models.reader import load_reader
from training.data.qualifiers import SEED, Qualifiers
from training.data.questions import choose_held_out
from training.data.sets import open_sets, set_arguments

SETS = ("squad2", "clapnq", "mtragun")


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question that is answered by a text, and its turns before."""

    question: str
    history: tuple[Turn, ...]
    source: str


def main() -> None:
    parser = set_arguments(__doc__, SETS, 100)
    parser.add_argument("--show", action="store_true", help="print each swapped question that was answered")
    asked = parser.parse_args()
    seeds = open_chatbot()
    for half in ("tune", "report"):
        measure(f"seeds, {half}", seeds, list(_of_seeds(seeds, half)), show=asked.show)
    for name, folder, chatbot in open_sets(asked, load_reader()):
        measure(name, chatbot, list(_of_set(folder, chatbot, asked.limit)), show=asked.show)


def measure(name: str, chatbot: Chatbot, questions: Sequence[Answerable], *, show: bool) -> None:
    """Print how many of the questions are answered, and how many of them with a qualifier swapped."""
    qualifiers, rng = Qualifiers(one.question for one in questions), Random(SEED)
    swapped, told, answered = Counter[str](), Counter[str](), 0
    for one in tqdm(questions, desc=name, disable=None):
        if not (swap := qualifiers.swap(one.question, one.source, rng)):
            continue
        swapped[swap.kind] += 1
        answered += not chatbot.ask(one.question, history=one.history).refused
        answer = chatbot.ask(swap.question, history=one.history)
        told[swap.kind] += not answer.refused
        if show and not answer.refused:
            print(f"  {swap.was} -> {swap.now}: {swap.question}\n    {answer.text}")
    kinds = ", ".join(f"{kind} {told[kind]} of {n}" for kind, n in sorted(swapped.items()))
    print(
        f"{name}: of {swapped.total()} questions {answered} are answered, swapped {told.total()} ({kinds})",
        flush=True,
    )


def _of_seeds(chatbot: Chatbot, half: str) -> Iterator[Answerable]:
    documents = {document.id: document for document in chatbot.documents}
    for asked in read_questions(Path("eval/questions.jsonl")):
        if asked.half == half and asked.expects == "answer":
            places = [find_place(documents, *quote) for piece in asked.evidence for quote in piece]
            source = " ".join(documents[name].text for name in dict.fromkeys(name for name, _, _ in places))
            yield Answerable(asked.question, asked.history, source)


def _of_set(folder: Path, chatbot: Chatbot, most: int) -> Iterator[Answerable]:
    documents = {document.id: document for document in chatbot.documents}
    answerable = (asked for asked in choose_held_out(folder, 10 * most) if asked.answerable)
    for asked in islice(answerable, most):
        found = [documents[name] for name in dict.fromkeys(name for name, _, _ in asked.gold)]
        source = " ".join(f"{document.title} {document.text}" for document in found)
        yield Answerable(asked.question, asked.history, source)


if __name__ == "__main__":
    main()
