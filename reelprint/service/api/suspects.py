"""/v1/suspects: what do these files carry?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import suspects
from reelprint.service.api.jobs import Job, JobId, job_view
from reelprint.service.idempotency import Key
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["suspects"], responses=responses(401, 403, 422, 429, 503))


# An answer is given whole: what it says one day is not lost here.
WHOLE = ConfigDict(extra="allow")


class SuspectBody(BaseModel):
    """An upload of which to say what it carries."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"upload_id": "u_0123456789abcdef0123456789abcdef"}]},
    )

    upload_id: Annotated[str, Field(max_length=60)]
    fast: bool = Field(False, description="Screen: read only key frames of the picture.")


class SuspectView(BaseModel):
    """A suspect, and how far the search is; its id is its job's."""

    id: str
    job: Job
    name: str | None = Field(description="As its sender called it; null: the file is gone.")
    sha256: str | None
    bytes: int | None
    kept_until: str | None = Field(
        description="When the file is deleted; null: when somebody does, or it is gone."
    )


class SpanView(BaseModel):
    """A stretch, in seconds."""

    start_s: float
    end_s: float


class QueryView(BaseModel):
    """The suspect as it was read."""

    model_config = WHOLE

    path: str = Field(description="As its sender called it.")
    sha256: str | None
    duration_s: float | None
    losses: list[dict[str, Any]]


class MatchView(BaseModel):
    """A stretch of the suspect that is a stretch of a reference."""

    model_config = WHOLE

    work_id: str
    title: str
    reference_id: str
    modality: Literal["audio", "video", "both"]
    sound: Any
    picture: Any
    query: SpanView
    reference: SpanView
    speed: float = Field(description="Seconds of the reference in one of the suspect.")
    pitch_semitones: float
    transform: dict[str, Any]
    score: float
    e_value: float = Field(description="Matches this good that chance would give in this search.")
    shared_with: list[str] = Field(description="Other works of which this is a stretch too.")
    attribution: Literal["work", "series", "shared"] | None = Field(
        description="To what the match is put down; null: not told to holders."
    )
    series: str | None


class EngineView(BaseModel):
    """What gave the answer, so that it can be given again."""

    model_config = WHOLE

    version: str
    schemes: list[str]
    index: str
    calibration: str
    reading: Literal["full", "fast"]


class AnswerView(BaseModel):
    """What a suspect carries: as `identify --json` says it."""

    model_config = WHOLE

    query: QueryView
    status: Literal["identified", "no_match", "unreadable", "too_short"]
    reason: str | None = None
    matches: list[MatchView]
    max_e_value: float
    engine: EngineView


class ExplainBody(BaseModel):
    """What to show of an answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"match": 0}]})

    match: Annotated[int | None, Field(ge=0, le=10_000, description="Which, from 0.")] = None


@router.post(
    "/suspects", operation_id="submit_suspect", status_code=202, responses=responses(404, 409)
)
def submit(who: Who, desk: DeskOf, body: SuspectBody, response: Response, key: Key = None) -> Job:
    """Have an upload searched for registered works."""
    made = job_view(suspects.submit(desk, who, body.upload_id, body.fast, key))
    response.headers["Location"] = f"/v1/suspects/{made.id}"
    return made


@router.get("/suspects", operation_id="list_suspects", responses=responses(404))
def list_suspects(who: Who, desk: DeskOf, limit: Limit = 50, after: After = None) -> Page[Job]:
    """What your organisation asked, newest first."""
    found, more = suspects.suspects(desk, who, after, limit)
    return Page(items=[job_view(one) for one in found], next=more)


@router.get("/suspects/{job_id}", operation_id="get_suspect", responses=responses(404))
def get_suspect(who: Who, desk: DeskOf, job_id: JobId) -> SuspectView:
    """A suspect, and how far the search is."""
    found = suspects.suspect(desk, who, job_id)
    return SuspectView(
        id=found.job.id,
        job=job_view(found.job),
        name=found.name,
        sha256=found.sha256,
        bytes=found.bytes,
        kept_until=found.kept_until,
    )


@router.get(
    "/suspects/{job_id}/answer",
    operation_id="get_answer",
    response_model_exclude_unset=True,
    responses=responses(404),
)
def get_answer(who: Who, desk: DeskOf, job_id: JobId) -> AnswerView:
    """What the engine says of it; 404 until the job is done."""
    return AnswerView.model_validate(suspects.answer(desk, who, job_id))


@router.post(
    "/suspects/{job_id}/explanation",
    operation_id="explain",
    status_code=202,
    responses=responses(404, 409),
)
def explain(who: Who, desk: DeskOf, job_id: JobId, body: ExplainBody, key: Key = None) -> Job:
    """Have shown what the answer rests on; the job's result names the files."""
    return job_view(suspects.explain(desk, who, job_id, body.match, key))


@router.get(
    "/explanations/{job_id}/{name}",
    operation_id="get_explanation_file",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}, **responses(404)},
)
def get_explanation_file(
    who: Who, desk: DeskOf, job_id: JobId, name: Annotated[str, Path(max_length=100)]
) -> FileResponse:
    """A file that an explanation consists of, to be kept: never a page of this service."""
    path = suspects.explanation_file(desk, who, job_id, name)
    return FileResponse(path, filename=name, media_type="application/octet-stream")


@router.delete(
    "/suspects/{job_id}", operation_id="remove_suspect", status_code=204, responses=responses(404)
)
def remove_suspect(who: Who, desk: DeskOf, job_id: JobId) -> None:
    """Stop the search and delete the media, with pictures of it; the answer stays."""
    suspects.remove(desk, who, job_id)
