"""The command line: the result on stdout, the progress on stderr, every failure in one line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import docx
import pytest
from commands import is_one_line, spawn
from small import ROOT, SEEDS, SMALL

import rag
from rag.cli.main import main
from rag.formats.exports.exports import FORMATS
from rag.index.places import open_index

WHO = "Who ordered the review?"
ANSWER = {"question", "refused", "reason", "prefers", "confidence", "text", "statements", "differences"}
ANSWER |= {"citations", "passages", "author", "notice", "kind", "reply", "verdict"}
STATEMENT = {"text", "citations", "attribution", "fact", "support", "unsupported"}
CITATION = {
    "number", "document", "title", "publisher", "published", "date_note", "start", "end", "quote", "section",
    "page", "place",
}  # fmt: skip
PASSAGE = CITATION - {"number", "quote"} | {"rank", "score", "text", "stages", "matched", "also_in"}
BAD_DAYS = [
    "",
    "99999999999999999999",
    "22",
    "yesterday",
    "2022-13",
    "2022-00",
    "2022-02-30",
    "2022-12-19-01",
    "2022-",
    "19.12.2022",
]


# Asking


def test_ask_prints_the_answer_and_its_sources(run, seeds_index):
    code, out, err = run("ask", WHO, "--index", seeds_index)
    assert (code, err) == (0, "")
    assert "Chancellor Jeremy Hunt" in " ".join(out.split()) and "[1] " in out and ".txt:" in out


def test_ask_as_json_is_utf8_and_whole_through_head(seeds_index, chatbot):
    command = f"{sys.executable} -m rag ask {WHO!r} --json --index {seeds_index} | head -1"
    ended = subprocess.run(command, shell=True, capture_output=True, cwd=ROOT, timeout=120)
    assert (ended.returncode, ended.stderr, ended.stdout.count(b"\n")) == (0, b"", 1)
    shown = json.loads(ended.stdout.decode())
    assert set(shown) == ANSWER and shown["text"] == chatbot.ask(WHO).text
    assert all(set(statement) == STATEMENT for statement in shown["statements"])
    assert shown["citations"] and all(set(citation) == CITATION for citation in shown["citations"])
    assert shown["passages"] and all(set(passage) == PASSAGE for passage in shown["passages"])
    for c in shown["citations"]:
        assert (SEEDS / c["document"]).read_bytes().decode()[c["start"] : c["end"]] == c["quote"]


def test_ask_writes_files_of_every_format(run, seeds_index, chatbot, tmp_path):
    ask = ["ask", WHO, "--index", seeds_index]
    for name, form in FORMATS.items():
        file = tmp_path / f"answer{form.suffix}"
        assert run(*ask, "--format", name, "--out", file) == (0, "", f"wrote {file}\n")
        if not form.binary:
            assert file.read_bytes() == rag.export_answer(chatbot.ask(WHO), name)
            assert run(*ask, "--format", name) == (0, file.read_text(encoding="utf-8"), "")
    assert docx.Document(str(tmp_path / "answer.docx")).paragraphs[0].text == WHO


def test_a_word_file_goes_where_the_output_is_led_but_to_no_terminal(run, seeds_index, tmp_path, monkeypatch):
    ask = ("ask", WHO, "--index", seeds_index, "--format", "docx")
    with (tmp_path / "answer.docx").open("w", encoding="utf-8") as led:
        monkeypatch.setattr("sys.stdout", led)
        assert run(*ask) == (0, "", "")
    assert docx.Document(str(tmp_path / "answer.docx")).paragraphs[0].text == WHO
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr("sys.stdout", terminal)
        code, _, error = run(*ask)
    assert code == 1 and is_one_line(error)
    assert "a terminal cannot show docx, expected a file: name one with --out FILE" in error


def test_ask_says_what_of_a_format_is_missing(run, seeds_index, tmp_path):
    ask = ["ask", "What is the capital of Australia?", "--index", seeds_index]
    code, out, err = run(*ask, "--format", "ris")
    assert (code, out, err) == (0, "", "no sources: The documents do not answer this question.\n")
    code, out, err = run(*ask, "--out", tmp_path / "x")
    assert code == 1 and is_one_line(err) and "says no format: add --format {text,markdown,html,docx," in err
    assert run(*ask, "--format", "docx", "--json")[0] == run(*ask, "--format", "pdf")[0] == 2


def test_refusal_is_a_result_and_no_error(run, seeds_index):
    code, out, _ = run("ask", "What is the capital of Australia?", "--json", "--index", seeds_index)
    assert code == 0 and json.loads(out)["refused"] is True


def test_ask_after_earlier_turns(run, seeds_index):
    turns = ["--after", WHO, "Chancellor Jeremy Hunt ordered it. [1]"]
    code, out, _ = run("ask", "How long was he health secretary?", *turns, "--index", seeds_index)
    assert code == 0 and out.startswith("Understood as: How long was Jeremy Hunt health secretary?\n")
    assert "six years" in " ".join(out.split())


def test_search_prints_one_passage_a_line(run, seeds_index, chatbot):
    code, out, err = run("search", WHO, "-k", 3, "--json", "--index", seeds_index)
    shown = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "") and all(set(passage) == PASSAGE for passage in shown)
    assert [p["text"] for p in shown] == [p.text for p in chatbot.retrieve(WHO, 3)]
    code, out, _ = run("search", WHO, "--index", seeds_index)
    assert code == 0 and out.startswith("1. ") and "\n5. " in out and "\n6. " not in out


UNION_2022 = "what did the union say in 2022?"


def test_search_explains_why_in_text_and_as_json(run, seeds_index, chatbot):
    search = ["search", "Who ordered integrated care systems?", "-k", 2, "--index", seeds_index]
    best = chatbot.retrieve("Who ordered integrated care systems?", 2)[0]
    code, out, _ = run(*search, "--explain")
    assert code == 0 and f"   score {best.score:.3f}\n" in out
    for stage in best.stages:
        assert f"   {stage.stage}: rank {stage.rank}, score {stage.score:.3f}\n" in out
    assert f"   matched: {', '.join(best.matched)}\n" in out and out.count("matched: ") == 2
    assert "matched: " not in run(*search)[1]
    shown = json.loads(run(*search, "--json")[1].splitlines()[0])
    assert [(s["stage"], s["rank"]) for s in shown["stages"]] == [(s.stage, s.rank) for s in best.stages]
    assert shown["matched"] == list(best.matched) != [] and shown["also_in"] == []


def test_search_names_the_other_places_of_a_story(run, tmp_path):
    folder = tmp_path / "stories"
    folder.mkdir()
    story = "The red fox of Norfolk sleeps below the mill. Keepers counted 42 cubs in the valley."
    for name, end in (("a.txt", ""), ("b.txt", "\n")):
        (folder / name).write_text(story + end, encoding="utf-8")
    run("index", folder, "--index", tmp_path / "index")
    search = ["search", "red fox", "--index", tmp_path / "index"]
    assert "   also in b. Publisher unknown, date unknown. b.txt\n" in run(*search)[1]
    (shown,) = [json.loads(line) for line in run(*search, "--json")[1].splitlines()]
    assert shown["document"] == "a.txt" and [d["document"] for d in shown["also_in"]] == ["b.txt"]
    assert set(shown["also_in"][0]) == {"document", "title", "publisher", "published", "date_note"}


def documents_found(out):
    return {json.loads(line)["document"][:3] for line in out.splitlines()}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--since", "2023"], {"001", "002"}),
        (["--since", "2023-04"], {"001", "002"}),
        (["--since", "2023-04-05"], {"002"}),
        (["--since", "2022-12-19"], {"000", "001", "002"}),
        (["--since", "2022-12-20"], {"001", "002"}),
        (["--until", "2022"], {"000"}),
        (["--until", "2022-12"], {"000"}),
        (["--until", "2023-04-04"], {"000", "001"}),
        (["--since", "2022-12", "--until", "2022-12"], {"000"}),
        (["--publisher", "mip"], {"000", "001"}),
        (["--publisher", "mip", "--publisher", "WA"], {"000", "001", "002"}),
        (["--document", "004_be3d9ac302b8a3ac.txt"], {"004"}),
        (["--publisher", "MiP", "--since", "2023"], {"001"}),
        (["--anywhere"], {"000", "001", "002", "003", "004"}),
    ],
)
def test_search_keeps_to_a_filter(run, seeds_index, options, found):
    code, out, _ = run("search", "review", "-k", 99, "--json", *options, "--index", seeds_index)
    assert code == 0 and documents_found(out) == found


def test_ask_keeps_to_a_filter(run, seeds_index):
    options = ["--publisher", "MiP", "--since", "2023", "--document", "001_f5beb9c021f937af.txt"]
    code, out, _ = run("ask", "Who led the review?", "--json", *options, "--index", seeds_index)
    shown = json.loads(out)
    assert code == 0 and {p["document"][:3] for p in shown["passages"]} == {"001"}
    assert {c["document"][:3] for c in shown["citations"]} <= {"001"}


def test_filter_that_nothing_meets_is_said(run, seeds_index):
    nothing = ["--since", "2030", "--index", seeds_index]
    assert run("search", WHO, *nothing) == (0, "", "no document meets the filter\n")
    code, out, _ = run("ask", WHO, *nothing)
    assert code == 0 and "(no document meets the filter)" in out


def test_preference_is_told_and_may_be_declined(run, seeds_index):
    ask = ["ask", UNION_2022, "--index", seeds_index]
    first = run(*ask)[1].splitlines()[0]
    assert "MiP, the union for health and care managers, from 1 January 2022 to 31 December 2022" in first
    assert "--anywhere" in first
    assert json.loads(run(*ask, "--json")[1])["prefers"] == {
        "documents": [],
        "publishers": ["MiP, the union for health and care managers"],
        "since": "2022-01-01",
        "until": "2022-12-31",
    }
    assert "1 January 2022" not in run(*ask, "--anywhere")[1]
    assert json.loads(run(*ask, "--since", "2022", "--json")[1])["prefers"] is None
    search = ["search", UNION_2022, "-k", 1, "--json", "--index", seeds_index]
    _, out, err = run(*search)
    assert "1 January 2022" in err and "preference" in [s["stage"] for s in json.loads(out)["stages"]]
    _, out, err = run(*search, "--anywhere")
    assert err == "" and "preference" not in out


def test_eval_prints_figures_and_writes_them(run, seeds_index, tmp_path):
    lines = (ROOT / "eval/questions.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "few.jsonl").write_text("\n".join([lines[0], lines[56], lines[135]]), encoding="utf-8")
    few = ["eval", "--questions", tmp_path / "few.jsonl", "--index", seeds_index]
    code, out, err = run(*few, "--out", tmp_path / "out.json")
    assert code == 0 and "asked 3 of 3" in err and "answer_hit" in out and "recall@5" in out
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert set(written) == {"threshold", "tune", "report", "all", "intervals", "kinds", "questions"}
    code, out, _ = run(*few, "--json")
    assert code == 0 and json.loads(out) == written


def test_info_prints_the_card(run, seeds_index):
    code, out, err = run("info", "--index", seeds_index)
    assert (code, err) == (0, "") and "5 documents" in out and "embedder all-MiniLM-L6-v2, 384" in out
    code, out, _ = run("info", "--json", "--index", seeds_index)
    assert code == 0 and json.loads(out)["documents"] == 5


# Building


def test_index_is_built_once_and_again_when_needed(run, documents, tmp_path):
    folder = tmp_path / "index"
    build = ["index", documents, "--index", folder]
    code, out, err = run(*build)
    assert (code, out) == (0, "") and f"wrote {folder}/generation-000001" in err
    code, out, err = run(*build, "--json")
    assert (code, err) == (0, f"{folder}/ is up to date with {documents}/\n")
    assert json.loads(out)["documents"] == 3
    (folder / "generation-000001/chunks.vectors.npy").write_bytes(b"damaged")
    assert f"wrote {folder}/generation-000002" in run(*build)[2]
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    assert f"wrote {folder}/generation-000003" in run(*build)[2]
    assert "up to date" in run(*build)[2]


def test_index_of_another_folder_is_built_anew(run, documents, tmp_path):
    shutil.copytree(documents, tmp_path / "copy")
    run("index", documents, "--index", tmp_path / "index")
    assert "wrote" in run("index", tmp_path / "copy", "--index", tmp_path / "index")[2]


def test_index_names_what_it_skips_and_so_does_info(run, documents, bad_documents, tmp_path):
    code, _, err = run("index", documents, "--index", tmp_path / "index")
    skipped = [f"skipped {name}: {reason}" for name, reason in bad_documents.items()]
    assert code == 0 and set(skipped) <= set(err.splitlines())
    code, out, _ = run("info", "--index", tmp_path / "index")
    assert code == 0 and f"{len(SMALL)} documents" in out
    assert [line for line in out.splitlines() if line.startswith("skipped ")] == sorted(skipped)


def test_index_inside_its_own_folder_of_documents(run, documents):
    build = ["index", documents, "--index", documents / "index"]
    assert run(*build)[0] == 0
    code, _, err = run(*build)
    assert code == 0 and "up to date" in err
    assert run("search", "fox", "--index", documents / "index")[0] == 0


def test_interrupted_index_leaves_the_old_one_in_force(small_index, documents):
    before = open_index(small_index).documents
    many = "\n\n".join(f"The red fox {n} and the blue hen of the farm sleep." for n in range(2_000))
    (documents / "long.txt").write_text(many, encoding="utf-8")
    with spawn("index", documents, "--index", small_index) as process:
        said = ""
        while "embedding" not in said:
            said = process.stderr.readline()
            assert said, "it ended before it embedded"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "") and "Traceback" not in err
    assert open_index(small_index).documents == before
    assert not list(small_index.glob("building-*"))


# What goes wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["index", "missing"], "no folder missing/: expected a folder of documents"),
        (
            ["index", "documents", "--index", "documents/red.txt"],
            "cannot write the index to documents/red.txt/",
        ),
        (["index", "documents", "--model", "no/such/model"], "no embedding model 'no/such/model'"),
        (["index", "documents", "--model", "documents"], "no weights in documents"),
        (["ask", WHO], "no index in index/: build it with `rag index seeds --index index`"),
        (["search", WHO, "--index", "documents"], "no index in documents/"),
        (["info"], "no index in index/"),
        (["eval"], "no index in index/"),
        (["ask", "", "--index", "SEEDS"], "the question '' holds no word"),
        (
            ["ask", WHO, "--document", "no.txt", "--index", "SEEDS"],
            "no document 'no.txt' here: expected one of 000_f81187c414ed6d90.txt, 001_",
        ),
        (
            ["search", WHO, "--publisher", "BBC", "--index", "SEEDS"],
            "no publisher 'BBC' here: expected one of MiP",
        ),
        (
            ["search", WHO, "--since", "2023", "--until", "2022", "--index", "SEEDS"],
            "2023-01-01 is after 2022-12-31: expected the earlier date as the first",
        ),
        (["search", "🙂", "--index", "SEEDS"], "holds no word"),
        (["ask", "x" * 9000, "--index", "SEEDS"], "the question has 9,000 characters"),
        (["eval", "--questions", "missing.jsonl", "--index", "SEEDS"], "missing.jsonl"),
        (["eval", "--questions", "documents/red.txt", "--index", "SEEDS"], "red.txt"),
        (
            ["eval", "--questions", "empty.jsonl", "--out", "no/folder/out.json", "--index", "SEEDS"],
            "out.json",
        ),
    ],
)
def test_failure_is_one_line(run, documents, seeds_index, monkeypatch, arguments, message):
    monkeypatch.chdir(documents.parent)
    (documents.parent / "empty.jsonl").touch()
    code, out, err = run(*(seeds_index if argument == "SEEDS" else argument for argument in arguments))
    failure = err.splitlines(keepends=True)[-1]
    assert (code, out) == (1, "") and is_one_line(failure) and message in failure
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["ask"],
        ["search", WHO, "-k", "0"],
        ["search", WHO, "-k", "-3"],
        ["search", WHO, "-k", "1.5"],
        ["search", WHO, "-k", "many"],
        ["ask", WHO, "--after", "only one"],
        ["index", "seeds", "--wrong"],
        ["bench", "set", "--compare", "hybrid", "magic"],
        *(["search", WHO, "--since", day] for day in BAD_DAYS),
        *(["ask", WHO, "--until", day] for day in BAD_DAYS),
    ],
)
def test_wrong_call_is_a_usage_error(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err.startswith("usage: rag")


def test_date_that_is_none_is_explained(run):
    said = run("search", WHO, "--since", "19.12.2022")[2]
    assert "expected a date such as 2022-12-19, 2022-12 or 2022, got '19.12.2022'" in said


def test_k_that_is_no_number_is_explained(run):
    assert "expected a whole number from 1, got '0'" in run("search", WHO, "-k", "0")[2]


def test_version(run):
    assert run("--version") == (0, f"rag {rag.__version__}\n", "")


def test_closed_pipe_ends_quietly(seeds_index):
    reading, writing = os.pipe()
    os.close(reading)
    with spawn("info", "--index", seeds_index, stdout=writing) as process:
        os.close(writing)
        assert process.communicate(timeout=60)[1] == ""
    assert process.returncode in (0, 1, 141)


def test_empty_folder_name_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["index", ""])
    assert "expected a folder, got an empty name" in capsys.readouterr().err
