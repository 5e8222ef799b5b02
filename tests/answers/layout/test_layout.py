"""Small files of the kinds that people have, asked with the real models."""

from __future__ import annotations

import pytest
from small import build

import rag
from rag.answers.layout.lists import MOST_ITEMS


@pytest.fixture
def opened(write, tmp_path, embedder, reader):
    """A chatbot over some files."""

    def open_files(files):
        build(write(files), tmp_path / "index", embedder)
        return rag.open_chatbot(tmp_path / "index", embedder=embedder, reader=reader)

    return open_files


def only(answer):
    """The statement of an answer that has one."""
    (statement,) = answer.statements
    (citation,) = statement.citations
    assert citation.document.text[citation.start : citation.end] == citation.quote
    return statement


TOWNS = {
    "Eastham": "Bo Reed", "Westham": "Al Sand", "Norham": "Cy Dale", "Sutham": "Di Ford", "Midham": "Ed Hale",
    "Oldham": "Flo Ives", "Newham": "Gus Orr", "Highham": "Hal Ox", "Lowham": "Ida Moss", "Farham": "Al Ash",
}  # fmt: skip
COUNTY = "# The county\n\n" + "\n".join(
    f"## {town}\n\nThe mayor is {mayor}. The town hall is open from nine to five on all days but Sunday.\n"
    for town, mayor in TOWNS.items()
)


def test_of_ten_like_sections_the_one_that_is_named_answers(opened):
    bot = opened({"county.md": COUNTY})
    for town, mayor in TOWNS.items():
        question = f"Who is the mayor of {town}?"
        assert bot.retrieve(question, 1)[0].section == town
        first = bot.ask(question).statements[0]
        assert mayor in first.text and first.citations[0].section == town


RESET = """# The pump

It moves water from the well to the house.

## Reset the pump

To reset the pump, do this:

1. Close the red valve.
2. Turn the key to zero.
3. Wait for two minutes.
4. Open the red valve again.

## Guarantee

The pump has a guarantee of two years.
"""


def test_procedure_comes_whole_in_order_with_its_introduction(opened):
    statement = only(opened({"pump.md": RESET}).ask("How do I reset the pump?"))
    assert statement.text.split("\n") == [
        "To reset the pump, do this:",
        "1. Close the red valve.",
        "2. Turn the key to zero.",
        "3. Wait for two minutes.",
        "4. Open the red valve again.",
    ]
    assert statement.citations[0].section.endswith("Reset the pump")


def test_step_is_told_by_its_number_or_the_one_before_it(opened):
    bot = opened({"pump.md": RESET})
    assert "Wait for two minutes." in only(bot.ask("What is step 3 of the pump reset?")).text
    after = only(bot.ask("What do I do after I turn the key to zero?"))
    assert "Wait for two minutes." in after.text and "Open the red valve" not in after.text


def test_items_are_counted_where_no_sentence_says_how_many_there_are(opened):
    bot = opened({"pump.md": RESET})
    answer = bot.ask("How many steps are there to reset the pump?")
    assert "4. Open the red valve again." in only(answer).text
    assert answer.notice == "the list has 4 items"
    assert bot.ask("How many engineers are there to reset the pump?").refused


def test_of_a_long_list_twenty_are_told_and_how_many_are_left(opened):
    tools = [f"- The {colour} {tool}" for colour in ("red", "blue", "green", "white", "black", "grey", "pink")
             for tool in ("saw", "axe", "rake", "spade")]  # fmt: skip
    answer = opened({"shed.md": "# The shed\n\nThese tools hang in the shed:\n\n" + "\n".join(tools)}).ask(
        "What are all the tools that hang in the shed?"
    )
    introduction, *items = only(answer).text.split("\n")
    assert introduction == "These tools hang in the shed:"
    assert len(items) == MOST_ITEMS and "white" in items[12] and items[-1].endswith("black spade")
    assert "8 more" in answer.notice


