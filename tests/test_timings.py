"""How long the stages of a question take, wherever it is asked."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from scripted import good, serving
from served import doors

import rag
from rag.timings import stage

STAGES = ["understand", "embed", "dense", "lexical", "fuse", "fold", "answer", "read", "decide"]
QUESTION = "Who ordered the review?"


def test_each_stage_of_a_question_is_measured_and_none_twice(chatbot):
    timings = rag.Timings()
    begun = time.perf_counter()
    answer = timings.run(rag.Chatbot.ask, chatbot, QUESTION)  # not as it was answered before
    taken = time.perf_counter() - begun
    assert answer.citations
    assert list(timings.seconds) == STAGES
    assert all(seconds > 0 for seconds in timings.seconds.values())
    assert sum(timings.seconds.values()) <= taken


def test_time_of_an_inner_stage_counts_there_alone():
    def work() -> None:
        with stage("answer"):
            with stage("read"):
                time.sleep(0.05)
            with stage("read"):
                time.sleep(0.05)

    timings = rag.Timings()
    timings.run(work)
    assert timings.seconds["read"] >= 0.1 > timings.seconds["answer"]


def test_questions_at_once_have_their_own_times(chatbot):
    both = [rag.Timings(), rag.Timings()]
    with ThreadPoolExecutor(2) as people:
        answer = people.submit(both[0].run, rag.Chatbot.ask, chatbot, QUESTION)
        found = people.submit(both[1].run, chatbot.retrieve, "ICS")
        for one in (answer, found):
            one.result()
    assert list(both[0].seconds) == STAGES
    assert "read" not in both[1].seconds


def test_time_of_a_language_model_is_its_own(chatbot, embedder):
    timings = rag.Timings()
    with serving(good("Jeremy Hunt ordered the review.")) as endpoint:
        llm = rag.OpenAIModel(base_url=endpoint.base_url, model="fake")
        timings.run(chatbot.with_llm(llm).ask, QUESTION)
    assert timings.seconds["write"] > 0


def test_service_tells_the_stages_with_the_answer_and_in_its_figures(chatbot):
    with doors(chatbot) as address, httpx.Client(base_url=address, timeout=60) as http:
        told = http.post("/v1/ask", json={"question": QUESTION}).headers["server-timing"]
        assert [part.partition(";dur=")[0] for part in told.split(", ")] == STAGES
        assert float(told.partition(";dur=")[2].partition(",")[0]) > 0
        found = http.post("/v1/retrieve", json={"question": QUESTION}).headers["server-timing"]
        assert "fold" in found and "read" not in found
        figures = http.get("/metrics").text
        assert 'footnote_stage_seconds_count{stage="embed"} 2.0' in figures
        assert 'footnote_stage_seconds_count{stage="read"} 1.0' in figures


@pytest.mark.parametrize("json_too", [False, True])
def test_command_prints_them(run, seeds_index, json_too):
    arguments = ("--json",) if json_too else ()
    code, out, err = run("ask", QUESTION, "--index", seeds_index, "--timings", *arguments)
    assert code == 0
    if json_too:
        assert list(json.loads(out)["timings"]) == STAGES
    else:
        assert [line.split()[0] for line in err.splitlines()[-len(STAGES) :]] == STAGES
        assert err.rstrip().endswith("ms") and "ms" not in out.splitlines()[0]
