"""The drafts that a check is measured by, and the figures of made-up verdicts."""

from __future__ import annotations

from collections import Counter

from eval.drafts import DRAFTS, TRUE, DraftSentence, Judged, judge, read_drafts, table


def test_ten_drafts_have_twenty_sentences_and_each_kind_of_error():
    sentences = read_drafts(DRAFTS / "drafts.jsonl")
    kinds = Counter((sentence.draft, sentence.error) for sentence in sentences)
    drafts = {sentence.draft for sentence in sentences}
    assert len(drafts) == 10 and len({sentence.text for sentence in sentences}) == len(sentences) == 200
    errors = {sentence.error for sentence in sentences} - {TRUE}
    assert len(errors) == 9 and all(kinds[draft, error] == 1 for draft in drafts for error in errors)
    halves = {(sentence.draft, sentence.half) for sentence in sentences}
    assert Counter(half for _, half in halves) == {"tune": 5, "report": 5}


def test_each_sentence_of_a_draft_gets_its_verdict(ferries):
    texts = {
        "Dogs travel free.": TRUE,
        "Bicycles cost £9 each way.": "number",
        "A cinema opens.": "invention",
    }
    judged = [*judge(ferries, [DraftSentence("d", "ferry", "tune", e, text) for text, e in texts.items()])]
    assert [one.verdict for one in judged] == ["borne_out", "contradicted", "not_said"]
    assert judged[1].differing == ("number: “£9”, the source has “£4”",)
    assert [one.told for one in judged] == [True, False, False]


def test_figures_count_errors_found_and_truths_doubted():
    verdicts = [("date", "contradicted"), ("date", "borne_out"), ("name", "not_said"), (TRUE, "not_said")]
    verdicts += [(TRUE, "borne_out")] * 3
    judged = [
        Judged(DraftSentence("d", "f", "tune", error, ""), verdict, (), told=verdict == "borne_out")
        for error, verdict in verdicts
    ]
    lines = table(judged).splitlines()
    assert [line.partition("(")[0].split() for line in lines] == [
        ["date", "1", "of", "2", "0.50"],
        ["name", "1", "of", "1", "1.00"],
        ["errors", "found", "2", "of", "3", "0.67"],
        ["…", "as", "contradicted", "1", "of", "3", "0.33"],
        ["false", "alarms", "1", "of", "4", "0.25"],
        ["errors", "told", "1", "of", "3", "0.33"],
        ["truths", "told", "3", "of", "4", "0.75"],
    ]
