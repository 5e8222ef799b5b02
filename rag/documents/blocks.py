"""The blocks of a document -> what each of them stands under.

A block stands under one other at most: a paragraph under its heading, an item under what introduces its
list, a row under the names of its columns.  So all that a reader has in mind at a line is the way up.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Block
from rag.spans import MARGIN

NOTHING = -1
SENDER = "from:"  # what the line of a mail's head begins with that tells who wrote what is below
LEADS = ("question", "speaker")  # stand above what follows until the next of them, or a heading
INTRODUCTION_WORDS = 14  # a paragraph right above a list introduces it if it is so short, or ends in a colon


def find_parents(text: str, blocks: Sequence[Block]) -> list[int]:
    """For each block the place of the one that it stands under, `NOTHING` if it stands under none.

    >>> blocks = [Block("heading", 0, 7, level=1), Block("item", 8, 14), Block("heading", 15, 23, level=2)]
    >>> find_parents("# Tools\\n- A saw\\n## Wood", blocks)
    [-1, 0, 0]
    """
    return _Walk(text, blocks).parents


class _Walk:
    """One pass over the blocks, with what is open above the one that is looked at."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = blocks
        self._headings: list[int] = []
        self._items: list[int] = []
        self._lead = self._term = self._before = NOTHING
        senders = [at for at in range(len(blocks)) if self._is_sender(at)]
        self._senders = senders if len(senders) > 1 else []  # of one mail the whole document is
        self._table = NOTHING  # the names of the columns, or what stands above a table that has none
        self.parents: list[int] = []
        for at, block in enumerate(blocks):
            self.parents.append(self._place(at, block))
            if block.kind != "furniture":
                self._before = at

    def _place(self, at: int, block: Block) -> int:
        above = self._items[-1] if self._items else NOTHING
        if block.kind not in ("item", "furniture") and not (block.kind in ("code", "row") and above >= 0):
            self._items = []
        if block.kind == "furniture":
            return NOTHING
        if block.kind == "heading":
            return self._open_heading(at, block)
        if block.kind == "item":
            return self._open_item(at, block)
        if block.kind == "row":
            return self._place_row(at, block)
        if block.kind in LEADS or block.kind == "term":
            parent = self._asked(block) if block.kind in LEADS else self._under()
            self._lead, self._term = (at, self._term) if block.kind in LEADS else (self._lead, at)
            return parent
        if block.kind == "definition" and self._term >= 0:
            return self._term
        if block.kind == "metadata":
            return self._open_mail(at)
        if block.kind == "quotation":
            return self._announcement()
        if block.kind == "code":
            return above if above >= 0 else self._introduction()
        return self._under()

    def _top(self) -> int:
        return self._headings[-1] if self._headings else NOTHING

    def _asked(self, block: Block) -> int:
        """What a question or a speaker stands under: who asks, what another asked right before, or a
        heading."""
        before = self._before
        kinds = [self._blocks[place].kind for place in (before - 1, before) if place >= 0]
        if block.kind == "speaker" and kinds == ["speaker", "question"]:
            return before
        if block.kind == "question" and kinds[-1:] == ["speaker"] and self.parents[before] == self._top():
            return before  # who asks in reply stands under no question: there may be a thousand
        return self._top()

    def _under(self) -> int:
        return self._lead if self._lead >= 0 else self._top()

    def _open_heading(self, at: int, block: Block) -> int:
        while self._headings and self._blocks[self._headings[-1]].level >= block.level:
            self._headings.pop()
        parent = self._top()
        self._headings.append(at)
        self._lead = self._term = NOTHING
        return parent

    def _open_mail(self, at: int) -> int:
        """The head of a mail ends what is open above; what is below stands under its sender, where there are
        several mails."""
        if self._before < 0 or self._blocks[self._before].kind != "metadata":
            self._lead = self._term = NOTHING
        parent = self._top()
        if at in self._senders:
            self._lead = at
        return parent

    def _is_sender(self, at: int) -> bool:
        block = self._blocks[at]
        return block.kind == "metadata" and self._text[block.start : block.end].lower().startswith(SENDER)

    def _open_item(self, at: int, block: Block) -> int:
        while self._items and self._blocks[self._items[-1]].level > block.level:
            self._items.pop()
        if self._items and self._blocks[self._items[-1]].level == block.level:
            parent = self.parents[self._items.pop()]
        else:
            parent = self._items[-1] if self._items else self._introduction()
        self._items.append(at)
        return parent

    def _introduction(self) -> int:
        """The paragraph right above, if it introduces what follows, or else what that stands under."""
        before = self._blocks[self._before] if self._before >= 0 else None
        if before and before.kind in ("paragraph", "item", "definition", "caption"):
            said = self._text[before.start : before.end].strip(MARGIN)
            if said.rstrip("*_ ").endswith(":") or len(said.split()) <= INTRODUCTION_WORDS:
                return self._before
        return self._under()

    def _announcement(self) -> int:
        """The line right above that ends in a colon, of all that is quoted below it, or else what that stands
        under."""
        before = self._blocks[self._before] if self._before >= 0 else None
        if before and before.kind == "quotation":
            return self.parents[self._before]
        if before and before.kind == "paragraph" and self._text[before.start : before.end].endswith(":"):
            return self._before
        return self._under()

    def _place_row(self, at: int, block: Block) -> int:
        before = self._blocks[self._before] if self._before >= 0 else None
        begins = before is None or before.kind != "row" or (block.header and not before.header)
        if begins:
            self._table = self._introduction()
        parent = self._table
        if block.header:
            self._table = at
        return parent