DEPOTS = """# Depots

| Depot | Manager | Opened | Rent in pounds |
|---|---|---|---|
| Leeds | Ann Brook | 1987 | 4,200 |
| York | Ben Lane | 1991 | 3,100 |
| Hull | Cat Pool | 2004 | 5,600 |
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Who is the manager of the York depot?", "Ben Lane"),
        ("When was the depot in Leeds opened?", "1987"),
        ("What is the rent of the Hull depot?", "5,600"),
        ("Which depot has the highest rent?", "5,600"),
    ],
)
def test_row_is_shown_with_the_names_of_its_columns_and_marked_at_the_cell(opened, question, cell):
    first = opened({"depots.md": DEPOTS}).ask(question).statements[0]
    assert first.text[slice(*first.fact)] == cell
    assert first.text.startswith("Depot: ") and " · Manager: " in first.text
    assert first.citations[0].quote in DEPOTS.split("\n")


def test_names_of_columns_are_never_an_answer(opened):
    bot = opened({"depots.md": DEPOTS})
    for question in ("What is the manager of a depot?", "Depot Manager Opened", "Which managers are there?"):
        assert not any("| Manager |" in c.quote and "\n" not in c.quote for c in bot.ask(question).citations)


FEES = {
    "2019.txt": "The rules of the den\n\nVisitors pay a fee of 10 pounds for each visit to the den.\n",
    "2023.txt": "The rules of the den\n\nVisitors pay a fee of 12 pounds for each visit to the den.\n",
    "sources.toml": "".join(
        f'["{year}.txt"]\ntitle = "The rules of the den"\npublished = {year}-03-01\n' for year in (2019, 2023)
    ),
}


def test_what_holds_now_is_told_first_and_what_once_did_with_its_date(opened):
    now, once = opened(FEES).ask("What fee do visitors pay for a visit to the den?").statements
    assert "12 pounds" in now.text and "March 2023" in now.attribution
    assert "10 pounds" in once.text and "March 2019" in once.attribution


def test_what_held_on_a_day_is_told_when_it_is_asked_for(opened):
    first = opened(FEES).ask("What was the fee for a visit to the den in 2019?").statements[0]
    assert first.citations[0].document.id == "2019.txt"


SETTINGS = """# Settings

MAX_ROOM_SIZE is 64 by default. The room is closed when nobody is in it.

## Errors

`ERR_NICKNAMEINUSE` is sent if somebody else has the name.

`ERR_ROOMFULL` is sent if nobody else may come in.
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is MAX_ROOM_SIZE?", "MAX_ROOM_SIZE is 64 by default."),
        ("When is ERR_NICKNAMEINUSE sent?", "somebody else has the name"),
        ("When is ERR_ROOMFULL sent?", "nobody else may come in"),
    ],
)
def test_identifier_is_found_whole(opened, question, words):
    assert words in opened({"settings.md": SETTINGS}).ask(question).statements[0].text


def test_identifier_is_that_of_the_term_above_not_of_the_one_beside(opened):
    text = (
        "When the file cannot be read one of these is shown:\n\n"
        "E823  The number at the start of the file does not match.  It was written by\n"
        "      another program.\n"
        "E824  The file was made by a newer version of the program and is not\n"
        "      opened.  Get that version.\n"
        "E825  The file is encrypted.\n"
    )
    answer = opened({"errors.txt": text}).ask("What does error E824 mean?")
    assert "newer version" in answer.statements[0].text


def test_identifier_that_stands_nowhere_is_refused_whole(opened):
    answer = opened({"settings.md": SETTINGS}).ask("When is ERR_ROOMLOST sent?")
    assert answer.refused and answer.reason == "nothing here mentions ERR_ROOMLOST"


COOKIES = """Cookie policy

We use two kinds of cookies on this site.

The session cookie keeps you logged in and is deleted after 30 minutes.

The counting cookie tells us how many people read a page. It is kept for two years.
"""


def test_cookie_policy_answers_about_cookies_and_a_bakery_about_its_own(opened):
    bot = opened({"policy.txt": COOKIES})
    assert "30 minutes" in bot.ask("When is the session cookie deleted?").text
    assert "The counting cookie" in bot.ask("Which cookie tells you how many people read a page?").text


def test_bakery_has_its_cookies(opened):
    bakery = "The bakery on Mill Lane opens at seven.\n\nIts ginger cookies cost 3 pounds a dozen.\n"
    assert "3 pounds" in opened({"bakery.txt": bakery}).ask("How much do ginger cookies cost?").text


KINDS = (
    "Sourdough,Bread|Rye loaf,Bread|Croissant,Pastry|Almond slice,Pastry|Carrot cake,Cake|Walnut loaf,Bread"
    "|Torte,Cake|Drizzle slice,Cake|Ginger nut,Biscuit|Cheese scone,Savoury"
).split("|")
PRICES = "Product,Category,Weight in grams,Days on which it is fresh,Price in GBP,Contains nuts,With gluten\n"
PRICES += "".join(f"{kind},{400 + n},{1 + n % 5},{4 + n}.50,no,yes\n" for n, kind in enumerate(KINDS))


