"""/v1/index and /v1/lint: how the catalogue can be searched, and what is amiss with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import catalogue_index
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.idempotency import Key
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["index"], responses=responses(401, 403, 422, 429, 503))


class SchemeStatus(BaseModel):
    """What the index holds of one scheme."""

    scheme: str
    segments: int
    references: int
    rows: int
    removed_rows: int
    size: int = Field(description="Bytes.")


class IndexView(BaseModel):
    """What the index consists of."""

    version: str
    damaged: list[str]
    schemes: list[SchemeStatus]


class LintBody(BaseModel):
    """Which works to look over."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"works": ["founders"]}]}
    )

    works: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(max_length=1000, description="None: all of them."),
    ] = []


@router.get("/index", operation_id="index_status")
def index_status(who: Who, desk: DeskOf) -> IndexView:
    """What the index consists of."""
    return IndexView.model_validate(catalogue_index.status(desk, who), from_attributes=True)


@router.post("/lint", operation_id="lint", status_code=202, responses=responses(404, 409))
def lint(who: Who, desk: DeskOf, body: LintBody, key: Key = None) -> Job:
    """Have works looked over: what they share, duplicates, silence, noise."""
    return job_view(catalogue_index.lint(desk, who, body.works, key))
