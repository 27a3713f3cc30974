"""Pictures of a finding: small frames of the sample, and of the work where its media is at hand.
They are made by a job, in the cage; the media itself is not given out."""

from __future__ import annotations

from pathlib import Path

from accounts.principal import Principal
from casework.store import CaseStore
from reelprint.desk.caseroom import SHOWN, case_for, is_own, no_case
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotFound
from reelprint.desk.once import own_job, submit_once
from reelprint.desk.queue import Seen, shown
from reelprint.working.files import NoSuchResult


def frames(desk: Desk, who: Principal, case_id: str, finding_id: str) -> Seen:
    """Have pictures made of a finding, or take those that were: a job with `frames` in its result,
    each with the name that `frame` takes."""
    facts = {"part": "frames", "finding": finding_id[:SHOWN]}
    with case_for(desk, who, "verdicts.read", case_id, **facts) as store:
        _require_finding(store, case_id, finding_id)
        store.accessed(case_id, who.actor, "shown", **facts)
        payload = {"case": case_id, "finding": finding_id}
        job = submit_once(desk, who, "frames", payload, f"{case_id} {finding_id}")
        return shown(desk, who, job, job.result)


def framed(desk: Desk, who: Principal, job_id: str) -> Seen:
    """A job that makes pictures."""
    need(desk, who, "verdicts.read", "frames")
    job = own_job(desk, who, job_id, "frames")
    if not is_own(desk, who, str(job.payload["case"])):
        raise no_case(str(job.payload["case"]))
    return shown(desk, who, job, job.result)


def frame(desk: Desk, who: Principal, job_id: str, name: str) -> Path:
    """A picture, JPEG, by its name in the job's result. Raises NotFound."""
    job = framed(desk, who, job_id)
    named = (str(one["name"]) for one in (job.result or {}).get("frames", ()))
    if name not in named:
        raise NotFound(f"there is no picture {name[:SHOWN]!r}")
    try:
        return desk.files.result(job.id, name)
    except NoSuchResult as error:
        raise NotFound(f"the picture {name[:SHOWN]!r} is no longer kept") from error


def _require_finding(store: CaseStore, case_id: str, finding_id: str) -> None:
    store.case(case_id)
    known = {one.name for one in store.records(case_id, "finding")}
    if finding_id not in known:
        raise NotFound(f"there is no finding {finding_id[:SHOWN]!r} in case {case_id}")
