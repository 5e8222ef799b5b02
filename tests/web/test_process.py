"""The chat as a process: what it says, where it listens, how it ends, and its password."""

from __future__ import annotations

import base64
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from browsing import ROOT, ask, marker, ready, start
from playwright.sync_api import expect

SECRET = "sésame-öffne"


@pytest.fixture(scope="module")
def index(seeds_index: Path) -> Path:
    return seeds_index


def test_whole_site_answers_by_every_door(visit, index):
    with start("--index", index, "--port", "0") as chat:
        address = ready(chat)
        page = visit(address)
        ask(page, "How many ICSs are there in England?")
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_contain_text("England’s 42 ICSs")
        with httpx.Client(base_url=address, timeout=60) as client:
            policy = client.get("/").headers
            assert "script-src-attr 'none'" in policy["content-security-policy"]
            assert policy["x-content-type-options"] == "nosniff"
            assert "httponly; samesite=strict" in policy["set-cookie"].lower()
            asked = client.post("/v1/ask", json={"question": "How many ICSs are there in England?"}).json()
            assert "42" in asked["text"]
            assert client.get("/v1/documents").json()["documents"][0]["words"] == 590
            assert client.get("/healthz").json()["status"] == "ok"
            public = client.get("/gradio_api/info").json()["named_endpoints"]
            assert sorted(public) == ["/ask", "/retrieve"]
            assert (
                'footnote_questions_total{door="chat",outcome="answered"} 1.0' in client.get("/metrics").text
            )


def test_folder_is_indexed_and_may_be_empty(tmp_path):
    (tmp_path / "documents").mkdir()
    with start(tmp_path / "documents", "--index", tmp_path / "index", "--port", "0") as chat:
        assert httpx.get(ready(chat) + "/healthz").status_code == 503
    (tmp_path / "documents" / "lamp.txt").write_text("The warden lit a lamp at dusk.", encoding="utf-8")
    with start(tmp_path / "documents", "--index", tmp_path / "index", "--port", "0") as chat:
        assert httpx.get(ready(chat) + "/healthz").json()["documents"] == 1


# Who may come in


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_listen_to_the_network_without_a_password(index, host):
    with start("--index", index, "--host", host, "--port", "0") as chat:
        said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 1
    assert "--password" in said and "Traceback" not in said


def test_with_a_password_nobody_else_comes_in(browser, index):
    with start("--index", index, "--host", "0.0.0.0", "--port", "0", FOOTNOTE_PASSWORD=SECRET) as chat:
        address = ready(chat).replace("0.0.0.0", "127.0.0.1")
        for path in ("/", "/config", "/gradio_api/info", "/v1/documents", "/docs", "/metrics", "/mcp"):
            assert httpx.get(address + path).status_code == 401, path
        assert httpx.get(f"{address}/healthz").status_code == 200
        credentials = base64.b64encode(f"anybody:{SECRET}".encode()).decode()
        basic = httpx.get(f"{address}/v1/documents", headers={"Authorization": f"Basic {credentials}"})
        assert basic.status_code == 200
        context = browser.new_context(http_credentials={"username": "anybody", "password": SECRET})
        page = context.new_page()
        page.goto(address)
        ask(page, "How many ICSs are there in England?")
        expect(marker(page, 1, 1)).to_be_visible()
        assert SECRET not in page.content()
        context.close()


# Starting and ending


def test_taken_port_is_one_line(index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--index", index, "--port", port) as chat:
            said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 1
    assert said == f"rag: port {port} is taken: choose another with --port\n"


def test_missing_index_is_one_line(tmp_path):
    with start("--index", tmp_path / "none", "--port", "0") as chat:
        said = chat.communicate(timeout=60)[1].splitlines()
    assert chat.returncode == 1
    assert said[-1].startswith("rag: no index in ") and len(said) == 2


def test_bad_port_is_a_usage_error():
    with start("--port", "70000") as chat:
        said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 2
    assert "--port" in said and "Traceback" not in said


def test_listens_here_alone_and_ends_quietly(visit, index):
    with start("--index", index, "--port", "0") as chat:
        address = ready(chat)
        host, port = address.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        knock = f"import socket; socket.create_connection(('127.0.0.2', {port}), 5)"
        refused = subprocess.run([sys.executable, "-c", knock], capture_output=True, text=True, cwd=ROOT)
        assert "ConnectionRefusedError" in refused.stderr
        visit(address)  # an open page must not delay the end
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=10) == 130
        assert chat.stderr.read() == ""


def test_interrupted_start_ends_quietly(index):
    with start("--index", index, "--port", "0") as chat:
        chat.stderr.readline()  # the first progress line: the model is about to load
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=20) == 130
        assert "Traceback" not in chat.stderr.read()
