"""What was typed -> a Question, made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from rag.datatypes import REFUSAL, Document, Preference, Question, Turn, Where
from rag.documents.filters import matching_ids, resolve_filter
from rag.language.cleaning import compose
from rag.language.dates import find_period
from rag.language.ranges import find_ranges
from rag.language.spelling import mend_common_words
from rag.models.scorer import load_common_words
from rag.questions.answer_types import answer_type_of
from rag.questions.definitions import definition_asked
from rag.questions.forms import asks_cause, asks_cause_alone, asks_present, asks_several, form_of, step_of
from rag.questions.intents import ASKS_NOTHING, QUESTIONS, Utterance, find_intent
from rag.questions.messages import find_asking
from rag.questions.other_languages import (
    answer_type_in,
    asks_cause_in,
    counted_in,
    language_of,
    names_in,
    resolve,
    word_in,
)
from rag.questions.polar import polar_of
from rag.questions.sources.document_names import DocumentNames
from rag.questions.sources.preferences import SourceMatcher, without_source_words
from rag.questions.sources.requests import asks_for_source
from rag.questions.standalone.followups import resolve_followup, split_question
from rag.questions.standalone.parts import asks_across_sources, subject_of
from rag.questions.terms import find_names, find_topics
from rag.questions.validation import recent_turns, validate
from rag.timings import stage

MOST_FILTERS = 64  # whose documents are kept, as one filter serves a whole conversation
MOST_LOOKED_AT = 50  # turns before, for those that ask something


class Interpreter:
    """Understands questions about some documents; safe to share between threads.

    `is_word` says of what was typed whether it is a word, of theirs or any other; `languages` are those of
    the documents.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        is_word: Callable[[str], bool],
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._documents = documents
        self._languages = languages
        self._is_word = is_word
        self._names = DocumentNames(documents)
        self._sources = SourceMatcher(documents)
        # No method: that would hold this, and with it the documents, when nobody does any more.
        self._scope = lru_cache(maxsize=MOST_FILTERS)(partial(_admitted_ids, documents))

    @stage("understand")
    def interpret(self, typed: str, *, history: Sequence[Turn] = (), where: Where | None = None) -> Question:
        """The question that was `typed` after `history`, the latest turn last, with all that it asks for.

        Only documents that `where` admits are in its scope; without it all are, and the question may
        prefer some.

        Raises QuestionError if it holds no word or is too long, FilterError if `where` names what is not
        there, ValueError if it is no Where.
        """
        if not isinstance(where, Where | None):
            raise ValueError(f"where is {where!r}, expected a Where")
        scope = self._scope(where or Where())
        text = compose(validate(typed))
        if (language := language_of(text, self._languages)) != "en":
            return self._interpret_in(language, text, recent_turns(history), scope, where)
        text = mend_common_words(text, load_common_words(), self._is_word)
        turns = recent_turns(
            [
                turn
                for turn in history[-MOST_LOOKED_AT:]
                if find_intent(turn.question).intent not in ASKS_NOTHING
            ]
        )
        of_source = bool(turns) and asks_for_source(text)
        said = find_intent(text, follows=bool(turns))
        if said.intent == "repeat" and of_source:
            said = replace(said, intent="question")
        elif said.intent == "repeat" and turns:
            said, turns = find_intent(turns[-1].question, follows=len(turns) > 1), turns[:-1]
        of_document = said.intent in QUESTIONS and said.intent != "question"
        if of_document and not self._names.find(said.target, turns):
            said = replace(said, intent="question")  # it is of something that is no document
        if said.intent not in QUESTIONS:
            return replace(self._request(said, text, turns, scope), asks_source=of_source)
        question = resolve_followup(*find_asking(said.text, turns))
        prefers = self._preference(said, question, turns) if where is None else None
        before = turns[-1].answer if turns and asks_cause_alone(text) else ""
        before = "" if before == REFUSAL else before
        whole, *parts = (
            replace(one, scope=scope, prefers=prefers, history=turns, answer_before=before)
            for one in (question, *split_question(question))
        )
        filled = [_fill(part) for part in parts]
        whole = filled[0] if parts == [whole] else _fill(whole)
        whole = replace(whole, typed=text, intent=said.intent, target=said.target)
        return replace(whole, parts=tuple(filled), asks_source=of_source)

    def _interpret_in(
        self,
        language: str,
        typed: str,
        turns: tuple[Turn, ...],
        scope: frozenset[str],
        where: Where | None,
    ) -> Question:
        """The question that was `typed` in another language than English, of one part.

        What is learned or known of English alone is left out: requests about the documents, lists, claims.
        """
        question = resolve(typed, language, turns)
        prefers = self._sources.preference(question) if where is None else None
        question = replace(
            question,
            typed=typed,
            history=turns,
            scope=scope,
            prefers=prefers,
            language=language,
            answer_type=answer_type_in(typed, language),
            names=tuple(names_in(typed, language)),
            topics=tuple(filter(None, [counted_in(typed, language)])),
            subject=typed,
            own_words=without_source_words(question.text, prefers),
            search_words=without_source_words(question.standalone, prefers),
            cause=asks_cause_in(typed, language),
            intent=word_in(typed, language) or "question",
        )
        return replace(question, parts=(question,))

    def _preference(self, said: Utterance, question: Question, turns: tuple[Turn, ...]) -> Preference | None:
        """The documents that a question asks for; the one alone that it asks who wrote, or when."""
        if said.intent != "question":
            named = self._names.find(said.target, turns)
            if len(named) == 1 < len(self._documents):
                return Preference(Where(documents=(*named,)), (), ids=named)
        return self._sources.preference(question)

    def _request(
        self, said: Utterance, typed: str, turns: tuple[Turn, ...], scope: frozenset[str]
    ) -> Question:
        """What asks something about the documents, or nothing."""
        named = self._names.find(said.target, turns, scope) if said.intent == "gist" else frozenset[str]()
        target = "" if named else said.target
        question = Question(
            said.text, typed=typed, history=turns, scope=named or scope, intent=said.intent, target=target
        )
        subject = subject_of(target)
        about = replace(
            question,
            names=tuple(find_names(subject)),
            topics=tuple(find_topics(subject)),
            subject=subject,
            own_words=target,
            search_words=target,
        )
        return replace(about, parts=(about,))


