"""Jobs on cases, seen beside the case: without the names and results that are withheld in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from accounts.principal import Principal
from accounts.roles import Act
from casework.errors import CasesMissing
from casework.reviewing import is_same_person
from jobs.job import Job
from reelprint.desk.blinding import sights
from reelprint.desk.caseroom import record_of
from reelprint.desk.desk import Desk

# Who may know what came of a job on a case.
RESULTS: Mapping[str, Act] = {
    "sample": "cases.read",
    "plan": "cases.read",
    "watch": "verdicts.read",
    "examine": "verdicts.read",
    "frames": "verdicts.read",
    "links": "verdicts.read",
    "export": "evidence.export",
}


class Names:
    """Who asked for some jobs, as far as somebody may know it."""

    def __init__(self, desk: Desk, who: Principal, jobs: Iterable[Job]) -> None:
        self._who = who
        others = (one for one in jobs if self._is_anothers(one))
        self._blind = _blind(desk, who, {case_id for one in others for case_id in cases_of(one)})

    def of(self, job: Job) -> str | None:
        """The name, or None: it may be that of an analyst whose finding waits for a review."""
        if self._is_anothers(job) and not self._blind.isdisjoint(cases_of(job)):
            return None
        return job.actor

    def _is_anothers(self, job: Job) -> bool:
        return job.kind in RESULTS and not is_same_person(job.actor, self._who.actor)


def may_read(desk: Desk, who: Principal, job: Job) -> bool:
    """Whether somebody may see the result of a job on cases."""
    if not who.may(RESULTS[job.kind]):
        return False
    return job.kind != "export" or not _blind(desk, who, set(cases_of(job)))


def cases_of(job: Job) -> Iterable[str]:
    """The cases that a job is on."""
    said = job.payload
    return [str(one) for one in said.get("cases", [said["case"]] if "case" in said else [])]


def _blind(desk: Desk, who: Principal, cases: Collection[str]) -> frozenset[str]:
    """Those of some cases in which names are withheld."""
    if not cases or not who.may("reviews.write"):
        return frozenset()
    try:
        with record_of(desk) as store:
            seen = sights(store, who, cases)
    except CasesMissing:
        return frozenset()
    return frozenset(name for name, one in seen.items() if one.is_blind)
