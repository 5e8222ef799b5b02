"""Only what the documents say is proved, of what a model says: of truths, lies and changed sentences."""

from __future__ import annotations

import re

import pytest

import rag
from rag.datatypes import Question, Statement
from rag.generation.parser import ParsedSentence
from rag.generation.proofs import MOST_CITED
from rag.models.llm import OpenAIModel

SYSTEMS, WHO, CUTS = "How many ICSs are there in England?", "Who ordered the review?", "What must ICSs cut?"
TARGETS = "Which targets will not be affected?"
WHAT, HEWITT, WHEN = "What does Hewitt recommend?", "Who is Patricia Hewitt?", "When is the final report due?"
MIP, NHS, LETTER = "What does MiP say?", "How satisfied are people with the NHS?", "What did the letter say?"
CHAIR = "of the Norfolk and Waveney Integrated Care Board"

TRUE = [  # the question, what is said, and the document that must be the first to prove it
    (SYSTEMS, "England has 42 integrated care systems.", "000"),
    (WHO, "Chancellor Jeremy Hunt ordered the review.", "000"),
    (MIP, "Jon Restell of MiP warned that many members would be suspicious of the review's motives.", "000"),
    (MIP, "The MiP survey closes on 6 January 2023.", "000"),
    (MIP, "Many managers believe that the review is “nothing more than an ideological witch-hunt”.", "000"),
    (HEWITT, "Patricia Hewitt was health secretary between 2005 and 2007.", "000"),
    (TARGETS, "Targets for waiting lists and ambulance response times will not be affected.", "000"),
    (CUTS, "ICSs have to cut their running costs by 30% before 2025/26.", "001"),
    (MIP, "The NHS has lagged behind comparable healthcare systems in making good use of data.", "001"),
    (MIP, "Multi-year funding would let local leaders recruit, resource and plan ahead.", "001"),
    (
        WHO,
        "It was jointly commissioned by the Department for Health and Social Care and the Treasury.",
        "001",
    ),
    (WHAT, "Hewitt recommends that NHS budgets for prevention rise by 1%.", "002"),
    (WHAT, "Hewitt wants ICS funding to “be largely multi-year and recurrent”.", "002"),
    (WHAT, "The review does not call for additional funding for NHS services.", "002"),
    ("How much money was withdrawn?", "A budget of £250m for social care training was withdrawn.", "002"),
    ("When were ICSs set up?", "ICSs were formally established in July 2022.", "002"),
    (NHS, "More than 7 million people are waiting for hospital treatment.", "003"),
    (
        "What are ICSs?",
        "ICSs are statutory bodies that include local government and the voluntary sector.",
        "003",
    ),
    (WHAT, "Hewitt favours “earned autonomy”, in which the strongest ICSs might get more freedom.", "003"),
    (LETTER, "The review has five work streams, led by ICB, trust and local authority leaders.", "004"),
    (WHEN, "The final report is expected by 15 March 2023.", "004"),
    (WHEN, "The survey closes on 6 January 2023 and the final report is due in March 2023.", "000"),
    (WHAT, "Hewitt criticised small, short-term, non-recurrent funding pots with complex rules.", "004"),
]
LIES = {
    SYSTEMS: """England has 57 integrated care systems.|There are 42 integrated care boards in Wales.
        There are 42 integrated care systems in England and 7 in Scotland.|The review has 42 work streams.
        ICSs are not statutory bodies.|England has some hundreds of ICSs.""",
    WHO: """The review was not ordered by Jeremy Hunt.|Boris Johnson ordered the review in Scotland.
        The Treasury did not commission the review.|The review was announced on 19 December 2022.
        Jeremy Hunt was health secretary from 2005 to 2007.
        Hunt was health secretary for five years until 2018.
        Jeremy Hunt was health secretary for six years until 2019.|Hunt was health secretary for 42 years.""",
    CUTS: """ICSs must reduce their running costs by 75% before 2025/26.|The £250m was given to ICSs.
        ICSs must reduce their running costs by 30% before 2028/29.
        ICSs need not reduce their running costs by 30%.|ICSs must reduce their running costs by £30m.
        A budget of £350m for social care innovation was withdrawn.
        A budget of £250bn for social care innovation was withdrawn.""",
    WHAT: """Hewitt recommends no more than 12 national priorities.|Hewitt recommends privatising the NHS.
        Hewitt recommends a 10% increase in the NHS budgets going towards prevention.
        Hewitt said ICSs were “all equally mature”.|Targets for waiting lists will be affected.
        National targets have always been backed up with funds.
        The NHS does not need a strong centre to operate effectively.
        The inquiry into prevention received over 6,000 stakeholder responses.""",
    HEWITT: """Patricia Hewitt was health secretary from 2005 to 2009.|Hewitt was health secretary twice.
        Patricia Hewitt was never health secretary.|Hewitt was health secretary under Gordon Brown in 2004.
        Patricia Hewitt said that targets were “a complete waste of time”.""",
    WHEN: """The final report is expected by 15 May 2023.|The final report was published on 19 December 2022.
        ICSs were formally established in July 2021.|ICSs were formally established in June 2022.
        The final report is expected by 16 March 2023.|The final report was due in March 2024.""",
    MIP: """The survey closes on 6 February 2023.|The survey closed on 6 January 2022.
        The survey does not close on 6 January 2023.|MiP does not welcome the Hewitt review.
        MiP members love cats.|Restell called the review “a triumph of common sense”.""",
    NHS: """More than 9mn people are waiting for hospital treatment.|ICSs employ doctors and buy medicines.
        More than 7bn people are waiting for hospital treatment.
        39 per cent of Britons were satisfied with it.
        30% of Britons were satisfied with the performance of the NHS.""",
    LETTER: """There are six work streams.|The letter was circulated on 18 February 2023.
        The letter was not circulated by Patricia Hewitt.
        The letter adds that seven principles were found.""",
}
JOINED = {  # of numbers that the documents have, but of something else
    WHAT: "Hewitt recommends 42 national priorities.|ICSs must cut national targets by 30%."
    "|Hewitt recommends 10 integrated care systems.|Hewitt recommends 42 national targets.",
    WHEN: "The final report was published on 6 January 2023.|The letter names five headline principles.",
    NHS: "600 stakeholders are waiting for hospital treatment.",
}
SAYING_NOTHING = """Are there 42 ICSs in England?|Did Jeremy Hunt order the review?|Yes.|No.|It is so.|Sure!
    This is it.|The passages do not say.|I cannot answer that.|Jeremy Hunt:
    Visit https://a.org on the 42 ICSs.
    See www.a.org on the Hewitt review.|Write to a@b.org on the review.|Call 0909 879 0123 on the review.
    [The review](here) was ordered by Jeremy Hunt.|The review is at 020 7222 9500 12."""
