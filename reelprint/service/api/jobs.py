"""/v1/jobs: what takes long, and how far it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import queue
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["jobs"], responses=responses(401, 403, 422, 429, 503))
State = Literal["queued", "running", "done", "failed", "cancelled"]
JobId = Annotated[str, Path(max_length=60, description="Its id, `j_…`.")]


class ProgressView(BaseModel):
    """How far a job is."""

    done: int
    total: int
    phase: str


class Job(BaseModel):
    """A job; its result is there once it is done, and where one job is asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "j_0123456789abcdef0123456789abcdef",
                    "kind": "identify",
                    "state": "running",
                    "actor": "kim@police.example",
                    "progress": {"done": 3, "total": 10, "phase": "searching"},
                    "result": None,
                    "problem": None,
                    "attempts": 1,
                    "created_at": "2027-01-31T08:00:00Z",
                    "started_at": "2027-01-31T08:00:01Z",
                    "ended_at": None,
                    "upload_id": "u_0123456789abcdef0123456789abcdef",
                }
            ]
        }
    )

    id: str
    kind: str
    actor: str | None = Field(
        description="Who asked for it; null: withheld from who reviews the case it is on."
    )
    state: State
    progress: ProgressView | None
    result: dict[str, Any] | None
    problem: str | None = Field(description="Why it failed, or why its last attempt did.")
    attempts: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    upload_id: str | None


@router.get("/jobs", operation_id="list_jobs", responses=responses(404))
def list_jobs(
    who: Who,
    desk: DeskOf,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    state: State | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[Job]:
    """Your organisation's jobs, newest first, without their results."""
    found, more = queue.jobs(desk, who, kind, state, after, limit)
    return Page(items=[job_view(one) for one in found], next=more)


@router.get("/jobs/{job_id}", operation_id="get_job", responses=responses(404))
def get_job(who: Who, desk: DeskOf, job_id: JobId) -> Job:
    """One of them, with its result once it is done."""
    return job_view(queue.job(desk, who, job_id))


@router.post("/jobs/{job_id}/cancel", operation_id="cancel_job", responses=responses(404))
def cancel_job(who: Who, desk: DeskOf, job_id: JobId) -> Job:
    """Have a job stop; one that has ended stays as it is."""
    return job_view(queue.cancel(desk, who, job_id))


def job_view(one: queue.Seen) -> Job:
    """A job in the API's form."""
    return Job.model_validate(one, from_attributes=True)
