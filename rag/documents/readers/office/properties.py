"""What a file's own properties say -> the title and date of a document, without what a program made up."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

PROPERTIES = "the file's own properties"  # where its date is from

# Names that a program gives, with a number perhaps, and the name of a file.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*"
    r"|(?:untitled|unbenannt|sans titre|sin título|none|null|title|titel|new)"
    r"(?:[ -]?(?:document|presentation|spreadsheet|book))?[ -]?\d*"
    r"|(?:power\s?point )?(?:document|presentation|book|workbook|sheet|slide|slide show)[ _-]?\d*"
    r"|(?:dokument|präsentation|mappe|doc|print|scan)[ _-]?\d*"
    r"|.*\.(?:docx?|dot[xm]?|rtf|odt|pptx?|odp|xlsx?|ods|pdf|txt|html?|indd|qxd|tex|dvi|epub)",
    re.IGNORECASE,
)
# Names of a program, of its account, or of nobody, in place of who wrote a file.
_NO_AUTHOR = re.compile(
    r"(?:the )?(?:(?:system )?admin(?:istrator)?|users?|owner|guest|root|default|author|unknown|anonymous)"
    r"|none|null|nobody|test|your name|(?:windows|office|ms|microsoft(?: office)?)(?: user)?"
    r"|[^\s@]*@?localhost|python-(?:docx|pptx)|openpyxl|xlsxwriter|apache poi|steve canny"
    r"|hp|dell|lenovo|acer|asus|toshiba|pc|\W*",
    re.IGNORECASE,
)
# Days that libraries and programs put into every file that they make: none says when one was written.
_NO_DAYS = (date(2013, 12, 23), date(2013, 1, 27), date(1970, 1, 1), date(1980, 1, 1), date(1601, 1, 1))


def read_properties(found: dict[str, Any]) -> dict[str, str | date]:
    """The title and the day of what a file says of itself, in whatever of the usual fields it says it.

    >>> read_properties({"title": "Microsoft Word - doc1.doc", "created": "2026-03-04T05:06:00Z"})
    {'published': datetime.date(2026, 3, 4), 'date_from': "the file's own properties"}
    """
    core: dict[str, Any] = found.get("core_properties") or {}
    fields: dict[str, str | date] = {}
    titles = (found.get("title"), found.get("subject"), core.get("title"))
    title = next((" ".join(str(title).split()) for title in titles if title), "")
    if any(map(str.isalnum, title)) and not _NO_TITLE.fullmatch(title):
        fields["title"] = title
    for value in (found.get("date"), found.get("created"), found.get("created_at"), core.get("created")):
        if (day := _read_day(value)) and day not in _NO_DAYS:
            return fields | {"published": day, "date_from": PROPERTIES}
    return fields


def read_author(found: dict[str, Any]) -> str:
    """Who wrote a file, by its properties; "" if they name nobody.

    >>> read_author({"author": "Ada Brook"}), read_author({"authors": ["Admin"]})
    ('Ada Brook', '')
    """
    authors = found.get("authors") or [found.get("author") or found.get("created_by") or ""]
    names = (" ".join(str(name).split()) for name in authors)
    return ", ".join(name for name in names if not _NO_AUTHOR.fullmatch(name))


def _read_day(value: Any) -> date | None:
    """The day of an ISO date, or of one as PDFs have it: D:20260304050600Z."""
    text = str(value or "").strip()
    if pdf := re.match(r"D:(\d{4})(\d\d)(\d\d)", text):
        text = "-".join(pdf.groups())
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date() if text else None
    except ValueError:
        return None
