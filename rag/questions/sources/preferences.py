"""Which documents a question asks for by publisher, kind, title or date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from rag.datatypes import Document, Preference, Question, Where
from rag.documents.filters import matching_ids
from rag.language.assertions.reporting import FOLLOWS_SOURCE
from rag.language.dates import Period, find_period
from rag.language.words import FUNCTION_WORDS, find_words, stems
from rag.questions.sources.document_dates import find_dated, names_date

_PHRASE = re.compile(r"\b(?:the|an?|this|that|which) (?=((?:[\w-]+ ?){1,5}))", re.IGNORECASE)
# What a question does not ask for; and the words by which it asks for more than was asked before.
_EXCLUDED = re.compile(
    r"\b(?:other than|except(?:ing)?|apart from|aside from|besides|unlike|instead of|rather than|without"
    r"|not (?:from|by|in|of))\b.*",
    re.IGNORECASE,
)
_BESIDES = re.compile(r"\b(?:others?|else)\b", re.IGNORECASE)
# A date alone is that of a document only where the question is about what was said or written.
_TOLD = re.compile(
    r"\b(?:sa(?:y|ys|id)|told|wr(?:ite|ites|ote|itten)|publish\w*|report(?:s|ed)|article|articles|sources?|news)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[“\"]([^”\"]{8,})[”\"]")
_FOLLOWS = FUNCTION_WORDS | FOLLOWS_SOURCE


Named = tuple[set[str], list[str], int]


class SourceMatcher:
    """What the documents may be called by in a question."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    @cached_property
    def _kinds(self) -> dict[tuple[str, ...], set[str]]:
        """The ids of the documents of each kind, by the words for it."""
        kinds: dict[tuple[str, ...], set[str]] = {}
        for document in self._documents:
            kinds.setdefault(_kind_words(document.kind, document.publisher), set()).add(document.id)
        return kinds

    @cached_property
    def _known(self) -> set[str]:
        return set[str]().union(*self._kinds)

    @cached_property
    def _published(self) -> dict[str, set[str]]:
        """The ids of the documents of each publisher."""
        published: dict[str, set[str]] = {}
        for document in self._documents:
            if document.publisher:
                published.setdefault(document.publisher, set()).add(document.id)
        return published

    @cached_property
    def _names(self) -> list[tuple[str, re.Pattern[str], bool]]:
        """The publishers with a pattern of each of their names, the longest first; is it a common word?"""
        names = [(publisher, name) for publisher in self._published for name in _short_names(publisher)]
        longest = sorted(names, key=lambda pair: (-len(pair[1]), pair))
        return [(publisher, *_name_pattern(name)) for publisher, name in longest]

    def preference(self, question: Question) -> Preference | None:
        """The documents that `question` asks for by name, kind or date; None if by none, or for all.

        What its own words leave open is looked for in its context, unless it asks for others.  A date
        that fits none of the documents it names is taken to speak of something else.
        """
        named: Named = (set(), [], 0)
        period: Period | None = None
        context = "" if _BESIDES.search(question.text) else question.context
        for text in (_EXCLUDED.sub("", question.text), context):
            named = named if named[0] else self._find_sources(text)
            told = named[0] or context or _TOLD.search(text)
            period = period or (find_period(text) if told else None)
        own = _EXCLUDED.sub("", question.text)
        if not period and names_date(own) and (dated := find_dated(own, self._those(named[0]))):
            named = (set(dated[0]), [*named[1], *dated[1]], max(1, named[2]))
        if not named[0] and not period:
            return None
        wanted, words, sources = named
        asked = self._those(wanted)
        since, until, days = period or (None, None, ())
        if matching_ids(Where(since=since, until=until), asked):
            words = [*words, *days]
        else:
            since = until = None
        where = Where(*self._narrowest(asked, wanted), since, until)
        ids = matching_ids(where, self._documents)
        if len(ids) == len(self._documents):
            return None
        prefers = Preference(where, tuple(words), sources, ids)
        return (
            prefers
            if stems(without_source_words(question.standalone, prefers))
            else replace(prefers, words=())
        )

    def _those(self, ids: set[str]) -> list[Document]:
        """The documents with these ids, all without any."""
        return [document for document in self._documents if not ids or document.id in ids]

    def _narrowest(self, asked: Sequence[Document], ids: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The documents and publishers of a filter for `ids`: by publisher, if those are all of theirs."""
        publishers = {document.publisher for document in asked if document.publisher} if ids else set()
        if ids == set().union(*(self._published[publisher] for publisher in publishers)):
            return (), tuple(sorted(publishers))
        return tuple(document.id for document in asked), ()

    def _find_sources(self, text: str) -> Named:
        """The ids of the documents that `text` names by publisher, kind or title, by which words, and
        how many sources it so names."""
        rest = text.replace("’", "'")
        by_publisher: set[str] = set()
        by_kind: set[str] = set()
        words: list[str] = []
        sources: set[frozenset[str]] = set()
        one_case = text.islower() or text.isupper()
        for publisher, pattern, common in self._names:
            match = pattern.search(rest)
            if match and not (common and (one_case or not match.start())):
                by_publisher |= self._published[publisher]
                sources.add(frozenset(self._published[publisher]))
                words += text[match.start() : match.end()].split()
                rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
        for match in _PHRASE.finditer(text):
            phrase = match[1].split()
            found, size = self._of_kind([word.lower() for word in phrase])
            if 0 < len(found) < len(self._documents):
                by_kind |= found
                sources.add(frozenset(found))
                words += phrase[:size]
        if by_publisher & by_kind:  # "the MiP article"
            return by_publisher & by_kind, words, len(sources) - 1
        titled = [[d.id for d in self._documents if m[1] in d.title] for m in _TITLE.finditer(text)]
        by_title = {ids[0] for ids in titled if len(ids) == 1}
        return by_publisher | by_kind | by_title, words, len(sources) + len(by_title)

    def _of_kind(self, words: Sequence[str]) -> tuple[set[str], int]:
        """The ids of the documents that the phrase `words` begins with the kind of, and its length."""
        size = next((i for i, word in enumerate(words) if word not in self._known), len(words))
        if not size or (size < len(words) and words[size] not in _FOLLOWS):
            return set(), 0
        of_kind = (ids for kind, ids in self._kinds.items() if {*kind}.issuperset(words[:size]))
        return set[str]().union(*of_kind), size


def without_source_words(text: str, prefers: Preference | None) -> str:
    """`text` without the words that only ask for documents.

    >>> without_source_words("What did MiP say on data?", Preference(Where(publishers=("MiP",)), ("MiP",)))
    'What did   say on data?'
    """
    for word in prefers.words if prefers else ():
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text, count=1)
    return text


@lru_cache(maxsize=4_096)  # there are few for many documents
def _kind_words(kind: str | None, publisher: str | None) -> tuple[str, ...]:
    """What a document's kind is called, and what its publisher is: "X, the union for Y"."""
    words = re.split(r",| of ", kind or "")[0].lower().split()
    what = re.search(r", (?:the|an?) (\w+)", publisher or "")
    named = {*words, *([what[1].lower()] if what else [])} - {"news"}  # which is rarely a document
    return tuple(sorted(named))


def _short_names(publisher: str) -> list[str]:
    """What a publisher is called: its name before a comma, and an acronym in brackets.

    >>> _short_names("The King’s Fund (TKF), a charity")
    ["King's Fund", 'TKF']
    """
    plain = publisher.replace("’", "'")
    name = re.split(r"[,(|:?!]| [–—-] ", plain)[0].strip().removeprefix("The ")
    return list(dict.fromkeys(filter(find_words, (name, *re.findall(r"\(([A-Z]{2,})\)", plain)))))


def _name_pattern(name: str) -> tuple[re.Pattern[str], bool]:
    """A pattern of `name`, and whether it may be a common word (Time, Which, Mind).

    Such a name must be written as it is and not begin a text, whose first word has a capital anyhow.
    """
    common = " " not in name and (name.istitle() or name.lower() in _FOLLOWS)
    words = r"\W+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", 0 if common else re.IGNORECASE), common
