"""Disagreement is shown where it is, and none is claimed where it is not."""

# ruff: noqa: E501  (the sentences of the documents stand whole)

from __future__ import annotations

from datetime import date

import pytest

from rag.answers import conflicts
from rag.datatypes import Citation, Difference, Document, Question, Statement
from rag.formats.text import difference_text
from rag.questions.answer_types import answer_type_of

# Of seeds/, by the first digits of the documents.
SAID = {
    "interim": ("000", "She is expected to produce interim findings as soon as Christmas, with a final report due in March 2023."),
    "ordered": ("000", "The review, ordered by Chancellor Jeremy Hunt and announced during November’s Autumn Statement, will examine"),
    "chair": ("000", "Review chair Patricia Hewitt was health secretary from 2005 to 2007 and is now chair of the Norfolk and Waveney Integrated Care Board."),
    "lead": ("000", "Former Labour health secretary Hewitt (pictured) is to lead the urgent review which ministers have signalled"),
    "closes": ("000", "The survey closes on 6 January 2023."),
    "evidence": ("000", "The results will inform the union's evidence to the review, due to submitted in January 2023."),
    "began": ("001", "In December 2022, Patricia Hewitt, former Health Secretary and chair of Norfolk and Waveney Integrated Care Board, began a review of the oversight, governance and accountability of integrated care systems (ICSs), jointly commissioned by the Department for Health and Social Care and the Treasury."),
    "released": ("001", "The final report, released April 4, proposes greater autonomy to enable ICSs to better prevent ill health"),
    "maximum": ("001", "The headline recommendation of the review will be the call to scrap many of NHS England’s national targets – with Hewitt recommending an absolute maximum of 10 national priorities."),
    "cuts": ("001", "It is disappointing that shortly before the release of this report, the government announced ICSs must reduce their running costs by 30% before 2025/26."),
    "welcome": ("001", "MiP welcome Patricia Hewitt’s review and the recommendations set out."),
    "hunt": ("002", "Jeremy Hunt – who commissioned the review – retains his interest in health improvement"),
    "chancellor": ("002", "Yet, just six months into their formation, Chancellor Jeremy Hunt announced a review to be undertaken by Patricia Hewitt, former Secretary of State for Health"),
    "yesterday": ("002", "Hewitt’s paper, published yesterday, reiterates the significant potential of the new NHS structures"),
    "fundamentally": ("002", "Fundamentally, the review was commissioned to consider the oversight and governance of ICSs."),
    "no more": ("002", "To facilitate this, Hewitt recommends a reduction in national targets with no more than 10 national priorities"),
    "july": ("002", "In July 2022, Integrated Care Systems (ICSs) were formally established with the intention of delivering"),
    "responses": ("002", "the recent Health and Social Care Committee inquiry into prevention which received over 600 stakeholder responses."),
    "tuesday": ("003", "but who had not seen her final report due to be published on Tuesday"),
    "blair": ("003", "In last year’s Autumn Statement, Patricia Hewitt, health secretary under Tony Blair, was commissioned to consider how"),
    "last year": ("003", "They were formally established last year and are responsible for planning and funding most NHS services in their areas."),
    "waiting": ("003", "More than 7mn people are currently waiting for hospital treatment"),
    "government": ("004", "In November 2022, the government announced an independent review into the oversight of Integrated Care Systems (ICSs), led by former Health Secretary the Rt Hon Patricia Hewitt, chair of NHS Norfolk and Waveney ICB."),
    "streams": ("004", "On 18 January 2023, a letter was circulated by Patricia Hewitt revealing that there would be five work streams"),
    "principles": ("004", "The letter adds that six initial headline ‘principles’ had been identified to drive the review"),
    "final": ("004", "A final report is expected by 15 March 2023."),
}  # fmt: skip


def state(number, document, quote, fact=None):
    start = document.text.index(quote)
    citation = Citation(number, document, start, start + len(quote), quote)
    span = (quote.index(fact), quote.index(fact) + len(fact)) if fact else None
    return Statement(quote, (citation,), 1.0, fact=span)


@pytest.fixture
def said(corpus):
    """Sentences of seeds/ as statements, numbered in the order they are named."""
    documents = {document.id[:3]: document for document in corpus.documents}

    def quote(*names):
        return [state(n, documents[SAID[name][0]], SAID[name][1]) for n, name in enumerate(names, start=1)]

    return quote