def _admitted_ids(documents: Sequence[Document], where: Where) -> frozenset[str]:
    """The ids of the documents that `where` admits.  Raises FilterError if it names what is not there."""
    return matching_ids(resolve_filter(where, documents), documents)


def _fill(question: Question) -> Question:
    """`question` with what its words, and the documents that it prefers, say of it."""
    subject = subject_of(question.text)
    dates = question.prefers.words if question.prefers else ()  # "before March" need stand in no document
    form, period = form_of(question.text), find_period(subject)
    if form in ("list", "count") and period and not (period.since and period.until):
        dates = (*dates, *period.words)  # nor "after 2004", of which of several is asked
    named = subject
    for bound in find_ranges(subject):  # nor "more than 15"
        named = named[: bound.start] + " " * (bound.end - bound.start) + named[bound.end :]
    polar = None if question.context else polar_of(question.text)  # what "it" is, no claim says
    return replace(
        question,
        answer_type=answer_type_of(question.text),
        definition=definition_asked(question.text),
        names=tuple(name for name in find_names(named) if name not in dates),
        topics=tuple(find_topics(subject)),
        subject=subject,
        own_words=without_source_words(question.text, question.prefers),
        search_words=without_source_words(question.standalone, question.prefers),
        form=form,
        several=asks_several(question.text),
        step=step_of(question.text),
        present=asks_present(question.text),
        across_sources=asks_across_sources(question.text, question.prefers),
        claim=polar.claim if polar else "",
        denies=bool(polar and polar.denied),
        cause=asks_cause(question.text),
    )
