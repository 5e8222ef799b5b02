"""How the reader chooses between all windows of the passages that are found for a question.

    python -m training.figures.ranking SETS [SET …] [--reader FILE] [--cache DIR] [--limit N]

SETS holds the public test sets; asked are the questions of documents that the reader was not trained on.
This is what it does in use; that it finds a sentence in a window that holds it says less.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag import Chatbot
from rag.answers.sentences.candidates import find_candidates
from rag.answers.sentences.windows import read_candidates
from rag.chatbot import READ_PASSAGES, READ_TOKENS
from rag.models.reader import READER, Reader, load_reader
from training.data.questions import GoldQuestion, choose_held_out
from training.data.sets import open_sets, set_arguments

SETS = ("squad2", "clapnq", "mtragun", "chroma_chunking", "covidqa")
FIRST = 3  # sentences that count as among the first


def main() -> None:
    parser = set_arguments(__doc__, SETS, 100)
    parser.add_argument("--reader", type=Path, default=READER, help="its file; the card lies beside it")
    asked = parser.parse_args()
    reader = load_reader(asked.reader)
    for name, folder, chatbot in open_sets(asked, reader):
        print(f"{name}: {rank(chatbot, reader, choose_held_out(folder, asked.limit))}", flush=True)


def rank(chatbot: Chatbot, reader: Reader, questions: Sequence[GoldQuestion]) -> str:
    """A line of figures: how often a sentence that answers is in the passages, comes first, or among the
    first three of all by the reader alone; how well the best score tells whether there is an answer."""
    ranks: list[int] = []
    best: list[float] = []
    answerable: list[bool] = []
    for asked in tqdm(questions, disable=None):
        question = chatbot.understand(asked.question, history=asked.history)
        passages = chatbot.retriever.search(question, READ_PASSAGES, tokens=READ_TOKENS).passages
        found = find_candidates(chatbot.index, passages)
        readings = read_candidates(
            reader, chatbot.index, chatbot.extractive.evidence.lexicon, question.standalone, found, len(found)
        )
        scores = np.array([readings[sentence.row].answers for sentence in found])
        order = np.argsort(-scores, kind="stable")
        gold = [
            any(g[0] == s.document.id and g[1] < s.end and s.start < g[2] for g in asked.gold) for s in found
        ]
        best.append(float(scores.max(initial=-20.0)))
        answerable.append(asked.answerable)
        if asked.answerable:
            ranks.append(next((place for place, i in enumerate(order) if gold[i]), -1))
    there = np.array(ranks)
    shares = [float(np.mean(there >= 0)), float(np.mean(there == 0))]
    shares.append(float(np.mean((there >= 0) & (there < FIRST))))
    line = "of {} answerable questions found {:.3f}, first {:.3f}, among the first three {:.3f}".format(
        len(ranks), *shares
    )
    if all(answerable):
        return line
    return f"{line}; answerable or not, of {len(answerable)}: AUROC {roc_auc_score(answerable, best):.3f}"


if __name__ == "__main__":
    main()
