"""Who says a sentence: in it, behind the quote it stands in, before, or nobody."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from rag.answers.speakers import find_speaker, name_teller
from rag.datatypes import Document
from rag.documents.outline import Outline


def said_by(text, sentence):
    start = text.index(sentence)
    return [text[first:last] for first, last in find_speaker(text, (start, start + len(sentence)))]


@pytest.mark.parametrize(
    ("text", "sentence", "who"),
    [
        ("Ann Fox said that all is well.", "Ann Fox said that all is well.", ["Ann Fox"]),
        ("“All is well,” said Ann Fox.", "“All is well,” said Ann Fox.", ["Ann Fox"]),
        ("According to the Zoo Board, all is well.", "all is well", []),
        ("According to the Zoo Board, all is well.", "According to the Zoo Board", ["the Zoo Board"]),
        (
            "Ann Fox, MiP Chief Executive said:\n\n“One.\n\n“Two. Three.” Four.",
            "Three.",
            ["Ann Fox"],
        ),
        ("Ann Fox – who left in May – wrote a lot.", "Ann Fox – who left in May – wrote a lot.", ["Ann Fox"]),
        ("Ann Fox came. “All is well. We sing,” she said.", "“All is well.", ["she", "Ann Fox"]),
        ("“All is well. We sing,” said Ann Fox.", "“All is well.", ["Ann Fox"]),
        ("“All is well. We sing.”\n\nAnn Fox said no.", "“All is well.", []),
        ("Jim Ash said: “All is well. We sing.” Ann Fox said no.", "“All is well.", ["Jim Ash"]),
        ("The letter adds: 'It’s well. We sing.' So it ended.", "We sing.", ["The letter"]),
        ("The letter adds: 'It’s well. We sing.' So it ended.", "So it ended.", []),
        ("Jim Ash urged calm.\n- Do sing.\n- Do swim.", "Do swim.", []),
        ("Jim Ash urged this:\n- Do sing.\n- Do swim.", "Do swim.", ["Jim Ash"]),
        ("“Jim said no,” Ann Fox said.", "“Jim said no,” Ann Fox said.", ["Ann Fox"]),
        ("In London, Ann Fox said no.", "In London, Ann Fox said no.", ["Ann Fox"]),
        ("She said no.", "She said no.", []),
        ("Whales sing at night. Ann Fox said so.", "Whales sing at night.", []),
        ("The state of the zoo is good.", "The state of the zoo is good.", []),
        ("The fox never closed “this. It sleeps.", "It sleeps.", []),
        (f"Ann Fox said no. {'It rained. ' * 40}“All is well.”", "“All is well.”", []),
    ],
)
def test_speaker_is_who_says_it(text, sentence, who):
    assert said_by(text, sentence) == who


def test_speaker_within_the_documents(corpus):
    texts = {document.id[:3]: document.text for document in corpus.documents}
    for document, sentence, who in [
        ("000", "“If this review is to be successful", ["he", "Jon Restell"]),
        ("000", "He welcomed the review, claiming that", ["He", "Steve Barclay"]),
        ("000", "who was health secretary for six years until 2018, has frequently advocated", []),
        ("000", "It has been reported that the review will look", []),
        ("001", "MiP are ready to work with government", ["Jon Restell"]),
        ("001", "MiP submitted evidence to the review", []),
        ("002", "to which she recommends a 1% increase", ["she", "Hewitt"]),
        ("003", "“If I was sitting in NHS England", ["She", "Hewitt"]),
        ("003", "Steve Barclay, secretary of state for health and social care, said: “We", ["Steve Barclay"]),
        ("003", "More than 7mn people are currently waiting", []),
        ("004", "Adding new targets and initiatives", ["She", "Ms Hewitt"]),
        ("004", "Balancing freedom with accountability.", ["The letter"]),
    ]:  # fmt: skip
        assert said_by(texts[document], sentence) == who, sentence


@given(st.text(st.sampled_from("Ann he said “”'\"‘’.,:\n-ab "), max_size=80), st.data())
def test_speaker_stands_in_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert all(0 <= first < last <= len(text) for first, last in find_speaker(text, (start, end)))


@pytest.mark.parametrize(
    "piece", ["A-", "The a ", "Ab cd, ef ", "A’", "“x ", "'a ", "he also ", "Aa ", "Ab (x "]
)
def test_long_text_takes_no_longer_than_its_length(piece):
    text = piece * 20_000
    began = time.perf_counter()
    find_speaker(text, (0, len(text)))
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("text", "said", "teller"),
    [
        (
            "On Tue, 4 Mar 2025 at 09:12, Tom Baker <tom@mill.example> wrote:\n> It costs 480.\n",
            "It costs",
            "Tom Baker",
        ),
        (
            "On Tue, 4 Mar 2025 at 09:12, Tom Baker <tom@mill.example>\nwrote:\n> It is 5.\n",
            "It is 5",
            "Tom Baker",
        ),
        ("Here is what the policy says:\n> It costs 480.\n", "It costs", ""),
        ("Please note:\n\n> It costs 480.\n", "It costs", ""),
    ],
)
def test_who_wrote_what_is_quoted_is_a_name_or_nobody(text, said, teller):
    outline = Outline(Document("mail.txt", "Mail", f"Hello Ann,\n\nthanks for this.\n\n{text}"))
    start = outline.document.text.index(said)
    assert name_teller(outline, (start, start + len(said))) == teller


@pytest.mark.parametrize(
    ("sender", "teller"),
    [
        ('"Baker, Tom" <t@mill.example>', "Baker, Tom"),
        ("<t@mill.example>", "t@mill.example"),
        ("Lena Fox", "Lena Fox"),
        ("", ""),
    ],
)
def test_of_several_mails_the_sender_is_told(sender, teller):
    one = "From: Ann Reed <a@mill.example>\nTo: Bo\nDate: 4 March 2025\nSubject: Keys\n\nThe key is blue.\n\n"
    other = one.replace("Ann Reed <a@mill.example>", sender).replace("blue", "red")
    outline = Outline(Document("mail.txt", "Keys", one + other))
    start = outline.document.text.index("The key is red")
    assert name_teller(outline, (start, start + 14)) == teller
