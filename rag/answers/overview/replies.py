"""What asks nothing of the documents -> a short word of Footnote's own, without a citation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.datatypes import Answer, Document, Intent, Question
from rag.documents.labels import date_text
from rag.wording import say

MOST_QUESTIONS = 3  # that are given as examples

_SHORT: Mapping[Intent, str] = {
    "thanks": "You are welcome.",
    "farewell": "Goodbye. What you asked is kept in the list of conversations, until you delete it there.",
    "acknowledgement": "All right. What else would you like to know from the documents?",
    "insult": (
        "I am sorry that this was no help. I can only say what stands in the documents; other words for the "
        "same question, or one thing at a time, may find it."
    ),
    "style": (
        "I answer in the documents' own words, so I cannot shorten, translate or rephrase them. A narrower "
        "question gets a shorter answer."
    ),
}


def reply(question: Question, documents: Sequence[Document], examples: Sequence[str]) -> Answer | None:
    """The word that fits a `question` that asks nothing of the `documents`, None if it asks for something.

    `examples` are questions that they answer.
    """
    text = _text(question, documents, examples)
    if not text:
        return None
    return Answer(
        *(question.text, (), (), False),
        confidence=1.0,
        reply=text,
        kind="word",
        language=question.language,
    )


def _text(question: Question, documents: Sequence[Document], examples: Sequence[str]) -> str:
    """The word for the intent of a question, "" if that asks something of documents."""
    intent, language = question.intent, question.language
    if intent in _SHORT:
        return say(language, _SHORT[intent])
    count = f"{len(documents):,}"
    many = say(language, "1 document") if count == "1" else say(language, "{n} documents", n=count)
    asking = f" For example: {' '.join(examples[:MOST_QUESTIONS])}" if examples else ""
    if intent == "greeting":
        hello = say(language, "Hello. Ask me something about the {many} here.", many=many)
        return f"{hello}{asking if language == 'en' else ''}"
    if intent == "identity":
        return (
            f"I am Footnote, a program that answers questions from {many} and shows for every sentence where "
            "it stands. I am no person, know nothing but these documents, and say so if they do not answer."
        )
    if intent == "abilities":
        return (
            f"I answer questions from {many}, each sentence with a footnote to its source. You can also ask "
            "which documents there are, which of them mention something, or for the key points of one."
            f"{asking}"
        )
    if intent == "recall":
        asked = [f"“{turn.question}”" for turn in question.history]
        return f"You asked: {'; '.join(asked)}." if asked else "You have not asked anything yet."
    return "I have not said anything yet." if intent == "repeat" else ""


def period_text(documents: Sequence[Document]) -> str:
    """From when the documents are, as far as that is known: "from 1 May 2022 to 3 June 2023"."""
    days = sorted(document.published for document in documents if document.published)
    if not days:
        return "without known dates"
    first, last = date_text(days[0]), date_text(days[-1])
    dated = f"of {first}" if first == last else f"from {first} to {last}"
    unknown = len(documents) - len(days)
    return f"{dated}{f', {unknown:,} without a known date' if unknown else ''}"
