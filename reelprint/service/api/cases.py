"""/v1/cases: cases, their sources, samples, captures and findings, and their custody logs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from casework.record import Plan
from reelprint.desk import captures, cases, pictures
from reelprint.desk.captures import CaptureShown
from reelprint.desk.casefile import CaseFile, Listed, Seen, Taken
from reelprint.desk.cases import Custody, NewCase, Soundness
from reelprint.service.api.jobs import Job, JobId, job_view
from reelprint.service.idempotency import Key
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["cases"], responses=responses(401, 403, 422, 429, 503))
CaseId = Annotated[str, Path(max_length=64, description="The case's id.")]
SampleId = Annotated[str, Path(max_length=64, description="As S000001.")]
FindingId = Annotated[str, Path(max_length=64, description="As F000001.")]
Sha256 = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]


class CaseBody(BaseModel):
    """A case to open; its rules are fixed with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"case_id": "KR-2026-7", "authority": "complaint 7"}]},
    )

    case_id: Annotated[str, Field(max_length=64)]
    authority: Annotated[
        str, Field(max_length=2000, description="What allows it: a warrant, a complaint.")
    ]
    territory: Annotated[
        str | None, Field(max_length=2, description="Where the rights are asked for: KR.")
    ] = None
    sampling: Annotated[
        str, Field(max_length=100, description="As each-once, live-3x60s-per-hour-for-4h.")
    ] = "each-once"
    policy: Annotated[str, Field(max_length=100, description="Of verdicts.")] = "standard"
    seed: Annotated[
        int | None, Field(ge=0, lt=2**53, description="What samples are drawn from; null: drawn.")
    ] = None


