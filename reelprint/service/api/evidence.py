"""/v1/evidence: packages of cases."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from reelprint.desk import evidence
from reelprint.desk.evidence import Package
from reelprint.service.api.cases import CaseId
from reelprint.service.api.jobs import Job, JobId, job_view
from reelprint.service.idempotency import Key
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["evidence"], responses=responses(401, 403, 422, 429, 503))


@router.post(
    "/cases/{case_id}/evidence",
    operation_id="export_case",
    status_code=202,
    responses=responses(404, 409),
)
def export_case(who: Who, desk: DeskOf, case_id: CaseId, key: Key = None) -> Job:
    """Have a case sealed as one file that a stranger can check: a job."""
    return job_view(evidence.export(desk, who, case_id, key))


@router.get("/evidence", operation_id="list_evidence", responses=responses(404))
def list_evidence(who: Who, desk: DeskOf, limit: Limit = 50, after: After = None) -> Page[Package]:
    """The packages of your organisation's cases, newest first."""
    found, more = evidence.packages(desk, who, after, limit)
    return Page(items=found, next=more)


@router.get(
    "/evidence/{job_id}",
    operation_id="get_evidence",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {}}}, **responses(404)},
)
def get_evidence(who: Who, desk: DeskOf, job_id: JobId) -> FileResponse:
    """A package; that it was given out stands in the custody log of its case."""
    given = evidence.package(desk, who, job_id)
    return FileResponse(
        given.path,
        media_type="application/zip",
        filename=given.name,
        headers={"X-Content-SHA256": given.sha256},
    )
