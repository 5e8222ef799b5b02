"""The door that checks a text against the documents."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rag.formats.check_schema import Check, check_json
from web.api import schemas
from web.api.service import Asking


def add_check(router: APIRouter, asking: Asking, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the route ``/v1/check``; `errors` are what it may answer else."""

    @router.post(
        "/v1/check", tags=["Questions"], summary="Check a text", response_model=Check, responses=errors
    )
    async def check(draft: schemas.Draft) -> Check:
        """Say of each sentence whether the documents bear it out, contradict it or do not say it."""
        return check_json(await asking.check_async("check", draft.query()))