class SourceBody(BaseModel):
    """Where something is shown."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"source": "https://videos.example/live/main.m3u8"}]},
    )

    source: Annotated[str, Field(max_length=8192, description="An address of http or https.")]
    site: Annotated[
        str | None, Field(max_length=253, description="The site it is on; null: its host.")
    ] = None


class SampleBody(SourceBody):
    """What to take a sample of, now."""

    duration_s: Annotated[
        float | None,
        Field(gt=0, le=cases.LONGEST_S, description="How much; null: as the case's policy says."),
    ] = None


@router.get("/cases", operation_id="list_cases")
def list_cases(who: Who, desk: DeskOf, limit: Limit = 50, after: After = None) -> Page[Listed]:
    """The cases of your organisation, by id."""
    found, more = cases.cases(desk, who, after, limit)
    return Page(items=found, next=more)


@router.post("/cases", operation_id="open_case", status_code=201, responses=responses(409))
def open_case(who: Who, desk: DeskOf, body: CaseBody, response: Response) -> CaseFile:
    """Open a case."""
    made = cases.open_case(desk, who, NewCase(**body.model_dump()))
    response.headers["Location"] = f"/v1/cases/{made.case_id}"
    return made


@router.get("/cases/{case_id}", operation_id="get_case", responses=responses(404))
def get_case(who: Who, desk: DeskOf, case_id: CaseId) -> CaseFile:
    """A case with its plans and samples; that it was shown stands in its custody log."""
    return cases.case(desk, who, case_id)


@router.post(
    "/cases/{case_id}/sources",
    operation_id="add_source",
    status_code=201,
    responses=responses(404, 409),
)
def add_source(who: Who, desk: DeskOf, case_id: CaseId, body: SourceBody) -> Plan:
    """Plan when a source is sampled; again, the same plan."""
    return cases.add_source(desk, who, case_id, body.site, body.source)


@router.get("/cases/{case_id}/samples", operation_id="list_samples", responses=responses(404))
def list_samples(who: Who, desk: DeskOf, case_id: CaseId) -> list[Taken]:
    """All samples, whatever came of them."""
    return list(cases.case(desk, who, case_id).samples)


@router.post(
    "/cases/{case_id}/samples",
    operation_id="take_sample",
    status_code=202,
    responses=responses(404, 409, 507),
)
def take_sample(who: Who, desk: DeskOf, case_id: CaseId, body: SampleBody, key: Key = None) -> Job:
    """Have a source sampled now: a job, whose result says what became of the sample."""
    asked = (body.site, body.source, body.duration_s)
    return job_view(cases.sample(desk, who, case_id, *asked, key))


@router.post(
    "/cases/{case_id}/examine",
    operation_id="examine_case",
    status_code=202,
    responses=responses(404, 409),
)
def examine_case(who: Who, desk: DeskOf, case_id: CaseId, key: Key = None) -> Job:
    """Have all samples looked at that nobody looked at yet: a job. You are the analyst then."""
    return job_view(cases.examine(desk, who, case_id, key))


@router.get("/cases/{case_id}/captures", operation_id="list_captures", responses=responses(404))
def list_captures(who: Who, desk: DeskOf, case_id: CaseId) -> list[CaptureShown]:
    """What was received for the samples, and what of it is missing."""
    return captures.captures(desk, who, case_id)


@router.get("/cases/{case_id}/findings", operation_id="list_findings", responses=responses(404))
def list_findings(who: Who, desk: DeskOf, case_id: CaseId) -> list[Seen]:
    """What was found. While one of them waits for your review, names are withheld, and what others
    said of any."""
    return cases.findings(desk, who, case_id)


@router.get(
    "/cases/{case_id}/findings/{finding_id}",
    operation_id="get_finding",
    responses=responses(404),
)
def get_finding(who: Who, desk: DeskOf, case_id: CaseId, finding_id: FindingId) -> Seen:
    """One finding, with its match and the engine that gave it."""
    return cases.finding(desk, who, case_id, finding_id)


@router.post(
    "/cases/{case_id}/findings/{finding_id}/frames",
    operation_id="make_frames",
    status_code=202,
    responses=responses(404),
)
def make_frames(who: Who, desk: DeskOf, case_id: CaseId, finding_id: FindingId) -> Job:
    """Have small pictures made of a finding: a job, the same one each time."""
    return job_view(pictures.frames(desk, who, case_id, finding_id))


@router.get("/frames/{job_id}", operation_id="get_frames", responses=responses(404))
def get_frames(who: Who, desk: DeskOf, job_id: JobId) -> Job:
    """How far a job of pictures is; its result lists `frames` with their names."""
    return job_view(pictures.framed(desk, who, job_id))


@router.get(
    "/frames/{job_id}/{name}",
    operation_id="get_frame",
    response_class=FileResponse,
    responses={200: {"content": {"image/jpeg": {}}}, **responses(404)},
)
def get_frame(
    who: Who, desk: DeskOf, job_id: JobId, name: Annotated[str, Path(max_length=40)]
) -> FileResponse:
    """A picture."""
    return FileResponse(pictures.frame(desk, who, job_id, name), media_type="image/jpeg")


@router.get("/cases/{case_id}/custody", operation_id="get_custody", responses=responses(404))
def get_custody(who: Who, desk: DeskOf, case_id: CaseId) -> Custody:
    """The custody log, ending with this look at it."""
    return cases.custody(desk, who, case_id)


@router.get(
    "/cases/{case_id}/custody.jsonl",
    operation_id="get_custody_lines",
    response_class=Response,
    responses={200: {"content": {"application/jsonl": {}}}, **responses(404)},
)
def get_custody_lines(who: Who, desk: DeskOf, case_id: CaseId) -> Response:
    """The same to the byte: each line holds the SHA-256 of the one before."""
    return Response(cases.custody_lines(desk, who, case_id), media_type="application/jsonl")


@router.get(
    "/cases/{case_id}/custody/soundness", operation_id="verify_case", responses=responses(404)
)
def verify_case(
    who: Who,
    desk: DeskOf,
    case_id: CaseId,
    head: Sha256 = None,
    captured: Annotated[bool, Query(description="Read every byte of captures too.")] = False,
) -> Soundness:
    """Whether log and record are what they were, every hash computed anew; `head` is one that was
    noted down."""
    return cases.soundness(desk, who, case_id, head, captured)
