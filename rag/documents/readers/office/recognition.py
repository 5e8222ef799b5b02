"""The pages of a PDF that are pictures -> their words, if ``pip install '.[ocr]'`` has brought a reader."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rag.documents.pages.process import run_isolated

PROGRAM = str(Path(__file__).with_name("programs") / "recognise.py")
SECONDS = 30  # that one page may take, its models read
MOST_PAGES = 500  # of a file
AT_ONCE = 20  # pages for one process: what kills or hangs it costs these alone
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """What stands on a page, and how sure that is, in [0, 1]."""

    text: str
    confidence: float


def is_installed() -> bool:
    """Whether pictures can be read."""
    return find_spec("rapidocr_onnxruntime") is not None


def recognise_pages(raw: bytes, numbers: Sequence[int]) -> tuple[dict[int, RecognisedPage], tuple[int, ...]]:
    """The words of those pages of a PDF, from 1, that could be read, of the first `MOST_PAGES`.

    Beside them the pages on which what reads them broke or took too long, which another time it may not; why
    is logged.
    """
    recognised: dict[int, RecognisedPage] = {}
    failed: list[int] = []
    read = numbers[:MOST_PAGES] if is_installed() else ()
    for asked in (read[at : at + AT_ONCE] for at in range(0, len(read), AT_ONCE)):
        try:
            written = run_isolated([PROGRAM, *map(str, asked)], raw, seconds=SECONDS * len(asked))
            pages = json.loads(written).items()
            recognised |= {int(number): RecognisedPage(**page) for number, page in pages}
        except (TimeoutError, ValueError) as problem:
            _LOG.warning("pages %d to %d of a PDF were not recognised: %s", asked[0], asked[-1], problem)
            failed += asked
    return recognised, tuple(failed)


def insert_pages(
    text: str, pages: Sequence[int], recognised: dict[int, RecognisedPage]
) -> tuple[str, tuple[int, ...], tuple[tuple[int, str], ...]]:
    """`text` with the words of pages that had none, where its pages begin then, and what is said of them.

    >>> insert_pages("One.\\n", (0, 5), {2: RecognisedPage("Two.", 0.93)})
    ('One.\\n\\nTwo.\\n\\n', (0, 6), ((6, 'read by OCR (confidence 93%)'),))
    """
    begins: list[int] = []
    details: list[tuple[int, str]] = []
    whole, reached = "", 0
    for number, at in enumerate(pages, 1):
        whole, reached = whole + text[reached:at], max(at, reached)
        page = recognised.get(number)
        if page and page.text:
            line_ends = len(whole) - len(whole.rstrip("\n"))  # more are added, none is taken from a page
            whole += "\n" * (2 - line_ends) if whole.strip() else ""
            details.append((len(whole), f"read by OCR (confidence {page.confidence:.0%})"))
        begins.append(len(whole))
        whole += f"{page.text}\n\n" if page and page.text else ""
    return whole + text[reached:], tuple(begins), tuple(details)
