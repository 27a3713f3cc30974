"""Uploads: what an organisation holds of files that were sent, and until when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from reelprint.console import flash
from reelprint.console.rendering import render
from reelprint.desk import uploads
from reelprint.service.security import DeskOf, Who

PATH = "/uploads"
PAGE = 50

router = APIRouter()


@router.get(PATH)
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    before: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """The page."""
    found, after = uploads.uploads(desk, who, before, PAGE)
    return render(
        request, who, "uploads.html",
        uploads=found, usage=uploads.usage(desk, who), before=before,
        next=f"{PATH}?before={after}" if after else None,
    )  # fmt: skip


@router.post(PATH + "/{upload_id}/remove")
def remove(request: Request, who: Who, desk: DeskOf, upload_id: str) -> Response:
    """Delete one."""
    uploads.remove(desk, who, upload_id)
    return flash.go(request, PATH, "media_removed")
