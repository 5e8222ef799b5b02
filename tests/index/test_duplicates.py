"""What stands in several documents is shown once; what stands in one alone is never lost."""

from __future__ import annotations

import random
import tempfile
from datetime import date

import numpy as np
import pytest
from colours import ColourEmbedder
from datasketch import MinHash, MinHashLSH
from hypothesis import assume, given, strategies as st
from small import build

import rag
from rag.datatypes import Chunk, Document
from rag.documents.corpus import Corpus
from rag.documents.folder.folders import Folders
from rag.index import duplicates
from rag.index.duplicates import Copies
from rag.index.parts import sketches
from rag.index.parts.documents import Documents
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.twins import Twins
from rag.index.places import open_index


def twins(texts):
    """The twins of texts of equal meaning, so that their words alone decide."""
    facts = duplicates.describe_sentences(texts)
    return duplicates.find_duplicates(texts, np.ones((len(texts), 1), dtype=np.float32), facts)


STORY = [
    "The red fox of Norfolk sleeps in a den below the old mill.",
    "Keepers counted 42 cubs in the valley during the winter of 2022.",
    "Jim Ash, who keeps the mill, said that the foxes take no hens.",
    "A fence of two metres was put around the yard in the spring.",
    "Visitors may watch the den from a hide on the other bank.",
    "The council pays for the hide and for a warden on Sundays.",
]
LEAD = [
    "Our reporter walked along the river for this piece on a wet morning.",
    "It is one of a series on the animals of the eastern counties.",
]
WHERE = "Where does the red fox of Norfolk sleep?"


def lines(sentences):
    return "\n\n".join(sentences) + "\n"


@pytest.fixture
def opened(write, tmp_path):
    """A chatbot over some files, with dates where they are given, embedded by their colours."""

    def open_files(files, dates=(), embedder=None):
        sources = "".join(f'["{name}"]\npublished = {day}\n' for name, day in dict(dates).items())
        extra = {"sources.toml": sources} if sources else {}
        build(write({**files, **extra}), tmp_path / "index", embedder)
        return rag.open_chatbot(tmp_path / "index", embedder=embedder or ColourEmbedder())

    return open_files


def edited(sentences):
    """The same story as another desk would print it: a small word here and there."""
    return [s.replace(" during ", " over ").replace("said that ", "said ") for s in sentences]


COPIES = {
    "exact": lines(STORY),
    "other line ends": lines(STORY).replace("\n", "\r\n"),
    "on one line": " ".join(STORY),
    "with small edits": lines(edited(STORY)),
    "with other boilerplate": "Home > News > Foxes\n\n" + lines(STORY) + "\nCopyright © 2023 The Den\n",
}


def shows(passages, words):
    return [p for p in passages if words in p.text]


@pytest.mark.parametrize("copy", COPIES)
def test_story_in_two_files_comes_once_and_names_the_other(opened, embedder, copy):
    files = {"a.txt": lines(STORY), "b.txt": COPIES[copy], "hen.txt": "The blue hen wakes in the barn."}
    bot = opened(files, {"a.txt": "2022-01-01", "b.txt": "2023-01-01"}, embedder)
    found = bot.retrieve(WHERE, 50)
    assert found[0].document.id == "a.txt" and [d.id for d in found[0].also_in] == ["b.txt"]
    for said in ("below the old mill", "42 cubs", "take no hens", "two metres", "on Sundays"):
        assert [p.document.id for p in shows(found, said)] == ["a.txt"], said
    assert "hen.txt" in {p.document.id for p in found}
    answer = bot.ask(WHERE)
    assert {c.document.id for c in answer.citations} == {"a.txt"}


LONG = STORY + [
    f"In year {n} of the count the warden saw {n} cubs and {2 * n} hens by the bank near the mill."
    for n in range(1, 25)
]


@pytest.mark.parametrize("newer", [LEAD + LONG, LONG + LEAD, LEAD[:1] + LONG + LEAD[1:]])
def test_story_after_another_lead_comes_once_but_for_what_stands_beside_the_lead(opened, embedder, newer):
    """However the sentences fall into chunks, a passage of the copy says something that is new."""
    files = {"a.txt": lines(LONG), "b.txt": lines(newer)}
    found = opened(files, {"a.txt": "2022-01-01", "b.txt": "2023-01-01"}, embedder).retrieve(WHERE, 50)
    assert any(d.id == "b.txt" for p in found for d in p.also_in)
    again = [p for p in found if p.document.id == "b.txt"]
    assert 1 <= len(again) <= 2 and all(any(said in p.text for said in LEAD) for p in again)
    for said in LONG[9:16]:
        assert [p.document.id for p in shows(found, said)] == ["a.txt"]
    assert all(any(said in p.text for p in found) for said in LONG + LEAD)