def test_last_row_of_a_wide_table_is_read(opened):
    bot = opened({"prices.csv": PRICES})
    for n, kind in enumerate(KINDS):
        product = kind.split(",")[0]
        statement = only(bot.ask(f"What is the price of the {product.lower()}?"))
        assert statement.text.startswith(f"Product: {product} ")
        assert statement.text[slice(*statement.fact)] == f"{4 + n}.50"


def test_greatest_is_that_of_the_kind_asked_for(opened):
    answer = opened({"prices.csv": PRICES}).ask("Which bread has the highest price?")
    assert only(answer).text.startswith("Product: Walnut loaf ")
    assert answer.notice == "the greatest “Price in GBP” of 3 rows with “bread”"


def test_all_rows_of_a_kind_are_told(opened):
    answer = opened({"prices.csv": PRICES}).ask("Which products are bread?")
    told = [statement.text.split(" · ")[0] for statement in answer.statements]
    assert told == ["Product: Sourdough", "Product: Rye loaf", "Product: Walnut loaf"]
    assert answer.notice.startswith("3 of 10 rows, those with “bread")


MODELS = (
    "model,type,weight_kg,height_mm,price_gbp\nAlder 6,pump,78,860,4350\nAlder 11,pump,128,1380,6290\n"
    "Birch 24,boiler,29,700,1190\nBirch 35,boiler,41,780,1690\nCedar 300,tank,98,1760,1580\n"
)


STOCK = (
    "part_no,part,supplier,price_eur,staff_2024,staff_2025,budget_2025\n"
    "C-112,Chain,Oxen Parts,41.00,2,3,90000\nM-503,Battery,Fenmark,729.00,4,9,100\n"
    "B-001,Brake pad,Oxen Parts,12.00,8,1,700\nS-220,Saddle,Fenmark,55.00,1,2,300\n"
)


@pytest.mark.parametrize(
    ("table", "question", "row", "cell"),
    [
        (MODELS, "Which model is the cheapest?", "model: Birch 24", "1190"),
        (MODELS, "What is the most expensive boiler?", "model: Birch 35", "1690"),
        (MODELS, "Which pump is the heaviest?", "model: Alder 11", "128"),
        (MODELS, "Which boiler is the lightest?", "model: Birch 24", "29"),
        (STOCK, "Which part is the dearest?", "part no: M-503 · part: Battery", "729.00"),
        (STOCK, "Which item has the most staff in 2025?", "part no: M-503 · part: Battery", "9"),
        (STOCK, "Which item has the biggest budget in 2025?", "part no: C-112 · part: Chain", "90000"),
    ],
)
def test_superlatives_find_the_column_of_what_they_measure(opened, table, question, row, cell):
    statement = only(opened({"table.csv": table}).ask(question))
    assert statement.text.startswith(f"{row} · ")
    assert statement.text[slice(*statement.fact)] == cell


BIKES = (
    "Bike,Top speed in km/h,Released\nRoad,62,12 March 2021\nTown,31,3 May 2024\nHill,44,1 November 2022\n"
    "Cargo,25,30 June 2020\n"
)


@pytest.mark.parametrize(
    ("question", "bike"),
    [
        ("Which bike has the fastest top speed?", "Road"),
        ("Which bike is the slowest?", "Cargo"),
        ("Which bike is the newest?", "Town"),
        ("Which bike is the oldest?", "Cargo"),
    ],
)
def test_speeds_and_days_are_compared_as_such(opened, question, bike):
    assert only(opened({"bikes.csv": BIKES}).ask(question)).text.startswith(f"Bike: {bike} ")


def test_rows_are_not_listed_for_what_they_are_not(opened):
    answer = opened({"prices.csv": PRICES}).ask("Which products are not bread?")
    assert "rows" not in (answer.notice or "")


NOTICES = "PUBLIC NOTICES\n==============\n\n" + "\n".join(
    f"Ref:        24/{n:05}\nSite:       {site}\nProposal:   {what}\nCase officer: {officer}\n"
    for n, (site, what, officer) in enumerate(
        [
            ("19 Orchard Rise", "Two-storey extension and new\n            dropped kerb", "T. Ibbotson"),
            ("The Old Malthouse", "Replacement of eleven sash windows", "D. Rao"),
            ("Telephone Exchange", "Conversion to 14 flats", "S. Lowe"),
        ],
        417,
    )
)


