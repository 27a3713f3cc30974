"""One case: verdicts, samples with their captures, findings, the custody log; and what is done."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from accounts.principal import Principal
from casework.verdict import SiteVerdict
from media.clip import Span
from reelprint.console import flash
from reelprint.console.drawing import Timeline
from reelprint.console.facts import facts
from reelprint.console.gapline import drawn, gapline
from reelprint.console.pages import plans
from reelprint.console.planline import State, planline, state_of
from reelprint.console.rendering import render, texts
from reelprint.console.texts import Texts
from reelprint.desk import captures, caseprogress, cases, evidence, judging, queue
from reelprint.desk.blinding import Withheld
from reelprint.desk.captures import CaptureShown, Gap
from reelprint.desk.casefile import CaseFile, Seen, Taken
from reelprint.desk.desk import Desk
from reelprint.desk.evidence import Package
from reelprint.service.security import DeskOf, Who

SAMPLES, FINDINGS, LINES = 20, 50, 100  # on a page
MOST_PACKAGES = 20
HEAD = re.compile(r"[0-9a-f]{64}")

Case = Annotated[str, Path(max_length=64)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Key = Annotated[str | None, Form(max_length=100)]

router = APIRouter(prefix="/cases/{case_id}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A sample with its capture."""

    sample: Taken
    state: State
    capture: CaptureShown | None
    line: Timeline | None

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What its capture lacks."""
        return self.capture.gaps if self.capture else ()


@router.get("")
def overview(request: Request, who: Who, desk: DeskOf, case_id: Case) -> HTMLResponse:
    """What it is about, what it says of sites, and what can be done."""
    case = cases.case(desk, who, case_id)
    found, withheld = _verdicts(desk, who, case)
    return _render(
        request, who, "case.html", "overview", case,
        verdicts=found, withheld=withheld, unexamined=_unexamined(case), key=secrets.token_hex(16),
        packages=_packages(desk, who, case_id), **_jobs(desk, who, case_id),
        sources=list(dict.fromkeys(plan.source for plan in case.plans)),
        is_once=not case.sampling["per_hour"], **plans.values(desk, who, case_id),
    )  # fmt: skip


@router.get("/jobs")
def jobs(request: Request, who: Who, desk: DeskOf, case_id: Case) -> HTMLResponse:
    """The part of the overview that renews itself."""
    return render(request, who, "case_jobs.html", **_jobs(desk, who, case_id))


@router.get("/samples")
def samples(
    request: Request, who: Who, desk: DeskOf, case_id: Case, page: Page = 1
) -> HTMLResponse:
    """Plans, samples and what their captures lack."""
    case = cases.case(desk, who, case_id)
    some = case.samples[(page - 1) * SAMPLES : page * SAMPLES]
    by_sample = {one.sample_id: one for one in captures.captures(desk, who, case_id)}
    shown = [_shown(one, by_sample.get(one.sample_id), texts(request)) for one in some]
    return _render(
        request, who, "case_samples.html", "samples", case,
        line=planline(case.plans, case.samples), samples=shown,
        **_pages(f"{_at(case_id)}/samples", page, SAMPLES, len(case.samples)),
    )  # fmt: skip


@router.get("/findings")
def findings(
    request: Request, who: Who, desk: DeskOf, case_id: Case, page: Page = 1
) -> HTMLResponse:
    """What was found, and what people say of it."""
    found = cases.findings(desk, who, case_id)
    case = cases.case(desk, who, case_id)
    some = found[(page - 1) * FINDINGS : page * FINDINGS]
    return _render(
        request, who, "case_findings.html", "findings", case,
        findings=[(one, *_spans(one)) for one in some], unexamined=_unexamined(case),
        **_pages(f"{_at(case_id)}/findings", page, FINDINGS, len(found)),
    )  # fmt: skip


@router.get("/custody")
def custody(
    request: Request,
    who: Who,
    desk: DeskOf,
    case_id: Case,
    page: Page = 1,
    check: bool = False,
    noted: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """The custody log, the newest line first; with `check`, whether all is as it was recorded."""
    digest = _digest(noted)
    is_wrong = bool(noted.strip()) and digest is None
    sound = cases.soundness(desk, who, case_id, digest) if check and not is_wrong else None
    log = cases.custody(desk, who, case_id)
    case = cases.case(desk, who, case_id)
    newest = log.entries[::-1]
    return _render(
        request, who, "case_custody.html", "custody", case,
        head=log.head, entries=len(log.entries), sound=sound, noted=noted, is_wrong=is_wrong,
        lines=[(one, facts(one.facts)) for one in newest[(page - 1) * LINES : page * LINES]],
        **_pages(f"{_at(case_id)}/custody", page, LINES, len(newest)),
    )  # fmt: skip


@router.post("/samples")
def take(
    request: Request,
    who: Who,
    desk: DeskOf,
    case_id: Case,
    source: Annotated[str, Form(max_length=8192)],
    site: Annotated[str, Form(max_length=300)] = "",
    duration_s: Annotated[str, Form(max_length=20)] = "",
    key: Key = None,
) -> Response:
    """Have a sample taken."""
    try:
        seconds = float(duration_s) if duration_s.strip() else None
        cases.sample(desk, who, case_id, site.strip() or None, source.strip(), seconds, key)
    except ValueError as error:
        return flash.go(request, _at(case_id), "not_done", bad=True, why=str(error))
    return flash.go(request, _at(case_id), "sample_asked")


@router.post("/examine")
def examine(request: Request, who: Who, desk: DeskOf, case_id: Case, key: Key = None) -> Response:
    """Have what was received looked at."""
    cases.examine(desk, who, case_id, key)
    return flash.go(request, _at(case_id), "examine_asked")


@router.post("/export")
def export(request: Request, who: Who, desk: DeskOf, case_id: Case, key: Key = None) -> Response:
    """Have a package made."""
    try:
        evidence.export(desk, who, case_id, key)
    except ValueError as error:
        return flash.go(request, _at(case_id), "not_done", bad=True, why=str(error))
    return flash.go(request, _at(case_id), "export_asked")


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, who: Who, desk: DeskOf, case_id: Case, job_id: str) -> Response:
    """Stop a job of the case."""
    queue.cancel(desk, who, job_id)
    return flash.go(request, _at(case_id), "job_cancelled")


@router.get("/packages/{job_id}")
def package(who: Who, desk: DeskOf, case_id: Case, job_id: str) -> FileResponse:
    """Give a package out."""
    given = evidence.package(desk, who, job_id)
    return FileResponse(given.path, media_type="application/zip", filename=given.name)


def _render(
    request: Request, who: Principal, template: str, part: str, case: CaseFile, **values: Any
) -> HTMLResponse:
    return render(request, who, template, part=part, case=case, at=_at(case.case_id), **values)


def _at(case_id: str) -> str:
    return f"/cases/{quote(case_id, safe='')}"


def _verdicts(desk: Desk, who: Principal, case: CaseFile) -> tuple[list[SiteVerdict], str | None]:
    """The verdicts, or why they are withheld."""
    if not who.may("verdicts.read"):
        return [], "not_for_you"
    if not case.samples:
        return [], None
    try:
        return judging.verdicts(desk, who, case.case_id), None
    except Withheld:
        return [], "review_first"


def _unexamined(case: CaseFile) -> int:
    return sum(one.outcome == "unexamined" for one in case.samples)


def _packages(desk: Desk, who: Principal, case_id: str) -> list[Package]:
    if not who.may("evidence.export"):
        return []
    found, _ = evidence.packages(desk, who, None, MOST_PACKAGES)
    return [one for one in found if one.case_id == case_id and one.state == "done"]


def _jobs(desk: Desk, who: Principal, case_id: str) -> dict[str, Any]:
    found = caseprogress.jobs(desk, who, case_id)
    is_moving = any(one.is_moving for one in found)
    return {"jobs": found, "is_moving": is_moving, "case_at": _at(case_id)}


def _shown(sample: Taken, capture: CaptureShown | None, t: Texts) -> Shown:
    line = gapline(capture, sample.seconds) if capture else None
    drawing = drawn(line, t) if line and line.seconds else None
    return Shown(sample, state_of(sample), capture, drawing)


def _spans(one: Seen) -> tuple[Span, Span]:
    match = one.finding.match
    return _span(match["query"]), _span(match["reference"])


def _span(said: Mapping[str, float]) -> Span:
    return Span(float(said["start_s"]), float(said["end_s"]))


def _digest(said: str) -> str | None:
    """A SHA-256 as people copy it."""
    clear = re.sub(r"[\s:]", "", said).lower()
    return clear if HEAD.fullmatch(clear) else None


def _pages(at: str, page: int, size: int, count: int) -> dict[str, str | None]:
    return {
        "previous": f"{at}?page={page - 1}" if page > 1 else None,
        "next": f"{at}?page={page + 1}" if page * size < count else None,
    }
