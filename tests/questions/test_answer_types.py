"""Whatever is typed is answered, refused, or explained to be no question."""

from __future__ import annotations

import pytest
from colours import ColourEmbedder
from hypothesis import given, strategies as st

import rag
from rag.questions.answer_types import answer_type_of
from rag.questions.standalone.parts import asks_across_sources, split_parts
from rag.questions.terms import find_names
from rag.questions.validation import validate

PLAIN = "How many ICSs are there in England?"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "holds no word: ask in words"),
        (" \t\n ", "holds no word"),
        ("\x00\x07\x1b", "holds no word"),
        ("\u200b\ufeff\u202e", "holds no word"),
        ("\ud800", "holds no word"),
        ("🙂🙂", "holds no word"),
        ("?!", "holds no word"),
        ("x" * 100_000, "has 100,000 characters, expected at most 8,000: ask a shorter one"),
        ("why " * 10_000, "has 40,000 characters"),
        ("why so " * 1_000, r"has [12],\d{3} tokens, expected at most 1,000"),
        ("日本" * 1_000, "tokens, expected at most 1,000"),
    ],
)
def test_what_is_no_question_is_explained_in_one_line(chatbot, question, message):
    for ask in (chatbot.ask, chatbot.retrieve, lambda question: list(chatbot.stream(question))):
        with pytest.raises(rag.QuestionError, match=message) as caught:
            ask(question)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "question",
    [
        "?a?",
        "7",
        "Who",
        "\u202eمن قاد المراجعة؟\u202c",
        "誰が審査を主導しましたか",
        "🙂 Who led the review? 🙂",
        "a\u0301" * 300,
        "' OR 1=1; --",
        "<script>alert(1)</script>",
        "{question} %s %d $HOME `id` [1] \\1 (?P<x>",
        "how many " + "a " * 900,
    ],
)
def test_odd_question_gets_an_answer(unread_chatbot, question):
    answer = unread_chatbot.ask(question)
    assert answer.refused == (not answer.statements) and answer.refused <= bool(answer.reason)


@pytest.mark.parametrize(
    "question",
    [
        f"  {PLAIN}\n",
        "How many\nICSs\tare there\r\nin England?",
        "How many ICSs\x00are there\x1bin England?",
        "\ufeffHow many IC\u00adSs are there in Eng\u200bland?",  # soft hyphen, zero-width space
        "\u202aHow many ICSs are there in England?\u202c",
    ],
)
def test_invisible_characters_make_no_difference(chatbot, question):
    assert validate(question) == PLAIN
    assert chatbot.ask(question) == chatbot.ask(PLAIN)


def test_question_in_capitals_is_answered_alike(chatbot):
    assert "42 ICSs" in chatbot.ask(PLAIN.upper()).text


@given(st.text(max_size=200))
def test_any_text_is_one_line_or_a_question_error(question):
    try:
        text = validate(question)
    except rag.QuestionError:
        assert not any(c.isalnum() for c in question) or len(question) > 100
    else:
        assert text == " ".join(text.split()) == validate(text) and text.isprintable()


@given(st.text())
def test_any_text_can_be_looked_at(text):
    find_names(text), answer_type_of(text)
    assert all(part in text for part in split_parts(text))


class Counting(ColourEmbedder):
    """Counts the questions it embeds."""

    queries = 0

    def embed_query(self, text):
        self.queries += 1
        return super().embed_query(text)


@pytest.mark.parametrize(
    "question", ["Who? ", "Is it red? ", "Where is it? ", "Who is red and who is blue? "]
)
def test_question_of_very_many_parts_costs_no_more_than_a_long_one(small_index, question):
    embedder = Counting()
    rag.open_chatbot(small_index, embedder=embedder).ask((question * 200)[:2500])
    assert embedder.queries <= 40


# What a question asks for