def find(question, *sentences, facts=(), days=(), titles=()):
    """What differs between sentences, each of a document of its own."""
    statements = []
    for i, sentence in enumerate(sentences):
        title = titles[i] if titles else f"Paper {i + 1}"
        day = days[i] if days else None
        document = Document(f"{i}.txt", title, sentence, published=day)
        statements.append(state(i + 1, document, sentence, facts[i] if facts else None))
    return [(d.kind, d.values) for d in find_conflicts(question, statements)]


class TestSeeds:
    @pytest.mark.parametrize(
        "question",
        ["When was the final report due?", "When is the final report expected?", "When was the report due?"],
    )
    def test_one_due_date_is_finer(self, said, question):
        statements = said("interim", "tuesday", "final")
        expected = Difference("refine", (1, 3), ("March 2023", "15 March 2023"))
        assert find_conflicts(question, statements) == (expected,)

    @pytest.mark.parametrize(
        "question",
        [
            "Who commissioned the review?",
            "Who commissioned the Hewitt Review?",
            "Who ordered the review?",
            "Do the sources agree on who commissioned the review? Who does each one name?",
        ],
    )
    def test_two_are_named_as_who_commissioned_it(self, said, question):
        statements = said("fundamentally", "began", "blair", "hunt", "ordered")
        department = "Department for Health and Social Care and the Treasury"
        values = (department, "Jeremy Hunt", "Chancellor Jeremy Hunt")
        assert find_conflicts(question, statements) == (Difference("differ", (2, 4, 5), values),)

    def test_the_chancellor_is_more_exact_than_the_government(self, said):
        found = find_conflicts("Who announced the review?", said("chancellor", "government", "cuts"))
        assert found == (Difference("refine", (2, 1), ("government", "Chancellor Jeremy Hunt")),)

    @pytest.mark.parametrize(
        ("question", "names"),
        [
            ("When was the final report published?", "interim final released yesterday tuesday"),
            ("When did the final report come out?", "interim final released"),
            ("When was the final report due?", "final released evidence"),
            ("When are the interim findings expected?", "interim final"),
            ("When was the review announced?", "government ordered cuts"),
            ("When did the review start?", "began government evidence"),
            ("When does the survey close?", "closes evidence final"),
            ("When were ICSs established?", "july,last year"),
            ("When was the letter circulated?", "streams principles"),
            ("Who led the review?", "lead chair began government hunt"),
            ("Who commissioned the review?", "hunt ordered fundamentally blair"),
            ("Who welcomed the review?", "welcome hunt government"),
            ("Who is Patricia Hewitt?", "chair began blair government"),
            ("How many national priorities does Hewitt recommend?", "maximum,no more"),
            ("How many principles are there?", "streams principles"),
            ("How many work streams are there?", "streams principles"),
            ("How many people are waiting?", "waiting responses"),
            ("How much do running costs fall?", "cuts responses"),
            ("What is the review about?", "fundamentally government ordered"),
        ],
    )
    def test_nothing_is_claimed_elsewhere(self, said, question, names):
        wanted = names.split(",") if "," in names else names.split()
        assert find_conflicts(question, said(*wanted)) == ()


DUE = "When is the report due?"
COST = "How much did the bridge cost?"
STAFF = "How many nurses work in Leeds?"


def find_conflicts(question, statements):
    asked = Question(question, answer_type=answer_type_of(question))
    return conflicts.find_conflicts(asked, statements)


OPEN = "When did the museum open?"
ORDERED = "Who ordered the inquiry?"