def test_paragraphs_of_the_same_labels_are_records(opened):
    bot = opened({"notices.txt": NOTICES})
    statement = only(bot.ask("Who is the case officer for the windows of the Malthouse?"))
    assert statement.text == (
        "Ref: 24/00418 · Site: The Old Malthouse · Proposal: Replacement of eleven sash windows"
        " · Case officer: D. Rao"
    )
    assert statement.text[slice(*statement.fact)] == "D. Rao"
    said = bot.ask("What is proposed at 19 Orchard Rise?").statements[0].text
    assert "Proposal: Two-storey extension and new dropped kerb · Case officer: T. Ibbotson" in said


TALK = (
    "Town talk\n\nANNA REED: Welcome to everybody. We start with the pool.\n\n"
    "JOE DIAZ: The pool will close for repairs in June. The tiles are coming off the wall.\n\n"
    "ANNA REED: And the cost?\n\nJOE DIAZ: Around 90,000 pounds. The council pays half of it.\n\n"
    "MARY OAK: I think that is far too much money for tiles.\n"
)
THREAD = (
    "From: Priya Nair <priya@mill.example>\nTo: Tom Baker <tom@mill.example>\nDate: Tue, 4 Mar 2025 09:12\n"
    "Subject: Boiler inspection\n\nThe inspection is on Thursday 13 March at 10 am.\n\n"
    "On 3 Mar 2025, Tom Baker wrote:\n> The annual contract costs\n> 480 pounds, more than last year.\n\n"
    "From: Lena Fox <lena@mill.example>\nTo: Priya Nair <priya@mill.example>\nDate: Wed, 5 Mar 2025 10:00\n"
    "Subject: Re: Boiler inspection\n\nThe plant room key hangs in the porter's lodge.\n"
)


@pytest.mark.parametrize(
    ("name", "text", "question", "speaker", "said"),
    [
        (
            "talk.txt",
            TALK,
            "When does the pool close?",
            "JOE DIAZ",
            "The pool will close for repairs in June.",
        ),
        (
            "talk.txt",
            TALK,
            "What is coming off the wall?",
            "JOE DIAZ",
            "The tiles are coming off the wall.",
        ),
        (
            "mail.txt",
            THREAD,
            "What does the annual contract cost?",
            "Tom Baker",
            "The annual contract costs 480",
        ),
        (
            "mail.txt",
            THREAD,
            "Where does the plant room key hang?",
            "Lena Fox",
            "The plant room key hangs in",
        ),
        (
            "mail.txt",
            THREAD,
            "When is the inspection?",
            "Priya Nair",
            "The inspection is on Thursday 13 March",
        ),
    ],
)
def test_who_speaks_or_writes_is_told(opened, name, text, question, speaker, said):
    bot = opened({name: text})
    answer = bot.ask(question)
    assert answer.statements[0].attribution == speaker
    assert answer.statements[0].text.startswith(said)
    asked = rag.Turn(question, answer.text, tuple(c.quote for c in answer.citations))
    (again,) = bot.ask("Who said that?", history=[asked]).statements
    assert again.fact and speaker in again.text


def test_quoted_lines_are_shown_without_their_marks(opened):
    statement = opened({"mail.txt": THREAD}).ask("What does the annual contract cost?").statements[0]
    assert ">" not in statement.text and "\n> 480 pounds" in statement.citations[0].quote


def test_who_said_it_is_found_again_without_its_quotes(opened):
    bot = opened({"talk.txt": TALK})
    answer = bot.ask("When does the pool close?")
    assert answer.text.startswith("JOE DIAZ: ")
    (again,) = bot.ask(
        "Who said that?", history=[rag.Turn("When does the pool close?", answer.text)]
    ).statements
    assert again.text[slice(*again.fact)] == "JOE DIAZ"


ROTA = """# Rota

| Day | Hour | Watch |
|---|---|---|
| Monday | 06:00 | Ines |
| | 14:00 | Omar |
| Friday | 06:00 | Pia |
| | | 31 |
"""


def test_a_row_takes_over_what_the_rows_above_leave_to_it(opened):
    bot = opened({"rota.md": ROTA})
    text = only(bot.ask("When does Omar keep watch?")).text
    assert text == "Day: Monday · Hour: 14:00 · Watch: Omar"
    outline = bot.index.outlines["rota.md"]
    assert outline.show(outline.blocks[-1].start, outline.blocks[-1].end).text == "Watch: 31"  # a sum


