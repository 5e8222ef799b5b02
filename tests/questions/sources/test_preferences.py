"""A filter is kept to the letter; what a question asks for comes first and shuts nothing out."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from colours import ColourEmbedder
from hypothesis import given, strategies as st
from small import build

import rag
from rag import Document, Turn, Where
from rag.datatypes import Question
from rag.documents.filters import matching_ids, resolve_filter
from rag.questions.sources.preferences import SourceMatcher, without_source_words

DECEMBER, APRIL, CONSULTANCY, REPUBLISHED, LEGAL = IDS = (
    "000_f81187c414ed6d90.txt",
    "001_f5beb9c021f937af.txt",
    "002_7e1034732e573293.txt",
    "003_d812065ad58ab3fb.txt",
    "004_be3d9ac302b8a3ac.txt",
)
UNION = "MiP, the union for health and care managers"
WHO = "Who ordered the review?"
QUESTIONS = [
    WHO,
    "What does the review say about autonomy and national targets?",
    "When is the final report due? And who leads it?",
    "What six principles drive it?",
    "Do the sources agree on funding?",
    "What did the union say in 2022?",
    "How many ICSs are there in England?",
    "What did Jon Restell say?",
    "prevention",
]


def ids_within(where, documents):
    """The ids of the documents that meet the filter."""
    return matching_ids(resolve_filter(where, documents), documents)


# What is not there


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (Where(documents=("nowhere.txt",)), IDS),
        (Where(publishers=("The Times",)), (UNION, "WA Communications")),
        (Where(since=date(2023, 1, 1), until=date(2022, 1, 1)), ("2023-01-01", "2022-01-01")),
    ],
)
def test_every_call_of_the_chatbot_checks_its_filter(chatbot, where, names):
    calls = (
        chatbot.ask,
        chatbot.retrieve,
        chatbot.understand,
        lambda q, where: [*chatbot.stream(q, where=where)],
    )
    for call in calls:
        with pytest.raises(rag.FilterError) as caught:
            call(WHO, where=where)
        assert all(name in str(caught.value) for name in names)


# Inside a filter, on the real documents


FILTERS = {
    "one document": (Where(documents=(LEGAL,)), {LEGAL}),
    "two documents": (Where(documents=(DECEMBER, REPUBLISHED)), {DECEMBER, REPUBLISHED}),
    "a publisher": (Where(publishers=("mip",)), {DECEMBER, APRIL}),
    "a period": (Where(since=date(2023, 4, 4), until=date(2023, 4, 5)), {APRIL, CONSULTANCY}),
    "a publisher in a period": (Where(publishers=("MiP",), until=date(2022, 12, 31)), {DECEMBER}),
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_passage_and_citation_is_inside_the_filter(unread_chatbot, name):
    where, inside = FILTERS[name]
    assert ids_within(where, unread_chatbot.documents) == inside
    seen = set()
    for question in QUESTIONS:
        found = unread_chatbot.retrieve(question, 20, where=where)
        answer = unread_chatbot.ask(question, where=where)
        seen |= {p.document.id for p in found}
        assert found and {p.document.id for p in (*found, *answer.passages)} <= inside
        assert {other.id for p in found for other in p.also_in} <= inside
        assert {c.document.id for c in answer.citations} <= inside
        assert answer.prefers is None
        for c in answer.citations:
            assert c.document.text[c.start : c.end] == c.quote
    assert seen == inside


@pytest.mark.parametrize("name", FILTERS)
def test_follow_up_stays_inside_the_filter(chatbot, name):
    where, inside = FILTERS[name]
    history = [Turn(WHO, "Chancellor Jeremy Hunt did. [1]")]
    answer = chatbot.ask("And when was it announced?", history=history, where=where)
    assert {p.document.id for p in answer.passages} <= inside
    assert {c.document.id for c in answer.citations} <= inside


def test_whole_document_is_found_inside_a_filter(chatbot):
    """Not only what of it was among the best of all documents."""
    where = Where(documents=(LEGAL,))
    found = chatbot.retrieve("What did MiP members answer in the survey?", 1000, where=where)
    shown = {at for p in found for at in range(p.start, p.end)}
    text = next(d.text for d in chatbot.documents if d.id == LEGAL)
    for chunk in chatbot.index.chunks:
        if chunk.document_id == LEGAL:
            assert all(at in shown or text[at].isspace() for at in range(chunk.start, chunk.end))


NOTHING = Where(publishers=("MiP",), since=date(2024, 1, 1))


def test_filter_that_no_document_meets_finds_nothing_and_is_refused(chatbot):
    assert chatbot.retrieve(WHO, where=NOTHING) == []
    answer = chatbot.ask(WHO, where=NOTHING)
    assert (answer.refused, answer.reason) == (True, "no document meets the filter")
    assert answer.passages == answer.statements == () and answer.question == WHO
    assert list(chatbot.stream(WHO, where=NOTHING)) == [answer]


@pytest.mark.parametrize(
    ("name", "question", "inside", "outside"),
    [
        ("Restell", "What did Jon Restell say?", DECEMBER, LEGAL),
        ("Sunak", "What is Rishi Sunak aware of?", REPUBLISHED, APRIL),
        ("HARPs", "What are HARPs?", CONSULTANCY, DECEMBER),
    ],
)
def test_name_that_stands_only_outside_the_filter_is_missing(chatbot, name, question, inside, outside):
    refused = chatbot.ask(question, where=Where(documents=(outside,)))
    assert refused.refused and refused.reason.startswith("nothing here mentions ") and name in refused.reason
    answer = chatbot.ask(question, where=Where(documents=(inside,)))
    assert "nothing here mentions" not in (answer.reason or "")
    assert {c.document.id for c in answer.citations} == {inside}


def test_answer_without_a_filter_is_that_with_the_empty_one_where_nothing_is_preferred(chatbot):
    assert chatbot.ask(WHO) == chatbot.ask(WHO, where=Where())
    assert chatbot.retrieve(WHO) == chatbot.retrieve(WHO, where=Where())


def test_filter_by_documents_named_is_that_by_their_publisher(chatbot):
    by_id, by_name = Where(documents=(DECEMBER, APRIL)), Where(publishers=("MIP",))
    assert chatbot.retrieve(WHO, 9, where=by_id) == chatbot.retrieve(WHO, 9, where=by_name)


# What a question asks for


def prefers(chatbot, question, **options):
    found = chatbot.understand(question, **options).prefers
    return found.where if found else None


YEAR = {2022: (date(2022, 1, 1), date(2022, 12, 31)), 2023: (date(2023, 1, 1), date(2023, 12, 31))}


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("what did the union say in 2022?", Where((), (UNION,), *YEAR[2022])),
        ("What did MiP say in April 2023?", Where((), (UNION,), date(2023, 4, 1), date(2023, 4, 30))),
        ("What does MiP think of it?", Where((), (UNION,))),
        ("what does mip think of it?", Where((), (UNION,))),
        ("WHAT DOES MIP THINK OF IT?", Where((), (UNION,))),
        ("What does WA Communications say about prevention?", Where((), ("WA Communications",))),
        ("What does the legal briefing say of principles?", Where((LEGAL,))),
        ("What did the union say before 2023?", Where((), (UNION,), None, date(2022, 12, 31))),
        ("What was said after 4 April 2023?", Where(IDS, (), date(2023, 4, 5), None)),
        (
            "What do MiP and WA Communications say about accountability?",
            Where((), (UNION, "WA Communications")),
        ),
    ],
)
def test_question_that_names_its_documents_prefers_them(chatbot, question, where):
    found = prefers(chatbot, question)
    assert ids_within(found, chatbot.documents) == ids_within(where, chatbot.documents)
    assert (found.since, found.until, found.publishers) == (where.since, where.until, where.publishers)


@pytest.mark.parametrize(
    "question",
    [
        "How many ICSs are there?",
        WHO,
        "Who was health secretary in 2005?",  # a year of the matter, not of a document
        "Who was health secretary from 2005 to 2007?",
        "Who began a review in December 2022?",  # a document is of that month, but it is not asked for
        "What will ICSs have to save before 2025/26?",
        "What does the review say about the workforce?",
        "How many people does the government pay in the NHS?",
    ],
)
def test_question_that_names_no_document_prefers_none(chatbot, question):
    assert prefers(chatbot, question) is None


def test_year_of_no_document_is_of_something_else(chatbot):
    assert prefers(chatbot, "What did the union say about the health secretary of 2005?") == Where(
        (), (UNION,)
    )


def test_what_is_preferred_comes_first_and_the_rest_still_comes(chatbot):
    question = "what did the union say in 2022?"
    found, alike = chatbot.retrieve(question, 30), chatbot.retrieve(question, 30, where=Where())
    assert found[0].document.id == DECEMBER
    assert {p.document.id for p in found} == set(IDS)
    places = [[p.rank for p in passages if p.document.id == DECEMBER] for passages in (found, alike)]
    assert sum(places[0]) / len(places[0]) < sum(places[1]) / len(places[1])
    for passages, told in ((found, True), (alike, False)):
        for p in passages:
            assert any(s.stage == "preference" for s in p.stages) is (told and p.document.id == DECEMBER)


@pytest.mark.parametrize("question", ["what did the union say in 2022?", "What does MiP think of targets?"])
def test_preference_is_told_with_the_answer_and_removed_by_a_filter(chatbot, question):
    assert chatbot.ask(question).prefers == prefers(chatbot, question) is not None
    for where in (Where(), Where(documents=IDS)):
        assert prefers(chatbot, question, where=where) is None
        assert chatbot.ask(question, where=where).prefers is None


def test_refusal_tells_what_was_preferred(chatbot):
    answer = chatbot.ask("What did the union say about Ben Nevis?")
    assert answer.refused and answer.prefers == Where((), (UNION,))


def test_follow_up_takes_the_publisher_along(chatbot):
    history = [Turn("What does MiP say about national targets?", "They were wary. [1]")]
    assert prefers(chatbot, "And about funding?", history=history) == Where((), (UNION,))
    assert prefers(chatbot, "How many ICSs are there?", history=history) is None


def test_follow_up_names_another_publisher(chatbot):
    history = [Turn("What does MiP say about national targets?", "They were wary. [1]")]
    asked = prefers(chatbot, "And what does WA Communications say?", history=history)
    assert asked == Where((), ("WA Communications",))


def test_source_of_one_common_word_is_not_found_in_every_question(write, tmp_path):
    sources = '["a.txt"]\npublisher = "Time"\n["b.txt"]\npublisher = "Nature, a journal"\n'
    build(write({"a.txt": "The red fox.", "b.txt": "The blue hen.", "sources.toml": sources}), tmp_path / "i")
    bot = rag.open_chatbot(tmp_path / "i", embedder=ColourEmbedder())
    assert prefers(bot, "By what time does nature wake the red fox?") is None
    assert prefers(bot, "What does Nature say about the fox?") == Where((), ("Nature, a journal",))
    assert prefers(bot, "What does the journal say?") == Where((), ("Nature, a journal",))


def test_documents_of_which_nothing_is_known_are_never_preferred(small_index):
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder())
    for question in ("What did the union say in 2022?", "the news of 2023", "What does the report say?"):
        assert prefers(bot, question) is None


@given(st.text(max_size=60))
def test_any_question_may_be_read_for_a_preference(chatbot, question):
    try:
        found = prefers(chatbot, f"What did MiP say in 2022 of {question}?")
    except rag.QuestionError:
        return
    assert found is None or ids_within(found, chatbot.documents)


@pytest.mark.parametrize("before", ["What did MiP say in 2022?", "What did MiP say?"])
def test_follow_up_takes_another_year(chatbot, before):
    history = [Turn(before, "It was wary. [1]")]
    assert prefers(chatbot, "And in 2023?", history=history) == Where((), (UNION,), *YEAR[2023])


# What a question may be taken for

PRESS = [
    Document(name, f"Title of {name}", ".", publisher, kind=kind)
    for name, publisher, kind in (
        ("times", "The Times", "letter of the board"),
        ("nyt", "New York Times", None),
        ("time", "Time", None),
        ("nature", "Nature", None),
        ("which", "Which?", None),
        ("age", "Age UK", None),
        ("who", "World Health Organization (WHO)", None),
        ("fund", "The King's Fund", None),
        ("c", "C++ (.*) News", None),
        ("legal", None, "legal briefing"),
    )
]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did the New York Times say?", {"nyt"}),
        ("What did the Times say?", {"times"}),
        ("What did The King’s Fund say about data?", {"fund"}),
        ("What did Time say?", {"time"}),
        ("What did the World Health Organization find?", {"who"}),
        ("What does WHO say?", {"who"}),
        ("What did Age UK say?", {"age"}),
        ("What did Age UK and Nature say?", {"age", "nature"}),
        ("What does the legal briefing conclude?", {"legal"}),
        ("What does C++ (.*) News say?", {"c"}),
        ("Time after time it was late.", set()),
        ("Nature or nurture?", set()),
        ("Which? Is that all?", set()),
        ("WHO TOLD THE MAYOR?", set()),
        ("How many people in the UK are old?", set()),
        ("What does the board say?", set()),
        ("Will the legal costs rise?", set()),
        ("What can the legal system do?", set()),
        ("What do sources other than Age UK say?", set()),
        ("Does anyone except Age UK mention it?", set()),
        ("Apart from Age UK, who mentions it?", set()),
        ("What does Nature, unlike Age UK, say?", {"nature"}),
        ("What else did Age UK say?", {"age"}),
    ],
)
def test_names_that_are_common_words_and_those_left_out_are_not_asked_for(question, asked):
    prefers = SourceMatcher(PRESS).preference(Question(question))
    found = ids_within(prefers.where, PRESS) if prefers else set()
    assert found == asked


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Compare the union and the consultancy on funding", {DECEMBER, APRIL, CONSULTANCY}),
        ("Did the legal briefing and the union agree on targets?", {DECEMBER, APRIL, LEGAL}),
        ("What does the union recommend?", {DECEMBER, APRIL}),
        ("What did MIP say in Dec 2022?", {DECEMBER}),
    ],
)
def test_every_source_named_is_asked_for(chatbot, question, documents):
    prefers = chatbot.understand(question).prefers
    assert ids_within(prefers.where, chatbot.documents) == documents
    found = {passage.document.id for passage in chatbot.retrieve(question, 5)}
    publishers = {d.publisher for d in chatbot.documents if d.id in documents}
    assert {d.publisher for d in chatbot.documents if d.id in found} >= publishers


def test_word_is_looked_for_where_it_does_not_name_the_source(chatbot):
    question = "What does the legal briefing say about legal requirements?"
    assert "legal requirements" in without_source_words(question, chatbot.understand(question).prefers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"documents": None},
        {"publishers": "MiP"},
        {"publishers": (None,)},
        {"since": "2022"},
        {"until": datetime(2022, 1, 1)},
    ],
)
def test_filter_of_wrong_types_says_what_was_expected(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .*, expected a"):
        Where(**wrong)


def test_filter_may_be_given_as_lists(chatbot):
    assert Where(publishers=["MiP"]) == Where(publishers=("MiP",))
    with pytest.raises(ValueError, match="where is 'MiP', expected a Where"):
        chatbot.retrieve(WHO, where="MiP")


def test_whole_name_is_meant_before_names_that_begin_so():
    bbc, news = Document("a", "A", ".", "BBC"), Document("b", "B", ".", "BBC News")
    assert ids_within(Where(publishers=("bbc",)), [bbc, news]) == {"a"}
    assert ids_within(Where(publishers=("BBC",)), [news]) == {"b"}
    prefers = SourceMatcher([bbc, news]).preference(Question("What does the BBC say?"))
    assert prefers.where == Where(publishers=("BBC",))


def test_question_for_other_sources_does_not_prefer_the_last_one(chatbot):
    history = [Turn("What did MiP say about national targets?", "It was wary. [1]")]
    assert chatbot.understand("What do the other sources say?", history=history).prefers is None
