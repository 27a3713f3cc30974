"""/v1/links: which sites draw on one source."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import judging
from reelprint.service.api.jobs import Job, JobId, job_view
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["sites"], responses=responses(401, 403, 422, 429, 503))


class LinksBody(BaseModel):
    """Of which cases; none: of all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"cases": []}]})

    cases: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(max_length=judging.MOST_CASES)
    ] = []


@router.post("/links", operation_id="find_links", status_code=202, responses=responses(404))
def find_links(who: Who, desk: DeskOf, body: LinksBody) -> Job:
    """Look for links between sites: a job, the same one as long as the samples are the same."""
    return job_view(judging.links(desk, who, body.cases))


@router.get("/links/{job_id}", operation_id="get_links", responses=responses(404))
def get_links(who: Who, desk: DeskOf, job_id: JobId) -> Job:
    """How far such a job is; its result is what `reelprint links --json` prints."""
    return job_view(judging.linked(desk, who, job_id))