def test_a_cell_that_spans_rows_is_told_with_each(opened):
    page = (
        "<h1>Boats</h1><table><tr><th>Pier</th><th>Boat</th><th>Seats</th></tr><tr><td rowspan='2'>North</td>"
        "<td>Tern</td><td>12</td></tr><tr><td>Gull</td><td>30</td></tr></table>"
    )
    text = only(opened({"boats.html": page}).ask("How many seats has the Gull?")).text
    assert text == "Pier: North · Boat: Gull · Seats: 30"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Which tank is the smallest?", "Fen"), ("Which tank has the highest weight?", "Dale")],
)
def test_amounts_of_several_units_are_compared(opened, question, answer):
    table = (
        "# Tanks\n\n| Tank | Volume | Weight |\n|---|---|---|\n| Dale | 2 litres | 1.4 tonnes |\n"
        "| Fen | 900 ml | 850 kg |\n| Moor | 10 litres | 90 kg |\n"
    )
    first = opened({"tanks.md": table}).ask(question).statements[0]
    assert first.text.startswith(f"Tank: {answer} ")


def test_days_are_found_in_short_and_between_others(opened):
    text = "The mill shop\n\nOpening hours: Tue-Fri 10-16, Sat 9-12\n\nThe mill was built in 1780.\n"
    bot = opened({"shop.txt": text})
    for day in ("Tuesday", "Thursday", "Saturday"):
        answer = bot.ask(f"Is the shop open on {day}?")
        assert not answer.refused and "Tue-Fri 10-16" in answer.statements[0].text
    assert bot.ask("Is the shop open in Leeds?").reason == "nothing here mentions Leeds"


def test_what_a_column_leaves_open_is_no_group_unless_its_values_are(opened):
    bot = opened({"lamps.csv": "sold out,lamp,price\nyes,Orla,5\n,Pim,10\n,Rix,12\nyes,Sol,4\n"})
    outline = bot.index.outlines["lamps.csv"]
    shown = [outline.show(block.start, block.end).text for block in outline.blocks[1:]]
    assert shown[1] == "lamp: Pim · price: 10"


TASKS = """# Launch

- [x] Move the DNS to Cloudline (Priya)
- [x] Rotate the keys
- [ ] Load test with 5,000 users (Marek)
- [ ] Translate the help pages ~~by 3 May~~ by 17 May
"""


@pytest.mark.parametrize(
    ("question", "box", "words"),
    [
        ("What is still to be done for the launch?", "To do: ", ["Load test", "Translate"]),
        ("Which tasks for the launch are done?", "Done: ", ["Move the DNS", "Rotate"]),
    ],
)
def test_tasks_are_told_by_their_boxes(opened, question, box, words):
    answer = opened({"launch.md": TASKS}).ask(question)
    assert [s.text.startswith(box + word) for s, word in zip(answer.statements, words, strict=True)] == [
        True
    ] * 2
    assert answer.notice == f"2 of 4 tasks, those “{box.strip(': ')}”"
    assert all(c.quote.startswith("[") for s in answer.statements for c in s.citations)


STAFF = """<dl><dt>Dr Sun-hee Park</dt><dd>Salaried. She leads on diabetes and works on Mondays.</dd>
<dt>Grace Tembo</dt><dd>Practice nurse. She gives the travel vaccinations on Thursdays.</dd></dl>"""


def test_what_is_said_of_a_term_is_quoted_with_it(opened):
    answer = opened({"team.html": f"<html><body><h1>Our team</h1>{STAFF}</body></html>"}).ask(
        "Who leads on diabetes?"
    )
    assert answer.statements[0].text.startswith("Dr Sun-hee Park") and "diabetes" in answer.statements[0].text


def test_what_a_bound_names_need_stand_nowhere(opened):
    bot = opened(
        {"menu.md": "| Dish | Price |\n|---|---|\n| Leek pie | £13.50 |\n| Fish | £16.20 |\n| Stew | £11 |\n"}
    )
    answer = bot.ask("Which dishes cost more than £15?")
    assert [s.text for s in answer.statements] == ["Dish: Fish · Price: £16.20"]
    refused = bot.ask("Which dishes cost more than £20?")
    assert refused.refused and refused.reason == "none of 3 rows, those with “Price: more than £20”"


def test_question_of_a_document_answers_only_what_was_asked(opened):
    talk = "Ann: Could we have a second marshal at the gate?\nBo: Who keeps its keys?\nAnn: Cy does.\n"
    bot = opened({"talk.txt": talk, "b.txt": "The gate is closed at night, and so is the yard behind it.\n"})
    assert not any(s.text.endswith("?") for s in bot.ask("Who keeps the keys of the gate?").statements)
    assert "second marshal" in bot.ask("What did Ann ask for at the gate?").statements[0].text