@pytest.mark.parametrize("copy", COPIES)
def test_filter_to_the_copy_finds_the_copy(opened, copy):
    files = {"a.txt": lines(STORY), "b.txt": COPIES[copy]}
    bot = opened(files, {"a.txt": "2022-01-01", "b.txt": "2023-01-01"})
    for where in (rag.Where(documents=("b.txt",)), rag.Where(since=date(2022, 6, 1))):
        found = bot.retrieve(WHERE, 50, where=where)
        assert {p.document.id for p in found} == {"b.txt"} and not any(p.also_in for p in found)
        assert all(len(shows(found, said)) == 1 for said in ("old mill", "42 cubs", "on Sundays"))
        assert {c.document.id for c in bot.ask(WHERE, where=where).citations} == {"b.txt"}


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        ({"a.txt": "2023-01-01", "b.txt": "2022-12-31"}, "b.txt"),
        ({"a.txt": "2022-12-31", "b.txt": "2023-01-01"}, "a.txt"),
        ({"b.txt": "2023-01-01"}, "b.txt"),  # a date goes before none
        ({}, "a.txt"),  # without dates the first by name
        ({"a.txt": "2022-01-01", "b.txt": "2022-01-01"}, "a.txt"),
    ],
)
def test_oldest_copy_is_the_one_shown(opened, dates, first):
    found = opened({"a.txt": lines(STORY), "b.txt": lines(STORY) + "\n"}, dates).retrieve(WHERE, 50)
    assert {p.document.id for p in found} == {first}
    other = {"a.txt": "b.txt", "b.txt": "a.txt"}[first]
    assert all([d.id for d in p.also_in] == [other] for p in found)


def test_two_hundred_copies_come_once_and_leave_room_for_others(opened):
    files = {f"copy{n:03}.txt": lines(STORY) + "\n" * n for n in range(200)}
    files |= {f"other{n}.txt": f"The red fox of farm {n} sleeps in barn {n}." for n in range(8)}
    bot = opened(files)
    found = bot.retrieve(WHERE, 12)
    assert {p.document.id for p in found} == {"copy000.txt", *(f"other{n}.txt" for n in range(8))}
    told = next(p for p in found if p.document.id == "copy000.txt")
    assert [d.id for d in told.also_in] == [f"copy{n:03}.txt" for n in range(1, 200)]
    assert not any(p.also_in for p in found if p.document.id.startswith("other"))


def test_three_copies_are_all_named_and_those_outside_a_filter_are_not(opened):
    bot = opened(
        {name: lines(STORY) for name in ("a.txt", "b.txt", "c.txt")},
        {"a.txt": "2022-03-01", "b.txt": "2022-02-01", "c.txt": "2022-01-01"},
    )
    assert [[d.id for d in p.also_in] for p in bot.retrieve(WHERE, 1)] == [["b.txt", "a.txt"]]
    (best,) = bot.retrieve(WHERE, 1, where=rag.Where(documents=("a.txt", "b.txt")))
    assert best.document.id == "b.txt" and [d.id for d in best.also_in] == ["a.txt"]


@pytest.mark.parametrize("place", range(len(STORY) + 1))
def test_what_only_the_newer_copy_says_is_found(opened, place):
    """Wherever it stands: a chunk that holds anything new is still searched."""
    only = "The green frog of Yarmouth jumped over the fence at noon."
    newer = lines([*STORY[:place], only, *STORY[place:]])
    bot = opened({"a.txt": lines(STORY), "b.txt": newer}, {"a.txt": "2022-01-01", "b.txt": "2023-01-01"})
    found = bot.retrieve("Where did the green frog of Yarmouth jump?", 5)
    assert only in found[0].text and found[0].document.id == "b.txt"
    assert any(c.quote == only for c in bot.ask("What did the green frog of Yarmouth jump over?").citations)


