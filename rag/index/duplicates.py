"""Sentences that say the same -> what is shown once, with the other places named."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from rag.datatypes import Document, Vectors
from rag.index.parts.documents import Documents
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

# MinHash finds the candidates (Broder, "On the resemblance and containment of documents", 1997), and
# each is then compared word by word; so its own threshold is lower, 0.5, that it may miss few.
PERMUTATIONS = 128
BANDS, ROWS = 25, 5  # what datasketch works out from that threshold, each time anew and in 70 ms
SEED = 1

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


def find_duplicates(texts: Sequence[str], vectors: Vectors) -> dict[int, int]:
    """The rows of `texts` that say what an earlier row says, each with the first such row.

    `vectors` are those of the texts, ``(n, dim)``, of length 1.

    >>> text = "The report is {} to be published on {} May."
    >>> import numpy as np
    >>> alike = np.ones((3, 1), dtype=np.float32)
    >>> find_duplicates([text.format("due", 4), text.format("due", 5), text.format("expected", 4)], alike)
    {2: 0}
    """
    from datasketch import MinHash, MinHashLSH  # brings half of scipy along

    words = {row: tokens for row, text in enumerate(texts) if (tokens := WORD_OR_FIGURE.findall(text))}
    distinctive = {row: _distinctive_words(tokens) for row, tokens in words.items()}
    folded = {row: [word.casefold() for word in tokens] for row, tokens in words.items()}
    # Pairs of words go with all that tells their sentence apart, so that only sentences of which that is
    # the same are compared: there may be thousands like "Item 1 costs £2".
    sketches = MinHash.generator(
        (
            sorted(
                {f"{pair} {distinctive[row]}".encode() for pair in zip(["", *tokens], tokens, strict=False)}
            )
            for row, tokens in folded.items()
        ),
        num_perm=PERMUTATIONS,
        seed=SEED,
    )
    firsts = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    duplicates: dict[int, int] = {}
    for row, sketch in zip(folded, sketches, strict=True):
        for first in sorted(firsts.query(sketch)):
            near = folded[row] == folded[first] or (
                vectors[row] @ vectors[first] >= NEAR and _are_alike(folded[row], folded[first])
            )
            if near:
                duplicates[row] = first
                break
        else:
            firsts.insert(row, sketch)
    return duplicates


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

    def find_copied(self, chunks: Spans) -> npt.NDArray[np.int32]:
        """The chunks of which another document tells the story and holds every sentence, word for word:
        ``(n, 2)``, the row of each and the number of the document, in order.

        Capitals, punctuation and little words such as articles do not count.
        """
        exact: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in self._twins.rows.tolist():
            exact[self._words(row)].add(self._sentences[row].document_id)
        stories = lru_cache(maxsize=None)(self._tells_story)
        copied: list[tuple[int, int]] = []
        for chunk in self._near_chunks(chunks):
            number = int(chunks.documents[chunk])
            rows = self._sentences.within(number, int(chunks.starts[chunk]), int(chunks.ends[chunk]))
            if not rows or self._twins.count(rows) < len(rows):
                continue
            own = self._documents.ids[number]
            names = set.intersection(*(exact.get(self._words(row), set()) for row in rows)) - {own}
            numbers = (self._documents.number(name) for name in names if stories(own, name))
            copied += sorted((chunk, other) for other in numbers if other is not None)
        return np.array(copied, np.int32).reshape(-1, 2)

    def _near_chunks(self, chunks: Spans) -> list[int]:
        """The chunks of the documents that have a sentence with a twin."""
        numbers = np.unique(self._sentences.documents[self._twins.rows])
        return np.flatnonzero(np.isin(chunks.documents, numbers)).tolist()

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
    text = documents.named(span.document_id).text[span.start : span.end]
    folded = (word.casefold() for word in WORD_OR_FIGURE.findall(text))
    return tuple(word for word in folded if word not in _LITTLE)


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
