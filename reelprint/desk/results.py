"""What came of jobs, as the principal may see it."""

from __future__ import annotations

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
    if job.result is None:
        return None
    if job.kind in RESULTS and not may_read(desk, who, job):
        return None
    if who.kind == "authority":
        return dict(job.result)
    if job.kind == "identify":
        own = desk.accounts.belongings(WORK, who.organisation)
        return {"answer": seen.of_holder(job.result["answer"], own)}
    return {name: job.result[name] for name in _OF_HOLDER.get(job.kind, ()) if name in job.result}