@given(st.randoms(), st.integers(2, 4))
def test_no_sentence_is_lost_whatever_the_copies_share(random, count):
    """Of each sentence of each document, the sentence or its twin stands in a chunk that is searched."""
    said = [f"The keeper of mill {n} told the story of {n} foxes and {n + 1} hens." for n in range(12)]
    texts = {f"{n}.txt": lines(random.sample(said, random.randint(1, 12))) for n in range(count)}
    bot = from_texts(texts)
    every = frozenset(document.id for document in bot.documents)
    index, allowed = bot.index, bot.retriever._mask(every, every)
    searched = {
        index.twins.get(row, row)
        for place, c in enumerate(index.chunks)
        if allowed is None or allowed[place]
        for row in index.sentence_rows(c.document_id, c.start, c.end)
    }
    assert searched == {index.twins.get(row, row) for row in range(len(index.sentences))}


def from_texts(texts):
    """A chatbot over texts by their ids, without a folder of documents."""
    documents = tuple(Document(name, name, text) for name, text in sorted(texts.items()))
    with tempfile.TemporaryDirectory() as folder:
        rag.build_index(
            Corpus(Folders.of(folder), documents, (), "0" * 64), f"{folder}/index", ColourEmbedder()
        )
        return rag.Chatbot(open_index(f"{folder}/index"), ColourEmbedder())


def test_same_words_twice_in_one_document_are_no_copy(opened):
    bot = opened({"a.txt": lines(STORY * 2), "b.txt": "The blue hen wakes."})
    assert not any(p.also_in for p in bot.retrieve(WHERE, 50))
    assert {p.document.id for p in bot.retrieve(WHERE, 50)} >= {"a.txt"}


def test_passage_that_is_not_all_in_the_other_document_does_not_name_it(opened):
    """A quoted sentence is no copy of the story around it."""
    bot = opened({"a.txt": lines(STORY), "b.txt": lines([LEAD[0], STORY[0], LEAD[1]])})
    assert all(p.also_in == () for p in bot.retrieve(WHERE, 50))
    assert {p.document.id for p in bot.retrieve(WHERE, 50)} == {"a.txt", "b.txt"}


def test_seeds_have_nothing_in_common_but_what_stands_around_their_stories(chatbot):
    index = chatbot.index
    texts = {document.id: document.text for document in index.documents}
    common = [texts[s.document_id][s.start : s.end] for s in (index.sentences[row] for row in index.twins)]
    assert "Copyright © 2022 MiP" in common
    assert all(len(line) < 60 or line.startswith("If you'd like to read more") for line in common)
    assert not any(p.also_in for p in chatbot.retrieve("Who ordered the review?", 10))


def test_twins_are_kept_with_the_index(opened):
    bot = opened({"a.txt": lines(STORY), "b.txt": lines(LEAD + edited(STORY))})
    index = bot.index
    texts = {d.id: d.text for d in index.documents}
    assert index.twins == twins([texts[s.document_id][s.start : s.end] for s in index.sentences])
    assert len(index.twins) == len(STORY)


# Sentences that say the same


SAID = "Jim Ash said on 4 May 2023 that the 42 foxes of Norfolk had taken {} the hens of the farm."


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("It costs {} pounds a head to keep the foxes warm.", "4", "5"),
        ("It was told in {} that foxes sleep all winter.", "2022", "2023"),
        ("Some {} foxes were seen in the valley last year.", "1,200", "1,300"),
        ("The foxes took {} per cent of all hens that year.", "3.5", "3.6"),
        ("It was said that {} would keep the mill for his son.", "Ash", "Oak"),
        ("It is said the keeper of {} was glad of the rain.", "Norfolk", "Suffolk"),
        ("We hear that {} for the hole in the old fence.", "Ash blamed Oak", "Oak blamed Ash"),
        ("The report will {}be published by the council in spring.", "", "not "),
        ("The foxes {} take the hens that the farmer counted.", "did", "didn't"),
        ("They can come to the mill {} a dog on the lead.", "with", "without"),
        ("The keeper said that {} hen was taken in the winter.", "the", "no"),
        ("The fence has {} gates that the warden locks at dusk.", "two", "three"),
        ("The {} of the gates is locked by the warden at dusk.", "first", "last"),
        ("The foxes say {} of them were counted by the warden.", "all", "some"),
        ("The cubs were born {} the fence had been put up.", "before", "after"),
        ("The keeper counted {} hens than foxes in the valley.", "more", "fewer"),
    ],
)
def test_sentences_that_differ_in_what_tells_are_not_the_same(said, one, other):
    one, other = said.format(one), said.format(other)
    assert twins([one, other]) == twins([other, one]) == {}
    assert twins([one, other, one]) == {2: 0}


