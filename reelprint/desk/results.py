"""What came of jobs, as the principal may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from accounts.principal import Principal
from jobs.job import Job
from reelprint.desk import seen
from reelprint.desk.desk import Desk
from reelprint.desk.jobsight import RESULTS, may_read
from reelprint.desk.naming import WORK

# Of what came of a job, what a holder sees; of another kind, nothing.
_OF_HOLDER: dict[str, tuple[str, ...]] = {
    "register": (
        *("work_id", "outcome", "reason", "reference_id", "sha256"),
        *("duration_s", "losses", "warnings"),
    ),
    "register_package": ("outcomes", "sha256"),
    "explain": ("files",),
    "webhook": ("status",),
}


def result_of(desk: Desk, who: Principal, job: Job) -> dict[str, Any] | None:
    """The result of a job that is done, None of another."""
    return results_of(desk, who, [job])[0]


def results_of(desk: Desk, who: Principal, jobs: Sequence[Job]) -> list[dict[str, Any] | None]:
    """The same of several jobs, in their order."""
    own = _own(desk, who, jobs)
    return [_result(desk, who, job, own) for job in jobs]


def _own(desk: Desk, who: Principal, jobs: Sequence[Job]) -> Collection[str]:
    """Of the works that answers name, those of a holder."""
    answers = (job.result["answer"] for job in jobs if job.kind == "identify" and job.result)
    if who.kind == "authority":
        return ()
    said = {name for answer in answers for name in seen.named(answer)}
    return desk.accounts.belongings_among(WORK, who.organisation, said)


def _result(desk: Desk, who: Principal, job: Job, own: Collection[str]) -> dict[str, Any] | None:
    if job.result is None:
        return None
    if job.kind in RESULTS and not may_read(desk, who, job):
        return None
    if who.kind == "authority":
        return dict(job.result)
    if job.kind == "identify":
        return {"answer": seen.of_holder(job.result["answer"], own)}
    return {name: job.result[name] for name in _OF_HOLDER.get(job.kind, ()) if name in job.result}
