"""The paragraphs of a Markdown text -> who speaks in each, if they are a talk: "**Kay:** Why Lisbon?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.datatypes import Block
from rag.documents.readers.layout.lines import split_lines
from rag.documents.readers.layout.speech import find_speakers, is_asked
from rag.spans import trim

_STRESS = re.compile(r"[*_]+")


def split_speech(text: str, blocks: Sequence[Block]) -> list[Block]:
    """`blocks` with a block for the speaker before each paragraph that one begins, if the text is a talk; a
    short question that another answers is a question."""
    paragraphs = [place for place, block in enumerate(blocks) if block.kind == "paragraph"]
    bare = [_STRESS.sub("", text[blocks[p].start : blocks[p].end]).replace("\n", " ") for p in paragraphs]
    spoken = find_speakers(split_lines("\n\n".join(bare)))
    widths = {paragraphs[line // 2]: width for line, width in spoken.items()}
    return [piece for place, block in enumerate(blocks) for piece in _split(text, block, place, widths)]


def _split(text: str, block: Block, place: int, widths: dict[int, int]) -> Iterator[Block]:
    """A block as it is, or the speaker that it begins with and what he says."""
    if place not in widths:
        yield block
        return
    end = _behind(text, block, widths[place])
    said = trim(text, (end, block.end))
    yield Block("speaker", block.start, end)
    if said[0] < said[1]:
        asks = place + 1 in widths and is_asked(text[slice(*said)])
        yield replace(block, kind="question" if asks else "paragraph", start=said[0])


def _behind(text: str, block: Block, width: int) -> int:
    """Where the label of so many characters ends that `block` begins with, its stars not counted."""
    at = block.start
    while width:
        width -= text[at] not in "*_"
        at += 1
    stress = _STRESS.match(text, at)
    return stress.end() if stress else at
