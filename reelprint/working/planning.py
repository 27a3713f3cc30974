"""The job `plan`: a plan of a case, carried out. It waits in the queue for each moment, takes the
sample that was drawn for it, and waits for the next. These jobs have processes of their own: what
else is done may take minutes, and a sample is not the one that was drawn a few seconds later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from capture.capturing import Surroundings, Wanted
from casework.errors import NotAllowed, SiteBusy
from casework.record import Order, Plan
from casework.store import CaseStore
from casework.taking import Sampler
from jobs.job import Job, Progress
from reelprint import __version__
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context, Handler, NotYet, Stopped
from reelprint.working.quota import require_room
from reelprint.working.room import NoRoom
from reelprint.working.sampling import JobBrake, stamp

SERVICE = "Reelprint"  # in custody logs; no account can be called so
WITHDRAWN = "whoever started it may take samples no longer"
FULL = "the organisation that has the case may hold no more: start it again when there is room"
BUSY_S = 1.0  # after which it is looked again whether the site is being sampled


@dataclass(frozen=True, slots=True)
class _Turn:
    """One time that the job is taken."""

    context: Context
    job: Job
    store: CaseStore
    plan: Plan

    @property
    def case_id(self) -> str:
        return str(self.job.payload["case"])

    @property
    def now(self) -> datetime:
        return self.context.network.clock.wall()

    def left(self) -> list[str]:
        """The moments to come; those that went by are recorded as missed."""
        return self.store.due(self.case_id, self.job.actor, self.plan.source)

    def wait(self, until: datetime, left: int) -> NotYet:
        count = len(self.plan.moments)
        return NotYet(until, Progress(count - left, count, "waiting"))


def plan(context: Context, job: Job) -> Mapping[str, Any]:
    """Carry out `plan` of `case` as far as it goes now, by `order`, the one that started it. A
    sample that an earlier attempt began and lost is recorded as one that was tried. Raises NotYet
    until the last moment went by; Stopped, after the sample was ended and recorded."""
    case_id, plan_id = str(job.payload["case"]), str(job.payload["plan"])
    with record_of(context.workspace, context.network.clock) as store:
        turn = _Turn(context, job, store, store.plan_named(case_id, plan_id))
        for lost in store.left_by(case_id, job.id):
            store.lost(case_id, job.actor, lost)
        order = store.order(case_id, plan_id)
        if order is None or order.order_id != job.payload["order"] or order.does == "stop":
            return _ended(turn, "stopped")
        return _carried_out(turn, order)


def _carried_out(turn: _Turn, order: Order) -> Mapping[str, Any]:
    """Take the sample that is due, if one is."""
    if not (left := turn.left()):
        return _ended(turn, "over")
    if (moment := datetime.fromisoformat(left[0])) > turn.now:
        raise turn.wait(moment, len(left))
    if not turn.context.owning.may(turn.job.actor, turn.job.organisation, "samples.take"):
        return _called_off(turn, WITHDRAWN)
    try:
        require_room(turn.context, turn.job)
    except NoRoom:
        return _called_off(turn, FULL)
    with _looking_again(turn, len(left)):
        _take(turn, order, left[0])
    if not (left := turn.left()):
        return _ended(turn, "over")
    raise turn.wait(datetime.fromisoformat(left[0]), len(left))


@contextmanager
def _looking_again(turn: _Turn, left: int) -> Iterator[None]:
    """Where a sample may not be taken now, it is seen a moment later what is to be done."""
    try:
        yield
    except SiteBusy:
        raise turn.wait(turn.now + timedelta(seconds=BUSY_S), left) from None
    except NotAllowed:  # it just went by, or somebody has just taken it
        raise turn.wait(turn.now, left) from None


def _take(turn: _Turn, order: Order, moment: str) -> None:
    context, policy = turn.context, turn.store.case(turn.case_id).sampling
    network, brake = context.network, JobBrake(context, policy.seconds)
    around = Surroundings(f"reelprint {__version__}", network.clock, network.resolver, brake)
    sampler = Sampler(
        *(turn.store, turn.case_id, turn.job.actor, around, turn.job.id), not order.together
    )
    context.tell(0, int(policy.seconds or 0), "capturing")
    wanted = Wanted(turn.plan.source, Path(), policy.seconds, policy=network.policy)
    stamp(context, sampler.take(turn.plan.site, wanted, moment).captured)
    if brake.pressed:
        raise Stopped


def _called_off(turn: _Turn, why: str) -> Mapping[str, Any]:
    """Stop a plan in nobody's name: samples are taken in that of one who may, where there is room
    for them."""
    plan_id, job = turn.plan.plan_id, turn.job
    turn.store.stop(turn.case_id, SERVICE, plan_id, why)
    facts = {"plan": plan_id, "stopped": why}
    turn.context.owning.record("samples.take", f"case {turn.case_id}", facts, job.organisation)
    return _ended(turn, "stopped")


def _ended(turn: _Turn, how: str) -> Mapping[str, Any]:
    left = len(turn.left())
    return {"case": turn.case_id, "plan": turn.plan.plan_id, "ended": how, "left": left}


HANDLERS: Mapping[str, Handler] = {"plan": plan}
