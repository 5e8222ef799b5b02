"""The nouns.  Every stage takes some of these and returns others.  None does more than show itself,
and a Citation checks its quote.

All offsets are in characters of ``document.text``, half-open: ``text[start:end]``.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from rag.wording import say, sayings

Vectors = npt.NDArray[np.float32]  # ``(n, dim)`` or ``(dim,)``, each of length 1
Mask = npt.NDArray[np.bool_]  # ``(n,)``: which rows may be found


# The form of an answer that is no sentence: a list, one that is counted, the steps to something, what comes
# behind one of them, the row with the greatest or least value.
Form = Literal["", "list", "count", "steps", "next", "greatest", "least"]
# What was typed: a question, a word that asks nothing of the documents (a greeting, thanks, …, what was said
# before), or something that is asked about them.
Intent = Literal[
    "question",
    "greeting", "thanks", "farewell", "acknowledgement", "identity", "abilities", "style", "insult",
    "recall", "repeat",
    "list", "count", "newest", "oldest", "mentions", "topics", "gist", "author", "date", "title",
]  # fmt: skip
# What an answer is: what the documents say, that they do not, a word of Footnote's own, what there is of
# documents, or sentences of them chosen to give the gist.
AnswerKind = Literal["answer", "refusal", "word", "documents", "summary"]
# How a question is answered that asks whether something is so.
YesNo = Literal["yes", "no"]
# What documents have to say to a sentence of a draft: that it is so, that it is not, nothing; or it says
# nothing itself that could be checked, as a greeting or a heading.
VerdictKind = Literal["borne_out", "contradicted", "not_said", "no_claim"]
DifferingKind = Literal[
    "number", "date", "name", "quotation", "speaker", "negation", "comparison", "certainty", "cause"
]
BlockKind = Literal[
    "heading", "paragraph", "item", "row", "caption", "code", "quotation", "footnote",
    "question", "speaker", "term", "definition", "metadata", "furniture",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document as it is laid out: ``text[start:end]``, markup and all.

    `level` is that of a heading, 1 the highest, or the depth of a list item, from 0; `ordered` says that
    the items of its list are counted.  Of a row of a table `cells` are the places of its cells, one for each
    column, empty ones too, a cell over several columns or rows in each of them; `header` says that they
    are names of the columns.  A question (of an FAQ), a speaker and a term are what the blocks behind them
    stand under; furniture (menus, running heads) may stand inside of a paragraph that goes on behind it.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    ordered: bool = False
    header: bool = False
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup that is not shown: in place of ``text[start:end]`` a reader sees `shown`, mostly nothing."""

    start: int
    end: int
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus, its text whole and unaltered.

    `id` is the path below the corpus root with forward slashes.  What `sources.toml` does not
    say, and the file does not, is None: a publisher or a date is never guessed.  `date_note`
    says in words what is known of the date beyond `published`.
    `blocks` are how it is laid out, in the order of their starts, and hold every letter of the text;
    without any, the text is taken as plain.  `marks` are its markup, in order, none overlapping another.
    `encoding` is what the file's bytes were read as, and `date_from` where `published` is from.  `pages` are
    where its pages, slides or sheets begin in the text, in order, empty if it has none; `page_names` are what
    they are called where that is not the number of a page.  `details` are where smaller places begin, in
    order, and what they are called: a row of a sheet, the notes of a slide.  `sha256` is that of the file if
    its pages can be shown as they look, "" if not.  `aliases` are other paths at which the same file stands,
    in order.
    """

    id: str
    title: str
    text: str
    publisher: str | None = None
    published: date | None = None
    kind: str | None = None
    date_note: str | None = None
    url: str | None = None
    blocks: tuple[Block, ...] = dataclasses.field(default=(), hash=False)
    marks: tuple[Mark, ...] = dataclasses.field(default=(), hash=False)
    encoding: str = "utf-8"
    date_from: str | None = None
    pages: tuple[int, ...] = dataclasses.field(default=(), hash=False)
    page_names: tuple[str, ...] = dataclasses.field(default=(), hash=False)
    sha256: str = dataclasses.field(default="", compare=False)
    aliases: tuple[str, ...] = ()
    details: tuple[tuple[int, str], ...] = dataclasses.field(default=(), hash=False)

    @property
    def length(self) -> tuple[int, int]:
        """How many characters and words its text has."""
        return len(self.text), len(self.text.split())

    def at(self, id: str, aliases: tuple[str, ...]) -> Document:
        """The same document where `id` says, and `aliases`."""
        return dataclasses.replace(self, id=id, aliases=aliases)

    def page_at(self, at: int) -> int | None:
        """The number of the page, slide or sheet that the character `at` stands on, from 1; None without any.

        >>> Document("a.pdf", "A", "One. Two.", pages=(0, 5)).page_at(6)
        2
        """
        return max(1, bisect.bisect_right(self.pages, at)) if self.pages else None

    def place_at(self, at: int) -> str:
        """What the place of the character `at` is called: page, slide, sheet and row, …; "" without any.

        >>> Document("a.pdf", "A", "One. Two.", pages=(0, 5)).place_at(6)
        'p. 2'
        >>> at = {"pages": (0,), "page_names": ("sheet Jan",), "details": ((2, "row 7"),)}
        >>> sheet = Document("a.xlsx", "A", "1 2", **at)
        >>> sheet.place_at(0), sheet.place_at(2)
        ('sheet Jan', 'sheet Jan, row 7')
        """
        page = self.page_at(at)
        name = "" if page is None else self.page_names[page - 1] if self.page_names else f"p. {page}"
        n = bisect.bisect_right(self.details, at, key=lambda detail: detail[0]) - 1
        within = n >= 0 and (page is None or self.details[n][0] >= self.pages[page - 1])
        return ", ".join(filter(None, (name, self.details[n][1] if within else "")))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of one document that is embedded as one vector: ``text[start:end]``.

    A run of sentences that is searched, or one sentence that may be quoted.
    """

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Where:
    """Which documents to search: those that meet every condition; without any, all.

    `documents` are ids.  `publishers` are names or the first words of names, capitals or not.
    `since` and `until` are the first and last day of publication; a document without a date
    meets neither.

    Raises ValueError if a field is not of its type: one name is a tuple too.
    """

    documents: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        for field in ("documents", "publishers"):
            names = getattr(self, field)
            if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
                raise ValueError(f"{field} is {names!r}, expected a tuple of names")
            object.__setattr__(self, field, tuple(names))
        for field in ("since", "until"):
            day = getattr(self, field)
            if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
                raise ValueError(f"{field} is {day!r}, expected a date")


