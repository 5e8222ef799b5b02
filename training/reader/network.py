"""The network that becomes a reader or a verifier: begun, fitted on steps with checkpoints, kept."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoModelForTokenClassification
from transformers.utils import logging

from rag.models.embedder import DEFAULT_MODEL, model_folder
from rag.models.reader import Batch
from rag.models.trained import FROZEN, OUTPUTS

RATE = 1e-4  # of the layers; the outputs learn five times as fast while they are new
SEED = 20221206
KEPT = 200  # steps from one checkpoint to the next


@contextmanager
def open_checkpoints(checkpoints: Path | None, out: Path) -> Iterator[Path]:
    """The folder of a run's checkpoints, one for the run alone if none is named; `out` is made, too."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = checkpoints or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def fit(
    model: Any,
    steps: Sequence[Any],
    loss_of: Callable[[Any], torch.Tensor],
    checkpoint: Path,
    *,
    new: bool = True,
) -> None:
    """Train on each of `steps` in turn; the rate rises for a twentieth of them, then falls.

    `new` says that the outputs begin untrained.  A run goes on from the `checkpoint` there is.
    """
    heads = list(model.classifier.parameters())
    layers = [p for p in model.bert.parameters() if p.requires_grad]
    rates = [RATE, 5 * RATE if new else RATE]
    optimizer = torch.optim.AdamW([{"params": layers}, {"params": heads}], lr=RATE)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=len(steps) + 1, pct_start=0.05, anneal_strategy="linear"
    )
    done = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        done = kept["done"]
        for part, name in ((model, "model"), (optimizer, "optimizer"), (scheduler, "scheduler")):
            part.load_state_dict(kept[name])
    model.train()
    losses: list[float] = []
    started = time.time()
    for step in range(done, len(steps)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = loss_of(steps[step])
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        losses.append(value.item())
        if step % KEPT == KEPT - 1:
            parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
            states = {name: part.state_dict() for name, part in parts.items()}
            torch.save({"done": step + 1, **states}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
            left = (time.time() - started) / (step + 1 - done) * (len(steps) - step - 1)
            line = f"{checkpoint.name}: step {step + 1} of {len(steps)}, loss {np.mean(losses[-KEPT:]):.3f}"
            print(f"{line}, {left / 60:.0f} minutes left", flush=True)
    torch.save({"model": model.state_dict()}, checkpoint.with_suffix(".done"))


def restore(model: Any, done: Path) -> bool:
    """Load what a stage made of `model`, if it was ended; whether it was."""
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True)["model"])
    return done.exists()


def load_network() -> Any:
    """The network of transformers before it learned anything; its embedding layers are not to learn."""
    torch.manual_seed(SEED)
    logging.disable_progress_bar()
    logging.set_verbosity_error()  # it says that the new outputs are new
    folder = str(model_folder(DEFAULT_MODEL))
    model = AutoModelForTokenClassification.from_pretrained(
        folder,
        num_labels=OUTPUTS,
        local_files_only=True,
        # On a processor the step back through fused attention takes as long as all the rest together.
        attn_implementation="eager",
        # Nearly all is read once, so there is nothing to learn by heart.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    return model


def load_layers(model: Any, layers: Mapping[str, torch.Tensor]) -> None:
    """Give the network of `load_network` the layers and outputs of a file that `save` wrote."""
    model.load_state_dict({name: tensor.float() for name, tensor in layers.items()}, strict=False)


def run(model: Any, batch: Batch) -> torch.Tensor:
    """The outputs of the network for each token of a batch, ``(n, length, OUTPUTS)``."""
    ids, mask, types = map(torch.from_numpy, (batch.ids, batch.mask, batch.types))
    outputs: torch.Tensor = model(input_ids=ids, attention_mask=mask, token_type_ids=types).logits
    return outputs.float()


def save(model: Any, path: Path, measured: dict[str, Any]) -> None:
    """The layers that were trained, in half precision, and beside them their checksum and figures."""
    state = {
        name: tensor.to(torch.float16).contiguous()
        for name, tensor in model.state_dict().items()
        if not name.startswith(FROZEN)
    }
    save_file(state, path)
    card = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "seed": SEED, "held_out": measured}
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
