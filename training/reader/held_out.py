"""How a reader does in windows of documents that it was not trained on."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.metrics import roc_auc_score

from rag.models.bert import Tokens
from rag.models.reader import Batch, Reader, Window
from training.data.examples import Example, read_examples
from training.reader.network import SEED, run

SETS = ("squad2", "covidqa", "clapnq", "mtragun", "chroma_chunking")


def read_held_out(sets: Path) -> dict[str, list[Example]]:
    """The windows of each test set below `sets` whose documents are not trained on."""
    return {name: read_examples(sets / name, random.Random(SEED), held_out=True) for name in SETS}


def figures(model: Any, tokenizer: Any, held: dict[str, list[Example]]) -> dict[str, dict[str, float]]:
    """On documents not trained on: how often the best sentence is gold, where there is one; how well
    the best sentence tells windows with an answer from those without; the words' exact matches."""

    def network(ids: Tokens, mask: Tokens, types: Tokens) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            return run(model, Batch(ids, mask, types, np.zeros(0, np.int64))).numpy()

    model.eval()
    reader = Reader(network, tokenizer)
    measured = {}
    for name, examples in held.items():
        if not examples:
            continue
        first, exact, best, has = [], [], [], []
        for e in examples:
            readings = reader.read(e.question, [Window(e.text, e.sentences)])[0]
            top = max(range(len(readings)), key=lambda i: readings[i].answers)
            best.append(max(r.answers for r in readings))
            has.append(bool(e.gold))
            if e.gold and len(readings) > 1:
                first.append(top in e.gold)
            if e.answer:
                sure = max(readings, key=lambda r: r.certainty)
                exact.append(e.text[slice(*sure.fact)] == e.text[slice(*e.answer)])
        measured[name] = {
            "first": round(float(np.mean(first)), 3),
            "auroc": round(float(roc_auc_score(has, best)), 3),
            **({"exact": round(float(np.mean(exact)), 3)} if exact else {}),
        }
    return measured
