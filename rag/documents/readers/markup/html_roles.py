"""What an element of a web page is to a reader: its tag, attributes and place say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from rag.datatypes import Block, BlockKind
from rag.spans import Span

BLOCKS = frozenset(
    "address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol p plaintext "
    "pre search section summary table tbody td tfoot th thead tr ul xmp".split()
)
VERBATIM = frozenset("listing plaintext pre xmp".split())

_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "summary"), "heading"),
    **dict.fromkeys(VERBATIM, "code"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
    "li": "item",
    "dt": "term",
    "dd": "definition",
    "blockquote": "quotation",
}
_FURNITURE = frozenset("navigation banner contentinfo search dialog alertdialog complementary".split())
_FOOTNOTES = frozenset("doc-endnotes doc-endnote doc-footnote doc-rearnote".split())
_FOOTNOTE_CLASSES = frozenset("footnote footnotes endnote endnotes".split())

MOST_FURNITURE = 0.5  # of a page; a form that holds more is the page


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a page words stand: in a block of that kind, in so many lists, in what part of the page.

    `total` are the characters of the page.
    """

    kind: BlockKind = "paragraph"
    level: int = 0
    lists: int = 0
    ordered: bool = False
    furniture: bool = False
    footnote: bool = False
    section: bool = False
    content: bool = False
    total: int = 0

    @classmethod
    def of_page(cls, page: HtmlElement) -> Place:
        """The place of what stands in no block."""
        return cls(total=len(page.text_content()))

    @staticmethod
    def divides(element: HtmlElement) -> bool:
        """Whether an element begins on a line of its own."""
        return element.tag in BLOCKS

    def within(self, element: HtmlElement) -> Place:
        """The place of what stands in an element of this place, the same if it divides nothing."""
        if not self.divides(element):
            return self
        tag, role = element.tag, _role(element)
        kind = "heading" if role == "heading" else _KINDS.get(tag, self.kind)
        if tag in ("ul", "ol", "dl", "table", "td", "th"):
            kind = "paragraph"
        classes = frozenset((element.get("class") or "").lower().split())
        is_note = role in _FOOTNOTES or bool(classes & _FOOTNOTE_CLASSES)
        return replace(
            self,
            kind=kind,
            level=_level(element, role) if kind == "heading" else 0,
            lists=self.lists + (tag in ("ul", "ol", "menu", "dir")),
            ordered=tag == "ol" or (self.ordered and tag not in ("ul", "menu", "dir")),
            furniture=self.furniture or (not is_note and self._is_furniture(element, role)),
            footnote=self.footnote or is_note,
            section=self.section or tag in ("article", "main", "section") or role in ("main", "article"),
            content=self.content or tag in ("article", "main") or role in ("main", "article"),
        )

    def block(self, span: Span) -> Block:
        """The block of words that stand here."""
        if self.furniture and not (self.kind == "heading" and self.level == 1):
            return Block("furniture", *span)
        if self.footnote:
            return Block("footnote", *span)
        if self.kind == "item":
            return Block("item", *span, level=max(self.lists - 1, 0), ordered=self.ordered)
        return Block(self.kind, *span, level=self.level)

    def _is_furniture(self, element: HtmlElement, role: str) -> bool:
        """Whether an element is a menu, the head or foot of a page, a form or a notice over it."""
        tag = element.tag
        if tag == "nav" or role == "navigation":
            return True
        named = (element.get("aria-label") or "").lower()
        over = "cookie" in named or "consent" in named
        alone = tag in ("form", "dialog", "search") or role in _FURNITURE - {"complementary"}
        beside = not self.content and (tag == "aside" or role == "complementary")
        around = not self.section and tag in ("header", "footer")
        if not (over or alone or beside or around):
            return False
        return len(element.text_content()) <= MOST_FURNITURE * self.total


def _role(element: HtmlElement) -> str:
    return (element.get("role") or "").strip().lower()


def _level(element: HtmlElement, role: str) -> int:
    """The level of a heading; 0 of one that only opens a part which folds."""
    if role == "heading" and (element.get("aria-level") or "2").isdecimal():
        return min(max(int((element.get("aria-level") or "2")[:2]), 1), 7)
    return int(element.tag[1]) if element.tag[0] == "h" and element.tag[1:].isdigit() else 0
