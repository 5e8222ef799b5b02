"""Fit the scorer: what each piece of evidence weighs, with and without what the reader says.

    python -m training.scorer FOLDER [--cache DIR] [--jobs N]

FOLDER holds the public test sets.  Fitted on those of their questions whose documents the reader was
not trained on (without the reader, on all), on the tune half of the eval set and on that of the questions
about real files (eval/real), and on the folders of training/folders that are held out, as far as those are
on this machine; the weights go to rag/models/weights/scorer.json.
At last questions of those are asked, for how likely a first statement is right.  Run it where index/ holds
the index of seeds/.  With --cache a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from rag.models.scorer import SCORER
from training.scorer.cases import gather_cases, list_sources
from training.scorer.fit import THRESHOLDS, fit
from training.scorer.right import fit_right

PLAIN, READER = THRESHOLDS


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--cache", type=Path, help="where indexes and evidence are kept")
    parser.add_argument("--jobs", type=int, default=-1, help="processes at once (default: one a core)")
    asked = parser.parse_args()
    fitted: dict[str, Any] = json.loads(SCORER.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        cache = asked.cache or Path(temporary)
        sources = list(list_sources(asked.folder, cache))
        # The sentences that the reader is given are chosen by what is fitted without it, so that comes first.
        for name in (PLAIN, READER):
            cases = gather_cases(sources, cache, reader=name == READER, jobs=asked.jobs)
            fitted[name] = fit(cases, THRESHOLDS[name]) | {"right": fitted[name]["right"]}
            _write(fitted)
            # How sure an answer is depends on all that makes one, and so it is asked for.
            fitted[name]["right"] = fit_right(sources, reader=name == READER, jobs=asked.jobs)
            _write(fitted)
            print(name, json.dumps(fitted[name], indent=1), flush=True)


def _write(fitted: dict[str, Any]) -> None:
    SCORER.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
