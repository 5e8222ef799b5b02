"""The figures of a bench run as a table for the terminal and as one HTML page with plots.

Both are made of the figures alone, so a report can be drawn again from its JSON.  The page calls
nothing from elsewhere: its plots are inline SVG.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.figures.plots import COLOURS, STYLE, legend, svg
from rag.durable import replace_file
from rag.errors import RagError

NAMES = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "span_recall@5": "span R@5",
    "span_precision@5": "span P@5",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
}
WIDTH, LEFT, RIGHT = 720, 110, 60  # of a plot, in pixels


def table(figures: Mapping[str, Any]) -> str:
    """The figures as lines of text: a row a configuration, then the comparison."""
    columns = _columns(figures)
    lines = [summary(figures), "", f"{'':8}" + "".join(f"{NAMES[column]:>10}" for column in columns)]
    for name, row in figures["configurations"].items():
        lines.append(f"{name:8}" + "".join(f"{_cell(column, row[column]):>10}" for column in columns))
    lines += [latency(figures), "", f"{comparison_title(figures)}:"]
    for figure, values in figures["comparison"]["differences"].items():
        cells = f"{values['difference']:+.3f}   [{values['low']:+.3f}, {values['high']:+.3f}]"
        lines.append(f"{NAMES[figure]:10}{cells}   {verdict(values)}")
    return "\n".join(lines)


def page(figures: Mapping[str, Any]) -> str:
    """The figures as an HTML page."""
    columns = _columns(figures)
    head = "".join(f"<th scope=col>{NAMES[column]}</th>" for column in columns)
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td>{_cell(column, row[column])}</td>" for column in columns)
        + "</tr>"
        for name, row in figures["configurations"].items()
    )
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(figures["set"])}: retrieval</title><style>{STYLE}</style>
<h1>{escape(figures["set"])}</h1>
<p>{escape(summary(figures))}</p>
<table><tr><th></th>{head}</tr>{rows}</table>
<p>{escape(latency(figures))}</p>
<h2>How much is found</h2>
{quality_plot(figures)}
<h2>{escape(comparison_title(figures))}</h2>
{difference_plot(figures)}
<h2>Milliseconds a query, median and 95th percentile</h2>
{latency_plot(figures)}
</html>
"""


def write_report(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the figures below `folder` as JSON and as a page, named after the set: the two files.

    Raises RagError if they cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, text in (("json", json.dumps(figures, indent=1) + "\n"), ("html", page(figures))):
            written.append(folder / f"{figures['set']}.{suffix}")
            replace_file(written[-1], text.encode())
    except OSError as problem:
        raise RagError(f"cannot write the report to {folder}/: {problem.strerror or problem}") from None
    return written


def summary(figures: Mapping[str, Any]) -> str:
    """What was measured, in one line."""
    return (
        f"{figures['set']}: {figures['documents']:,} documents, {figures['chunks']:,} chunks, "
        f"{figures['questions']:,} questions with evidence; indexed in {figures['index_s']:,} s"
    )


def latency(figures: Mapping[str, Any]) -> str:
    """What a query costs beside the embedding of its question, in one line."""
    return (
        f"embedding a question alone: p50 {figures['embed_p50_ms']} ms; "
        f"a hybrid query takes {figures['query_over_embed']:.2f} times that"
    )


def comparison_title(figures: Mapping[str, Any]) -> str:
    """What the differences are of, in one line."""
    comparison = figures["comparison"]
    return (
        f"{' minus '.join(comparison['configurations'])}, with the {comparison['confidence']:.0%} "
        f"interval of {comparison['resamples']:,} paired resamples"
    )


def verdict(values: Mapping[str, Any]) -> str:
    """Whether a difference is real: its interval leaves out 0."""
    return "real" if values["real"] else "may be chance"


def quality_plot(figures: Mapping[str, Any]) -> str:
    """Bars from 0 to 1: a group a figure, a bar a configuration."""
    configurations = figures["configurations"]
    rows = [
        (NAMES[column], [row[column] for row in configurations.values()])
        for column in _columns(figures)
        if not column.endswith("_ms")
    ]
    return _bars(rows, list(configurations), most=1.0, form=".3f")


def latency_plot(figures: Mapping[str, Any]) -> str:
    """Bars in milliseconds, the embedding of the question beside the whole queries."""
    configurations = figures["configurations"]
    rows = [(NAMES[p], [row[p] for row in configurations.values()]) for p in ("p50_ms", "p95_ms")]
    rows.insert(0, ("embedding p50", [figures["embed_p50_ms"]]))
    most = max(value for _, values in rows for value in values)
    return _bars(rows, list(configurations), most=most, form=".1f")


def difference_plot(figures: Mapping[str, Any]) -> str:
    """A dot and an interval a figure, on an axis with 0 in its middle."""
    differences = figures["comparison"]["differences"]
    reach = max(0.01, *(abs(v[end]) for v in differences.values() for end in ("low", "high")))
    middle, scale = (LEFT + WIDTH - RIGHT) / 2, (WIDTH - LEFT - RIGHT) / 2 / reach
    height = 30 * len(differences) + 30
    parts = [f'<line x1="{middle}" x2="{middle}" y1="5" y2="{height - 25}" stroke="#888"/>']
    for row, (figure, values) in enumerate(differences.items()):
        y = 30 * row + 20
        low, dot, high = (middle + scale * values[name] for name in ("low", "difference", "high"))
        colour = COLOURS[0] if values["real"] else "#888"
        said = f"{values['difference']:+.3f}"
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{NAMES[figure]}</text>',
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
            f'<circle cx="{dot:.1f}" cy="{y}" r="5" fill="{colour}"><title>{said}</title></circle>',
            f'<text x="{WIDTH - RIGHT + 8}" y="{y + 4}">{said}</text>',
        ]
    for x, value in ((LEFT, -reach), (middle, 0.0), (WIDTH - RIGHT, reach)):
        parts.append(f'<text x="{x}" y="{height - 6}" text-anchor="middle">{value:+.3f}</text>')
    return svg(WIDTH, height, "Differences; grey where they may be chance", parts)


def _bars(rows: Sequence[tuple[str, list[float]]], names: Sequence[str], *, most: float, form: str) -> str:
    """Horizontal bars in groups, with a legend above if the groups have several."""
    scale = (WIDTH - LEFT - RIGHT) / (most or 1.0)
    parts, y = legend(names, LEFT), 30
    for label, values in rows:
        centre = y + 8 * len(values) + 4
        parts.append(f'<text x="{LEFT - 10}" y="{centre}" text-anchor="end">{escape(label)}</text>')
        for place, value in enumerate(values):
            colour = COLOURS[place % len(COLOURS)] if len(values) > 1 else "#888"
            width = scale * value
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="14" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + 12}">{value:{form}}</text>')
            y += 16
        y += 10
    return svg(WIDTH, y, "Bars: " + ", ".join(label for label, _ in rows), parts)


def _columns(figures: Mapping[str, Any]) -> list[str]:
    """The figures that were measured, in the order of `NAMES`."""
    measured = next(iter(figures["configurations"].values()))
    return [name for name in NAMES if name in measured]


def _cell(column: str, value: float) -> str:
    return f"{value:.1f}" if column.endswith("_ms") else f"{value:.3f}"
