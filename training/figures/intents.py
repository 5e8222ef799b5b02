"""How many public questions are taken for small talk, or for something asked about the documents.

    python -m training.figures.intents DATA [--show]

DATA holds the training data.  Whatever is counted here but a wish for the gist of something would be
swallowed.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections import Counter
from pathlib import Path

from rag.questions.intents import QUESTIONS, find_intent

MOST = 6_000  # questions of a set, spread evenly over it


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument(
        "--show", action="store_true", help="print each question that is taken for anything else"
    )
    asked = parser.parse_args()
    taken: Counter[str] = Counter()
    count = 0
    for path in sorted(asked.data.glob("*.jsonl.xz")):
        for question in read_questions(path):
            count += 1
            intent = find_intent(question).intent
            if intent not in QUESTIONS:
                taken[intent] += 1
                if asked.show:
                    print(f"{intent}: {question}")
    swallowed = taken.total() - taken["gist"]
    print(f"{count:,} questions: {swallowed} swallowed, {taken['gist']} that ask for a gist; {dict(taken)}")


def read_questions(path: Path) -> list[str]:
    """At most `MOST` questions of a set, each once, in the order of the alphabet."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = {" ".join(str(json.loads(line).get("question", "")).split()) for line in lines} - {""}
    return sorted(found)[:: max(1, len(found) // MOST)]


if __name__ == "__main__":
    main()
