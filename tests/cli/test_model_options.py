"""A language model at the command line: who it is, where its key may be seen, what it is worth."""

from __future__ import annotations

import json
import os
import shutil
import signal

import pytest
from commands import is_one_line, spawn
from scripted import good, hanging, serving
from small import ROOT

WHO = "Who ordered the review?"
HUNT = "The review was ordered by Chancellor Jeremy Hunt. [7]"
KEY = "sk-very-secret"


@pytest.fixture
def three_questions(tmp_path):
    """The first three questions of the eval set."""
    lines = (ROOT / "eval/questions.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    (tmp_path / "three.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "three.jsonl"


def test_ask_with_a_model(run, seeds_index):
    with serving(good(HUNT)) as endpoint:
        code, out, err = run("ask", WHO, "--index", seeds_index, "--llm", "a-model",
                             "--base-url", endpoint.base_url, "--api-key", KEY)  # fmt: skip
        assert [asked.key for asked in endpoint.asked] == [KEY]
    assert (code, err) == (0, "") and out.startswith(
        "The review was ordered by Chancellor Jeremy Hunt. [1]\n"
    )
    assert "\nWritten by a-model, each sentence checked against what it cites.\n" in out
    assert "[7]" not in out and KEY not in out


def test_key_and_address_of_the_environment(run, seeds_index, monkeypatch):
    with serving(good(HUNT)) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        code, out, err = run("ask", WHO, "--index", seeds_index, "--llm", "a-model", "--json")
        assert [asked.key for asked in endpoint.asked] == [KEY]
    assert code == 0 and json.loads(out)["author"] == "a-model" and KEY not in out + err


def test_nothing_is_sent_unless_a_model_is_named(run, seeds_index, monkeypatch):
    with serving(good(HUNT)) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        code, out, _ = run("ask", WHO, "--index", seeds_index, "--json")
        assert code == 0 and json.loads(out)["author"] is None and endpoint.asked == []


def test_dead_endpoint_is_said(run, seeds_index):
    code, out, _ = run("ask", WHO, "--index", seeds_index, "--llm", "gone",
                       "--base-url", "http://127.0.0.1:9/v1")  # fmt: skip
    assert code == 0 and "Chancellor Jeremy Hunt" in " ".join(out.split())
    assert "The model gone at 127.0.0.1:9 cannot be reached" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no endpoint for the model 'a-model': give --base-url"),
        (("--base-url", "127.0.0.1:11434"), "base_url is no http or https address"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, seeds_index, monkeypatch, arguments, message):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    code, out, err = run("ask", WHO, "--index", seeds_index, "--llm", "a-model", *arguments)
    assert (code, out) == (1, "") and is_one_line(err) and message in err


def test_context_that_is_too_small_is_a_wrong_call(run, seeds_index):
    code, _, err = run("ask", WHO, "--index", seeds_index, "--llm", "m", "--context", "1000")
    assert code == 2 and "expected at least 2048 tokens, got '1000'" in err


def test_model_file_that_is_not_there(run, seeds_index):
    code, out, err = run("ask", WHO, "--index", seeds_index, "--llm", "gone.gguf")
    assert (code, out) == (1, "") and is_one_line(err) and "no file gone.gguf" in err


def test_interrupt_ends_a_silent_model_and_its_log_has_no_key(seeds_index):
    with serving(hanging) as endpoint:
        environment = {"OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": KEY, "OPENAI_LOG": "debug"}
        command = ("ask", WHO, "--index", seeds_index, "--llm", "m")
        with spawn(*command, env=os.environ | environment) as process:
            assert endpoint.called.wait(300)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert endpoint.hung_up.wait(60)
        assert [asked.key for asked in endpoint.asked] == [KEY]
    assert (process.returncode, out) == (130, "")
    assert "DEBUG" in err and "Traceback" not in err and KEY not in err


def test_eval_of_a_model_with_proof_and_without(run, seeds_index, three_questions, tmp_path):
    written = "The King of Norway ordered it in 1823. [1] The review was ordered by Jeremy Hunt. [99]"
    with serving(good(written)) as endpoint:
        options = ("eval", "--index", seeds_index, "--questions", three_questions,
                   "--llm", "liar", "--base-url", endpoint.base_url)  # fmt: skip
        assert run(*options, "--out", tmp_path / "proved.json")[0] == 0
        assert run(*options, "--unproved", "--out", tmp_path / "believed.json")[0] == 0
    proved, believed = (
        json.loads((tmp_path / name).read_text(encoding="utf-8"))["questions"]
        for name in ("proved.json", "believed.json")
    )
    assert not any("Norway" in statement["text"] for row in proved for statement in row["statements"])
    assert all(row["notice"] for row in proved)
    for row in believed:
        lie, hunt = row["statements"]
        assert (lie["citations"], hunt["citations"]) == ([1], []) and "1823" in lie["unsupported"]
        assert row["author"] == "liar"
    code, out, _ = run("eval", "--compare", tmp_path / "believed.json", tmp_path / "proved.json")
    assert code == 0 and "statements_supported" in out


def test_unproved_needs_a_model(run, seeds_index):
    code, _, err = run("eval", "--index", seeds_index, "--unproved")
    assert code == 1 and is_one_line(err) and "name one with --llm" in err


def test_index_is_looked_for_first(run, tmp_path):
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    code, _, err = run("ask", WHO, "--index", tmp_path / "none", "--llm", "m",
                       "--base-url", "http://127.0.0.1:9/v1")  # fmt: skip
    assert code == 1 and is_one_line(err) and "rag index" in err


def test_old_option_says_the_new_one(run):
    code, _, err = run("ask", "Who?", "--answerer", "a-model")
    assert code == 2 and "it is now called --llm" in err
