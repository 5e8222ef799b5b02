"""Headings of a plain text -> their levels, by their numbers and the order in which their kinds appear."""

from __future__ import annotations

from dataclasses import replace

from rag.datatypes import Block
from rag.documents.readers.layout.headings import (
    HASH,
    KEYWORD,
    LONG_RULE,
    NUMBER,
    PARTS,
    UNDERLINE,
    is_part,
    is_upper,
)


def assign_levels(text: str, blocks: list[Block]) -> list[Block]:
    """`blocks` with the levels of their headings; a title at the top, the only one of its kind, is 1."""
    headings = [block for block in blocks if block.kind == "heading"]
    styles = [_style(text, heading) for heading in headings]
    title = int(_has_title(blocks, headings, styles))
    levels = [1] * title + [level + title for level in _levels(styles[title:])]
    leveled = dict(zip((heading.start for heading in headings), levels, strict=True))
    return [replace(b, level=leveled[b.start]) if b.kind == "heading" else b for b in blocks]


def _has_title(blocks: list[Block], headings: list[Block], styles: list[tuple[str, int]]) -> bool:
    if len(headings) < 2 or styles[0][0] in ("number", "hash"):
        return False
    shown = [block for block in blocks if block.kind not in ("furniture", "metadata")]
    first = shown[0] is headings[0]
    return first and (styles[0] not in styles[1:] or (shown[1] is headings[1] and styles[1] != styles[0]))


def _levels(styles: list[tuple[str, int]]) -> list[int]:
    """Levels from 1: numbers say their depth, other kinds come in the order in which they appear, what stands
    below a rule before them."""
    numbered = any(kind == "number" for kind, _ in styles)
    ranks: dict[tuple[str, int], int] = {}
    parted = [style for style in styles if style[0] == "below rule"]
    for kind, depth in [*parted, *styles]:
        family = ("number", 0) if numbered and kind in ("number", "short") else (kind, 0)
        family = (kind, depth) if kind in ("rule", "below rule", "keyword") else family
        ranks.setdefault(family, len(ranks))
    levels = []
    for kind, depth in styles:
        if kind == "hash":
            levels.append(depth)
        elif numbered and kind in ("number", "short"):
            levels.append(ranks["number", 0] + max(1, depth))
        else:
            levels.append(
                ranks.get((kind, depth), ranks.get((kind, 0), 0)) + max(1, depth * (kind == "number"))
            )
    return levels


def _style(text: str, heading: Block) -> tuple[str, int]:
    """The kind of a heading and, where that says one, its depth."""
    body = text[heading.start : heading.end]
    if hashed := HASH.match(body):
        return "hash", len(hashed["hashes"])
    above = text[max(0, heading.start - 500) : heading.start].split("\n")
    over = UNDERLINE.fullmatch(above[-2].strip()) if len(above) > 1 else None
    below = text[heading.end : heading.end + 500].split("\n", 2)
    under = UNDERLINE.fullmatch(below[1].strip()) if len(below) > 1 else None
    if under:
        return "rule", ord(under["sign"])
    if (keyword := KEYWORD.fullmatch(body)) and is_part(keyword):
        word = keyword["word"].casefold()
        return "keyword", PARTS.index(word) if word in PARTS else len(PARTS)
    if number := NUMBER.match(body):
        return "number", number["digits"].count(".") + 1
    if over and len(over[0]) >= LONG_RULE:
        return "below rule", ord(over["sign"])
    return ("capital" if is_upper(body) else "short"), 0