SWAPPED = [
    (WHO, "Chancellor Steve Barclay ordered the review.", "Steve Barclay"),
    (WHO, "Prime Minister Rishi Sunak ordered the review.", "Rishi Sunak"),
    (WHO, "Tony Blair ordered the review.", "Tony Blair"),
    (WHO, "Patricia Hewitt ordered the review.", "Patricia Hewitt"),
    (WHO, "Jon Restell ordered the review.", "Jon Restell"),
    (WHO, "The review was commissioned by the CQC and the Treasury.", "CQC"),
    (HEWITT, "Patricia Hewitt is chair of the Manchester Integrated Care Board.", "Manchester"),
    (HEWITT, f"Jon Restell is chair {CHAIR}.", "Jon Restell"),
    (HEWITT, f"Rishi Sunak is chair {CHAIR}.", "Rishi Sunak"),
    (HEWITT, "Steve Barclay was health secretary under Tony Blair.", "Barclay"),
    (MIP, "Jon Restell is chief executive of NHS England.", "NHS England"),
    (NHS, "Rishi Sunak is health secretary.", "Rishi Sunak"),
]


def listed(texts: str) -> list[str]:
    return [text.strip() for text in re.split(r"\||\n", texts)]


@pytest.fixture(scope="module")
def grounder(chatbot, embedder):
    model = OpenAIModel(base_url="http://127.0.0.1:9/v1", model="never-asked")
    return rag.Chatbot(chatbot.index, embedder, llm=model).grounder


@pytest.fixture(scope="module")
def prove(chatbot, grounder):
    """What proves that somebody said so to a question, whose passages are looked for once."""
    among = {}

    def proved(question: str, text: str, *hints: int):
        found = among.setdefault(question, grounder.evidence_sentences(chatbot.retrieve(question, 30)))
        statement = grounder.ground(ParsedSentence(text, frozenset(hints)), Question(question), found)
        return statement if isinstance(statement, Statement) else None

    return proved