common = st.lists(
    st.sampled_from("the keeper told them that foxes sleep in a den below mills while hens wake".split()),
    min_size=10,
    max_size=25,
)


@given(common, st.integers(0, 25), st.integers(0, 9999), st.integers(0, 9999))
def test_sentences_with_another_figure_are_never_the_same(words, place, one, other):
    assume(one != other)
    texts = [" ".join([*words[:place], str(n), *words[place:]]) for n in (one, other)]
    assert twins(texts) == {} and twins([texts[0]] * 2) == {1: 0}


names = st.sampled_from("Ash Oak Elm Norfolk Suffolk Hewitt Hunt Barclay".split())


@given(common, st.integers(0, 25), st.integers(0, 25), names, names)
def test_sentences_with_names_in_another_order_are_never_the_same(words, first, second, one, other):
    assume(one != other)
    texts = []
    for pair in ((one, other), (other, one)):
        said = list(words)
        for place, name in sorted(zip(sorted((first, second)), pair, strict=True), reverse=True):
            said.insert(place, name)
        texts.append(" ".join(said))
    assume(texts[0] != texts[1])
    assert twins(texts) == {}


@given(common)
def test_negation_is_never_folded(words):
    text = " ".join(words)
    assert twins([text, f"{text} not"]) == twins([text, f"never {text}"]) == {}


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_texts_are_compared(texts):
    found = twins(texts)
    assert all(first < row and first not in found for row, first in found.items())
    assert twins(texts) == found


@given(st.lists(st.sampled_from(STORY + LEAD), max_size=12))
def test_equal_texts_are_the_first_of_them(texts):
    assert twins(texts) == {
        row: texts.index(text) for row, text in enumerate(texts) if texts.index(text) < row
    }


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("The committee said that spending on care will {} over the coming parliament.", "rise", "fall"),
        ("The committee said that {} people were hurt in the fire at the mill.", "fifteen", "sixteen"),
        ("net income | {} | 300 | 400", "-200", "200"),
        ("It cost {}3.50 at the shop in the village.", "£", "$"),
        ("About {} of the staff have left the service in a year.", "5%", "5"),
        ("He said {} in the party supported the plan for the service.", "nobody", "everybody"),
        (
            "The {} that the report was late by some weeks.",
            "managers told the union",
            "union told the managers",
        ),
        ("{} said that the plan was a good one for the service", "hewitt", "barclay"),
    ],
)
def test_opposites_are_not_the_same(said, one, other):
    assert twins([said.format(one), said.format(other)]) == {}


def test_short_sentence_of_the_newer_copy_is_found(opened):
    bot = opened({"a.txt": lines(STORY), "b.txt": lines([*STORY, "He then resigned."])})
    assert "He then resigned." in "".join(p.text for p in bot.retrieve("Who resigned?", 50))


def test_copy_that_the_question_asks_for_is_the_one_shown(opened):
    bot = opened(
        {"a.txt": lines(STORY), "b.txt": lines(STORY)}, {"a.txt": "2022-01-01", "b.txt": "2023-01-01"}
    )
    [found] = bot.retrieve("What was written about the red fox of Norfolk in 2023?", 1)
    assert found.document.id == "b.txt" and [other.id for other in found.also_in] == ["a.txt"]


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("Inspectors said that the water from the well in the village is {} for children.", "safe", "unsafe"),
        ("The driver of the lorry was {} when it left the road near the bridge.", "injured", "killed"),
        ("The doors of the ward will be locked for good at 9 {} on the day after.", "am", "pm"),
        ("Patients of the ward were given 50 {} of the drug by a nurse each day.", "mg", "g"),
        ("The wards will be shut in the autumn {} the trust finds the money.", "if", "unless"),
    ],
)
def test_one_word_that_turns_the_meaning_is_shown_from_both(opened, embedder, said, one, other):
    before, after = "Our reporter walked along the river on a wet morning.", "It has never run dry."
    files = {
        name: f"{before} {said.format(word)} {after}" for name, word in (("a.txt", one), ("b.txt", other))
    }
    found = opened(files, embedder=embedder).retrieve("What was said of the village and the ward?", 50)
    assert {p.document.id for p in found if said.format(one) in p.text or said.format(other) in p.text} == {
        "a.txt",
        "b.txt",
    }
    assert not any(p.also_in for p in found)


