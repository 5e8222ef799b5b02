"""Fit what is no question to the documents, by its shape: greetings, thanks, wishes for a form, and so on.

    python -m training.intents DATA

training/utterances.jsonl has what people type of each kind, written for this, and questions that look like
it; the questions about folders and those of DATA, the public training data, are questions, too, and so is
small talk with one of them behind it, what stands in them before a comma, and words of a document.  The
figures are cross-validated over writers, folders and sets; the weights go to
rag/models/weights/intents.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

import numpy as np
from tqdm import tqdm

from rag.models.scorer import INTENTS
from rag.questions.intents import LONGEST, describe_utterance, split_clauses
from training.data.folders import FOLDERS
from training.figures.intents import read_questions
from training.shapes import Shapes, figures, find_known

UTTERANCES = Path(__file__).with_name("utterances.jsonl")
QUESTION = "question"
SEED = 20221206
OF_SET = 400  # questions of a public set
MIXED = 4_000  # times small talk stands before a question
KEYWORDS = 4_000  # times words of a document are all that is typed
STATEMENTS = 1_500  # times a sentence of one is
FEWEST_WORDS = 3  # of what a question begins with, to be told as none
ASKING = (QUESTION, "identity", "abilities", "recall", "repeat")  # kinds that end in a question mark
BEFORE = "and|and in|and for|what about|how about|in|for|after|since|about|the|which".split("|")
ASKED_ON = 0.3  # share of them that are a question that goes on
LOWERED = 0.6  # share of them without capitals
SHORTEST = 5  # letters of the first of them
KNOWN = 0.04  # share of the folders whose questions have a word, from which on it is told apart
SPOKEN = 0.34  # the same of the writers of small talk
STRENGTH = 1.0  # inverse penalty
# The chance from which on something is taken for no question: of the lines of a writer of whom nothing was
# learned .77 are then, and 1 of 250 questions that look like it.
LEAST = 0.63


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    asked = parser.parse_args()
    spoken = [json.loads(line) for line in UTTERANCES.read_text(encoding="utf-8").splitlines()]
    typed = ((row, text) for row in spoken for text in _retype(row["text"], row["kind"]))
    rows = [(text, row["writer"], row["kind"]) for row, text in typed]
    lines = (FOLDERS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    of_folders = [json.loads(line) for line in lines]
    questions = [(row["question"], row["folder"], QUESTION) for row in of_folders]
    known = find_known([text for text, _, _ in questions], [folder for _, folder, _ in questions], KNOWN)
    known |= find_known([text for text, _, _ in rows], [writer for _, writer, _ in rows], SPOKEN)
    rng = Random(SEED)
    for path in sorted(asked.data.glob("*.jsonl.xz")):
        found = read_questions(path)
        some = rng.sample(found, min(OF_SET, len(found)))
        questions += [(text, path.name, QUESTION) for text in some]
    small_talk = [row for row in rows if row[2] != QUESTION]
    for _ in range(MIXED):
        (said, writer, _), (question, _, _) = rng.choice(small_talk), rng.choice(questions)
        rows.append((f"{said}{rng.choice((' ', ', ', '. ', '! '))}{question}", writer, QUESTION))
    for text, folder, _ in list(questions):
        for clause in split_clauses(text)[:-1]:
            if len(clause.split()) >= FEWEST_WORDS:
                questions.append((clause.strip(" ,;:"), folder, QUESTION))
    quotes = [(row["evidence"][0]["quote"], row["folder"]) for row in of_folders if row["evidence"]]
    for _ in range(KEYWORDS):
        quote, folder = rng.choice(quotes)
        questions.append((_cut_keywords(quote, rng), folder, QUESTION))
    questions += [(quote[:LONGEST], folder, QUESTION) for quote, folder in rng.sample(quotes, STATEMENTS)]
    rows += questions
    features = [describe_utterance(text, known) for text, _, _ in tqdm(rows, disable=None)]
    shapes = Shapes(features, [group for _, group, _ in rows])
    of = np.array([kind for _, _, kind in rows])
    chances = shapes.cross_validate(of != QUESTION, STRENGTH)
    kinds = sorted({kind for _, _, kind in small_talk})
    fitted = {
        "words": sorted(known),
        "gate": shapes.fit(of != QUESTION, STRENGTH),
        "least": LEAST,
        "kinds": {kind: shapes.fit(of == kind, STRENGTH, of != QUESTION) for kind in kinds},
        "thresholds": dict.fromkeys(kinds, 0.0),
        "figures": figures(of != QUESTION, chances, LEAST)
        | {"taken": {kind: round(float(np.mean(chances[of == kind] >= LEAST)), 3) for kind in sorted({*of})}},
    }
    INTENTS.write_text(json.dumps(fitted, indent=0) + "\n", encoding="utf-8")
    print(json.dumps(fitted["figures"], indent=1))


def _retype(text: str, kind: str) -> tuple[str, str]:
    """A line as it is, and with the mark at its end, or without it if it has one."""
    bare = text.rstrip(" .?!…")
    mark = "?" if kind in ASKING else "."
    return text, bare if bare != text else f"{text}{mark}"


def _cut_keywords(quote: str, rng: Random) -> str:
    """One to three words of a document as they are typed into a search, or as a question that goes on."""
    words = [word.strip(",.;:()|*#\"'") for word in quote.split()]
    long = [place for place, word in enumerate(words) if len(word) >= SHORTEST and word.isalpha()]
    begin = rng.choice(long) if long else 0
    some = " ".join(words[begin : begin + rng.choice((1, 1, 2, 3))])
    before = f"{rng.choice(BEFORE)} " if rng.random() < ASKED_ON else ""
    text = f"{before}{some}{rng.choice(('', '', '?'))}"
    return text.lower() if rng.random() < LOWERED else text


if __name__ == "__main__":
    main()
