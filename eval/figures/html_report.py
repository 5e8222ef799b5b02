"""The results of the eval set as one HTML page: figures, plots, and every question with its answer.

It is made of the results alone, so it can be drawn again from their JSON, and calls nothing from
elsewhere: a policy on the page forbids it, and any script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np

from eval.figures.aggregate import BY_KIND, FIGURES, HALVES, LEVEL, RESAMPLES, Row, by_half, cell, outcomes
from eval.figures.metrics import reliability, risk_coverage
from eval.figures.plots import STYLE, reliability_plot, risk_plot
from rag.datatypes import REFUSAL

VERDICTS = ("hit", "miss", "refused rightly", "refused wrongly", "answered wrongly")
OWN_STYLE = """
body { max-width: 60rem } small { display: block; color: var(--faint) }
.wide { overflow-x: auto } th[scope=rowgroup] { padding-top: 1rem }
th { vertical-align: bottom } td small { display: inline-block; min-width: 5rem; white-space: nowrap }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)) }
figure { margin: 0 } figcaption { font-size: .875rem; color: var(--faint) }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 1rem 0;
  position: sticky; top: 0; background: var(--page); padding: .5rem 0 }
select { font: inherit; display: block; max-width: 12rem }
article { border-top: 1px solid var(--line) } summary { padding: .5rem 0; cursor: pointer }
article details > :not(summary) { margin-left: 1rem } p, blockquote { overflow-wrap: anywhere }
blockquote { margin: .25rem 0; white-space: pre-line; font-family: ui-serif, Georgia, serif }
.verdict { border: 2px solid; border-radius: 1rem; padding: 0 .5rem; font-size: .875rem; white-space: nowrap }
.hit, .refused-rightly { border-color: #1b9e77 } .miss { border-color: #d95f02 }
.refused-wrongly, .answered-wrongly { border-color: #e7298a } b { text-decoration: underline }
dt { float: left; clear: left; width: 12rem } dd { margin-left: 12.5rem }
@media (max-width: 40rem) {
  dt { float: none } dd { margin-left: 1rem } table { font-size: .8125rem } th, td { padding: .25rem .125rem }
  th[scope=col] { font-size: .6875rem }
  td small { display: block; min-width: 0; font-size: .75rem }
}
"""
SCRIPT = """
const filters = [...document.querySelectorAll("select")];
const questions = document.querySelectorAll("article");
function filter() {
  for (const question of questions)
    question.hidden = filters.some(({ name, value }) => value && question.dataset[name] !== value);
  const shown = [...questions].filter((question) => !question.hidden).length;
  document.querySelector("output").textContent = `${shown} of ${questions.length}`;
}
for (const chosen of filters) chosen.addEventListener("change", filter);
filter();
"""


def page(results: dict[str, Any]) -> str:
    """What `eval.run.evaluate` gives as an HTML page."""
    rows: list[Row] = results["questions"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width"><title>Footnote: the eval set</title>
<style>{STYLE}{OWN_STYLE}</style>
<h1>The eval set</h1>
<p>{len(rows)} questions; those of a confidence below {results["threshold"]:.2f} are refused.
Small print: {LEVEL:.0%} intervals over {RESAMPLES:,} resamples of the questions.</p>
<h2>Figures</h2>
{_figures(results)}
<h2>Confidence</h2>
{_plots(results)}
<h2>By kind of question</h2>
{_kinds(results)}
<h2>Questions</h2>
{_filters(rows)}
{"".join(map(_question, rows))}
<script>{SCRIPT}</script>
</html>
"""


def _figures(results: dict[str, Any]) -> str:
    """The figures of each half with their intervals, in groups; below, what they mean."""
    head = "".join(
        f"<th scope=col>{half}<small>{results[half]['questions']} questions</small></th>" for half in HALVES
    )
    body = meanings = ""
    for group, figures in FIGURES.items():
        body += f"<tbody><tr><th scope=rowgroup colspan={len(HALVES) + 1}>{group}</th></tr>"
        for name, meaning in figures.items():
            cells = "".join(f"<td>{_with_interval(results, half, name)}</td>" for half in HALVES)
            body += f"<tr><td>{_foldable(name)}</td>{cells}</tr>"
            meanings += f"<dt>{name}</dt><dd>{meaning}</dd>"
        body += "</tbody>"
    return (
        f"<div class=wide><table><thead><tr><th></th>{head}</tr></thead>{body}</table></div>"
        f"<details><summary>What they mean</summary><dl>{meanings}</dl></details>"
    )


def _with_interval(results: dict[str, Any], half: str, name: str) -> str:
    ends = results["intervals"][half].get(name)
    small = f"<small>{ends[0]:.2f}–{ends[1]:.2f}</small>" if ends else ""
    return cell(results[half].get(name)) + small


def _plots(results: dict[str, Any]) -> str:
    """How far the confidence can be trusted, and what refusing by it is worth; a line a half."""
    bins, curves, answered = {}, {}, {}
    for half, rows in by_half(results["questions"]).items():
        confidence, _, loss, right = outcomes(rows)
        told = ~np.isnan(right)
        if half != "all" and told.any():
            bins[half] = reliability(confidence[told], right[told])
            curves[half] = risk_coverage(confidence, loss)
            answered[half] = int((confidence >= results["threshold"]).sum())
    return f"""<div class=plots>
<figure>{reliability_plot(bins)}<figcaption>Reliability: on the dashed line, confidence is the chance
that the first statement is right. A dot is a tenth of the scale, the larger the more questions it has.
</figcaption></figure>
<figure>{risk_plot(curves, answered)}<figcaption>Risk and coverage: the dot is the threshold. Beyond it
nothing was answered, so all of that counts as not hit.</figcaption></figure>
</div>"""


def _kinds(results: dict[str, Any]) -> str:
    head = "".join(f"<th scope=col>{_foldable(name)}</th>" for name in BY_KIND)
    body = "".join(
        f"<tr><td>{_foldable(kind)}</td>"
        + "".join(f"<td>{cell(figures.get(name))}</td>" for name in BY_KIND)
        + "</tr>"
        for kind, figures in results["kinds"].items()
    )
    return f"<div class=wide><table><tr><th>kind</th>{head}</tr>{body}</table></div>"


def _foldable(name: str) -> str:
    """A name that may go on in the next line behind an underscore or @."""
    return re.sub("([_@])", r"\1<wbr>", escape(name))


# The questions


def _filters(rows: Sequence[Row]) -> str:
    """A choice of half, kind and verdict, each of those there are."""
    orders: dict[str, Callable[[str], Any]] = {"half": HALVES.index, "kind": str, "verdict": VERDICTS.index}
    fields = ""
    for name, order in orders.items():
        values = sorted({row[name] for row in rows}, key=order)
        options = "".join(f"<option>{escape(value)}</option>" for value in values)
        fields += f'<label>{name}<select name={name}><option value="">all</option>{options}</select></label>'
    return f"<form>{fields}<output></output></form>"


def _question(row: Row) -> str:
    """One question, its answer and verdict; its citations, and what was expected, on demand."""
    data = " ".join(f'data-{name}="{escape(row[name])}"' for name in ("half", "kind", "verdict"))
    understood = row["understood"]
    notes = [f"Understood as: {understood}"] if understood.split() != row["question"].split() else []
    notes.append(f"Confidence {row['confidence']:.2f}" + (f"; {row['reason']}" if row["reason"] else ""))
    if row["facts"]:
        notes.append("Expected: " + "; ".join(" | ".join(fact) for fact in row["facts"]))
    answer = "".join(_statement(statement, row["id"]) for statement in row["statements"])
    sources = "".join(_source(citation, row["id"]) for citation in row["citations"])
    return (
        f"<article {data}><details><summary>{escape(row['id'])}: {escape(row['question'])} "
        f"<span class='verdict {row['verdict'].replace(' ', '-')}'>{row['verdict']}</span></summary>"
        f"{answer or f'<p>{REFUSAL}</p>'}{''.join(f'<p><small>{escape(n)}</small></p>' for n in notes)}"
        f"{sources}</details></article>\n"
    )


def _statement(statement: dict[str, Any], question: str) -> str:
    """A statement with its markers, the fact in it underlined."""
    text, (start, end) = statement["text"], statement["fact"] or (0, 0)
    fact = f"<b>{escape(text[start:end])}</b>" if start < end else ""
    markers = "".join(
        f'<a href="#{escape(question)}-{number}">[{number}]</a>' for number in statement["citations"]
    )
    said = f"{escape(statement['attribution'])}: " if statement["attribution"] else ""
    lacking = ", ".join(statement["unsupported"])
    missing = f"<small>Not in what it quotes: {escape(lacking)}</small>" if lacking else ""
    return f"<p>{said}{escape(text[:start])}{fact}{escape(text[end:])} {markers}{missing}</p>"


def _source(citation: dict[str, Any], question: str) -> str:
    """A citation: where it stands, whether it is gold, and its words."""
    place = f"{citation['document']}:{citation['start']}-{citation['end']}"
    gold = "gold evidence" if citation["gold"] else "not gold evidence"
    return (
        f'<div id="{escape(question)}-{citation["number"]}"><small>[{citation["number"]}] '
        f"{escape(citation['title'])}. {escape(place)}, {gold}</small>"
        f"<blockquote>{escape(citation['quote'])}</blockquote></div>"
    )
