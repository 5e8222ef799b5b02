"""What the pages of figures share: their style, and the plots on them as inline SVG.

A page calls nothing from elsewhere.  Its colours can be told apart on white, on black and by the
colour-blind; everything else takes the colour of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from eval.figures.metrics import Floats

# Dark2 of ColorBrewer (Harrower & Brewer, 2003).
COLOURS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666")
STYLE = """
:root { color-scheme: light dark; --text: #1c1c1c; --page: #fff; --line: #ccc; --faint: #666 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --page: #161616; --line: #444; --faint: #a3a3a3 }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--text); background: var(--page) }
table { border-collapse: collapse; width: 100% } th, td { padding: .25rem .5rem; text-align: right }
th:first-child, td:first-child { text-align: left } tr + tr { border-top: 1px solid var(--line) }
svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: currentColor }
h2 { font-size: 1.1rem; margin-top: 2rem }
"""

SIDE, MARGIN, HEAD = 290, 50, 28  # of a square plot, in pixels; left and below, above


def svg(width: int, height: int, label: str, parts: Sequence[str]) -> str:
    """A drawing of so many pixels, as wide as its place allows; `label` is read out instead of it."""
    opening = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
    return opening + "".join(parts) + "</svg>"


def legend(names: Sequence[str], x: int) -> list[str]:
    """The names beside their colours, in a line from `x` on."""
    parts = []
    for place, name in enumerate(names):
        at, colour = x + 110 * place, COLOURS[place % len(COLOURS)]
        parts.append(f'<rect x="{at}" y="4" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{at + 18}" y="14">{escape(name)}</text>')
    return parts


def reliability_plot(bins: Mapping[str, tuple[Floats, Floats, Floats]]) -> str:
    """What `metrics.reliability` gives, by name: a dot a bin, its area the share of the questions."""
    parts = [_line([0, 1], [0, 1], "#888", dashed=True)]
    for colour, (means, shares, sizes) in zip(COLOURS, bins.values(), strict=False):
        parts.append(_line(means, shares, colour))
        parts += [
            _dot(mean, share, colour, f"{size:.0%} of the questions", radius=3 + 12 * float(size) ** 0.5)
            for mean, share, size in zip(means, shares, sizes, strict=True)
        ]
    return _square("confidence", "share whose first statement is right", parts, list(bins))


def risk_plot(curves: Mapping[str, tuple[Floats, Floats]], answered: Mapping[str, int]) -> str:
    """What `metrics.risk_coverage` gives, by name; a dot at the last one `answered`, dashed beyond."""
    parts = []
    for colour, (name, (coverage, risk)) in zip(COLOURS, curves.items(), strict=False):
        last = answered[name]
        parts.append(_line(coverage[:last], risk[:last], colour))
        parts.append(_line(coverage[max(0, last - 1) :], risk[max(0, last - 1) :], colour, dashed=True))
        if last:
            at, lost = float(coverage[last - 1]), float(risk[last - 1])
            parts.append(_dot(at, lost, colour, f"{name}: {at:.0%} answered, {lost:.0%} of them not rightly"))
    return _square("coverage: share answered", "risk: share of these not hit", parts, list(curves))


def _square(across: str, up: str, parts: Sequence[str], names: Sequence[str]) -> str:
    """Axes from 0 to 1 both ways round `parts`."""
    low, right = HEAD + SIDE, MARGIN + SIDE
    frame = legend(names, MARGIN)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = _pixel(tick, tick)
        frame += [
            f'<path d="M{MARGIN},{y:g}H{right}M{x:g},{HEAD}V{low}" stroke="#888" stroke-opacity=".3"/>',
            f'<text x="{MARGIN - 6}" y="{y + 4:g}" text-anchor="end">{tick:g}</text>',
            f'<text x="{x:g}" y="{low + 16}" text-anchor="middle">{tick:g}</text>',
        ]
    middle = HEAD + SIDE // 2
    frame += [
        f'<text x="{MARGIN + SIDE // 2}" y="{low + 36}" text-anchor="middle">{across}</text>',
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{up}</text>',
    ]
    return svg(right + 15, low + MARGIN, f"{up} by {across}", [*frame, *parts])


def _line(across: Iterable[float], up: Iterable[float], colour: str, *, dashed: bool = False) -> str:
    places = (_pixel(x, y) for x, y in zip(across, up, strict=True))
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _dot(across: float, up: float, colour: str, said: str, *, radius: float = 6) -> str:
    x, y = _pixel(across, up)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity=".8">'
        f"<title>{escape(said)}</title></circle>"
    )


def _pixel(across: float, up: float) -> tuple[float, float]:
    return MARGIN + SIDE * across, HEAD + SIDE * (1 - up)
