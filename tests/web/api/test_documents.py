"""Documents are listed, added and removed over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from datetime import datetime

import httpx
import pytest
import uvicorn
from colours import ColourEmbedder
from fastapi import FastAPI
from small import SMALL

from rag.collection import Collection
from rag.documents.folder.uploads import LARGEST
from web.api.documents import MOST_BYTES, MOST_FILES, documents as routes


@pytest.fixture
def collection(documents):
    return Collection(documents.parent / "index", documents, embedder=ColourEmbedder())


@contextmanager
def serving(collection):
    """A client of a server over the collection."""
    app = FastAPI()
    app.include_router(routes(collection))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def client(collection):
    with serving(collection) as client:
        yield client


def post(client, *files, field="files"):
    return client.post("/v1/documents", files=[(field, file) for file in files])


def told(response):
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def listed(client):
    return client.get("/v1/documents").raise_for_status().json()


# Listing


def test_list_says_what_is_known_of_each(client, documents, collection, bad_documents):
    sources = '["red.txt"]\ntitle = "Foxes"\npublisher = "The Den"\npublished = 2023-04-05\n'
    (documents / "sources.toml").write_text(sources, encoding="utf-8")
    told(post(client, ("cup.txt", b"The red cup.")))
    found = listed(client)
    assert [document["id"] for document in found["documents"]] == sorted([*SMALL, "cup.txt"])
    red = found["documents"][3]
    assert datetime.fromisoformat(red.pop("indexed")) == collection.indexing_times["red.txt"]
    assert red == {
        "id": "red.txt",
        "title": "Foxes",
        "publisher": "The Den",
        "published": "2023-04-05",
        "date_note": None,
        "date_from": "sources.toml",
        "encoding": "utf-8",
        "aliases": [],
        "kind": None,
        "url": None,
        "characters": 38,
        "words": 8,
    }
    assert {skip["path"]: skip["reason"] for skip in found["skipped"]} == bad_documents
    assert "1 picture (.png) was not read" in found["not_read"]


def test_one_comes_with_its_text(client, write):
    assert client.get("/v1/documents/red.txt").raise_for_status().json()["text"] == SMALL["red.txt"]
    write({"more/a b#?é.txt": "The red\r\ncup."})
    told(post(client, ("cup.txt", b"The red cup.")))
    one = client.get("/v1/documents/more/a%20b%23%3F%C3%A9.txt").raise_for_status().json()
    assert (one["id"], one["text"]) == ("more/a b#?é.txt", "The red\r\ncup.")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("name", ["none.txt", "..%2Findex%2FCURRENT", "%00", "x" * 5_000])
def test_one_that_is_not_there(client, method, name):
    answer = client.request(method, f"/v1/documents/{name}")
    assert answer.status_code == 404
    detail = answer.json()["detail"]
    assert detail.startswith("no document ") and "\n" not in detail and len(detail) < 300


def test_empty_collection_is_an_empty_list(client):
    for name in SMALL:
        assert client.delete(f"/v1/documents/{name}").status_code == 200
    assert listed(client) == {"documents": [], "skipped": [], "not_read": []}
    assert client.get("/v1/documents/red.txt").status_code == 404
    assert told(post(client, ("red.txt", b"The red fox.")))[-1]["kind"] == "ready"


# In step with the folder


def test_what_changed_in_the_folder_is_foretold_and_taken_in(client, documents):
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    (documents / "blue.txt").rename(documents / "whale.txt")
    (documents / "green.txt").unlink()
    changes = [
        {"kind": "added", "name": "cup.txt", "detail": "added"},
        {"kind": "moved", "name": "whale.txt", "detail": "moved from blue.txt"},
        {"kind": "removed", "name": "green.txt", "detail": "removed"},
    ]
    foretold = told(client.post("/v1/documents/sync", params={"dry_run": True}))
    assert foretold == [
        *changes,
        {"kind": "ready", "name": "", "detail": "1 new, 1 moved, 1 gone, 1 unchanged"},
    ]
    assert [document["id"] for document in listed(client)["documents"]] == sorted(SMALL)
    happened = told(client.post("/v1/documents/sync"))
    assert [event for event in happened if event["kind"] != "progress"] == [
        *changes,
        {"kind": "ready", "name": "", "detail": "3 documents"},
    ]
    assert [document["id"] for document in listed(client)["documents"]] == ["cup.txt", "red.txt", "whale.txt"]
    assert [event["kind"] for event in told(client.post("/v1/documents/sync"))] == ["ready"]


def test_folder_that_is_gone_is_told_and_the_documents_stay(client, documents):
    documents.rename(documents.parent / "elsewhere")
    for dry_run in (True, False):
        (event,) = told(client.post("/v1/documents/sync", params={"dry_run": dry_run}))
        assert event["kind"] == "failed" and "expected a folder of documents" in event["detail"]
    assert len(listed(client)["documents"]) == 3


def test_document_is_given_by_any_of_its_paths(client, documents):
    (documents / "copy.txt").write_text(SMALL["red.txt"], encoding="utf-8")
    told(client.post("/v1/documents/sync"))
    for name in ("copy.txt", "red.txt"):
        one = client.get(f"/v1/documents/{name}").raise_for_status().json()
        assert (one["id"], one["aliases"], one["text"]) == ("copy.txt", ["red.txt"], SMALL["red.txt"])


# Adding


def test_each_file_gets_a_verdict(client):
    events = told(post(client, ("cup.txt", b"The red cup."), ("a.png", b"PNG"), ("p.html", b"<p>The pot.")))
    assert events[:3] == [
        {"kind": "added", "name": "cup.txt", "detail": "added"},
        {
            "kind": "refused",
            "name": "a.png",
            "detail": "a picture (.png); such files are not read, save it as .txt, .md or .html",
        },
        {"kind": "added", "name": "p.html", "detail": "added"},
    ]
    assert [event["kind"] for event in events[3:]] == ["progress", "progress", "ready"]
    assert {"cup.txt", "p.html"} < {document["id"] for document in listed(client)["documents"]}


class Waiting(ColourEmbedder):
    """Embeds documents once it is let."""

    def __init__(self):
        super().__init__()
        self.let = threading.Event()
        self.let.set()

    def embed_documents(self, texts):
        assert self.let.wait(60)
        return super().embed_documents(texts)

    def embed_query(self, text):
        return ColourEmbedder().embed_query(text)


def test_lines_come_as_they_happen_and_others_are_served_meanwhile(documents):
    waiting = Waiting()
    collection = Collection(documents.parent / "index", documents, embedder=waiting)
    with serving(collection) as client:
        waiting.let.clear()
        with client.stream("POST", "/v1/documents", files=[("files", ("cup.txt", b"A cup."))]) as answer:
            lines = answer.iter_lines()
            kinds = [json.loads(next(lines))["kind"] for _ in range(2)]
            assert kinds == ["added", "progress"]  # and the embedder has not begun
            assert len(listed(client)["documents"]) == 3
            assert collection.chatbot.ask("Where is the red fox?").passages
            waiting.let.set()
            assert json.loads(list(lines)[-1])["kind"] == "ready"
        assert len(listed(client)["documents"]) == 4


def test_failure_is_the_last_line(client, documents):
    (documents / "sources.toml").write_text("oops", encoding="utf-8")
    events = told(post(client, ("cup.txt", b"The red cup.")))
    assert events[0]["kind"] == "added" and events[-1]["kind"] == "failed"
    assert "sources.toml is not valid TOML" in events[-1]["detail"]
    assert not (documents / "cup.txt").exists()
    gone = client.delete("/v1/documents/red.txt")
    assert gone.status_code == 409 and "is not valid TOML" in gone.json()["detail"]
    assert len(listed(client)["documents"]) == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../cup.txt", "holds a path"),
        ("a%2Fcup.txt", None),  # no path: a name with a percent sign
        (".cup.txt", "begins with a dot"),
        ("cup\u202e.txt", "does not show"),
        ("sources.toml", "says what is known"),
    ],
)
def test_hostile_names(client, documents, name, reason):
    first, *_ = told(post(client, (name, b"The red cup.")))
    assert first["name"] == name
    assert reason in first["detail"] if reason else first["kind"] == "added"
    assert {path.name for path in documents.parent.iterdir()} == {"documents", "index"}
    assert {path.name for path in documents.iterdir()} == {*SMALL, *([] if reason else [name])}


def test_name_in_an_encoding_of_python_breaks_nothing(client):
    body = PART.replace(b"cup.txt", b"\\ud800.txt") + b"The red cup.\r\n--b--\r\n"
    form = "multipart/form-data; boundary=b; charset=unicode_escape"
    refused, _ = told(client.post("/v1/documents", content=body, headers={"Content-Type": form}))
    assert refused["kind"] == "refused"


def test_file_that_is_too_large_is_refused_and_the_others_are_not(client):
    large, small, *_ = told(post(client, ("a.txt", b"x" * (LARGEST + 1)), ("cup.txt", b"The red cup.")))
    assert (large["kind"], large["detail"]) == ("refused", "it has more than 20 MB")
    assert small["kind"] == "added"


def test_too_many_files_are_refused_before_any_is_added(client, documents):
    answer = post(client, *[(f"{n}.txt", b"The red cup.") for n in range(MOST_FILES + 1)])
    assert answer.status_code == 400 and f"is {MOST_FILES}" in answer.json()["detail"]
    assert {path.name for path in documents.iterdir()} == set(SMALL)


def exchange(client, head, *pieces):
    """What the server answers to raw bytes, before it closes."""
    url = client.base_url
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall(head)
        with suppress(OSError):  # it may have closed already
            for piece in pieces:
                connection.sendall(piece)
        return connection.makefile("rb").readline()


HEAD = b"POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="cup.txt"\r\n\r\n'


def test_too_many_bytes_are_refused_by_their_announced_length(client):
    """Not one of them is sent."""
    head = HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1)
    assert b" 413 " in exchange(client, head)


def test_too_many_bytes_are_refused_though_they_are_not_announced(client, monkeypatch):
    monkeypatch.setattr("web.api.documents.MOST_BYTES", 100_000)
    piece = b"x" * 10_000
    chunks = [b"%x\r\n%s\r\n" % (len(data), data) for data in (PART, *[piece] * 20)]
    assert b" 413 " in exchange(client, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *chunks)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--b--"),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", PART.replace(b'"files"', b'"other"') + b"x\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", PART.replace(b'; filename="cup.txt"', b"") + b"x\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ],
)
def test_what_is_no_form_with_files_is_refused(client, content_type, body):
    answer = client.post("/v1/documents", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400 and "\n" not in answer.json()["detail"]


# Removing


def test_removed_document_is_gone_and_it_is_said_where_it_went(client, documents):
    answer = client.delete("/v1/documents/red.txt")
    assert answer.json() == {"detail": f"moved to {documents}/.removed/red.txt"}
    assert [document["id"] for document in listed(client)["documents"]] == ["blue.txt", "green.txt"]
    assert client.delete("/v1/documents/red.txt").status_code == 404


# What describes it


def test_openapi_knows_what_is_taken_and_given(client):
    described = client.get("/openapi.json").json()
    form = described["paths"]["/v1/documents"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert form["schema"]["properties"]["files"]["items"]["format"] == "binary"
    schemas = set(described["components"]["schemas"])
    assert schemas >= {"Documents", "Listed", "Whole", "NotRead", "Told", "Detail"}
    assert set(described["paths"]) == {"/v1/documents", "/v1/documents/{id}", "/v1/documents/sync"}
