"""The job `watch`: samples of plans, examined as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from casework.store import CaseStore
from jobs.job import Job
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context, NotYet
from reelprint.working.examining import examine

AFTER_S = 5.0  # a sample has mostly ended by then
AGAIN_S = 10.0  # after which it is looked again whether it has


def watch(context: Context, job: Job) -> Mapping[str, Any]:
    """Examine what the samples of `case` carry, as `examine` does, whenever a sample of a plan that
    is being carried out should have ended. Raises NotYet until none is to come; ValueError when
    whoever asked for it may make findings no longer."""
    if not context.owning.may(job.actor, job.organisation, "findings.make"):
        raise ValueError("whoever asked for this may make findings no longer")
    case_id, now = str(job.payload["case"]), context.network.clock.wall()
    with record_of(context.workspace, context.network.clock) as store:
        until = min(_next(store, case_id, now), default=None)
        is_waiting = bool(store.unexamined(case_id))
    if is_waiting:
        examine(context, job)
    if until is not None:
        raise NotYet(until)
    return {"case": case_id}


def _next(store: CaseStore, case_id: str, now: datetime) -> Iterator[datetime]:
    """When there should be something to examine."""
    if store.under_way(case_id):
        yield now + timedelta(seconds=AGAIN_S)
    takes_s = (store.case(case_id).sampling.seconds or 0.0) + AFTER_S
    for plan in store.carried_out(case_id):
        ends = (datetime.fromisoformat(one) + timedelta(seconds=takes_s) for one in plan.moments)
        yield from [one for one in ends if one > now][:1]