class TestThereIsOne:
    @pytest.mark.parametrize(
        ("question", "one", "other", "values"),
        [
            (DUE, "The report is due on 4 May 2023.", "The report is expected on 9 May 2023.", ("4 May 2023", "9 May 2023")),
            (DUE, "The report is due in May.", "The report is due on 3 June 2023.", ("May", "3 June 2023")),
            (OPEN, "The museum opened in 1987.", "The museum was opened on 3 May 1990.", ("1987", "3 May 1990")),
            (COST, "The bridge cost £3 million.", "In the end the bridge cost £4.5m.", ("£3 million", "£4.5m")),
            (STAFF, "In Leeds 340 nurses work.", "Some 420 nurses work in Leeds.", ("340", "Some 420")),
            (STAFF, "Twelve nurses work in Leeds.", "13 nurses work in Leeds.", ("Twelve", "13")),
            (ORDERED, "The inquiry was ordered by Jim Ash.", "Eve Low ordered the inquiry.", ("Jim Ash", "Eve Low")),
            ("How long did the strike last?", "The strike lasted two weeks.", "The strike lasted 20 days.", ("two weeks", "20 days")),
            ("What share of the nurses is new?", "New are 30% of the nurses.", "New are 34 per cent of the nurses.", ("30%", "34 per cent")),
        ],
    )  # fmt: skip
    def test_they_differ(self, question, one, other, values):
        assert find(question, one, other) == [("differ", values)]
        assert find(question, other, one) == [("differ", values[::-1])]

    @pytest.mark.parametrize(
        ("question", "one", "other", "values"),
        [
            (DUE, "The report is due in mid-March.", "The report is due on 15 March 2023.", ("mid-March", "15 March 2023")),
            (OPEN, "The museum opened in the 1980s.", "The museum opened in 1987.", ("1980s", "1987")),
            (COST, "The bridge cost about £40,000.", "The bridge cost £41,500.", ("about £40,000", "£41,500")),
            (COST, "The bridge cost £3bn.", "The bridge cost £3.2 billion.", ("£3bn", "£3.2 billion")),
            (STAFF, "More than 40 nurses work in Leeds.", "Forty-two nurses work in Leeds.", ("More than 40", "Forty-two")),
            ("How long did the strike last?", "The strike lasted three months.", "The strike lasted 12 weeks.", ("three months", "12 weeks")),
            (ORDERED, "The inquiry was ordered by the government.", "Chancellor Jim Ash ordered the inquiry.", ("government", "Chancellor Jim Ash")),
        ],
    )  # fmt: skip
    def test_one_is_finer(self, question, one, other, values):
        assert find(question, one, other) == find(question, other, one) == [("refine", values)]

    def test_a_third_that_agrees_is_named_too(self):
        found = find(
            OPEN, "The museum opened in 1987.", "The museum opened in 1990.", "In 1987 the museum opened."
        )
        assert found == [("differ", ("1987", "1990", "1987"))]

    def test_what_is_marked_as_the_fact_is_compared(self):
        both = "The museum opened in 1987, and closed again in 1990."
        late = "The museum opened in 1991."
        assert find(OPEN, both, late, facts=("1987", "1991")) == [("differ", ("1987", "1991"))]