@dataclass(frozen=True, slots=True)
class StageRank:
    """How one retrieval stage saw a passage: its rank there (1 is best) and its raw score.

    For "preference", which adds the same to every document that the question asks for, the rank is 1.
    """

    stage: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that was retrieved for a question.

    `rank` counts from 1, best first; `score` is what it was ranked by, unless several sources were
    asked for: then documents take turns.
    Why it is here: `stages` says how each stage ranked it (a stage that did not find it is absent),
    `matched` are the words of the question that it or its title holds, in their order there.
    `section` are the headings that it stands under in one line, "" if there are none.
    `also_in` are other documents that say it, or most of it, in the same or nearly the same words.
    """

    document: Document
    start: int
    end: int
    rank: int
    score: float
    stages: tuple[StageRank, ...] = ()
    matched: tuple[str, ...] = ()
    also_in: tuple[Document, ...] = ()
    section: str = ""

    @property
    def text(self) -> str:
        """The exact words of the document at this place."""
        return self.document.text[self.start : self.end]

    @property
    def place(self) -> str:
        """Where it begins, as "p. 12", "slide 3" or "sheet Jan, row 7"; "" if there is no more to say."""
        return self.document.place_at(self.start)


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of a statement: the exact words of a document, in their place.

    `number` is the marker [n] that stands in the answer, counted from 1.  `section` are the headings that
    the words stand under in one line, "" if there are none.

    Raises ValueError if `quote` is not what stands at ``document.text[start:end]``.
    """

    number: int
    document: Document
    start: int
    end: int
    quote: str
    section: str = ""

    def __post_init__(self) -> None:
        there = self.document.text[self.start : self.end]
        inside = 0 <= self.start < self.end <= len(self.document.text)
        if not inside or there != self.quote:
            raise ValueError(
                f"citation [{self.number}] does not quote {self.document.id}: "
                f"{self.quote!r} was claimed, {there!r} stands at {self.start}:{self.end}"
            )

    @property
    def place(self) -> str:
        """Where it begins, as "p. 12", "slide 3" or "sheet Jan, row 7"; "" if there is no more to say."""
        return self.document.place_at(self.start)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, with the one before it if it needs that, or a list or a row of a table, and
    what proves it.

    `text` is how a reader sees it: without markup, a row with the names of its columns.
    `support` is the share of its words that stand in its quotes, in [0, 1]; 1.0 is verbatim.
    `unsupported` are the numbers, dates, names and quoted phrases of it that they lack.
    `fact` is where in `text` the very thing stands that was asked for, ``(start, end)``; None if
    no part of it is more the answer than the rest.
    `attribution` says whose words they are, where several sources answer one question or somebody speaks.
    """

    text: str
    citations: tuple[Citation, ...]
    support: float
    unsupported: tuple[str, ...] = ()
    fact: tuple[int, int] | None = None
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the statements of an answer give other values for the same thing.

    `kind` is "differ", or "refine" if the later values say more exactly what the first one says.
    `numbers` are the citations they stand in, `values` their words, in the same order.
    """

    kind: Literal["differ", "refine"]
    numbers: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question, or that they do not say it.

    `question` is the question that was answered: a follow-up stands here with its context.
    `passages` are what was read to answer, best first, those of the parts of a question by turns;
    after a refusal, the nearest there were.
    `reason` says in a few words why it was refused, or which part of the question was; it is None
    if every part was answered.
    `prefers` are the documents that the question was taken to ask for; they came first.
    `confidence` is the chance that the first statement is right, in [0, 1], as calibrated on questions of
    known answer; of what was refused, that it would have been.
    `differences` are where the sources that it cites do not agree.
    `author` is the language model that wrote the statements, "" if they are the documents' own.
    `notice` is what there is to say of how it was written, as that a model could not be reached.
    `reply` is what Footnote itself says, above its statements or alone; `kind` is "refusal" if it is refused.
    `language` is that of the question, by its code, in which Footnote says its own words.
    `verdict` is how the first statement decides a question that asks whether something is so, None unless it
    surely does; `reply` is then "Yes." or "No.".
    """

    question: str
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    refused: bool
    reason: str | None = None
    prefers: Where | None = None
    confidence: float = 0.0
    differences: tuple[Difference, ...] = ()
    author: str = ""
    notice: str | None = None
    reply: str = ""
    kind: AnswerKind = "answer"
    verdict: YesNo | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        if self.refused:
            object.__setattr__(self, "kind", "refusal")

    @property
    def unsure(self) -> bool:
        """Whether its first statement is only the likeliest, and the others may answer instead of it."""
        return self.reply in sayings(UNSURE)

    @property
    def text(self) -> str:
        """What Footnote says itself and the statements with their markers, or the sentence of refusal."""
        if self.refused:
            return say(self.language, REFUSAL)
        told = [with_markers(statement) for statement in self.statements]
        lines = (self.reply and not self.verdict) or any("\n" in text for text in told)
        return ("\n" if lines else " ").join([*filter(None, [self.reply]), *told])

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its number."""
        cited = {c.number: c for statement in self.statements for c in statement.citations}
        return tuple(cited[number] for number in sorted(cited))