def test_short_sentences_count_too():
    assert twins(["Read on.", "Read on.", "He resigned.", "Read on!"]) == {1: 0, 3: 0}


@pytest.mark.parametrize(
    "other",
    [
        SAID.format("off"),
        SAID.format("away").replace(" that", ", that") + "”",
        SAID.format("away").replace(" ", "\n  "),
        SAID.format("away").replace("Jim Ash", "JIM ASH"),
        SAID.format("away").replace("the farm", "this farm"),
    ],
)
def test_small_edits_are_the_same(other):
    assert twins([SAID.format("away"), other]) == {1: 0}


def test_threshold_is_of_common_words():
    words = ["The", *(f"w{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    base = " ".join(words[:20])
    assert twins([base, " ".join(words[:17] + words[20:23])]) == {1: 0}  # 17 of 20
    assert twins([base, " ".join(words[:16] + words[20:24])]) == {}  # 16 of 20


def test_bands_are_those_that_datasketch_chooses_itself():
    chosen = MinHashLSH(threshold=0.5, num_perm=sketches.PERMUTATIONS)
    assert (chosen.b, chosen.r) == (sketches.BANDS, sketches.ROWS)


def test_sketches_are_those_of_datasketch(monkeypatch):
    generator = random.Random(1)
    sets = [[b"%d" % generator.randrange(99) for _ in range(n)] for n in [*range(1, 40)] * 3]
    monkeypatch.setattr(sketches, "TOGETHER", 7)
    monkeypatch.setattr(sketches, "_join_rows", lambda values: values[:, :, 0])
    own = sketches.sketch([[], *sets])
    assert not own[0].any()
    for bands, theirs in zip(own[1:], MinHash.generator(sets, num_perm=128, seed=sketches.SEED), strict=True):
        assert bands.tolist() == theirs.hashvalues[: sketches.BANDS * sketches.ROWS : sketches.ROWS].tolist()


def test_copies_are_found_among_many_other_sentences():
    generator = random.Random(1)
    some = "fox hen mill den bank hide cub yard".split()
    texts = [
        " ".join(f"{generator.choice(some)}{generator.randrange(999)}" for _ in range(12))
        for _ in range(1500)
    ]
    assert twins(texts + texts[::10]) == {1500 + n: 10 * n for n in range(150)}


# Where else a span stands


def test_copies_are_the_documents_that_say_all_of_it():
    documents = [
        Document("new", "", "." * 99, published=date(2023, 1, 1)),
        Document("old", "", "." * 99, published=date(2022, 1, 1)),
        Document("undated", "", "." * 99),
    ]
    spans = [Chunk(name, start, start + 25) for name in ("new", "old", "undated") for start in (0, 30, 60)]
    same = {3: 0, 4: 1, 6: 0, 8: 2}  # old says the first two of new, undated the first and the last
    known = Documents.of(documents)
    copies = Copies(known, Spans(known.ids, tabulate(spans, known.ids)), Twins.of(same))

    def ids(rows):
        return [document.id for document in copies.documents_with(rows)]

    assert ids([0]) == ["old", "undated"] and ids([0, 1]) == ["old"] and ids([0, 2]) == ["undated"]
    assert ids([0, 1, 2]) == ids([5]) == ids([7]) == ids([]) == []
    assert ids([3]) == ["new", "undated"] and ids([6]) == ["old", "new"]


def test_copy_is_no_reason_to_say_that_nothing_mentions_its_publisher(write, tmp_path, embedder):
    story = "The council will repair the roads of the valley before the winter. It has set money aside."
    sources = '["a.txt"]\npublisher = "Press Agency"\n["b.txt"]\npublisher = "Guardian"\n'
    build(write({"a.txt": story, "b.txt": story, "sources.toml": sources}), tmp_path / "index", embedder)
    answer = rag.open_chatbot(tmp_path / "index", embedder=embedder).ask(
        "What did the Guardian say about the repair of the roads?"
    )
    assert not answer.refused and answer.citations[0].document.id == "b.txt"
