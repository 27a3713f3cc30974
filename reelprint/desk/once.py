"""Jobs on cases: found again by their id, and made once for as long as what they say holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from accounts.principal import Principal
from jobs.errors import NoSuchJob
from jobs.job import Job
from reelprint.desk.caseroom import SHOWN
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound

_IN_VAIN = frozenset({"failed", "cancelled"})


def own_job(desk: Desk, who: Principal, job_id: str, kind: str) -> Job:
    """A job of this kind of the principal's organisation. Raises NotFound."""
    try:
        job = desk.queue.get(job_id)
    except NoSuchJob:
        raise no_job(job_id) from None
    if job.organisation != who.organisation or job.kind != kind:
        raise no_job(job_id)
    return job


def submit_once(
    desk: Desk, who: Principal, kind: str, payload: Mapping[str, Any], name: str
) -> Job:
    """The job that was made under this name, or a new one; after one in vain there is another."""
    while True:
        key = f"{kind}-{hashlib.sha256(name.encode()).hexdigest()}"
        job = desk.queue.submit(kind, who.organisation, who.actor, payload, key)
        if job.state not in _IN_VAIN:
            return job
        name = f"{name}, not {job.id}"


def no_job(job_id: str) -> NotFound:
    """There is none, or it is another organisation's."""
    return NotFound(f"there is no job {job_id[:SHOWN]!r}")
