"""The page below a path of a proxy, whether that takes the path off or leaves it on."""

from __future__ import annotations

import pytest
from browsing import EXAMPLE, Fixed, ask, marker, serving
from playwright.sync_api import expect

import rag


def cut(app):
    """A proxy that takes /footnote off and knows nothing else."""

    async def call(scope, receive, send):
        if "path" in scope:
            assert scope["path"].startswith("/footnote/"), f"{scope['path']} is not below the path"
            scope = {**scope, "path": scope["path"].removeprefix("/footnote")}
        await app(scope, receive, send)

    return call


@pytest.mark.parametrize("through", [cut, lambda app: app], ids=["taken off", "left on"])
def test_page_works_below_a_path(chatbot, visit, tmp_path, through):
    file = tmp_path / "kept.sqlite3"
    with serving(Fixed(chatbot), file, root_path="/footnote", through=through) as address:
        page = visit(f"{address}/footnote/")
        ask(page, EXAMPLE)
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_be_focused()
        page.get_by_role("button", name="Back to the answer").click()
        page.locator("#turn-1 .download > summary").click()
        with page.expect_download() as download:
            page.locator("#turn-1 .download").get_by_role("link", name="Text").click()
        assert EXAMPLE in download.value.path().read_text(encoding="utf-8")
        assert page.request.get(f"{address}/footnote/v1/documents").json()["documents"]
        described = page.request.get(f"{address}/footnote/openapi.json").json()
        assert described["servers"] == [{"url": "/footnote"}]
        if through is not cut:  # which knows no other paths
            moved = page.request.get(f"{address}/footnote?lang=en&a=%2F", max_redirects=0)
            assert moved.headers["location"] == "/footnote/?lang=en&a=%2F"
        for closed in ("/footnote/gradio_api/upload", "/footnote/footnote/gradio_api/upload"):
            assert page.request.post(f"{address}{closed}").status == 404


@pytest.mark.parametrize("path", ["/v1", "/docs"])
def test_path_of_the_sites_own_is_refused(chatbot, tmp_path, path):
    """Otherwise it would be taken off where nothing put it on."""
    refused = pytest.raises(rag.RagError, match=rf"the path before the site is {path}, .*--root-path")
    with refused, serving(Fixed(chatbot), tmp_path / "kept.sqlite3", root_path=path):
        pass
