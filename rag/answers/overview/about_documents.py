"""Something asked about the documents -> an answer from the index: which there are, which mention what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answers.overview.replies import period_text
from rag.answers.statements import cite, cite_spans
from rag.answers.support import support
from rag.datatypes import Answer, Document, Question, Statement
from rag.documents.labels import published_text
from rag.documents.outline import Outline
from rag.index.parts.documents import Outlines
from rag.index.store import Index
from rag.language.words import FUNCTION_WORDS, find_words, stems
from rag.spans import Span

MOST_LISTED = 20  # documents
SHORT_STEM = 3  # letters
MOST_HEADINGS = 6  # of a document whose topics are listed
LISTING = ("list", "count", "topics")
# What a document's own metadata call it.
KEYS = {
    "author": r"authors?|by(?:line)?|written by|creator|editor|from",
    "date": r"(?:pub)?date|(?:date)?published|created|issued|(?:last )?(?:updated|modified)|sent",
    "title": r"title|headline|subject",
}


def answer_about_documents(question: Question, index: Index, examples: Sequence[str]) -> Answer | None:
    """The answer to a `question` about the documents in its scope, None if it asks for something else.

    `examples` are questions that they answer.
    """
    outlines = index.outlines.among(question.scope)
    if question.intent in LISTING:
        return _answer_listing(question, outlines, examples)
    if question.intent in ("newest", "oldest"):
        return _answer_extreme(question, outlines)
    if question.intent == "mentions":
        return _answer_mentions(question, index, outlines)
    return _answer_metadata(question, outlines) if question.intent in KEYS else None


def describe(document: Document) -> str:
    """A document in a list: its title, then whose, when and which file it is.

    >>> describe(Document("travel.md", "Travel policy", "Text.", "HR"))
    'Travel policy (HR, travel.md)'
    """
    day = published_text(document) if document.published else None
    return f"{document.title} ({', '.join(filter(None, (document.publisher, day, document.id)))})"


def _answer_metadata(question: Question, outlines: Outlines) -> Answer | None:
    """What the one document that is named says of itself, None if it does not say it."""
    named = question.prefers.ids if question.prefers else frozenset(outlines)
    if len(named) != 1:
        return None
    outline = outlines[next(iter(named))]
    key = re.compile(rf"\W*(?:{KEYS[question.intent]})\W*[:=]", re.IGNORECASE)
    for start, end in outline.pieces:
        if outline.kind_at(start) == "metadata" and key.match(outline.document.text, start, end):
            statements = cite_spans([(outline.document, start, end)], outlines)
            return Answer(question.standalone, statements, (), refused=False, confidence=1.0)
    return None


def _answer_listing(question: Question, outlines: Outlines, examples: Sequence[str]) -> Answer:
    documents = outlines.documents
    many = "There is 1 document" if len(documents) == 1 else f"There are {len(documents):,} documents"
    text = f"{many}, {period_text(documents)}."
    if question.intent == "topics":
        text += f" You can ask, for example: {' '.join(examples)}" if examples else ""
        text += " They are about:"
    statements = [
        _linked(
            _with_topics(outline) if question.intent == "topics" else describe(outline.document), outline, n
        )
        for n, outline in enumerate((outlines[document.id] for document in documents[:MOST_LISTED]), 1)
    ]
    more = len(documents) - len(statements)
    return _answer(
        question, text, statements, f"{more:,} more are in the list of documents" if more else None
    )


def _with_topics(outline: Outline) -> str:
    """A document with its first headings below the title."""
    shown = (outline.shown(block) for block in outline.blocks if block.kind == "heading")
    headings = [heading for heading in dict.fromkeys(shown) if heading != outline.document.title]
    return f"{outline.document.title}{': ' if headings else ''}{'; '.join(headings[:MOST_HEADINGS])}"


def _answer_extreme(question: Question, outlines: Outlines) -> Answer:
    dated = [document for document in outlines.documents if document.published]
    if not dated:
        return _answer(question, "None of the documents has a known date.", [])
    days = [document.published for document in dated]
    day = max(filter(None, days)) if question.intent == "newest" else min(filter(None, days))
    of_day = [document for document in dated if document.published == day][:MOST_LISTED]
    among = "" if len(outlines) == len(dated) else " of the documents whose date is known"
    text = f"The {question.intent}{among}:"
    return _answer(question, text, [_linked(describe(d), outlines[d.id], n) for n, d in enumerate(of_day, 1)])


def _answer_mentions(question: Question, index: Index, outlines: Outlines) -> Answer:
    """The documents that have the words of the target, each with the first sentence that has them."""
    target = question.target.strip(" ?\"“”'‘’")
    patterns = [*_word_patterns(target)]
    places = []
    for document in outlines.documents:
        if span := _first_mention(index, document, patterns):
            places.append((document, *span))
    many = "None" if not places else f"{len(places):,}"
    verb = "mention" if len(places) > 1 else "mentions"
    told = f"{many} of the {len(outlines):,} documents {verb}"
    if len(outlines) == 1:
        told = "The document mentions" if places else "The document does not mention"
    listed = cite_spans(places[:MOST_LISTED], outlines)
    named = [_from(statement) for statement in listed]
    more = len(places) - len(named)
    return _answer(
        question,
        f"{told} “{target}”{':' if named else '.'}",
        named,
        f"{more:,} more mention it" if more else None,
    )


def _word_patterns(target: str) -> Iterator[re.Pattern[str]]:
    """A pattern for each word of content in `target`, whatever its ending."""
    words = find_words(target)
    for word in [word for word in words if word.lower() not in FUNCTION_WORDS] or words:
        stem = (stems(word) or [word.lower()])[0]
        begins = stem[:-1] if len(stem) > 3 and stem.endswith("i") else stem
        known = word.lower().startswith(begins)
        # Behind a short stem only an ending that nouns have: "care" is no "car".
        shown = re.escape(begins if known else word)
        if len(begins) <= SHORT_STEM:
            shown = rf"(?:{re.escape(word)}|{shown}(?:e?s)?)(?:['’]s?)?(?!\w)"
        yield re.compile(rf"(?<!\w){shown}", re.IGNORECASE)


def _first_mention(index: Index, document: Document, patterns: Sequence[re.Pattern[str]]) -> Span | None:
    """The first sentence with a match of every pattern, else one with the first, if the document has all."""
    if not patterns or not all(pattern.search(document.text) for pattern in patterns):
        return None
    first: Span | None = None
    for match in patterns[0].finditer(document.text):
        for row in index.sentence_rows(document.id, match.start(), match.start() + 1):
            span = index.sentences[row].start, index.sentences[row].end
            if all(pattern.search(document.text, *span) for pattern in patterns):
                return span
            first = first or span
    return first


def _from(statement: Statement) -> Statement:
    document = statement.citations[0].document
    return replace(statement, attribution=describe(document))


def _linked(text: str, outline: Outline, number: int) -> Statement:
    """What is said of a document, with the beginning of it for a proof that it is there."""
    start, end = outline.pieces[0]
    citation = cite(outline, start, end, number)
    return Statement(text, (citation,), support(text, [citation.quote]))


def _answer(
    question: Question, text: str, statements: Sequence[Statement], notice: str | None = None
) -> Answer:
    return Answer(
        question.text,
        tuple(statements),
        (),
        refused=False,
        confidence=1.0,
        notice=notice,
        reply=text,
        kind="documents",
    )
