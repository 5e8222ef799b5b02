"""A follow-up brings along what it points back at; a new topic brings nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Question, Turn
from rag.questions.standalone.ellipsis import find_thing
from rag.questions.standalone.followups import resolve_followup, split_question

WHO = Turn("Who ordered the review?", "The review, ordered by Chancellor Jeremy Hunt, will examine ICSs. [1]")


@pytest.mark.parametrize(
    "question", ["When is it due?", "And in Wales?", "What about prevention?", "Why?", "By when?"]
)
def test_follow_up_takes_its_context_along(question):
    found = resolve_followup(question, [WHO])
    assert (found.text, found.context, found.follows) == (question, WHO.question, (WHO.question,))


@pytest.mark.parametrize(
    "question",
    ["How many ICSs are there?", "Who leads the Health Service Journal?", "Is there a plan for 2025?"],
)
def test_question_that_stands_alone_is_left_alone(question):
    assert resolve_followup(question, [WHO]) == resolve_followup(question, []) == Question(question)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("How old is he?", "How old is Jeremy Hunt?"),
        ("What is his title?", "What is Jeremy Hunt’s title?"),
        ("Did they ask him?", "Did they ask Jeremy Hunt?"),
    ],
)
def test_he_is_the_person_last_named(question, meant):
    assert resolve_followup(question, [WHO]).text == meant


def test_person_in_the_question_goes_before_those_in_the_answer():
    turn = Turn("What does Patricia Hewitt chair?", "It met Jeremy Hunt. [1]")
    assert (
        resolve_followup("When was she health secretary?", [turn]).text
        == "When was Patricia Hewitt health secretary?"
    )


def test_context_reaches_back_over_several_follow_ups():
    history = [WHO, Turn("When is it due?", "In March.")]
    question = resolve_followup("And where?", history)
    assert WHO.question in question.context and "When is it due?" in question.context


def test_new_topic_between_ends_the_context():
    history = [WHO, Turn("How many ICSs are there?", "42.")]
    assert resolve_followup("Where are they?", history).context == "How many ICSs are there?"


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        ("When was the opening ceremony?", "Janacek"),
        ("How many people live there?", "Ostrava"),
        ("Any other awards?", "Janacek"),
        ("what songs were released", "Janacek"),
    ],
)
def test_question_that_leaves_its_subject_out_gets_it(question, needed):
    history = [
        Turn("Where was Leos Janacek born?", "Leos Janacek was born in Hukvaldy near Ostrava. [1]"),
        Turn(
            "Which stadium did Leos Janacek open in Ostrava?", "Leos Janacek opened the Bazaly stadium. [1]"
        ),
    ]
    assert needed in resolve_followup(question, history).standalone


def test_parts_stand_alone():
    first, second = split_question(Question("Who led the review, and when was it due?"))
    assert first == Question("Who led the review")
    assert second == Question("when was it due?", "Who led the review", ("Who led the review",))


@given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_history_is_understood(question, turns):
    history = [Turn(*turn) for turn in turns]
    understood = resolve_followup(question, history)
    assert understood.context or not understood.standalone.endswith(")") or question.endswith(")")
    if not history:
        assert understood == Question(question)


@pytest.mark.parametrize("turns", [200, 5_000])
@pytest.mark.parametrize("asked", ["And why is that?", "How many ICSs are there in England?"])
def test_long_history_is_no_hindrance(chatbot, turns, asked):
    history = tuple(Turn(asked, "Because it is so. [1]") for _ in range(turns))
    assert chatbot.ask("How many ICSs are there in England?", history=history).text.count("42 ICSs") == 1
    chatbot.ask("And what are they responsible for?", history=history)
    chatbot.retrieve("And what are they responsible for?", history=history)


@pytest.mark.parametrize(
    ("question", "before", "answer", "text"),
    [
        (
            "And what does she want?",
            "How many does Hewitt want?",
            "‘High Accountability’",
            "And what does Hewitt want?",
        ),
        ("When was she minister?", "Who chairs the Norfolk board?", "", "When was she minister?"),
        ("What is her job?", "Who chairs it?", "Ann Fox told Jim Ash.", "What is her job?"),
        ("What is her job?", "Who chairs it?", "The chair, Ann Fox, is new.", "What is Ann Fox’s job?"),
    ],
)
def test_he_or_she_is_a_person_only_if_it_is_plain_who(question, before, answer, text):
    assert resolve_followup(question, [Turn(before, answer)]).text == text


def test_it_within_its_own_question_does_not_point_back():
    question = "When was the report released and what did Fox say about it?"
    assert resolve_followup(question, [Turn("Who asked?", "Nobody.")]) == Question(question)


# Dialogues about the seeds: the answers are sentences of theirs

LEADS = Turn(
    "Who leads the review?",
    "Review chair Patricia Hewitt was health secretary from 2005 to 2007 and is now chair of the Norfolk "
    "and Waveney Integrated Care Board. [1]",
)
CUT = Turn(
    "By how much must ICSs cut running costs?",
    "It is disappointing that shortly before the release of this report, the government announced ICSs "
    "must reduce their running costs by 30% before 2025/26. [1]",
)
WARNED = Turn(
    "What did MiP warn of?",
    "MiP, 19 December 2022: MiP chief executive Jon Restell warned that many MiP members would be "
    "“suspicious” about the real motives behind the review. [1]",
)
PREVENTION = Turn(
    "What does Hewitt recommend on prevention?",
    "This includes a shift in resources, to which she recommends a 1% increase in the NHS budgets going "
    "towards prevention. [1]",
)


@pytest.mark.parametrize(
    ("turn", "question"),
    [
        *((LEADS, question) for question in (
            "and before that?", "For how long?", "since when?", "Who was health secretary then?",
            "what is the budget there?",
        )),
        *((CUT, question) for question in (
            "and later?", "any update since?", "what about in 2023?", "Is that a lot?", "In which year?",
            "how many of them are there?", "who disagrees?", "really?", "Are you sure?", "and in Wales?",
            "When exactly?", "why not", "By how much exactly?", "Compared to what?", "Who decides?",
            "Has anything changed since?", "the same for Wales?", "For which ICSs?", "Why is that?",
            "What would happen otherwise?",
        )),
        *((WARNED, question) for question in (
            "and the others?", "what did they say about data?", "Tell me more", "how so?",
            "What happened next?", "who said that?", "in the Autumn Statement?", "What do the others say?",
        )),
        *((PREVENTION, question) for question in (
            "Anything else?", "Which ones?", "Does MiP agree?", "Can you elaborate?", "such as?", "like what",
            "What for?", "Is there more?", "What was it called before?",
        )),
    ],
)  # fmt: skip
def test_what_goes_on_brings_what_it_goes_on_from(turn, question):
    found = resolve_followup(question, [turn])
    assert (found.text, found.context, found.follows) == (question, turn.question, (turn.question,))


@pytest.mark.parametrize(
    ("turn", "question", "standalone"),
    [
        (WHO, "Who is he?", "Who is Jeremy Hunt?"),
        (WHO, "and him?", "and Jeremy Hunt? (after: Who ordered the review?)"),
        (LEADS, "What is her job now?", "What is Patricia Hewitt’s job now?"),
        (LEADS, "is she still?", "is Patricia Hewitt still?"),
        (WARNED, "What did he urge?", "What did Jon Restell urge?"),
        (WARNED, "and what of that?", f"and what of that? (after: {WARNED.question})"),
        (WARNED, "what does he think of it?",
         "what does Jon Restell think of it? (after: What did MiP warn of?)"),
        (WARNED, "does he agree with her?", f"does he agree with her? (after: {WARNED.question})"),
        (
            PREVENTION,
            "What else did she recommend?",
            "What else did Hewitt recommend? (after: What does Hewitt recommend on prevention?)",
        ),
    ],
)  # fmt: skip
def test_pronoun_after_an_answer_is_the_person_it_names(turn, question, standalone):
    assert resolve_followup(question, [turn]).standalone == standalone


@pytest.mark.parametrize(
    "question",
    [
        "What did Steve Barclay say in his speech?",
        "What did Hewitt say when she was interviewed?",
        "In which month is the final report due?",
        "Since 2018, how has the budget changed?",
        "Under Tony Blair, who was health secretary?",
        "Who said that targets should be cut?",
        "Does MiP agree with the recommendations?",
        "What was the satisfaction figure the year before?",
        "What happened in December 2022?",
        "Hewitt review targets",
        "Who’s Hewitt?",
    ],
)
def test_question_that_names_what_it_means_is_left_alone(question):
    assert resolve_followup(question, [WHO]) == Question(question)


def test_publisher_of_an_answer_is_no_person():
    turn = Turn("Who chairs it?", "Guardian News, 4 April 2023: The chair, Ann Fox, is new. [1]")
    assert resolve_followup("What is her job?", [turn]).text == "What is Ann Fox’s job?"


# What a follow-up is searched by


FOLLOW_UPS = [
    ("Who ordered the review?", "Jeremy Hunt did. [1]", "How long was he health secretary?", "six years"),
    ("What are HARPs?", "They are partnerships. [1]", "What are they aimed at?", "incentivising integration"),
    ("What does the letter of January say?", "It is long. [1]", "What does it reveal?", "five work streams"),
    ("By how much must ICSs cut running costs?", "By 30%. [1]", "By when?", "before 2025/26"),
    ("How many national targets does Hewitt want?", "At most 10. [1]", "And why?", "national priorities"),
    ("What does WA Communications say of prevention?", "A lot. [1]", "And about funding?", "multi-year"),
    ("Who chairs the Norfolk board?", "Patricia Hewitt. [1]", "When was she health secretary?", "2005"),
    (PREVENTION.question, PREVENTION.answer, "What else did she recommend?", "national targets"),
    (CUT.question, CUT.answer, "Does Hewitt agree?", "rethink"),
    ("When were ICSs established?", "In July 2022. [1]", "And later?", "six months into their formation"),
    ("When is the final report expected?", "By 15 March 2023. [1]", "Any update since?", "released April 4"),
    ("Who chairs the review?", LEADS.answer, "What did she tell the HSJ?", "very different stages"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "said", "question", "found"), FOLLOW_UPS)
def test_follow_up_finds_what_it_means(chatbot, before, said, question, found):
    history = [Turn(before, said)]
    passages = chatbot.retrieve(question, 5, history=history)
    assert any(found in passage.text for passage in passages)
    standalone = resolve_followup(question, history).standalone
    assert standalone != question
    assert [(p.document.id, p.start, p.end) for p in passages] == [
        (p.document.id, p.start, p.end) for p in chatbot.retrieve(standalone, 5)
    ]


def test_new_topic_is_searched_alone(chatbot):
    question = "How many ICSs are there in England?"
    history = [Turn("What does MiP say about data?", "A lot. [1]")]
    assert chatbot.retrieve(question, history=history) == chatbot.retrieve(question)


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        (PREVENTION.question, "And Hunt?", "What does Hunt recommend on prevention?"),
        ("How many visitors came in May 2023?", "what about in 2024?", "How many visitors came in May 2024?"),
        ("How many visitors came in May 2023?", "and June", "How many visitors came in June 2023?"),
        (
            "How many visitors came in May 2023?",
            "And on 3 June 2024?",
            "How many visitors came on 3 June 2024?",
        ),
        ("How many visitors came in 2023?", "And in March?", "How many visitors came in March 2023?"),
        ("Who chairs the board?", "and the committee for audit?", "Who chairs the committee for audit?"),
        ("How much is neutering a male ferret?", "And a female?", "How much is neutering a female ferret?"),
        ("When does the pool open on Sundays?", "and Saturdays?", "When does the pool open on Saturdays?"),
        ("What is the yearly fee?", "And monthly?", "What is the monthly fee?"),
    ],
)
def test_a_single_thing_takes_the_place_of_its_like(before, question, standalone):
    resolved = resolve_followup(question, [Turn(before, "So it was.")])
    assert (resolved.text, resolved.context) == (standalone, "")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("When did Leeds and York meet?", "And Hull?"),  # of which of them it takes the place is not clear
        ("Who chairs the board of the trust?", "And the committee?"),
        ("Who pays for repairs?", "And in 2024?"),  # there is no like
        ("Who pays for the repairs in 2023?", "And why in 2024?"),
        ("When does the library open?", "And the café?"),  # what it does would be lost
        ("Does the fee include tax?", "And the deposit?"),
        ("When does the Leeds depot open?", "And Saturday?"),  # of another kind
        ("When can I visit?", "And York?"),
        ("Is smoking allowed in the hall?", "And parking?"),
        ("How much is a ticket for the pool?", "And children?"),
        ("What is the fee at Leeds?", "What about VAT?"),
        ("Who pays for the repairs in 2023?", "And the others in 2024?"),
    ],
)
def test_what_has_no_single_like_goes_on_with_the_question(before, question):
    resolved = resolve_followup(question, [Turn(before, "So it was.")])
    assert (resolved.text, resolved.context) == (question, before)


@pytest.mark.parametrize(
    ("question", "row", "context"),
    [
        ("Is it open on Sunday?", "Depot: Leeds · Manager: A. Brook [1]", "Which is the largest? Leeds."),
        ("Is that one open?", "Leeds · A. Brook [1]", "Which is the largest? Leeds."),
        ("Are they open?", "Depot: Leeds · Manager: A. Brook [1]", "Which is the largest?"),
        ("Is it open?", "Depot: Ely · Area: 9 [1] Depot: Leeds · Area: 8 [2]", "Which is the largest?"),
        ("Is it open?", "The largest is in Leeds. [1]", "Which is the largest?"),
    ],
)
def test_it_is_what_the_one_row_told_is_of(question, row, context):
    assert resolve_followup(question, [Turn("Which is the largest?", row)]).context == context


@pytest.mark.parametrize(
    "question",
    [
        *(
            "how much per hour",
            "how many percent",
            "when in the year",
            "why so long",
            "how long till its paid",
        ),
        *("which is cheaper", "who got the most", "who gets one", "the second one", "no i meant before 2024"),
    ],
)
def test_what_has_no_verb_or_does_not_say_what_it_compares_goes_on(question):
    assert resolve_followup(question, [WHO]).follows == (WHO.question,)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        *(("and for flu", "flu"), ("what about the 14X?", "the 14X"), ("no i meant the barn", "the barn")),
        *(
            (question, "")
            for question in ("and why", "and the others?", "and the cheapest?", "and then", "and 12?")
        ),
        *(
            (question, "")
            for question in ("and who pays", "and are they open", "and not?", "and the second one")
        ),
    ],
)
def test_thing_of_which_a_follow_up_asks_is_known(question, thing):
    assert find_thing(question) == thing


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("when is it due and how many pages has it", ["when is it due", "how many pages has it"]),
        (
            "what do you pay for cars and for bikes",
            ["what do you pay for cars?", "what do you pay for bikes?"],
        ),
        ("how much is a fire door compared with a gate", ["how much is a fire door?", "how much is a gate?"]),
        ("who met in May and was told", ["who met in May and was told"]),
        ("can i walk in may and in june", ["can i walk in may and in june"]),
    ],
)
def test_each_part_is_asked_without_any_question_mark(question, parts):
    assert [part.text for part in split_question(Question(question))] == parts


@pytest.mark.parametrize(
    "question",
    [
        *("Who is the carpenter?", "what is the number", "how much to moor a yacht", "Where to buy truffles"),
        *("How much for a step-free room?", "why so many potholes on Mill Road", "What happens in year one?"),
        *("How do I get a badge if I need one?", "I meant to pay my bill on time, what is the fine?"),
    ],
)
def test_what_is_asked_of_a_thing_that_it_names_stands_alone(question):
    assert not resolve_followup(question, [WHO]).follows


@pytest.mark.parametrize(
    "question",
    [
        *("which rooms are step-free and have a projector", "who is the treasurer and is also a trustee"),
        *("what happens if a tenant dies and has no will", "who was born in 1950 and in 1970 became mayor"),
        "how many people are employed compared with 2019",
    ],
)
def test_two_things_that_are_said_of_one_are_one_question(question):
    assert [part.text for part in split_question(Question(question))] == [question]
