"""Lines of a plain text -> who speaks on which, if it is a transcript."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.documents.readers.layout.lines import Line, is_ended, read_marker
from rag.documents.readers.layout.prose import QUESTION_WORDS

_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_TIME = (
    rf"[\[(]?(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}},?[\sT]\s?)?{_CLOCK}[\])]?"  # of a message, with its day
)
_NAME = r"[^\W\d_][\w.'’-]*"
_LABEL = re.compile(
    rf"(?:{_TIME}\s*[-–]?\s*)?(?P<name>{_NAME}(?:\s(?:\(?{_NAME}\)?|\d{{1,2}})){{0,4}})(?:\s?{_TIME})?:(?=\s|$)"
)
# A message of a chat: who wrote it, and when, in whatever form.
_MESSAGE = re.compile(
    rf"{_TIME}\s*[-–]?\s*(?:(?P<of>{_NAME}(?:\s{_NAME}){{0,3}}):|<(?P<nick>[^<>\s]{{1,30}})>)(?=\s|$)"
    rf"|(?P<first>{_NAME}(?:\s{_NAME})?)(?:\s{{2,}}|\t){_TIME}(?=\s{{2,}}|\t)"
)
_STOP = re.compile(r"[.!](?=\s)")
MOST_BESIDE = 2  # sentences beside a question in a talk
# What stands before a colon and is nobody.
_NOBODY = frozenset("q a question answer note notes nb ps tip hint warning caution important example".split())


def find_speakers(lines: Sequence[Line]) -> dict[int, int]:
    """The lines that begin with a speaker, with the length of that label; none if the text is no transcript.

    In one, at least two speak, one of them again, in sentences, and most of what is said is labelled; or it
    is a chat, most lines of which begin with who wrote and when.
    """
    if messages := _find_messages(lines):
        return messages
    labels: dict[int, re.Match[str]] = {}
    for n, line in enumerate(lines):
        match = _LABEL.match(line.head)
        if match and match["name"][0].isupper() and match["name"].casefold() not in _NOBODY:
            labels[n] = match
    counts = Counter(match["name"] for match in labels.values())
    spoken = {n: match.end() for n, match in labels.items() if _speaks(match["name"], counts)}
    return spoken if _is_transcript(lines, labels, counts) else {}


def is_asked(said: str) -> bool:
    """Whether what somebody says is a question, and little else.

    >>> is_asked("Hats. Who moves them?"), is_asked("I did. On Monday. It is late, or not?")
    (True, False)
    """
    asks = said.rstrip("*_ ").endswith("?") and len(said.split()) <= QUESTION_WORDS
    return asks and len(_STOP.findall(said)) < MOST_BESIDE


def _find_messages(lines: Sequence[Line]) -> dict[int, int]:
    """The lines that begin with who wrote a message and when, if at least two wrote, one of them again, and
    most lines do."""
    found = {n: match for n, line in enumerate(lines) if (match := _MESSAGE.match(line.head))}
    names = Counter(next(filter(None, match.groups())) for match in found.values())
    talk = len(names) > 1 and names.most_common(1)[0][1] > 1
    most = 2 * len(found) > sum(bool(line.body) for line in lines)
    return {n: match.end() for n, match in found.items()} if talk and most else {}


def _speaks(name: str, counts: Counter[str]) -> bool:
    return counts[name] > 1 or name.isupper() or " " in name or counts.total() < 8


def _is_transcript(lines: Sequence[Line], labels: dict[int, re.Match[str]], counts: Counter[str]) -> bool:
    if (
        len(counts) < 2
        or counts.most_common(1)[0][1] < 2
        or _is_records([m["name"] for m in labels.values()])
    ):
        return False
    listed = sum(read_marker(line.body) is not None for n, line in enumerate(lines) if n not in labels)
    if 2 * listed >= len(labels):  # numbered points with what is to be done, as in minutes
        return False
    said = sum(_is_said(lines, n, match.end()) for n, match in labels.items())
    written = [line for line in lines if line.body]
    runs = sum(bool(line.body) and (n == 0 or not lines[n - 1].body) for n, line in enumerate(lines))
    return 5 * said >= 3 * len(labels) and 5 * len(labels) >= 2 * min(
        runs if runs > 2 else len(written), len(written)
    )


def _is_said(lines: Sequence[Line], n: int, width: int) -> bool:
    rest = lines[n].body[width:].strip()
    if not rest:
        return n + 1 < len(lines) and bool(lines[n + 1].body)
    return is_ended(rest) or len(rest[:400].split()) > 6


def _is_records(names: list[str]) -> bool:
    """Whether at least three labels come round in the same order, as in records of a list."""
    period = len(set(names))
    return period > 2 and len(names) % period == 0 and names == names[:period] * (len(names) // period)
