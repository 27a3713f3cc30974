"""/v1/uploads: files, before something is done with them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from reelprint.desk import uploads
from reelprint.service.metrics import Meters
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
    return upload_view(made)


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


def upload_view(one: uploads.Upload) -> UploadView:
    """An upload in the API's form."""
    return UploadView(
        upload_id=one.id, name=one.name, bytes=one.bytes, sha256=one.sha256, at=one.at
    )
