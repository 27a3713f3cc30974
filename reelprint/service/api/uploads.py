"""/v1/uploads: files, before something is done with them."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from reelprint.desk import uploads
from reelprint.service.metrics import Meters
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Uploader, Who
from reelprint.service.uploads import received

router = APIRouter(tags=["uploads"], responses=responses(401, 403, 422, 429, 503))
UploadId = Annotated[str, Path(max_length=60, description="Its id, `u_…`.")]
_FILE = {"type": "string", "format": "binary"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file, or a form with one file in it.",
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _FILE}}},
        },
    }
}


class UploadView(BaseModel):
    """A file that came in whole."""

    upload_id: str
    name: str = Field(description="As its sender calls it.")
    bytes: int
    sha256: str
    at: str
    kept_until: str | None = Field(
        description="When it is deleted, if no job needs it then; null: when somebody does."
    )
    is_reference: bool = Field(description="Whether it is the media of a registered work.")


class UsageView(BaseModel):
    """What your organisation holds, and may."""

    uploads: int
    bytes: int
    coming_bytes: int = Field(description="Kept free for what is being sent.")
    captured_bytes: int = Field(description="Of captures of its cases; they count as well.")
    quota_bytes: int | None = Field(description="Null: as many as there is disk.")
    keep_uploads_days: int | None = Field(description="Null: until somebody deletes them.")
    keep_jobs_days: int | None = Field(
        description="After they ended, with results and answers; null: for ever."
    )


@router.post(
    "/uploads",
    operation_id="upload",
    status_code=201,
    openapi_extra=BODY,
    responses=responses(400, 408, 413, 507),
)
async def post_upload(
    request: Request,
    who: Uploader,
    desk: DeskOf,
    name: Annotated[str, Query(max_length=400, description="What you call the file.")] = "",
) -> UploadView:
    """Send a file; say its id where it is a reference or a suspect."""
    made = (await received(request, desk, who, name)).upload
    meters: Meters = request.app.state.meters
    meters.uploaded.inc(made.bytes)
    return upload_view(await to_thread.run_sync(uploads.kept, desk, made))


@router.get("/uploads", operation_id="list_uploads", responses=responses(404))
def list_uploads(
    who: Who, desk: DeskOf, limit: Limit = 50, after: After = None
) -> Page[UploadView]:
    """What your organisation sent and is still kept, newest first."""
    found, more = uploads.uploads(desk, who, after, limit)
    return Page(items=[upload_view(one) for one in found], next=more)


@router.get("/usage", operation_id="get_usage")
def get_usage(who: Who, desk: DeskOf) -> UsageView:
    """How much of its quota your organisation holds, and how long things are kept."""
    return UsageView.model_validate(uploads.usage(desk, who), from_attributes=True)


@router.get("/uploads/{upload_id}", operation_id="get_upload", responses=responses(404))
def get_upload(who: Who, desk: DeskOf, upload_id: UploadId) -> UploadView:
    """What came in."""
    return upload_view(uploads.upload(desk, who, upload_id))


@router.delete(
    "/uploads/{upload_id}", operation_id="remove_upload", status_code=204, responses=responses(404)
)
def remove_upload(who: Who, desk: DeskOf, upload_id: UploadId) -> None:
    """Delete a file; a job that needs it and has not begun fails."""
    uploads.remove(desk, who, upload_id)


def upload_view(one: uploads.Kept) -> UploadView:
    """An upload in the API's form."""
    its = one.upload
    return UploadView(
        upload_id=its.id,
        name=its.name,
        bytes=its.bytes,
        sha256=its.sha256,
        at=its.at,
        kept_until=one.until,
        is_reference=one.is_reference,
    )