@dataclass(frozen=True, slots=True)
class Differing:
    """In what a sentence goes beyond a source: its own words, and those of the source instead.

    Either is "" if it is no words that differ: a sentence may leave out a "not", a source a cause.
    """

    kind: DifferingKind
    claimed: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the documents have to say to a claim.

    `citations` prove it, say otherwise or, if the documents do not say it, are what they say that comes
    nearest; those of a claim of several parts, which are judged each, are those of the part that decides.
    `differing` are the words in which it is not as the first of them says, empty if it is borne out.
    `part` are the words of the part that decides, "" if that is all of the claim.
    """

    kind: VerdictKind
    citations: tuple[Citation, ...] = ()
    differing: tuple[Differing, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft, ``draft.text[start:end]``, as a reader sees it, and the verdict on it."""

    text: str
    start: int
    end: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """A draft, and a verdict on each of its sentences, in their order.

    The citations are numbered from 1 in the order in which they first appear.
    """

    draft: Document
    sentences: tuple[CheckedSentence, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its number."""
        cited = {c.number: c for sentence in self.sentences for c in sentence.verdict.citations}
        return tuple(cited[number] for number in sorted(cited))

    def count(self, kind: VerdictKind) -> int:
        """How many sentences have that verdict."""
        return sum(sentence.verdict.kind == kind for sentence in self.sentences)

    @property
    def passes(self) -> bool:
        """Whether no sentence is contradicted or not said."""
        return not self.count("contradicted") and not self.count("not_said")


@dataclass(frozen=True, slots=True)
class Preference:
    """The documents that a question asks for, the words by which it does, and how many sources those name.

    `ids` are those that `where` admits.
    """

    where: Where
    words: tuple[str, ...]
    sources: int = 1
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnswerType:
    """The kind of thing that answers a question: `label` names it, `pattern` finds a sentence with it.

    Without a thing of a `required` kind there is no answer, however near the sentence is.
    `thing` finds the thing itself, where that is less than what `pattern` finds.
    """

    label: str
    pattern: re.Pattern[str]
    required: bool
    thing: re.Pattern[str] | None = None

    @property
    def marks(self) -> re.Pattern[str]:
        """What finds the thing itself in a sentence."""
        return self.thing or self.pattern


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood, once: what is asked of its words is a field, and nobody parses it
    again but to mark and compare what answers.

    `text` is what it asks, and `context` what it was asked after: empty unless `text` points back at
    something said before.  `follows` are the questions that it goes on from, the latest last, and `instead`
    what it asks of in place of what the last one did, if it is no more than that ("And for flu?").  `typed`
    is what was typed, on one line, and `history` the turns before it that count.  `parts` are the questions
    that it is made of, each whole in itself.
    `scope` are the ids of the documents that may answer.  `prefers` are those that it names by
    publisher, kind or date; None if it names none, or a filter says where to look.
    `answer_type` is the kind of thing that answers, None if any sentence may; `definition` finds what says
    what something is, if that is asked.  `names` and `topics` are
    words without which the documents can hardly answer.  `subject` is its text without the words by
    which it asks for several sources; `own_words` and `search_words` are its text, and all of it, without
    those that only name documents.  `across_sources` says that it asks what several documents say.
    `form` is that of its answer, `several` says that it asks which things of some kind ("Which grants …?"),
    and `step` is the number of the item that it asks for, from 1.  `present` says that it asks what holds
    now.  `thing` is what it asks of, if it is a part of a question that compares things, and "" otherwise.
    `claim` is what it asks the truth of, as a statement, "" if yes or no is no answer to it; `denies` says
    that it asks so as to deny that ("Doesn't it …?").  `cause` says that it asks why, `answer_before` is the
    answer before, if it asks no more than why that is so ("And why?"), else "".
    `asks_source` says that it asks who said that, or where it stands.
    `language` is that it is in, by its code of ISO 639-1.
    `intent` is what it is at all, and `target` the topic or words that something about the documents is
    asked of, "" if of all in its scope.
    """

    text: str
    context: str = ""
    follows: tuple[str, ...] = ()
    instead: str = ""
    prefers: Preference | None = None
    typed: str = ""
    history: tuple[Turn, ...] = ()
    parts: tuple[Question, ...] = ()
    scope: frozenset[str] = frozenset()
    answer_type: AnswerType | None = None
    definition: re.Pattern[str] | None = None
    names: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    subject: str = ""
    own_words: str = ""
    search_words: str = ""
    across_sources: bool = False
    form: Form = ""
    several: bool = False
    step: int | None = None
    present: bool = True
    thing: str = ""
    claim: str = ""
    denies: bool = False
    cause: bool = False
    answer_before: str = ""
    asks_source: bool = False
    language: str = "en"
    intent: Intent = "question"
    target: str = ""

    @property
    def standalone(self) -> str:
        """The question in words that need no history.

        >>> Question("By when?", "How big is the cut?").standalone
        'By when? (after: How big is the cut?)'
        """
        return f"{self.text} (after: {self.context})" if self.context else self.text


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, the text it was answered with, and what that quoted, if it is known.

    A text in the documents' own sentences is found in them again; one of a language model is not.
    """

    question: str
    answer: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """What was found for a question: passages, best first, and the vector that they were found by.

    `vector` is that of the question standing alone, float32 ``(dim,)``; None if nothing was searched.
    """

    question: Question
    passages: tuple[Passage, ...]
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the corpus that is not there or could not be read, if only some pages of it, and why.

    `kind` says what it is.
    """

    path: str
    reason: str
    kind: str = "file"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of an index, or with a part of the conversations."""

    part: str
    what: str


@dataclass(frozen=True, slots=True)
class Approximation:
    """How the nearest chunks are found where each is not compared: where more than `exact` may be found.

    Of `lists` lists those are looked into, `probes` of them, that are nearest.  `recall_at_10` is the share
    of the ten nearest that is so found, of a sample of the chunks, as measured when they were made; since
    then `altered` chunks were added or removed.
    """

    exact: int
    lists: int
    probes: int
    recall_at_10: float
    altered: int = 0


@dataclass(frozen=True, slots=True)
class IndexCard:
    """How an index was made, so that opening it can tell whether it still fits.

    `corpus` is the corpus folder relative to the index folder, or, of several, each by its name, in their
    order; `files` maps each stored file to its sha256; `indexed` maps the id of each document to when this
    very text of it was first indexed, in ISO form, UTC.  `questions` are those of the corpus to begin with.
    `include` and `exclude` are the patterns by which files were selected.  `approximate` says how chunks are
    searched that are too many to compare each.
    """

    format: int
    embedder: str
    weights_sha256: str
    dim: int
    embedder_window: int
    window: int
    overlap: int
    corpus: str | dict[str, str]
    corpus_sha256: str
    documents: int
    chunks: int
    sentences: int
    skipped: tuple[Skipped, ...]
    files: dict[str, str]
    indexed: dict[str, str]
    questions: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    approximate: Approximation | None = None


REFUSAL = "The documents do not answer this question."
UNSURE = "This may answer it:"


def with_markers(statement: Statement) -> str:
    """The statement followed by its markers, behind whose words they are.

    >>> with_markers(Statement("Nothing is cited.", (), 0.0))
    'Nothing is cited.'
    """
    markers = "".join(f"[{citation.number}]" for citation in statement.citations)
    said = f"{statement.attribution}: {statement.text}" if statement.attribution else statement.text
    return f"{said} {markers}".rstrip()
