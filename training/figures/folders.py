"""How the answerer does on the folders of training/folders that the reader was not trained on.

    python -m training.figures.folders [FOLDER …] [--cache DIR] [--jobs N] [--show]

Without names all that are held out are asked.  The few weights of the scorer were fitted on them, and on all
folders what tells the form of a question and the names of columns.  Counted is, by kind, how often the first
statement stands where the question is answered, another one does, none does, and how often it is refused.
Questions of other folders are asked along ("strange"), and should be refused.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from joblib import Parallel, delayed
from scipy.stats import binomtest
from tqdm import tqdm

from rag import Answer, load_embedder, open_chatbot
from training.data.folders import FOLDERS, ask_elsewhere, index_folders, is_held_out
from training.data.questions import GoldQuestion, read_quoted_questions

STRANGE = "strange"
REFUSED = ("near_miss", "absent", STRANGE)  # kinds that should be
EACH = 4  # one strange question to so many of a folder
OUTCOMES = ("first", "later", "wrong", "refused")

Outcome = tuple[str, str, str, str]  # kind, what came of it, question and answer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    parser.add_argument("--cache", type=Path, help="where the indexes are kept")
    parser.add_argument("--jobs", type=int, default=-1, help="processes at once (default: one a core)")
    parser.add_argument("--show", action="store_true", help="print each that is not as it should be")
    asked = parser.parse_args()

    def is_wanted(name: str) -> bool:
        return name in asked.folders if asked.folders else is_held_out(name)

    with tempfile.TemporaryDirectory() as temporary:
        indexed = index_folders(FOLDERS, asked.cache or Path(temporary), load_embedder(), wanted=is_wanted)
        tasks = [delayed(ask_all)(name, index) for name, index in indexed]
        done = Parallel(n_jobs=asked.jobs, return_as="generator")(tasks)
        outcomes = [one for of_folder in tqdm(done, total=len(tasks), disable=None) for one in of_folder]
    if asked.show:
        for kind, outcome, question, answer in outcomes:
            if outcome != ("refused" if kind in REFUSED else "first"):
                print(f"{kind}, {outcome}: {question}\n    {answer}")
    print_counts(outcomes)


def ask_all(name: str, index: Path) -> list[Outcome]:
    """What came of each question about a folder, and of some about others."""
    chatbot = open_chatbot(index)
    path = FOLDERS / "questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    own = [row for row in rows if row["folder"] == name]
    read = read_quoted_questions(path, name, chatbot.documents)
    outcomes = []
    for row, one in zip(own, read, strict=True):
        answer = chatbot.ask(one.question)
        outcomes.append((row["kind"], outcome_of(answer, one), one.question, answer.text))
    for one in ask_elsewhere(name, len(own) // EACH, Random(name), is_held_out):
        answer = chatbot.ask(one.question)
        outcomes.append((STRANGE, outcome_of(answer, one), one.question, answer.text))
    return outcomes


def outcome_of(answer: Answer, question: GoldQuestion) -> str:
    """Whether the first statement, a later one, or none stands where the question is answered."""
    if answer.refused:
        return "refused"
    hit = [
        any(
            cited.document.id == name and cited.start < end and start < cited.end
            for cited in statement.citations
            for name, start, end in question.gold
        )
        for statement in answer.statements
    ]
    return "first" if hit[:1] == [True] else "later" if any(hit) else "wrong"


def print_counts(outcomes: Sequence[Outcome]) -> None:
    """Print a row for each kind, and one for all that are answered and for all that should be refused."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, outcome, *_ in outcomes:
        counts[kind][outcome] += 1
        counts["all that should be refused" if kind in REFUSED else "all that are answered"][outcome] += 1
    print(f"{'':30}{'questions':>10}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES))
    for kind in sorted(counts, key=lambda kind: (kind.startswith("all "), kind)):
        found = counts[kind]
        right = found["refused"] if kind in REFUSED or kind.endswith("refused") else found["first"]
        low, high = binomtest(right, found.total()).proportion_ci(method="wilson")
        shares = "".join(f"{found[outcome] / found.total():9.3f}" for outcome in OUTCOMES)
        print(f"{kind:30}{found.total():10}{shares}   right {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
