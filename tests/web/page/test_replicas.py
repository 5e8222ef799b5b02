"""Two replicas of the chat over one store: the same documents, the same conversations."""

from __future__ import annotations

import httpx
from browsing import EXAMPLE, LONG, ask, marker, serving
from playwright.sync_api import expect

import rag
from rag.collection import Collection
from rag.postgres.store import Store
from web.auth import Access


def test_conversation_begun_at_one_replica_goes_on_at_the_other(visit, corpus, embedder, store):
    rag.build_index(corpus, store, embedder)
    replicas = [Collection(store, embedder=embedder) for _ in range(2)]
    kept, reading = Store(store), Access(read_only=True)
    with (
        serving(replicas[0], kept, access=reading) as one,
        serving(replicas[1], kept, access=reading) as other,
    ):
        page = visit(one)
        ask(page, EXAMPLE)
        again = visit(other)
        again.context.add_cookies(page.context.cookies())  # the proxy before both is one site to the browser
        again.goto(f"{other}/?{page.url.partition('?')[2]}")
        expect(again.locator("#talk > ol > li")).to_have_count(1, timeout=LONG)
        assert again.locator("#answer-1").inner_text() == page.locator("#answer-1").inner_text()
        marker(again, 1, 1).click()
        expect(again.locator("#cited")).to_be_visible()
        ask(again, "Does MiP support this?")
        page.reload()
        expect(page.locator("#talk > ol > li")).to_have_count(2, timeout=LONG)
        added = httpx.post(f"{other}/v1/documents", files={"files": ("new.txt", b"The red cup.")})
        assert added.status_code == 403
