"""Jobs of the principal's organisation: how far they are, and an end to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.principal import Principal
from accounts.roles import Act
from jobs.errors import NoSuchJob
from jobs.job import Job, Progress, State
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotAllowed, NotFound
from reelprint.desk.jobsight import Names
from reelprint.desk.results import result_of

# Who may stop a job: whoever may start one of its kind.
STARTS: Mapping[str, Act] = {
    "register": "works.write",
    "register_package": "works.write",
    "identify": "suspects.submit",
    "explain": "suspects.submit",
    "webhook": "webhooks.write",
    "sample": "samples.take",
    "examine": "findings.make",
    "watch": "findings.make",
    "export": "evidence.export",
    "lint": "works.read",
}
PLAN = "plan"  # is stopped where it was started


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as its organisation sees it; what it was given stays in the queue."""

    id: str
    kind: str
    actor: str | None  # None: withheld
    state: State
    progress: Progress | None
    result: dict[str, Any] | None
    problem: str | None
    attempts: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    upload_id: str | None


def jobs(
    desk: Desk,
    who: Principal,
    kind: str | None = None,
    state: State | None = None,
    before: str | None = None,
    limit: int = 50,
) -> tuple[list[Seen], str | None]:
    """Jobs of the organisation, newest first and without results, and where the next page begins.
    Raises NotAllowed, NotFound."""
    need(desk, who, "jobs.read", "jobs")
    return listed(desk, who, kind, state, before, limit)


def listed(
    desk: Desk,
    who: Principal,
    kind: str | None,
    state: State | None,
    before: str | None,
    limit: int,
) -> tuple[list[Seen], str | None]:
    """The same, for an act that was allowed already."""
    found, after = page(desk, who, kind, state, before, limit)
    names = Names(desk, who, found)
    return [replace(seen(one), actor=names.of(one)) for one in found], after


def page(
    desk: Desk,
    who: Principal,
    kind: str | None,
    state: State | None,
    before: str | None,
    limit: int,
    results: bool = False,
) -> tuple[list[Job], str | None]:
    """The jobs themselves, for an act that was allowed already. Raises NotFound."""
    try:
        return desk.queue.list(who.organisation, kind, state, before, limit, results)
    except NoSuchJob as error:
        raise NotFound("there is no such page") from error


def job(desk: Desk, who: Principal, job_id: str) -> Seen:
    """One of them, with what came of it as the principal may see it; reading that is recorded.
    Raises NotAllowed, NotFound."""
    need(desk, who, "jobs.read", job_id)
    found = job_of(desk, who, job_id)
    result = result_of(desk, who, found)
    if result is not None:
        desk.accounts.record(who, "jobs.read", job_id, "done", {"kind": found.kind})
    return shown(desk, who, found, result)


def cancel(desk: Desk, who: Principal, job_id: str) -> Seen:
    """Have a job stop, if it has not ended. Raises NotAllowed, NotFound."""
    need(desk, who, "jobs.read", job_id)
    found = job_of(desk, who, job_id)
    _need_to_stop(desk, who, found)
    with recorded(desk, who, "jobs.read", job_id, cancelled=True, kind=found.kind):
        return shown(desk, who, desk.queue.cancel(job_id))


def job_of(desk: Desk, who: Principal, job_id: str, kind: str | None = None) -> Job:
    """A job of the principal's organisation. Raises NotFound, whosever it is otherwise."""
    try:
        found = desk.queue.get(job_id)
    except NoSuchJob:
        raise _no_job(desk) from None
    if found.organisation != who.organisation or kind not in (None, found.kind):
        raise _no_job(desk)
    return found


def _no_job(desk: Desk) -> NotFound:
    """The same words for what never was, what was deleted and what is another organisation's."""
    days = desk.config.keep_jobs_days
    after = f"; ended jobs are deleted after {days} days" if days else ""
    return NotFound(f"there is no such job{after}")


def _need_to_stop(desk: Desk, who: Principal, found: Job) -> None:
    if found.kind == PLAN:  # or the record would not say who stopped it
        raise NotAllowed("a plan is stopped in its case, with a reason that is recorded")
    act = STARTS.get(found.kind)
    if not any(who.may(one) for one in ("index.write", act) if one):
        desk.accounts.record(who, "jobs.read", found.id, "refused", {"cancelled": False})
        raise NotAllowed("your roles do not allow to stop such a job")


def shown(desk: Desk, who: Principal, one: Job, result: Mapping[str, Any] | None = None) -> Seen:
    """A job as somebody may see it, with its result where that is for them."""
    whole = seen(one, None if result is None else dict(result))
    return replace(whole, actor=Names(desk, who, [one]).of(one))


def seen(one: Job, result: dict[str, Any] | None = None) -> Seen:
    """A job without what is nobody's business."""
    upload = one.payload.get("upload")
    return Seen(
        one.id,
        one.kind,
        one.actor,
        one.state,
        one.progress,
        result,
        one.problem,
        one.attempts,
        one.created_at,
        one.started_at,
        one.ended_at,
        upload if isinstance(upload, str) else None,
    )
