"""An answer and a passage as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from rag.datatypes import (
    Answer,
    Check,
    CheckedSentence,
    Document,
    Passage,
    Statement,
    VerdictKind,
    Where,
    with_markers,
)
from rag.documents.labels import source_line
from rag.documents.sentences import bullet_end
from rag.formats.text import (
    VERDICTS,
    authorship,
    check_summary,
    difference_text,
    differing_text,
    outline_of,
    place_line,
    where_text,
    why,
)
from rag.language.cleaning import strip_invisible
from rag.wording import say

WIDTH = 96
_COLOURS: Mapping[VerdictKind, str] = {  # of the terminal's own palette, dark or light
    "borne_out": "32",
    "contradicted": "1;31",
    "not_said": "33",
    "no_claim": "2",
}


def answer_lines(answer: Answer, asked: str) -> str:
    """The answer for a terminal: the statements with their markers, then their sources."""
    read = [passage.document for passage in answer.passages]
    lines = interpretation_lines(answer.question, answer.prefers, asked, read)
    lines += [""] if lines else []
    if answer.refused:
        lines.append(f"{answer.text} ({answer.reason})")
        nearest = [passage_lines(passage) for passage in answer.passages[:3]]
        return "\n".join(
            [*lines, "", say(answer.language, "Nearest passages:"), *nearest] if nearest else lines
        )
    lines += [_wrap(answer.reply)] if answer.reply else []
    lines += [_wrap(f"{with_markers(s)}{_note_unsupported(s)}") for s in answer.statements]
    lines += [_wrap(difference_text(d, answer.citations)) for d in answer.differences]
    lines += [""] if answer.citations else []
    lines += [f"[{citation.number}] {place_line(citation)}" for citation in answer.citations]
    lines += [say(answer.language, "Not answered: {reason}", reason=answer.reason)] if answer.reason else []
    return "\n".join([*lines, *([""] if authorship(answer) else []), *authorship(answer)])


def check_lines(check: Check, *, colour: bool = False) -> str:
    """The verdict on each sentence of a draft, what it rests on, and how many there are of each."""
    return "\n".join([*(_checked_sentence(s, colour) for s in check.sentences), "", check_summary(check)])


def _checked_sentence(sentence: CheckedSentence, colour: bool) -> str:
    verdict = sentence.verdict
    sign, label = VERDICTS[verdict.kind]
    head = f"{sign} {label}"
    lines = [f"\033[{_COLOURS[verdict.kind]}m{head}\033[0m" if colour else head]
    lines.append(_wrap(strip_invisible(sentence.text), indent="  "))
    lines += [_wrap(f"this part: {strip_invisible(verdict.part)}", indent="    ")] if verdict.part else []
    lines += [_wrap(strip_invisible(differing_text(d)), indent="    ") for d in verdict.differing]
    for citation in verdict.citations:
        lines.append(f"    [{citation.number}] {strip_invisible(place_line(citation))}")
        lines.append(_wrap(strip_invisible(f"“{citation.quote}”"), indent="        "))
    return "\n".join(lines)


def interpretation_lines(
    understood: str, prefers: Where | None, asked: str, documents: Iterable[Document]
) -> list[str]:
    """How a question was understood, if not just as it was `asked`."""
    lines = []
    if understood.split() != asked.split():
        lines.append(f"Understood as: {understood}")
    if prefers:
        lines.append(f"Looked first in: {where_text(prefers, documents)} (--anywhere looks in all alike)")
    return lines


def passage_lines(passage: Passage, *, explain: bool = False) -> str:
    """A passage for a terminal: its rank, source and place, then its words and, to `explain`, why."""
    words = outline_of(passage.document).show(passage.start, passage.end).text
    lines = [f"{passage.rank}. {place_line(passage)}", _wrap(words, indent="   ")]
    lines += [f"   the same file: {path}" for path in passage.document.aliases]
    lines += [f"   also in {source_line(document)}. {document.id}" for document in passage.also_in]
    if explain:
        lines += [f"   score {passage.score:.3f}", *(f"   {line}" for line in why(passage))]
    return "\n".join(lines)


def _note_unsupported(statement: Statement) -> str:
    """What of a statement its quotes lack, to stand behind it."""
    return f" (not in the source: {', '.join(statement.unsupported)})" if statement.unsupported else ""


def _wrap(text: str, indent: str = "") -> str:
    """The text line by line, each wrapped; what goes on behind a bullet or number hangs from it."""
    wrapped = []
    for line in filter(str.strip, text.split("\n")):
        bullet = " " * bullet_end(line, 0, len(line))
        wrapped.append(
            textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}{bullet}")
        )
    return "\n".join(wrapped)
