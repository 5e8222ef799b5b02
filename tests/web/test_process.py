"""The chat as a process: what it says, where it listens, how it ends, and its password.

A process takes seconds to start: what a start that fails says is asked of `rag serve` in this one.
"""

from __future__ import annotations

import base64
import signal
import socket
import subprocess
import sys
from functools import partial

import httpx
import pytest
from browsing import ask, marker, ready, start
from playwright.sync_api import expect

SECRET = "sésame-öffne"
SYSTEMS = "How many ICSs are there in England?"


def test_whole_site_answers_by_every_door_here_alone_and_ends_quietly(visit, seeds_index):
    with start("--index", seeds_index, "--port", "0") as chat:
        address = ready(chat)
        host, port = address.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        knock = f"import socket; socket.create_connection(('127.0.0.2', {port}), 5)"  # barred to this process
        refused = subprocess.run([sys.executable, "-c", knock], capture_output=True, text=True)
        assert "ConnectionRefusedError" in refused.stderr
        page = visit(address)
        ask(page, SYSTEMS)
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_contain_text("England’s 42 ICSs")
        with httpx.Client(base_url=address, timeout=60) as client:
            policy = client.get("/").headers
            assert "script-src-attr 'none'" in policy["content-security-policy"]
            assert policy["x-content-type-options"] == "nosniff"
            assert "httponly; samesite=strict" in policy["set-cookie"].lower()
            assert "42" in client.post("/v1/ask", json={"question": SYSTEMS}).json()["text"]
            assert client.get("/v1/documents").json()["documents"][0]["words"] == 590
            assert client.get("/healthz").json()["status"] == "ok"
            public = client.get("/gradio_api/info").json()["named_endpoints"]
            assert sorted(public) == ["/ask", "/retrieve"]
            metrics = client.get("/metrics").text
            assert 'footnote_questions_total{door="chat",outcome="answered"} 1.0' in metrics
        chat.send_signal(signal.SIGINT)  # the open page must not delay the end
        assert chat.wait(timeout=60) == 130
        assert chat.stderr.read() == ""


def test_folder_is_indexed_and_with_a_password_nobody_else_comes_in(browser, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "lamp.txt").write_text("The warden of the bridge lit a lamp at dusk.", encoding="utf-8")
    command = (folder, "--index", tmp_path / "index", "--host", "0.0.0.0", "--port", "0")
    with start(*command, FOOTNOTE_PASSWORD=SECRET) as chat:
        address = ready(chat).replace("0.0.0.0", "127.0.0.1")
        for path in ("/", "/config", "/gradio_api/info", "/v1/documents", "/docs", "/metrics", "/mcp"):
            assert httpx.get(address + path).status_code == 401, path
        assert httpx.get(f"{address}/healthz").json()["documents"] == 1
        credentials = base64.b64encode(f"anybody:{SECRET}".encode()).decode()
        basic = httpx.get(f"{address}/v1/documents", headers={"Authorization": f"Basic {credentials}"})
        assert basic.status_code == 200
        context = browser.new_context(http_credentials={"username": "anybody", "password": SECRET})
        page = context.new_page()
        page.goto(address)
        ask(page, "What did the warden of the bridge light?")
        expect(marker(page, 1, 1)).to_be_visible()
        assert SECRET not in page.content()
        context.close()


def test_interrupted_start_ends_quietly(seeds_index):
    with start("--index", seeds_index, "--port", "0") as chat:
        chat.stderr.readline()  # the first progress line: the model is about to load
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=60) == 130
        assert "Traceback" not in chat.stderr.read()


# What does not start


@pytest.fixture
def serve(run):
    """Run `rag serve`, and take back how it ends this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield partial(run, "serve")
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_listen_to_the_network_without_a_password(serve, seeds_index, monkeypatch, host):
    monkeypatch.delenv("FOOTNOTE_PASSWORD", raising=False)
    code, out, err = serve("--index", seeds_index, "--host", host, "--port", "0")
    assert (code, out) == (1, "") and "--password" in err


def test_taken_port_is_one_line(serve, seeds_index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = serve("--index", seeds_index, "--port", port)
    assert (code, out) == (1, "")
    assert err == f"rag: port {port} is taken: choose another with --port\n"


def test_missing_index_is_one_line(serve, tmp_path):
    code, out, err = serve("--index", tmp_path / "none", "--port", "0")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("rag: no index in ") and err.count("\n") == 2


def test_bad_port_is_a_usage_error(serve):
    code, out, err = serve("--port", "70000")
    assert (code, out) == (2, "") and "--port" in err
