"""Readers -> the one whose weights are the mean of theirs, measured as after training.

    python -m training.reader.averaging SETS READER READER… [--out DIR]

Runs that began from the same weights and went on with other questions each forget something else; the mean of
their weights keeps most of what both learned (Wortsman et al., "Model soups", ICML 2022).  SETS holds the
public test sets.  The file and its card go to rag/models/weights/.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file

from rag.models.reader import LONGEST
from rag.models.trained import WEIGHTS, load_pair_tokenizer
from training.reader.held_out import figures, read_held_out
from training.reader.network import load_layers, load_network, save


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, metavar="SETS")
    parser.add_argument("readers", type=Path, nargs="+", metavar="READER")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    loaded = [load_file(path) for path in asked.readers]
    model = load_network()
    load_layers(model, {n: torch.stack([one[n].float() for one in loaded]).mean(0) for n in loaded[0]})
    measured = figures(model, load_pair_tokenizer(LONGEST), read_held_out(asked.sets))
    print(measured, flush=True)
    save(model, asked.out / "reader.safetensors", measured)


if __name__ == "__main__":
    main()