class TestThereIsNone:
    @pytest.mark.parametrize(
        ("question", "one", "other"),
        [
            (DUE, "The report is due on 4 May 2023.", "The report is due on May 4, 2023."),
            (DUE, "The report is due on 4 May 2023.", "The report was published on 9 May 2023."),
            (DUE, "The final report is due in May.", "The interim report is due in March."),
            (DUE, "The report is due in May.", "The response is due in June."),
            (DUE, "The report is due before June.", "The report is due in May."),
            (OPEN, "The museum opened in 1987.", "The museum was founded in 1950."),
            (OPEN, "The museum opened in 1987.", "The museum closed in 1990."),
            (OPEN, "The museum in Leeds opened in 1987.", "The museum in York opened in 1990."),
            (OPEN, "The museum opened in 1987.", "The north wing of the museum opened in 1999."),
            (OPEN, "The museum opened in 1987 or 1990.", "The museum opened in 1989."),
            (OPEN, "The museum did not open in 1987.", "The museum opened in 1990."),
            ("How long did the strike last?", "So far this year the strike lasted 12 days.", "The strike lasted 20 days."),
            (OPEN, "The museum opened yesterday.", "The museum opened in 1990."),
            (ORDERED, "Jim Ash ordered the inquiry.", "The inquiry was ordered by Jim Ash and Eve Low."),
            ("Did the Leeds board agree?", "The Leeds board backed the plan.", "The Leeds board did not back the plan."),
            (COST, "The bridge cost £3 million.", "The bridge cost £3m."),
            (COST, "The bridge cost £3 million.", "The bridge cost $4 million."),
            (COST, "The bridge cost £3 million.", "The bridge is 400 metres long."),
            (COST, "The first bridge cost £3 million.", "The second bridge cost £4 million."),
            (COST, "The bridge cost £3 million.", "The study of the bridge was sold for £4,000."),
            (STAFF, "In Leeds 42 nurses work.", "Forty-two nurses work in Leeds."),
            (STAFF, "In 2021 there were 40 nurses at work in Leeds.", "In 2022 there were 52 nurses at work in Leeds."),
            (STAFF, "Now 40 nurses work in Leeds.", "Of the 60 who work in Leeds, nurses are the most."),
            (STAFF, "40 nurses work in Leeds.", "90 doctors and nurses work in Leeds."),
            (STAFF, "In 2021, 40 nurses were at work in Leeds.", "90 nurses work in Leeds."),
            (OPEN, "In York, the museum opened in 1987.", "The museum opened in 1990."),
            (STAFF, "40 new nurses work in Leeds.", "90 nurses work in Leeds."),
            ("How many boards are there?", "In Wales there are 7 boards.", "In England there are 42 boards."),
            ("How many boards are there?", "There are 42 boards.", "The team visited 12 boards."),
            (ORDERED, "The inquiry was ordered by Jim Ash.", "Ash ordered the inquiry."),
            (ORDERED, "The inquiry was ordered by the DHSC.", "The Department of Health and Social Care ordered the inquiry."),
            (ORDERED, "The inquiry was ordered by Jim Ash.", "The inquiry was led by Eve Low."),
            (ORDERED, "Jim Ash ordered the inquiry.", "Eve Low was ordered to the inquiry."),
            (ORDERED, "Jim Ash ordered the Leeds inquiry.", "Eve Low ordered the York inquiry."),
            ("Who welcomed the plan?", "Jim Ash welcomed the plan.", "Eve Low welcomed the plan."),
            ("Who chaired the board?", "In 1999 Jim Ash chaired the board.", "In 2005 Eve Low chaired the board."),
            ("How long did the strike last?", "The strike lasted two weeks.", "The strike lasted 14 days."),
            ("How long did the strike last?", "The strike lasted two weeks.", "The talks lasted 20 days."),
            ("What share of the nurses is new?", "New are 30% of the nurses.", "New are 30 per cent of the nurses."),
            ("What is the fee in Leeds?", "The fee in Leeds is £20 for adults.", "The fee in Leeds is £10 for children."),
            ("What is said of Leeds?", "In 2021 Leeds paid £3m.", "In 2022 Leeds paid £4m."),
            ("What is said of Leeds?", "The plan for Leeds is good.", "The plan for York is good."),
            ("What is said of Leeds?", "Leeds is a city.", "Leeds is a large and old city."),
            ("What is said of Leeds?", "He left Leeds in 1990.", "She left Leeds in 1991."),
            ("What is the fee?", "Last updated: 5 March 2024.", "Last updated: 2 March 2024."),
        ],
    )  # fmt: skip
    def test_no_difference(self, question, one, other):
        assert find(question, one, other) == find(question, other, one) == []

    def test_a_document_is_not_held_against_itself(self):
        text = "The museum opened in 1987. The museum opened in 1990."
        document = Document("a.txt", "A", text)
        one, other = (
            state(n, document, f"{s}.") for n, s in enumerate(text.removesuffix(".").split(". "), 1)
        )
        assert find_conflicts(OPEN, [one, other]) == ()

    def test_a_day_without_a_year_is_of_about_the_time_of_its_document(self):
        sentences = "The report is due in March.", "The report is due on 15 March 2023."
        assert find(DUE, *sentences, days=(date(2022, 12, 6), None)) != []
        assert find(DUE, *sentences, days=(date(2018, 12, 6), None)) == []

    def test_pages_of_a_series_speak_of_different_things(self):
        sentences = "The clinic opened in 1987.", "The clinic opened in 1990."
        titles = "Leeds clinic, health service of Yorkshire", "York clinic, health service of Yorkshire"
        assert find("When did the clinic open?", *sentences, titles=titles) == []

    def test_nothing_differs_from_nothing(self, said):
        assert find_conflicts(DUE, []) == find_conflicts("", said("final", "interim")) == ()
        assert find_conflicts(DUE, [Statement("The report is due in May.", (), 0.0)]) == ()


class TestText:
    def test_values_stand_with_source_and_date(self, said):
        statements = said("interim", "final")
        (difference,) = find_conflicts("When was the final report due?", statements)
        assert difference_text(difference, [s.citations[0] for s in statements]) == (
            "[2] is more exact than [1]: MiP, 19 December 2022, says “March 2023”"
            " [1]; Independent review into the oversight of Integrated Care Systems (ICSs), date unknown, says"
            " “15 March 2023” [2]."
        )

    def test_several_are_more_exact(self, said):
        citations = [s.citations[0] for s in said("interim", "final", "hunt")]
        text = difference_text(Difference("refine", (1, 2, 3), ("a", "b", "c")), citations)
        assert text.startswith("[2], [3] are more exact than [1]: ")
