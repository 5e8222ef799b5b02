"""Sentences that say the same -> what is shown once, with the other places named."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from rag.datatypes import Document
from rag.index.parts.documents import Documents
from rag.index.parts.rows import Rows, Table
from rag.index.parts.sketches import BANDS, shared_bands, sketch
from rag.index.parts.spans import Spans
from rag.index.parts.twins import Twins
from rag.language.assertions.negation import NEGATION, strip_prefix
from rag.language.dates import WEEKDAYS
from rag.language.numbers import TO_TWELVE
from rag.language.words import FUNCTION_WORDS, WORD_OR_FIGURE

# Two sentences say the same from this share of words on that they have in common, in the same order, if
# their vectors are as near as this, and if all that tells stories apart is the same: figures with
# their signs and units, names, negations, quantities and directions.  Words alone would take killed
# for injured, vectors alone 9 am for 9 pm.
ALIKE = 0.85
NEAR = 0.955
STORY = 0.8  # a document is a copy of another that says this share of its sentences
MOSTLY = 0.5  # a passage stands in another document too that says this share of its sentences, unless
VARIANT = 0.6  # it has another in place of one of the rest, with this share of its words

# What is kept of a sentence: a number for what is embedded, one for its words (`hash_words`), and one for
# each band of its sketch, all 0 if it has no words.
SENTENCE = np.dtype([("key", "<u8"), ("words", "<u8"), ("bands", "<u4", (BANDS,))])

_TELLING = re.compile(
    rf".*\d.*|{NEGATION.pattern}"
    r"|(?:hardly|barely|scarcely|rarely|seldom|often|always|all|every\w*|any\w*|some\w*|both|either|only)"
    r"|(?:many|most|few|fewer|fewest|more|less|least|first|second|third|last|next|before|after|again)"
    rf"|(?:{'|'.join(TO_TWELVE)}|\w+teen|\w+ty|half|twice"
    r"|(?:dozen|hundred|thousand|million|billion)s?)"
    r"|(?:down|below|under|out|against|with|to|from|if|unless|until|he|she|him|her|his|hers)"
    r"|(?:will|would|may|might|must|can|could|should|am|pm|allegedly|reportedly)"
    rf"|{'|'.join(WEEKDAYS).lower()}|daily|weekly|monthly|quarterly|yearly|annually"
    r"|(?:rise|rose|fall|fell|increas|decreas|high|low|grow|grew|shr[iau]nk|win|won|los[et]|gain|cut"
    r"|accept|reject|approv|oppos|support|start|end|open|clos)\w*"
)
_LITTLE = frozenset("a an the this that these those also".split())


def describe_sentences(texts: Sequence[str]) -> npt.NDArray[Any]:
    """Of each text what tells which others may say the same, without reading them again: of `SENTENCE`, but
    for the words."""
    facts = np.zeros(len(texts), SENTENCE)
    facts["key"] = hash_each(texts)
    facts["bands"] = sketch([_pairs(WORD_OR_FIGURE.findall(text)) for text in texts])
    return facts


def find_duplicates(
    texts: Sequence[str],
    vectors: Table,
    facts: npt.NDArray[Any],
    rows: Rows | None = None,
) -> dict[int, int]:
    """The rows of `texts` that say what an earlier row says, each with the first such row.

    `vectors` are those of the texts, ``(n, dim)``, of length 1, and `facts` what `describe_sentences` gives
    of them.  With `rows`, in order, only these are compared.

    >>> text = "The report is {} to be published on {} May."
    >>> import numpy as np
    >>> alike = np.ones((3, 1), dtype=np.float32)
    >>> texts = [text.format("due", 4), text.format("due", 5), text.format("expected", 4)]
    >>> find_duplicates(texts, alike, describe_sentences(texts))
    {2: 0}
    """
    rows = np.arange(len(facts)) if rows is None else rows
    fold = lru_cache(maxsize=100_000)(lambda row: [w.casefold() for w in WORD_OR_FIGURE.findall(texts[row])])
    keys = dict(zip(rows.tolist(), facts["key"][rows].tolist(), strict=True))
    firsts: dict[int, list[int]] = defaultdict(list)  # by a band that others have, too
    duplicates: dict[int, int] = {}
    for row, bands in shared_bands(facts["bands"], rows):
        for first in sorted({first for band in bands for first in firsts[band]}):
            near = keys[row] == keys[first] or (
                fold(row) == fold(first)
                or (vectors[row] @ vectors[first] >= NEAR and _are_alike(fold(row), fold(first)))
            )
            if near:
                duplicates[row] = first
                break
        else:
            for band in bands:
                firsts[band].append(row)
    return duplicates


def hash_each(texts: Iterable[str]) -> npt.NDArray[np.uint64]:
    """A number for each text, by which it is found again."""
    digests = (sha256(text.encode("utf-8", "surrogatepass")).digest()[:8] for text in texts)
    return np.frombuffer(b"".join(digests), "<u8")


def hash_words(text: str) -> int:
    """A number for the words of a text that are not little, folded."""
    return int(hash_each([" ".join(_large_words(text))])[0])


def _large_words(text: str) -> tuple[str, ...]:
    folded = (word.casefold() for word in WORD_OR_FIGURE.findall(text))
    return tuple(word for word in folded if word not in _LITTLE)


def _pairs(words: Sequence[str]) -> list[bytes]:
    """Pairs of words go with all that tells their sentence apart, so that only sentences of which that is the
    same are compared: there may be thousands like "Item 1 costs £2"."""
    told, folded = _distinctive_words(words), [word.casefold() for word in words]
    return sorted({f"{pair} {told}".encode() for pair in zip(["", *folded], folded, strict=False)})


class Copies:
    """Where else a sentence or a span stands; `twins` are those of the texts of `sentences`."""

    def __init__(self, documents: Documents, sentences: Spans, twins: Twins) -> None:
        self._documents, self._sentences, self._twins = documents, sentences, twins
        # No methods: they would hold this, and with it the documents, when nobody does any more.
        self._words = lru_cache(maxsize=100_000)(partial(_split_sentence, documents, sentences))
        self._near = lru_cache(maxsize=100_000)(partial(_documents_of, documents, sentences, twins))

    def first(self, row: int) -> int:
        """The row that stands for all sentences that say what `row` says."""
        return self._twins.get(row, row)

    def holders(self, row: int) -> Collection[str]:
        """The ids of the documents that say what `row` says, if another sentence does, too."""
        return self._near(self.first(row))

    def documents_with(self, rows: Sequence[int]) -> list[Document]:
        """The other documents that say most of the sentences `rows` of one, and contradict none.

        In the order of their publication.
        """
        shares = Counter(name for row in rows for name in self.holders(row))
        if not shares:
            return []
        own = self._sentences[rows[0]].document_id
        most = (name for name, count in shares.items() if name != own and count >= MOSTLY * len(rows))
        names = [name for name in most if not any(self._varies(row, name) for row in rows)]
        return [self._documents.named(name) for name in sorted(names, key=self._place)]

    def _place(self, name: str) -> int:
        return int(self._documents.places[self._documents.number(name)])

    def _varies(self, row: int, name: str) -> bool:
        """Whether the document does not say what `row` says but something that may contradict it."""
        if name in self.holders(row):
            return False
        words = self._words(row)
        number = self._documents.number(name)
        assert number is not None, "it holds another sentence"
        others = (self._words(other) for other in self._sentences.of_document(number))
        return any(Indel.normalized_similarity(words, other, score_cutoff=VARIANT) for other in others)

    def find_copied(self, chunks: Spans, words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """The chunks of which another document tells the story and holds every sentence, word for word:
        ``(n, 2)``, the row of each and the number of the document, in order.

        `words` are the `hash_words` of the sentences: capitals, punctuation and little words such as articles
        do not count.
        """
        exact: dict[int, set[str]] = defaultdict(set)
        for row in self._twins.rows.tolist():
            exact[int(words[row])].add(self._documents.ids[self._sentences.documents[row]])
        stories = lru_cache(maxsize=None)(self._tells_story)
        copied: list[tuple[int, int]] = []
        for chunk, rows in self._repeated_chunks(chunks):
            own = self._documents.ids[chunks.documents[chunk]]
            others = (exact.get(key, set()) for key in words[rows.start : rows.stop].tolist())
            names = set.intersection(*others) - {own}
            numbers = (self._documents.number(name) for name in names if stories(own, name))
            copied += sorted((chunk, other) for other in numbers if other is not None)
        return np.array(copied, np.int32).reshape(-1, 2)

    def _repeated_chunks(self, chunks: Spans) -> Iterator[tuple[int, range]]:
        """The chunks of which each sentence has a twin, with the rows of these, in order."""
        firsts, lasts = self._sentences.within_each(chunks)
        begins, ends = (np.searchsorted(self._twins.rows, rows) for rows in (firsts, lasts))
        for chunk in np.flatnonzero((firsts < lasts) & (ends - begins == lasts - firsts)).tolist():
            yield chunk, range(int(firsts[chunk]), int(lasts[chunk]))

    def _tells_story(self, own: str, name: str) -> bool:
        """Whether the document `name` says most of the sentences of `own`."""
        number = self._documents.number(own)
        assert number is not None, "it has a chunk"
        rows = self._sentences.of_document(number)
        return sum(name in self.holders(row) for row in rows) >= STORY * len(rows)


def _documents_of(documents: Documents, sentences: Spans, twins: Twins, first: int) -> frozenset[str]:
    """The ids of the documents that say what the sentence `first` says, if another says it, too."""
    return frozenset(documents.ids[sentences.documents[row]] for row in twins.group(first))


def _split_sentence(documents: Documents, sentences: Spans, row: int) -> tuple[str, ...]:
    """The words of a sentence that are not little, folded."""
    span = sentences[row]
    return _large_words(documents.named(span.document_id).text[span.start : span.end])


def _distinctive_words(words: Sequence[str]) -> list[str]:
    """What of a sentence tells stories apart, in order; all of it, if it has no capitals.

    >>> _distinctive_words("Hewitt said that the report is not due in 2024".split())
    ['hewitt', 'not', '2024']
    """
    cased = any(word[0].isupper() for word in words)
    return [
        word.casefold()
        for before, word in zip(["", *words], words, strict=False)
        if not cased
        or before[-1:].isdigit()  # then it may be the unit
        or (word[0].isupper() and word.lower() not in FUNCTION_WORDS)
        or _TELLING.fullmatch(word.casefold())
    ]


def _are_alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two sentences have nearly the same words in the same order, none of them moved or turned
    into its opposite by what it begins with (safe, unsafe)."""
    if Indel.normalized_similarity(words, others) < ALIKE:
        return False
    edits = [op for op in Indel.opcodes(words, others) if op.tag != "equal"]
    gone = {word for op in edits for word in words[op.src_start : op.src_end]}
    come = {word for op in edits for word in others[op.dest_start : op.dest_end]}
    bare = set(map(strip_prefix, gone))
    return gone.isdisjoint(come - FUNCTION_WORDS) and bare.isdisjoint(map(strip_prefix, come))
