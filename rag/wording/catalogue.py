"""What Footnote says itself, in another language than English.

As in gettext the English words are the key, and what has no entry is said in English; the tables are plain
TOML, read as they are, where gettext would have catalogues to be compiled.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

TRANSLATED = ("de", "es", "fr", "it", "nl", "pt")  # by their codes of ISO 639-1


def say(language: str, english: str, **values: object) -> str:
    """The words that are `english` in that language, with `values` at their places.

    >>> say("de", "nothing here mentions {words}", words="Hamburg"), say("sv", "You are welcome.")
    ('hier steht nichts von Hamburg', 'You are welcome.')
    """
    said = _table(language).get(english, english) if language in TRANSLATED else english
    return said.format(**values) if values else said


def sayings(english: str) -> tuple[str, ...]:
    """The same words in English and each other language that has them.

    >>> "Gern geschehen." in sayings("You are welcome.")
    True
    """
    return tuple(dict.fromkeys(say(language, english) for language in ("en", *TRANSLATED)))


@cache
def _table(language: str) -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    return {str(english): str(said) for english, said in table.items()}
