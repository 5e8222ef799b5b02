"""The pages of a PDF over HTTP: how one looks, and where words stand on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import anyio
from anyio import to_thread
from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

import rag
from rag.collection import Collection
from web.api.schemas import Failure

DRAWINGS = 2  # pages that are drawn at once, each in a process of its own

Number = Annotated[int, Query(ge=1, le=100_000, description="Of the page, from 1")]
Place = Annotated[int, Query(ge=0, description="In characters of the document's text, from 0")]
Scale = Annotated[float, Query(ge=0.25, le=4, description="Pixels a point, which is 1/72 inch")]


class PageMarks(BaseModel):
    """A page of a PDF, and where on it words of the document stand."""

    page: int
    pages: int = Field(description="How many there are")
    width: int = Field(description="Of its picture, in pixels")
    height: int
    rectangles: list[tuple[int, int, int, int]] = Field(
        description="One a line of text: left, top, right and bottom in pixels, from the upper left. "
        "None if the words were not found on the page"
    )


def pages(collection: Collection) -> APIRouter:
    """The routes below ``/v1/pages`` and ``/v1/page-images``."""
    router = APIRouter(prefix="/v1", tags=["Documents"])
    drawing = anyio.CapacityLimiter(DRAWINGS)
    missing: dict[int | str, dict[str, Any]] = {404: {"model": Failure}, 422: {"model": Failure}}

    @router.get("/pages/{id:path}", summary="Say where words stand on a page of a PDF", responses=missing)
    async def marks(id: str, page: Number, start: Place = 0, end: Place = 0, scale: Scale = 1.5) -> PageMarks:
        """Give the rectangles around what stands in the text from `start` to `end`, as far as on the page."""
        image = await draw_page(partial(collection.page_image, id, page, (start, end), scale=scale))
        return PageMarks(
            page=image.number,
            pages=image.pages,
            width=image.width,
            height=image.height,
            rectangles=list(image.rectangles),
        )

    @router.get(
        "/page-images/{id:path}",
        summary="Show a page of a PDF",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}, "description": "The page as it looks"}, **missing},
    )
    async def picture(id: str, page: Number, scale: Scale = 1.5) -> Response:
        """Give the page as a PNG; a very large one is drawn smaller than asked."""
        image = await draw_page(partial(collection.page_image, id, page, scale=scale))
        return Response(image.png, media_type="image/png")

    async def draw_page(draw: Callable[[], rag.PageImage]) -> rag.PageImage:
        try:
            return await to_thread.run_sync(draw, limiter=drawing)
        except rag.PageError as problem:
            raise HTTPException(404, str(problem)) from None

    return router
