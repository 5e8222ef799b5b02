"""The figures of the comparison as a page in Markdown and as growth curves in one picture.

Both are made of the figures alone (`benchmark.json`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.bench.peers.environments import FOOTNOTE
from eval.figures.plots import COLOURS, svg

INTRODUCTION = """# Benchmark

    make bench SETS=FOLDER SIZES="1000 10000"

writes this page: Footnote beside a plain script of sentence-transformers and FAISS, and beside LlamaIndex,
LangChain, Haystack and txtai, each in an environment of its own with the same model. FOLDER holds squad2 in
the form that [eval/README.md](../eval/README.md) says; a corpus has the documents that answer, then others of
the set, then generated texts. Every tool is given each text whole, with its title. Footnote is asked for
passages, as the others are; reading them for an answer comes on top.

In brackets is how many times Footnote's a figure is. Memory and CPU are of the whole process. Milliseconds on
the clock say little on a machine that others use: compare CPU.

![Each figure by the number of texts](benchmark.svg)
"""
Row = Mapping[str, float]
# Of each column: its head, the figure, how it is written, and whether more is better.
COLUMNS: tuple[tuple[str, Callable[[Row, int], float], str, bool], ...] = (
    ("texts indexed a CPU-second", lambda row, size: size / row["index_cpu_s"], ".1f", True),
    ("most memory while indexing, MiB", lambda row, size: row["index_peak_mib"], ".0f", False),
    ("on disk, MiB", lambda row, size: row["disk_mib"], ".1f", False),
    ("start to first answer, CPU-s", lambda row, size: row["first_cpu_s"], ".2f", False),
    ("… wall s", lambda row, size: row["first_wall_s"], ".2f", False),
    ("memory at rest, MiB", lambda row, size: row["rest_mib"], ".0f", False),
    ("… at most, MiB", lambda row, size: row["peak_mib"], ".0f", False),
    ("nDCG@10", lambda row, size: row["ndcg@10"], ".3f", True),
)
# What a picture needs that stands in no page.
ALONE = 'xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="12"'
WIDTH, HEIGHT, LEFT, TOP, ACROSS = 250, 170, 60, 60, 3  # of a plot in pixels, and plots in a line


def tell(figures: Mapping[str, Any]) -> str:
    """The page: conditions, what was left out, and for each size the figures and the ratios to Footnote."""
    said = figures["conditions"]
    lines = [
        INTRODUCTION,
        f"{said['set']}, {said['questions']} questions, {said['model']}, {said['date']}. Cores: "
        f"{said['cores']} ({said['processor']}), load {said['load']:.1f}, Python {said['python']}. "
        f"Rounds of starts and queries, the tools in turn: {said['rounds']}.",
        "",
    ]
    lines += [f"- Left out: {name}: {why}" for name, why in figures["missing"].items()]
    for size, rows in figures["sizes"].items():
        lines += ["", f"## {int(size):,} texts", *_sheet(rows, int(size)), "", *_queries(rows)]
    lines += ["", "## Versions", ""]
    for name, versions in figures["versions"].items():
        lines.append(f"- {name}: " + ", ".join(f"{package} {number}" for package, number in versions.items()))
    return "\n".join(lines).strip() + "\n"


def _sheet(rows: Mapping[str, Row], size: int) -> list[str]:
    """The figures, behind each in brackets how many times Footnote's it is."""
    ours = rows.get(FOOTNOTE)
    table = [
        "",
        "| | " + " | ".join(head for head, *_ in COLUMNS) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for name, row in rows.items():
        cells = [
            _cell(figure(row, size), figure(ours, size) if ours and row is not ours else None, form)
            for _, figure, form, _ in COLUMNS
        ]
        table.append(f"| {name} | " + " | ".join(cells) + " |")
    return table


def _queries(rows: Mapping[str, Row]) -> list[str]:
    """Milliseconds of a query by how many ask at once: median and 95th percentile, and CPU."""
    users = [name.rpartition("_")[2] for name in next(iter(rows.values()), {}) if name.startswith("errors_")]
    heads = [f"{n} at once: p50, p95, CPU ms" for n in users]
    table = ["| a query | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for name, row in rows.items():
        cells = []
        for n in users:
            cell = ", ".join(f"{row[f'query_{kind}_ms_{n}']:.1f}" for kind in ("p50", "p95", "cpu"))
            failed = int(row[f"errors_{n}"])
            cells.append(cell + (f"; {failed} failed" if failed else ""))
        table.append(f"| {name} | " + " | ".join(cells) + " |")
    return table


def _cell(value: float, ours: float | None, form: str) -> str:
    """A figure, and how many times ours it is if that can be said.

    >>> _cell(3.0, 2.0, ".1f"), _cell(2.0, None, ".1f")
    ('3.0 (×1.50)', '2.0')
    """
    return f"{value:{form}}" + (f" (×{value / ours:.2f})" if ours else "")


def draw_growth(figures: Mapping[str, Any]) -> str:
    """Each column, and the CPU of a query, by the number of texts: SVG, both axes logarithmic."""
    sizes = {int(size): rows for size, rows in figures["sizes"].items()}
    names = list(dict.fromkeys(name for rows in sizes.values() for name in rows))
    columns = [(head, figure) for head, figure, *_ in COLUMNS if head not in ("… wall s", "nDCG@10")]
    columns.append(("CPU ms of a query, one user", lambda row, size: row["query_cpu_ms_1"]))
    parts = ['<rect width="100%" height="100%" fill="#fff"/>']
    for number, name in enumerate(names):
        x, y = LEFT + 170 * (number % 4), 16 + 18 * (number // 4)
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{_colour(number)}"/>')
        parts.append(f'<text x="{x + 18}" y="{y}">{name}</text>')
    for place, (head, figure) in enumerate(columns):
        curves = {
            name: [(size, figure(rows[name], size)) for size, rows in sorted(sizes.items()) if name in rows]
            for name in names
        }
        x = LEFT + (place % ACROSS) * (WIDTH + LEFT)
        y = TOP + 20 + (place // ACROSS) * (HEIGHT + 60)
        parts += _plot(head, curves, x, y)
    lines = math.ceil(len(columns) / ACROSS)
    drawn = svg(LEFT + ACROSS * (WIDTH + LEFT), TOP + lines * (HEIGHT + 60), "growth by texts", parts)
    return drawn.replace("<svg ", f"<svg {ALONE} ", 1)


def _plot(head: str, curves: Mapping[str, Sequence[tuple[int, float]]], x: int, y: int) -> list[str]:
    """One plot with its left upper corner there."""
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return []
    (left, right), (low, high) = (_range(values) for values in zip(*points, strict=True))

    def place(size: float, value: float) -> tuple[float, float]:
        across = (math.log(size) - math.log(left)) / (math.log(right) - math.log(left))
        up = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return x + WIDTH * across, y + HEIGHT * (1 - up)

    parts = [
        f'<text x="{x}" y="{y - 8}" font-weight="bold">{head}</text>',
        f'<path d="M{x},{y}V{y + HEIGHT}H{x + WIDTH}" stroke="#888" fill="none"/>',
        *(f'<text x="{x - 4}" y="{at + 4}" text-anchor="end">{value:.3g}</text>'
          for value, at in ((high, y), (low, y + HEIGHT))),
    ]  # fmt: skip
    for size in sorted({size for size, _ in points}):
        at, _ = place(size, low)
        parts.append(f'<text x="{at:.0f}" y="{y + HEIGHT + 16}" text-anchor="middle">{size:,}</text>')
    for number, curve in enumerate(curves.values()):
        drawn = [place(*point) for point in curve]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{_colour(number)}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{_colour(number)}"/>' for a, b in drawn]
    return parts


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Least and greatest, apart if they are the same, so that a logarithmic axis has a length."""
    low, high = min(values), max(values)
    return (low, high) if low < high else (low / 2, high * 2)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