@pytest.mark.parametrize("question", ["Why did she say so?", "What does MiP think?", "the", ""])
def test_any_sentence_may_answer(question):
    assert answer_type_of(question) is None


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many ICSs are there?", "England’s 42 ICSs will be examined.", True),
        ("How many ICSs are there?", "The 42 integrated bodies include ICSs.", True),
        ("How many ICSs are there?", "ICSs were formed in 2022.", False),
        ("How many reviews were there?", "In 2022, the review began.", False),
        ("How many principles are there?", "The letter adds that six initial ‘principles’ are set.", True),
        ("How old must I be to join?", "You must be age 13 or older.", True),
        ("How old must a driver be?", "Drivers are over 21 and hold a licence.", True),
        ("What age must I be?", "Age limit: 16", True),
        ("How old must I be to join?", "Over 300 people joined.", False),
        ("How old must I be to join?", "You must bring 13 forms.", False),
        ("When is it due?", "The report is due in March 2023.", True),
        ("When is it due?", "The report is due soon.", False),
        ("By when must it be done?", "It must be done before 2025/26.", True),
        ("When must I report it?", "Report it within two days.", True),
        ("When does the alarm ring?", "The alarm rings if a door is open.", True),
        ("When does the alarm ring?", "The alarm is red.", False),
        ("When is it open?", "It opens at nine.", True),
        ("When is it open?", "Hours: 8–16", True),
        ("When is it open?", "It is at nine sites, from 42 to 50 of them.", False),
        ("What year was it?", "It was 2023.", True),
        ("How old is she?", "She was born in 1948.", True),
        ("How old is she?", "She is chair of a board.", False),
        ("How long was he secretary?", "He was secretary for six years.", True),
        ("How much did it cost?", "It cost £250m.", True),
        ("How much did it cost?", "It cost a lot.", False),
        ("What does a ticket cost?", "A ticket is sold at the gate.", False),
        ("When was it mended?", "The release mends CVE-2023-1846.", False),
        ("When was it mended?", "It was mended on 12-JAN-2023.", True),
        ("What is her phone number?", "Press office · Honor Vane · 0555 210 061", True),
        ("phone no. of the gate?", "The gate: ext. 12, by day.", True),
        ("What is her phone number?", "The treasurer since 2019 is Honor Vane.", False),
        ("What is the e-mail address of the club?", "Write to hello@club.example.", True),
        ("What is the e-mail address of the club?", "Write to the club, 4 Mill Lane.", False),
        ("Who led it?", "It was led by Patricia Hewitt.", True),
        ("What is she paid?", "She is paid £9,000 a year.", True),
        ("What is she paid?", "She is paid by the board.", False),
    ],
)
def test_sentence_holds_what_is_expected(question, sentence, fits):
    assert bool(answer_type_of(question).pattern.search(sentence)) == fits


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many are there in Scotland?", ["Scotland"]),
        ("What did Wes Streeting say in 2025?", ["Wes", "Streeting", "2025"]),
        ("is the review over", []),
        ("WHO LED IT IN 2023?", ["2023"]),
        ("Scotland’s systems, I think, differ from those of Wales.", ["Wales"]),
        ("", []),
    ],
)
def test_names(question, named):
    assert [name for name in find_names(question) if name != "Scotland" or named] == named


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who led it?", ["Who led it?"]),
        ("Who led it? When was it due?", ["Who led it?", "When was it due?"]),
        ("Who led it, and when was it due?", ["Who led it", "when was it due?"]),
        ("What do the health and care boards do?", ["What do the health and care boards do?"]),
    ],
)
def test_parts(question, asked):
    assert split_parts(question) == asked


# Asking for several sources


@pytest.mark.parametrize(
    "question",
    [
        "Do the sources agree on targets?",
        "What do the reports say about data?",
        "What do the different documents say about data?",
        "Which articles mention Jon Restell?",
        "What does each publisher say about funding?",
        "How do they differ on autonomy?",
        "Compare the views on prevention.",
        "How did the plan change over time?",
        "What changed between December and April?",
        "Who led the review, and when was it due?",
        "who led it? when was it due?",
        "IS THERE ANYTHING THE SOURCES DISAGREE ON?",
    ],
)
def test_question_for_several_sources(question):
    assert asks_across_sources(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the review?",
        "What are its sources of funding?",
        "What does the report say about data?",
        "How many of the reports were late?",
        "Who wrote the papers on treatment?",
        "My mother is 81 and has no heating, when will somebody come?",
        "How many ICSs are there?",
        "What is the balance of autonomy and accountability?",
        "the",
        "",
    ],
)
def test_question_for_one_source(question):
    assert not asks_across_sources(question)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Give me the address, and when does it open?", 2),
        ("Could you give me the price and is it refundable?", 2),
        ("Opening hours? Is parking free?", 2),
        ("I hurt my back and will be off, when do you need a note?", 1),
        ("I run a stall but have another job, must I be there in person?", 1),
    ],
)
def test_a_situation_is_no_question_of_its_own(question, parts):
    assert len(split_parts(question)) == parts


# Whatever is typed, searched


NONSENSE = [
    "WHAT DOES THE UNION SAY ABOUT NATIONAL TARGETS?",
    "autonomy",
    "the",
    "why " * 10_000,
    "🙂 autonomy 🙂‍↔️ review 🇬🇧",
    "من قاد المراجعة؟ \u202eautonomy\u202c",
    "מי הוביל את הסקירה?",
    "What\0 is\0 a HARP?\0",
    "\0\0",
    "a\u0301" * 300,
    "？？ 誰 ？？",
    '" OR "a"="a',
    "in 2022 in 2022 in 2022 between 2022 and 2023 the union the union said",
    "What did the union say on 99 February 2022?",
    "What did MiP say on 31 April 2022 and after 30 February 2023?",
]
LONG_HISTORY = tuple(rag.Turn(f"What about {n}?\0", f"It is {n}. 🙂\u202e [1]") for n in range(200))


@pytest.mark.parametrize("question", NONSENSE)
@pytest.mark.parametrize(
    ("history", "where"),
    [
        ((), None),
        (LONG_HISTORY, rag.Where(publishers=("MiP",))),
        ((rag.Turn("", ""), rag.Turn("\0", "\ud800")), rag.Where(documents=("004_be3d9ac302b8a3ac.txt",))),
    ],
)
def test_any_question_gives_passages_or_one_clear_line(unread_chatbot, question, history, where):
    for call in (unread_chatbot.retrieve, unread_chatbot.ask):
        try:
            given, said = call(question, history=history, where=where), ""
        except rag.RagError as problem:
            given, said = [], str(problem)
        passages = given
        if isinstance(given, rag.Answer):
            passages = given.passages
            assert given.refused == (not given.statements) and given.refused <= bool(given.reason)
        assert bool(passages) != (20 < len(said) < 200) and "\n" not in said
        assert all(p.text == p.document.text[p.start : p.end] != "" for p in passages)


def test_capitals_find_what_small_letters_find(chatbot):
    for question in ("who ordered the review?", "what does the letter say about work streams?"):
        upper, lower = (chatbot.retrieve(q, 3) for q in (question.upper(), question))
        assert [(p.document.id, p.start) for p in upper] == [(p.document.id, p.start) for p in lower]
