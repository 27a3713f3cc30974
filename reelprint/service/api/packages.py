"""/v1/packages: fingerprints that were made where the media is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import works
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.idempotency import Key
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["works"], responses=responses(401, 403, 422, 429, 503))


class PackageBody(BaseModel):
    """An uploaded package, as `reelprint fingerprint` makes it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"upload_id": "u_0123456789abcdef0123456789abcdef"}]},
    )

    upload_id: Annotated[str, Field(max_length=60)]


@router.post(
    "/packages", operation_id="add_package", status_code=202, responses=responses(404, 409)
)
def add_package(who: Who, desk: DeskOf, body: PackageBody, key: Key = None) -> Job:
    """Have the works of a package registered; its media never leaves its holder."""
    return job_view(works.add_package(desk, who, body.upload_id, key))
