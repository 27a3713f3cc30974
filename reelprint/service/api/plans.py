"""/v1/cases/…/plans: live streams, sampled at the moments that were drawn for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from reelprint.desk import cases, plans
from reelprint.desk.plans import NewPlan, PlanFile
from reelprint.desk.planview import PlanSeen
from reelprint.service.api.cases import CaseId, SourceBody
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["cases"], responses=responses(401, 403, 422, 429, 503))
PlanId = Annotated[str, Path(max_length=64, description="As P000001.")]


class PlanBody(SourceBody):
    """What to sample as the case's policy says."""

    begin: Annotated[
        AwareDatetime | None, Field(description="When it begins, within 31 days; null: now.")
    ] = None
    together: Annotated[
        bool, Field(description="Take samples also while another of the site is being taken.")
    ] = False
    examine: Annotated[
        bool | None,
        Field(
            description="Have samples examined as they come; null: if you may. You are the "
            "analyst then."
        ),
    ] = None


class StopBody(BaseModel):
    """Why a plan is stopped."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "the match was called off"}]}
    )

    reason: Annotated[str, Field(max_length=2000, description="One line, for the record.")]


@router.get("/cases/{case_id}/plans", operation_id="list_plans", responses=responses(404))
def list_plans(who: Who, desk: DeskOf, case_id: CaseId) -> list[PlanSeen]:
    """The plans of a case, and how far each is."""
    return plans.plans(desk, who, case_id)


@router.post(
    "/cases/{case_id}/plans",
    operation_id="start_plan",
    status_code=202,
    responses=responses(404, 409, 507),
)
def start_plan(who: Who, desk: DeskOf, case_id: CaseId, body: PlanBody) -> PlanSeen:
    """Have a live stream sampled at moments that are drawn now, by the case's policy; a plan that
    was stopped goes on. Asked for again, it is the same plan."""
    return plans.start(desk, who, case_id, NewPlan(**body.model_dump()))


@router.get("/cases/{case_id}/plans/{plan_id}", operation_id="get_plan", responses=responses(404))
def get_plan(who: Who, desk: DeskOf, case_id: CaseId, plan_id: PlanId) -> PlanFile:
    """A plan with what became of each moment: due, running, taken, missed or failed, and why."""
    return plans.plan_file(desk, who, case_id, plan_id)


@router.post(
    "/cases/{case_id}/plans/{plan_id}/stop",
    operation_id="stop_plan",
    responses=responses(404, 409),
)
def stop_plan(who: Who, desk: DeskOf, case_id: CaseId, plan_id: PlanId, body: StopBody) -> PlanSeen:
    """Have a plan carried out no longer. Moments to come go by, and that is on record."""
    return plans.stop(desk, who, case_id, plan_id, body.reason)


@router.post(
    "/cases/{case_id}/watch",
    operation_id="watch_case",
    status_code=202,
    responses=responses(404, 409),
)
def watch_case(who: Who, desk: DeskOf, case_id: CaseId) -> Job:
    """Have samples examined as they come, while plans of the case are carried out: a job. You are
    the analyst then."""
    return job_view(cases.watch(desk, who, case_id))
