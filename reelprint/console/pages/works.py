"""One work: its references, what was seen of them, what counts nothing, who may show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from accounts.principal import Principal
from media.clip import Span
from reelprint.commands.times import seconds
from reelprint.console import flash
from reelprint.console.drawing import Kind, Lane, Timeline, bar, merged, timeline
from reelprint.console.rendering import render, texts
from reelprint.console.texts import Texts
from reelprint.console.words import clock
from reelprint.desk import coverage, works
from reelprint.desk.coverage import Covered
from reelprint.desk.desk import Desk
from reelprint.desk.naming import writes
from reelprint.service.security import DeskOf, Who
from reference_catalog.licence import Licence, licence
from reference_catalog.work import Exclusion, Reference, Work

PATH = "/catalogue/work"
MOST_LISTED = 40  # stretches in the table

router = APIRouter()
WorkId = Annotated[str, Query(alias="id", max_length=300)]
FormId = Annotated[str, Form(alias="id", max_length=300)]
ReferenceId = Annotated[str, Form(alias="reference", max_length=40)]
Time = Annotated[str, Form(max_length=40)]


@router.get(PATH)
def show(request: Request, who: Who, desk: DeskOf, work_id: WorkId) -> HTMLResponse:
    """The page."""
    return _page(request, who, desk, work_id)


@router.post(f"{PATH}/exclude")
def exclude(
    request: Request,
    who: Who,
    desk: DeskOf,
    work_id: FormId,
    reference: ReferenceId,
    start: Time,
    end: Time,
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Let a range count nothing."""
    try:
        span = Span(seconds(start), seconds(end))
        works.exclude(desk, who, work_id, reference, span, reason.strip())
    except ValueError as error:
        said = {"reference": reference, "start": start, "end": end, "reason": reason}
        return _page(request, who, desk, work_id, 422, problem=str(error), said=said)
    return flash.go(request, url(work_id) + "#excluded", "excluded", range=clock(span))


@router.post(f"{PATH}/include")
def include(
    request: Request,
    who: Who,
    desk: DeskOf,
    work_id: FormId,
    reference: ReferenceId,
    start_s: Annotated[float, Form()],
    end_s: Annotated[float, Form()],
) -> Response:
    """Let a range count again."""
    span = Span(start_s, end_s)
    works.include(desk, who, work_id, reference, span)
    return flash.go(request, url(work_id) + "#excluded", "included", range=clock(span))


@router.post(f"{PATH}/license")
def license_to(
    request: Request,
    who: Who,
    desk: DeskOf,
    work_id: FormId,
    distributor: Annotated[str, Form(max_length=300)],
    territories: Annotated[str, Form(max_length=1000)] = "",
    start: Time = "",
    end: Time = "",
) -> Response:
    """Add somebody who may show the work."""
    try:
        new = licence(distributor, territories, start, end)
        known = works.work(desk, who, work_id).licences or ()
        works.license_work(desk, who, work_id, {*known, new})
    except ValueError as error:
        return _page(request, who, desk, work_id, 422, problem=str(error))
    return flash.go(request, url(work_id) + "#licences", "licensed", name=new.distributor)


@router.post(f"{PATH}/licences")
def set_licences(
    request: Request,
    who: Who,
    desk: DeskOf,
    work_id: FormId,
    keep: Annotated[str, Form(max_length=20)],
) -> Response:
    """Take the licence of a number away; or `nobody` may show it, or `unknown`."""
    known = works.work(desk, who, work_id).licences
    works.license_work(desk, who, work_id, _kept(known or (), keep))
    return flash.go(request, url(work_id) + "#licences", "licences_changed")


@router.post(f"{PATH}/remove")
def remove(request: Request, who: Who, desk: DeskOf, work_id: FormId) -> Response:
    """Remove the work."""
    works.remove_work(desk, who, work_id)
    return flash.go(request, "/catalogue", "work_removed", name=work_id)


def url(work_id: str) -> str:
    """The page of a work, whatever its id is made of."""
    return f"{PATH}?id={quote(work_id, safe='')}"


def _kept(known: Sequence[Licence], keep: str) -> list[Licence] | None:
    if keep == "unknown":
        return None
    if keep == "nobody":
        return []
    return [one for number, one in enumerate(known) if str(number) != keep]


def _page(
    request: Request,
    who: Principal,
    desk: Desk,
    work_id: str,
    status: int = 200,
    problem: str | None = None,
    said: dict[str, str] | None = None,
) -> HTMLResponse:
    work = works.work(desk, who, work_id)
    excluded = works.exclusions(desk, who, work_id)
    seen = coverage.coverage(desk, who, work_id) if who.may("suspects.read") else None
    ranges = seen.ranges if seen else ()
    return render(
        request, who, "catalogue/work.html", status,
        work=work, excluded=[(_of(work, one), one) for one in excluded], seen=seen,
        found=sorted(ranges, key=lambda one: one.e_value)[:MOST_LISTED],
        lines=[(one, _line(texts(request), one, ranges, excluded)) for one in work.references],
        may_write=who.may("works.write") and writes(desk, who, work.work_id),
        problem=problem, said=said or {},
    )  # fmt: skip


def _of(work: Work, one: Exclusion) -> Reference | None:
    return next((r for r in work.references if r.number == one.number), None)


def _line(
    t: Texts, of: Reference, ranges: Sequence[Covered], excluded: Sequence[Exclusion]
) -> Timeline:
    """What was seen of a reference, over what counts nothing of it."""
    shown = merged([Span(r.start_s, r.end_s) for r in ranges if r.reference_id == of.reference_id])
    lanes = [_lane(t("work.found"), of, shown, "covered")]
    if nothing := [one.span for one in excluded if one.number == of.number]:
        lanes.append(_lane(t("work.excluded_lane"), of, nothing, "excluded"))
    return timeline(of.duration_s, lanes)


def _lane(name: str, of: Reference, spans: Sequence[Span], kind: Kind) -> Lane:
    bars = (bar(span, of.duration_s, kind, f"{name}: {clock(span)}") for span in spans)
    return Lane(name, tuple(bars))
