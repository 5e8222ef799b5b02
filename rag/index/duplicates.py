"""Sentences that say the same -> what is shown once, with the other places named."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache, partial

from rapidfuzz.distance import Indel

from rag.datatypes import Chunk, Document, Vectors
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

    def __init__(
        self, documents: Sequence[Document], sentences: Sequence[Chunk], twins: Mapping[int, int]
    ) -> None:
        first = sorted(documents, key=lambda d: (d.published is None, str(d.published), d.id))
        self._documents = {document.id: document for document in first}
        # No method: that would hold this, and with it the documents, when nobody does any more.
        self._words = lru_cache(maxsize=100_000)(partial(_split_sentence, self._documents, sentences))
        self._place = {document.id: place for place, document in enumerate(first)}
        self._sentences = sentences
        self._twins = twins
        self._near: dict[int, set[str]] = defaultdict(set)
        self._exact: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in sorted({row for pair in twins.items() for row in pair}):
            self._near[self.first(row)].add(sentences[row].document_id)
            self._exact[self._words(row)].add(sentences[row].document_id)
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, span in enumerate(sentences):
            self._rows[span.document_id].append(row)
        shared = Counter(
            (span.document_id, holder)
            for row, span in enumerate(sentences)
            for holder in self._near.get(self.first(row), ())
        )
        self._stories = {pair for pair, count in shared.items() if count >= STORY * len(self._rows[pair[0]])}

    def place(self, document: Document) -> int:
        """Where `document` stands in the order of publication; those without a date come last, ties by id."""
        return self._place[document.id]

    def first(self, row: int) -> int:
        """The row that stands for all sentences that say what `row` says."""
        return self._twins.get(row, row)

    def holders(self, row: int) -> Collection[str]:
        """The ids of the documents that say what `row` says, if more than one does."""
        return self._near.get(self.first(row), ())

    def documents_with(self, rows: Sequence[int]) -> list[Document]:
        """The other documents that say most of the sentences `rows` of one, and contradict none.

        In the order of their places.
        """
        if not self._near or not rows:
            return []
        shares = Counter(name for row in rows for name in self._near.get(self.first(row), ()))
        own = self._sentences[rows[0]].document_id
        most = (name for name, count in shares.items() if name != own and count >= MOSTLY * len(rows))
        names = (name for name in most if not any(self._varies(row, name) for row in rows))
        return [self._documents[name] for name in sorted(names, key=self._place.__getitem__)]

    def _varies(self, row: int, name: str) -> bool:
        """Whether the document does not say what `row` says but something that may contradict it."""
        if name in self._near.get(self.first(row), ()):
            return False
        words = self._words(row)
        others = (self._words(other) for other in self._rows[name])
        return any(Indel.normalized_similarity(words, other, score_cutoff=VARIANT) for other in others)

    def documents_with_all(self, rows: Sequence[int]) -> list[Document]:
        """The other documents that tell the story and hold every sentence of `rows`, word for word.

        Capitals, punctuation and little words such as articles do not count.
        """
        own = self._sentences[rows[0]].document_id
        names = set.intersection(*(self._exact.get(self._words(row), set()) for row in rows)) - {own}
        return [self._documents[name] for name in sorted(names) if (own, name) in self._stories]


def _split_sentence(
    documents: Mapping[str, Document], sentences: Sequence[Chunk], row: int
) -> tuple[str, ...]:
    """The words of a sentence that are not little, folded."""
    span = sentences[row]
    text = documents[span.document_id].text[span.start : span.end]
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
