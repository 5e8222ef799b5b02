"""A file in reStructuredText is read as it is shown: options, notes, tables and code, without its markup."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.documents.readers.rst import read_rst

USAGE = """Usage
=====

:Author: Mira Holt

.. _top:
.. program:: tidyup

.. option:: --depth N

   How many folders ``deep`` to look.

   The default is 3.

.. note::

   It never follows *links*, see :ref:`the list <links>`.

.. versionadded:: 2.4
   The ``--report`` option.

.. tip:: Ask `the list <https://example.org>`_ first.

.. code-block:: python
   :caption: Try

   tidy(**options)

.. csv-table:: Levels
   :header: "port", "high"

   "Oban", 4.0
   "Leith", 5.6

.. list-table::
   :header-rows: 1

   * - Part
     - Size
   * - Lid
     - 3
       cm

That is all::

    $ tidyup --depth 2
"""


def outline(text: str) -> Outline:
    contents = read_rst(text.encode())
    return Outline(Document("a.rst", "A", contents.text, blocks=contents.blocks, marks=contents.marks))


def shown(text: str, *kinds: str) -> list[str]:
    found = outline(text)
    return [found.show(b.start, b.end).text for b in found.blocks if b.kind in kinds]


def test_option_is_the_term_of_all_that_is_said_below_it():
    assert shown(USAGE, "term") == ["--depth N"]
    assert shown(USAGE, "definition") == ["How many folders deep to look.", "The default is 3."]
    found = outline(USAGE)
    assert "--depth N" in found.context(found.document.text.index("The default"))


def test_notes_say_what_they_are_and_markup_is_not_shown():
    assert shown(USAGE, "paragraph") == [
        "Author: Mira Holt",
        "Note: It never follows links, see the list.",
        "Added in version 2.4: The --report option.",
        "Tip: Ask the list first.",
        "That is all:",
    ]


def test_tables_have_the_names_of_their_columns():
    found = outline(USAGE)
    rows = [found.show(b.start, b.end).text for b in found.blocks if b.kind == "row" and not b.header]
    assert rows == ["port: Oban · high: 4.0", "port: Leith · high: 5.6", "Part: Lid · Size: 3 cm"]
    assert shown(USAGE, "caption") == ["Levels"]


def test_code_is_told_as_it_stands_and_what_nobody_sees_is_furniture():
    assert shown(USAGE, "code") == ["tidy(**options)", "$ tidyup --depth 2"]
    unseen = shown(USAGE, "furniture")
    assert unseen[:3] == [".. _top:", ".. program:: tidyup", ".. code-block:: python"]
    assert not any(word in " ".join(unseen) for word in ("Oban", "Lid", "depth", "never"))


NOTES = [
    (
        ".. note:: The office is closed on\n   Mondays.\n\n   Ring.\n",
        "Note: The office is closed on Mondays.",
    ),
    (".. admonition:: Beware\n\n   It bites.\n", "Beware: It bites."),
    (".. versionchanged:: 3.1 It is faster.\n", "Changed in version 3.1: It is faster."),
    (".. deprecated:: 3.1\n", "Deprecated since version 3.1"),
    (".. note::\n\n   .. code-block:: sh\n\n      run it\n\n   Then go home.\n", "Then go home."),
]


@pytest.mark.parametrize(("text", "seen"), NOTES)
def test_forms_of_notes(text, seen):
    assert shown(text, "paragraph")[0] == seen
    assert ("run it" in text) == (shown(text, "code") == ["run it"])


def test_values_over_two_lines_footnotes_and_headings_below_an_option():
    table = '.. csv-table:: T\n\n   "Multi\n   line", 4\n   b, 5\n'
    assert shown(table, "row") == ["Multi line · 4", "b · 5"]
    assert shown(".. [1] As the law has it.\n", "footnote") == ["[1] As the law has it."]
    assert shown(".. setting:: DEBUG\n\n   Default: ``False``\n\n   Never so in use.\n", "heading") == []


@pytest.mark.parametrize("text", ["..", ".. note::", ".. csv-table::\n\n   a", ".. option::\n\n   b", "`` `"])
def test_directives_cut_short_are_read(text):
    assert read_rst(text.encode()).text == text


PIECES = [
    *("Word here.\n", "\n", ".. note:: So\n", "   deep *down*.\n", ".. option:: -x\n", "* item\n", "::\n"),
    *('   "a", b\n', ".. csv-table:: T\n", "   * - c\n", ".. list-table::\n", "``code``\n", "Title\n=====\n"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_every_letter_stands_in_a_block_and_none_overlaps_but_furniture(text):
    contents = read_rst(text.encode())
    covered = set()
    for block in contents.blocks:
        assert contents.text[block.start : block.end].strip()
        inside = not covered.isdisjoint(range(block.start, block.end))
        assert block.kind == "furniture" or not inside
        covered.update(range(block.start, block.end))
    assert all(n in covered for n, sign in enumerate(text) if sign.isalnum())
    assert all(
        0 <= a.start <= a.end <= b.start for a, b in zip(contents.marks, contents.marks[1:], strict=False)
    )
