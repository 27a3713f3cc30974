"""Plans of live streams, carried out by the service: started, stopped, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.principal import Principal
from capture.clock import iso
from casework.reading import plan_of
from casework.record import Order, Plan
from casework.store import CaseStore
from casework.taking import site_of
from jobs.job import Job
from reelprint.desk import cases, uploads
from reelprint.desk.blinding import Eyes, eyes
from reelprint.desk.caseroom import SHOWN, case_for, is_own, no_case, record_of
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotFound
from reelprint.desk.planview import Draw, PlanSeen, Records, seen
from reelprint.desk.queue import PLAN

MOST_MOMENTS = 5000  # of a plan: each is a look at all that is on record of the case
LATEST = timedelta(days=31)  # from now, for a plan to begin
_ATTEMPTS = 100  # in a row that fail, each after twice as long
ONCE = "this case tries each source once: open one that samples live streams, or take a sample"


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What is to be sampled as the case's policy says. `begin` None: now. `together`: also while
    another sample of the site is taken. `examine` None: if the principal may."""

    source: str
    site: str | None = None
    begin: datetime | None = None
    together: bool = False
    examine: bool | None = None


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan with what became of each moment."""

    plan: PlanSeen
    draws: tuple[Draw, ...]


def start(desk: Desk, who: Principal, case_id: str, asked: NewPlan) -> PlanSeen:
    """Draw the plan of a source, unless there is one, and have it carried out from now on. What is
    being carried out already goes on as it is; what was stopped goes on with what is to come.
    Raises ValueError, NotAllowed, Full."""
    facts = {"source": asked.source[:SHOWN], "plan": "start"}
    examine = who.may("findings.make") if asked.examine is None else asked.examine
    if examine:
        need(desk, who, "findings.make", f"case {case_id[:SHOWN]}")
    with case_for(desk, who, "samples.take", case_id, **facts) as store:
        uploads.need_room(desk, who)
        plan = _drawn(store, who, case_id, asked)
        left = store.due(case_id, who.actor, plan.source)
        if not left:
            raise ValueError("all moments of the plan of this source went by")
        order = _order(desk, who, store, plan, case_id, asked.together)
        _submit(desk, who, case_id, plan, order, datetime.fromisoformat(left[0]))
    if examine:
        cases.watch(desk, who, case_id)
    return plan_file(desk, who, case_id, plan.plan_id).plan


def stop(desk: Desk, who: Principal, case_id: str, plan_id: str, reason: str) -> PlanSeen:
    """Have a plan carried out no longer; a sample that is being taken is ended. The moments to come
    go by, and that is recorded. Raises NotFound, ValueError where it is not being carried out."""
    facts = {"plan": "stop", "plan_id": plan_id[:SHOWN]}
    with case_for(desk, who, "samples.take", case_id, **facts) as store:
        plan = _named(store, case_id, plan_id)
        order = store.order(case_id, plan.plan_id)
        if order is None or order.does == "stop":
            raise ValueError("this plan is not being carried out")
        store.stop(case_id, who.actor, plan.plan_id, reason)
        job = _job(desk, who, case_id, order)
        if job is not None and not job.has_ended:
            desk.queue.cancel(job.id)
    return plan_file(desk, who, case_id, plan.plan_id).plan


def plans(desk: Desk, who: Principal, case_id: str) -> list[PlanSeen]:
    """The plans of a case; that they were shown stands in its log."""
    with case_for(desk, who, "cases.read", case_id, part="plans") as store:
        whole = store.whole(case_id, who.actor, "shown", part="plans")
        return _seen(desk, who, case_id, Records.of(whole.records), eyes(who, whole.records))


def plan_file(desk: Desk, who: Principal, case_id: str, plan_id: str) -> PlanFile:
    """One of them, with its moments. Raises NotFound."""
    with case_for(desk, who, "cases.read", case_id, part="plan", plan=plan_id[:SHOWN]) as store:
        plan = _named(store, case_id, plan_id)
        whole = store.whole(case_id, who.actor, "shown", part="plan", plan=plan.plan_id)
        known = Records.of(whole.records)
        shown = _shown(desk, who, case_id, plan, known, eyes(who, whole.records))
        return PlanFile(shown, tuple(known.draws(plan, _now())))


def progress(desk: Desk, who: Principal, case_id: str) -> list[PlanSeen]:
    """How far the plans of a case are, for a page that asks again and again: as with jobs, no log
    says that it was seen. Raises NotAllowed, NotFound."""
    need(desk, who, "cases.read", f"case {case_id[:SHOWN]}")
    if not is_own(desk, who, case_id):
        raise no_case(case_id)
    with record_of(desk) as store:
        records = store.records(case_id)
    return _seen(desk, who, case_id, Records.of(records), eyes(who, records))


def _drawn(store: CaseStore, who: Principal, case_id: str, asked: NewPlan) -> Plan:
    policy, source = store.case(case_id).sampling, cases.checked_source(asked.source)
    if policy.once:
        raise ValueError(ONCE)
    if policy.per_hour * policy.hours > MOST_MOMENTS:
        raise ValueError(f"a plan of more than {MOST_MOMENTS} samples is for `case sample`")
    begin = None if asked.begin is None else _begin(asked.begin)
    plan = store.plan(case_id, who.actor, site_of(source, asked.site), source, begin)
    if begin is not None and plan.begin < iso(begin):
        raise ValueError(f"the plan of this source was drawn before, and began at {plan.begin}")
    return plan


def _begin(asked: datetime) -> datetime:
    """A moment at which a plan can begin. Raises ValueError."""
    try:
        begin = asked.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{asked} is no moment in UTC") from None
    if begin > datetime.now(UTC) + LATEST:
        raise ValueError(f"a plan begins within {LATEST.days} days")
    return begin


def _order(
    desk: Desk, who: Principal, store: CaseStore, plan: Plan, case_id: str, together: bool
) -> Order:
    """The order that holds, where its job goes on or was never made; else a new one."""
    last = store.order(case_id, plan.plan_id)
    if last is not None and last.does == "start":
        job = _job(desk, who, case_id, last)
        if job is None or not job.has_ended:
            return last
    return store.start(case_id, who.actor, plan.plan_id, together)


def _submit(
    desk: Desk, who: Principal, case_id: str, plan: Plan, order: Order, begin: datetime
) -> None:
    payload = {"case": case_id, "plan": plan.plan_id, "order": order.order_id}
    key = _key(case_id, order)
    desk.queue.submit(
        *(PLAN, who.organisation, who.actor, payload, key, _ATTEMPTS), not_before=begin
    )


def _job(desk: Desk, who: Principal, case_id: str, order: Order) -> Job | None:
    return desk.queue.by_key(who.organisation, _key(case_id, order))


def _key(case_id: str, order: Order) -> str:
    return f"plan-{case_id}-{order.order_id}"


def _named(store: CaseStore, case_id: str, plan_id: str) -> Plan:
    for one in store.records(case_id):
        if (one.kind, one.name) == ("plan", plan_id):
            return plan_of(one.value)
    raise NotFound(f"there is no plan {plan_id[:SHOWN]!r} in case {case_id}")


def _seen(desk: Desk, who: Principal, case_id: str, known: Records, sight: Eyes) -> list[PlanSeen]:
    return [_shown(desk, who, case_id, plan, known, sight) for plan in known.plans]


def _shown(
    desk: Desk, who: Principal, case_id: str, plan: Plan, known: Records, sight: Eyes
) -> PlanSeen:
    order = known.order(plan)
    job = _job(desk, who, case_id, order) if order else None
    return seen(plan, known, job, sight, _now())


def _now() -> str:
    return iso(datetime.now(UTC))
