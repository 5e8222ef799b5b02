"""Train the reader: first on cloze questions, then on real ones.

    python -m training.reader FOLDER [--out DIR]

FOLDER holds the public test sets; the file and its card go to rag/models/weights/.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.metrics import roc_auc_score

from rag.models.reader import (
    ANSWERS,
    BEGINS,
    ENDS,
    FROZEN,
    WEIGHTS,
    Reader,
    Window,
    encode,
    load_network,
    tokens_of,
)
from training.cloze import cloze
from training.examples import Example, read_examples, read_texts

SETS = ("squad2", "covidqa", "clapnq", "mtragun", "chroma_chunking")
CLOZE = 12_000
EPOCHS = 3
REPEATED = 600  # cloze questions among the real ones of an epoch, so that they are not forgotten
BATCH = 16
RATE = 1e-4  # of the layers; the new outputs learn five times as fast
SEED = 20221206


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model, tokenizer = load_network()
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    held = {name: read_examples(asked.folder / name, random.Random(SEED), held_out=True) for name in SETS}
    trained_on = list(read_texts(asked.folder / "squad2", "distractors.jsonl").values())
    for name in SETS:
        trained_on += [text for text in read_texts(asked.folder / name).values() if not text.held_out]
    started = time.time()
    asked.out.mkdir(parents=True, exist_ok=True)
    fit(model, tokenizer, [cloze(trained_on, CLOZE, rng)], rate=RATE)
    print("after cloze", round(time.time() - started), figures(model, tokenizer, held), flush=True)
    epochs = (
        [
            *(e for name in SETS for e in read_examples(asked.folder / name, rng, held_out=False)),
            *cloze(trained_on, REPEATED, rng),
        ]
        for _ in range(EPOCHS)
    )
    fit(model, tokenizer, list(epochs), rate=RATE)
    measured = figures(model, tokenizer, held)
    print("at the end", round(time.time() - started), measured, flush=True)
    path = asked.out / "reader.safetensors"
    save(model, path)
    card = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "seed": SEED, "held_out": measured}
    (asked.out / "reader.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def fit(model: Any, tokenizer: Any, epochs: Sequence[Sequence[Example]], *, rate: float) -> None:
    """Train on each of the `epochs` in turn; the rate rises for a twentieth of the steps, then falls."""
    batches = [batch for epoch in epochs for batch in _batches(epoch)]
    heads = list(model.classifier.parameters())
    layers = [p for p in model.bert.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [{"params": layers}, {"params": heads, "lr": 5 * rate}]
    optimizer = torch.optim.AdamW(groups, lr=rate)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, 5 * rate], total_steps=len(batches) + 1, pct_start=0.05, anneal_strategy="linear"
    )
    model.train()
    losses = []
    for step, examples in enumerate(batches):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = loss(model, tokenizer, examples)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        losses.append(value.item())
        if step % 100 == 99:
            print(f"step {step + 1} of {len(batches)}: loss {np.mean(losses[-100:]):.3f}", flush=True)


def loss(model: Any, tokenizer: Any, examples: Sequence[Example]) -> torch.Tensor:
    """Cross-entropy over the sentences of each window and none, and over begins and ends and none."""
    batch = encode(tokenizer, [(e.question, Window(e.text, e.sentences)) for e in examples])
    logits = model(**batch.inputs).logits.float()
    open_to = torch.from_numpy(batch.offsets[:, :, 0] < batch.offsets[:, :, 1])
    open_to[:, 0] = True
    parts = []
    for row, example in enumerate(examples):
        tokens = [tokens_of(batch.offsets[row], span) for span in example.sentences]
        gold = [i for i in sorted(example.gold) if len(tokens[i])]
        scores = torch.stack(
            [logits[row, 0, ANSWERS], *(logits[row, t, ANSWERS].mean() for t in tokens if len(t))]
        )
        kept = [i for i, t in enumerate(tokens) if len(t)]
        right = [1 + kept.index(i) for i in gold] or [0]
        parts.append(scores.logsumexp(0) - scores[right].logsumexp(0))
        if example.gold and not example.answer:
            continue
        answer = tokens_of(batch.offsets[row], example.answer) if example.answer else np.zeros(1, np.intp)
        if not len(answer):
            continue
        for output, token in ((BEGINS, answer[0]), (ENDS, answer[-1])):
            only = logits[row, :, output].masked_fill(~open_to[row], -1e4)
            parts.append(0.5 * (only.logsumexp(0) - only[int(token)]))
    return torch.stack(parts).sum() / len(examples)


def figures(model: Any, tokenizer: Any, held: dict[str, list[Example]]) -> dict[str, dict[str, float]]:
    """On documents not trained on: how often the best sentence is gold, where there is one; how well
    the best sentence tells windows with an answer from those without; the words' exact matches."""
    reader = Reader((model, tokenizer))
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


def save(model: Any, path: Path) -> None:
    """The layers that were trained, in half precision."""
    state = {
        name: tensor.to(torch.float16).contiguous()
        for name, tensor in model.state_dict().items()
        if not name.startswith(FROZEN)
    }
    save_file(state, path)


def _batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """In the order given but for this: those of like length together, so that little is padded."""
    size = 16 * BATCH
    for begin in range(0, len(examples), size):
        some = list(examples[begin : begin + size])
        some.sort(key=lambda e: len(e.text))
        groups = [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
        random.Random(begin).shuffle(groups)
        yield from groups


if __name__ == "__main__":
    main()
