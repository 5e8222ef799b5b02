"""Fit whether the first row of a table names its columns, on the tables of the folders that say so.

    python -m training.headers

The tables of Markdown and of comma-separated values in training/folders/ have such a row; without it, they
have none.  The figures are cross-validated over documents; the weights go beside what uses them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.documents.readers.layout.tables.headers import (
    LEAST,
    LEAST_ABOVE_FIGURES,
    MOST_ROWS,
    WEIGHTS,
    describe_first_row,
)
from rag.documents.readers.readers import read_file
from training.data.folders import FOLDERS

Table = list[list[str]]

LENGTHS = (3, 4, 6, MOST_ROWS)  # rows of the beginnings of a table that are tables, too
FOLDS = 5
DIGITS = 3  # of a weight


def main() -> None:
    tables = [table for path in sorted(FOLDERS.glob("*/*")) for table in read_tables(path)]
    rows, named, groups = [], [], []
    for n, table in enumerate(tables):
        for length in sorted({min(length, len(table)) for length in LENGTHS}):
            for begin in (0, 1):
                if length - begin > 1:
                    rows.append(describe_first_row(table[begin:length]))
                    named.append(not begin)
                    groups.append(n)
    names = list(rows[0])
    matrix, gold = np.array([[row[name] for name in names] for row in rows]), np.array(named)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    folds = GroupKFold(FOLDS)
    chances = cross_val_predict(model, matrix, gold, groups=groups, cv=folds, method="predict_proba")[:, 1]
    figured = matrix[:, names.index("a column of figures")] > 0
    taken = chances >= np.where(figured, LEAST_ABOVE_FIGURES, LEAST)
    figures = {
        "tables": len(tables),
        "with names": round(float(taken[gold].mean()), DIGITS),
        "without names": round(float(taken[~gold].mean()), DIGITS),
    }
    model.fit(matrix, gold)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    fitted = {
        "intercept": round(float(logistic.intercept_[0] - weights @ scaler.mean_), DIGITS),
        "weights": {name: round(float(w), DIGITS) for name, w in zip(names, weights, strict=True)},
        "taken for names of columns": figures,
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures))


def read_tables(path: Path) -> Iterator[Table]:
    """The tables of a file, each row the texts of its cells, the names of the columns first."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            table = [row for row in csv.reader(lines) if row]
        if len(table) > 2:
            yield table
    elif path.suffix == ".md":
        contents = read_file(path.name, path.read_bytes())
        tables: list[Table] = []
        for block in contents.blocks:
            if block.kind == "row":
                tables += [[]] if block.header or not tables else []
                tables[-1].append([contents.text[slice(*cell)] for cell in block.cells])
        yield from (table for table in tables if len(table) > 2)


if __name__ == "__main__":
    main()
