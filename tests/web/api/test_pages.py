"""A page of a PDF is had over real HTTP: as a picture, and where words stand on it."""

from __future__ import annotations

import io
from urllib.parse import quote

import httpx
import pytest
from browsing import serving
from colours import ColourEmbedder
from pages import BOAT, MAST, text_under, write_pdf
from PIL import Image

from rag.collection import Collection
from rag.documents.pages.images import PageImage
from web.auth import Access

ID = "logs/the red & blue boat?.pdf"
SECRET = "open sesame"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "documents"
    (folder / "logs").mkdir(parents=True)
    (folder / ID).write_bytes(write_pdf(*BOAT, "The red hull is old."))
    (folder / "red.txt").write_text("The red fox sleeps.", encoding="utf-8")
    (folder.parent / "secret.pdf").write_bytes(write_pdf("Secret."))
    return folder


@pytest.fixture(scope="module")
def collection(folder):
    return Collection(folder.parent / "index", folder, embedder=ColourEmbedder())


@pytest.fixture(scope="module")
def client(collection, tmp_path_factory):
    kept = tmp_path_factory.mktemp("kept") / "kept.sqlite3"
    with (
        serving(collection, kept, access=Access(SECRET)) as address,
        httpx.Client(base_url=address, auth=("", SECRET), timeout=60) as client,
    ):
        yield client


def address(door, id=ID):
    return f"/v1/{door}/{quote(id)}"


def test_picture_and_marks_are_of_the_same_page(client, collection, folder):
    text = next(document.text for document in collection.documents if document.id == ID)
    start = text.index(MAST)
    span = {"start": start, "end": start + len(MAST)}
    picture = client.get(address("page-images"), params={"page": 2, "scale": 2})
    assert picture.headers["content-type"] == "image/png"
    marks = client.get(address("pages"), params={"page": 2, "scale": 2, **span}).json()
    assert Image.open(io.BytesIO(picture.content)).size == (marks["width"], marks["height"])
    assert (marks["page"], marks["pages"]) == (2, 4)
    shown = PageImage(2, 4, b"", 0, 0, tuple(map(tuple, marks["rectangles"])))
    assert text_under(folder / ID, shown, scale=2) == ["Themastisninemetreshigh"]
    assert client.get(address("pages"), params={"page": 3, **span}).json()["rectangles"] == []


@pytest.mark.parametrize("door", ["pages", "page-images"])
@pytest.mark.parametrize(
    ("id", "page", "status", "reason"),
    [
        (ID, 5, 404, "has no page 5: expected 1 to 4"),
        (ID, 0, 422, "page"),
        (ID, "two", 422, "page"),
        ("red.txt", 1, 404, "expected a PDF"),
        ("no.pdf", 1, 404, "no document 'no.pdf'"),
        ("..%2Fsecret.pdf", 1, 404, "no document '../secret.pdf'"),
        ("%2Fetc%2Fpasswd", 1, 404, "no document '/etc/passwd'"),
    ],
)
def test_what_is_no_page_of_the_collection_is_refused(client, door, id, page, status, reason):
    path = f"/v1/{door}/{id}" if "%" in id else address(door, id)
    response = client.get(path, params={"page": page})
    assert response.status_code == status
    assert reason in response.json()["error"]["message"]


@pytest.mark.parametrize("query", ["page=1&scale=50", "page=1&scale=nan", "page=1&start=-1", ""])
def test_query_out_of_bounds_is_refused(client, query):
    assert client.get(f"{address('pages')}?{query}").status_code == 422


def test_stranger_sees_no_page(client):
    for door in ("pages", "page-images"):
        assert client.get(address(door), params={"page": 1}, auth=("", "wrong")).status_code == 401


def test_file_that_changed_is_refused(client, folder):
    was = (folder / ID).read_bytes()
    try:
        (folder / ID).write_bytes(write_pdf("Another page."))
        response = client.get(address("page-images"), params={"page": 1})
        assert response.status_code == 404
        assert "has changed since it was indexed" in response.json()["error"]["message"]
    finally:
        (folder / ID).write_bytes(was)
    assert client.get(address("page-images"), params={"page": 1}).status_code == 200
