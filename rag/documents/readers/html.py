"""A saved web page -> the text that it shows, and what it says of its source.

Nothing is fetched and no script is run.  Text that the page hides by its tags, attributes and inline
styles is left out; what a style sheet hides is not known.
"""

from __future__ import annotations

import codecs
import re

from inscriptis.html_engine import Inscriptis
from inscriptis.html_properties import Display, WhiteSpace
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement as Style
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.html_head import read_head
from rag.documents.readers.markup.html_blocks import Pieces, Signs
from rag.documents.readers.markup.html_roles import BLOCKS, VERBATIM
from rag.documents.readers.markup.html_tables import find_rows, write_row
from rag.documents.readers.markup.inline import STRUCK

# Elements that show no text of their own, or only controls and what stands in for something else.
UNSEEN = frozenset(
    "applet area audio button canvas datalist embed head iframe input map meter noembed noframes noscript "
    "object optgroup option progress script select style svg template textarea title video".split()
)
SPACED = frozenset("figure h1 h2 h3 h4 h5 h6 p pre".split())  # a blank line before and after

# Beyond these a page takes minutes to read, and is none that a person wrote.
MOST_ELEMENTS = 300_000
LONGEST_TAG = 10_000  # blanks and quotation marks within one

_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")

_TAG = re.compile(r"""<[a-z](?:[^>"']++|"[^"]*+"?|'[^']*+'?)*+""", re.IGNORECASE)
_HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:opacity|font-size)\s*:\s*0*(?:\.0+)?(?:px|em|rem|pt|%)?\s*(?=[;!]|$))",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_CHARSET_WITHIN = 4_096  # bytes; browsers look at 1,024
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # which win over what is named
_ENCODING = re.compile(  # of Python's names, those that a web page may bear
    r"utf-?8|(?:windows-|cp-?)\d{3,4}|iso-?8859-\d{1,2}|latin-?\d|(?:us-)?ascii|koi8-[ru]|macintosh"
    r"|gb2312|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis|iso-2022-jp|tis-620",
    re.IGNORECASE,
)
_LATIN = re.compile(r"iso-?8859-1|latin-?1|(?:us-)?ascii", re.IGNORECASE)  # on the web all mean windows-1252


def read_html(raw: bytes) -> Contents:
    """The visible text of a web page, block by block and tables row by row, with its metadata.

    Raises ValueError if it is binary, in no encoding that can be told, or nested deeper than can be read.
    """
    markup, encoding = _decode(raw)
    page = _parse(markup)
    if page is None:
        return Contents("")
    metadata = read_head(page)
    _drop_unseen(page)
    for raised in page.iter("sup", "sub"):
        _write_raised(raised)
    signs = Signs.for_page(page)
    rows = find_rows(page)
    for element, row in rows.items():
        if row.drawn:
            write_row(element, row, signs.cell, BLOCKS | {"br"})
    pieces = Pieces(page, rows, signs)
    for element in page.iter():
        element.attrib.clear()  # inscriptis would lay out by them
    drawn = str(Inscriptis(page, _layout(page)).get_text()).replace("\xad", "")  # a soft hyphen does not show
    text, blocks = pieces.find_blocks(drawn)
    return Contents(text, metadata, blocks, encoding=encoding)


def _decode(raw: bytes) -> tuple[str, str]:
    """A page as text, and its encoding: the one that it names, or else what its bytes look like."""
    charset = _CHARSET.search(raw[:_CHARSET_WITHIN])
    named = charset[1].decode("ascii", "replace").lower() if charset else "utf-8"
    if not _ENCODING.fullmatch(named) or raw.startswith(_MARKS):
        return decode(raw)
    try:
        text = raw.decode("cp1252" if _LATIN.fullmatch(named) else named)
    except (LookupError, UnicodeDecodeError):
        return decode(raw)
    if "\0" in text:
        return decode(raw)
    return text, "utf-8" if re.fullmatch("utf-?8", named) else named


def _parse(text: str) -> HtmlElement | None:
    """The tree of a page, None if it holds nothing."""
    if any(len(re.findall(r"[\s\"']", tag[0])) > LONGEST_TAG for tag in _TAG.finditer(text)):
        raise ValueError("one of its tags has thousands of attributes")
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError:
        return None
    if any(problem.type_name == "ERR_RESOURCE_LIMIT" for problem in parser.error_log):
        raise ValueError("nested deeper than 255 elements, or a run of over 10 MB without a tag")
    if (elements := sum(1 for _ in page.iter())) > MOST_ELEMENTS:
        raise ValueError(f"it has {elements} elements, at most {MOST_ELEMENTS} can be read")
    return page


def _drop_unseen(page: HtmlElement) -> None:
    for element in list(page.iter()):
        if element.tag not in ("html", "body") and _is_unseen(element):
            element.drop_tree()


def _is_unseen(element: HtmlElement) -> bool:
    return (
        element.tag in UNSEEN
        or element.get("hidden") is not None
        or (element.tag == "dialog" and element.get("open") is None)
        or bool(_HIDES.search(re.sub(r"/\*.*?\*/", "", element.get("style") or "")))
    )


def _write_raised(element: HtmlElement) -> None:
    """Raise the figures of a footnote or power, so that 42 with a note 3 is not 423."""
    figures = element.text_content().strip()
    if re.fullmatch(r"[0-9+-]+", figures, re.ASCII):
        for child in list(element):
            element.remove(child)
        element.text = figures.translate(_RAISED if element.tag == "sup" else _LOWERED)


def _layout(page: HtmlElement) -> ParserConfig:
    """How each element is drawn.  Made afresh for each page: inscriptis draws on its values."""
    css = {element.tag: Style(whitespace=None) for element in page.iter()}  # as what it stands in
    css |= {
        tag: Style(
            display=Display.block,
            margin_before=int(tag in SPACED),
            margin_after=int(tag in SPACED),
            whitespace=WhiteSpace.pre if tag in VERBATIM else None,
        )
        for tag in BLOCKS
    }
    css["body"] = Style(whitespace=WhiteSpace.normal)
    css["q"] = Style(prefix="“", suffix="”")
    css |= {tag: Style(prefix=STRUCK[0], suffix=STRUCK[1]) for tag in ("del", "s", "strike")}
    return ParserConfig(
        css=css,
        custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
            start_tag_mapping={
                "table": None,
                "tr": None,
                "td": None,
                "th": None,
                "ul": lambda state, attributes: state.li_counter.append("* "),
            },
            end_tag_mapping={"table": None, "td": None, "th": None},
        ),
    )
