"""How the default answerer does on public questions whose documents the reader was not trained on.

    python -m training.figures.measure SETS [SET …] [--cache DIR] [--limit N]

SETS holds the public test sets.  Beside each figure stands that of a baseline: the best sentence by
BM25 of all, whose score tells whether to answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from tqdm import tqdm

from eval.figures.metrics import exact_match, token_f1
from eval.run import prediction
from rag import Chatbot
from rag.index.bm25 import Lexicon
from rag.index.postings import collect_postings
from rag.models.reader import load_reader
from training.data.questions import GoldQuestion, choose_held_out
from training.data.sets import open_sets, set_arguments

SETS = ("clapnq", "mtragun", "squad2")
SHORT = "squad2"  # the set whose gold answers are short


def main() -> None:
    asked = set_arguments(__doc__, SETS, 300).parse_args()
    for name, folder, chatbot in open_sets(asked, load_reader()):
        measure(name, chatbot, choose_held_out(folder, asked.limit))


def measure(name: str, chatbot: Chatbot, questions: Sequence[GoldQuestion]) -> None:
    """Print the figures of one set, the baseline's behind them."""
    texts = {document.id: document.text for document in chatbot.documents}
    spans = chatbot.index.sentences
    sentences = Lexicon(collect_postings([texts[span.document_id][span.start : span.end] for span in spans]))
    answers, tops, seconds = [], [], []
    for question in tqdm(questions, desc=name, disable=None):
        start = time.perf_counter()
        answers.append(chatbot.ask(question.question, history=question.history))
        seconds.append(time.perf_counter() - start)
        tops.append((sentences.search(question.question, 1) or [(0, 0.0)])[0])
    answerable = [question.answerable for question in questions]
    confidence = [answer.confidence for answer in answers]
    refused = [answer.refused for answer in answers]
    print(f"{name}: {len(questions)} questions, {sum(answerable)} of them answerable")
    print(
        f"  AUROC {roc_auc_score(answerable, confidence):.3f}, "
        f"of the BM25 score {roc_auc_score(answerable, [score for _, score in tops]):.3f}; "
        f"balanced accuracy {balanced_accuracy_score(answerable, np.logical_not(refused)):.3f}; "
        f"a question took {1000 * float(np.median(seconds)):.0f} ms"
    )
    if name == SHORT:
        best = [texts[spans[row].document_id][spans[row].start : spans[row].end] for row, _ in tops]
        for metric in (exact_match, token_f1):
            ours, theirs = (
                np.mean([metric(said, q.answers) for said, q in zip(told, questions, strict=True)])
                for told in ([prediction(answer) for answer in answers], best)
            )
            print(f"  {metric.__name__} {ours:.3f}, of the best sentence by BM25 {theirs:.3f}")


if __name__ == "__main__":
    main()