@pytest.mark.parametrize(("question", "text", "document"), TRUE)
def test_truth_in_other_words_is_proved_by_its_document(prove, question, text, document):
    statement = prove(question, text)
    assert statement is not None and statement.text == text
    assert statement.citations[0].document.id.startswith(document) and statement.unsupported == ()
    assert [c.number for c in statement.citations] == [1, 2, 3][: len(statement.citations)]
    assert all(c.document.text[c.start : c.end] == c.quote for c in statement.citations)
    assert 0 < statement.support <= 1 and len(statement.citations) <= MOST_CITED


@pytest.mark.parametrize(("question", "text", "document"), TRUE[::6])
def test_named_passage_only_breaks_ties(prove, question, text, document):
    assert prove(question, text, 0, 99) == prove(question, text)  # of passages that are not there
    assert prove(question, text, 12).citations[0].document.id.startswith(document)


@pytest.mark.parametrize(("question", "lie"), [(q, lie) for q in LIES for lie in listed(LIES[q])])
def test_lie_is_not_proved(prove, question, lie):
    assert prove(question, lie) is None


@pytest.mark.parametrize("question", LIES)
def test_lie_is_not_proved_by_naming_every_passage(prove, question):
    assert prove(question, listed(LIES[question])[0], *range(1, 31)) is None


@pytest.mark.parametrize(("question", "lie"), [(q, lie) for q in JOINED for lie in listed(JOINED[q])])
def test_number_that_is_of_something_else_proves_nothing(prove, question, lie):
    assert prove(question, lie) is None


@pytest.mark.parametrize("text", listed(SAYING_NOTHING))
def test_questions_links_and_words_that_say_nothing_are_not_proved(prove, text):
    assert prove(WHO, text) is None


@pytest.mark.parametrize(("question", "lie", "name"), SWAPPED)
def test_name_of_another_is_marked_at_least(prove, question, lie, name):
    statement = prove(question, lie)
    assert statement is None or any(name in lacking for lacking in statement.unsupported)


@pytest.fixture(scope="module")
def every(chatbot, grounder):
    """All the sentences of the documents that may be quoted, and what proves one among them."""
    question = "What does the Hewitt review recommend to the NHS?"
    found = grounder.evidence_sentences(chatbot.retrieve(question, 1_000))
    texts = [one.sentence.text for one in found if len(one.words) > 6 and "@" not in one.sentence.text]

    def proved(text: str):
        statement = grounder.ground(ParsedSentence(text), Question(question), found)
        return statement if isinstance(statement, Statement) else None

    return texts, proved


def test_documents_prove_themselves_word_for_word(every):
    texts, proved = every
    assert len(texts) > 80
    for text in texts[::3]:
        statement = proved(text)
        assert text.endswith(":") if statement is None else text == statement.text
        assert statement is None or " ".join(statement.citations[0].quote.split()) == text
        assert statement is None or (statement.support == 1 and statement.unsupported == ())


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (r"\d+", lambda m: str(int(m[0]) + 1_000)),
        (r" (?:is|are|was|will|must|should|can) (?!not|to be)(?=[^“‘]*$)", lambda m: f"{m[0]}not "),
        (
            r"(?:Patricia |Ms )?Hewitt\b(?! review)|Jeremy Hunt|Jon Restell|Steve Barclay",
            lambda m: "Boris Johnson",
        ),
        (r"(?<!and )England", lambda m: "Norway"),
    ],
)
def test_sentence_of_a_document_with_one_thing_changed_is_not_proved(every, pattern, other):
    texts, proved = every
    changed = [
        (m[0], t[: m.start()] + other(m) + t[m.end() :]) for t in texts[::2] if (m := re.search(pattern, t))
    ]
    assert len(changed) > 4
    for was, text in changed:
        statement = proved(text)
        assert statement is None or (statement.unsupported and was[0].isupper())
        assert statement is None or len(statement.unsupported) == 1


def test_nothing_proves_nothing(grounder):
    assert grounder.evidence_sentences([]) == []
    assert grounder.ground(ParsedSentence("There are 42 ICSs."), Question(SYSTEMS), []) == "not_said"


def test_address_is_proved_only_if_it_is_asked_for(prove):
    text = "You can email MiP at info@miphealth.org.uk for an invitation."
    assert prove("What is the email address of MiP?", text) is not None
    assert prove("What is the survey of MiP about?", text) is None
