"""Jobs on cases, seen beside the case: without the names and results that are withheld in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accounts.principal import Principal
from accounts.roles import Act
from casework.errors import CasesMissing, NoSuchCase
from casework.reviewing import is_same_person
from jobs.job import Job
from reelprint.desk.blinding import eyes
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
    """Who asked for jobs, as far as somebody may know it; of one answer, for it remembers."""

    def __init__(self, desk: Desk, who: Principal) -> None:
        self._desk = desk
        self._who = who
        self._blind: dict[str, bool] = {}

    def of(self, job: Job) -> str | None:
        """The name, or None: it may be that of an analyst whose finding waits for a review."""
        if job.kind not in RESULTS or is_same_person(job.actor, self._who.actor):
            return job.actor
        return None if any(map(self._is_blind, cases_of(job))) else job.actor

    def _is_blind(self, case_id: str) -> bool:
        if not self._who.may("reviews.write"):
            return False
        if case_id not in self._blind:
            self._blind[case_id] = _is_blind(self._desk, self._who, case_id)
        return self._blind[case_id]


def may_read(desk: Desk, who: Principal, job: Job) -> bool:
    """Whether somebody may see the result of a job on cases."""
    if not who.may(RESULTS[job.kind]):
        return False
    return job.kind != "export" or not any(_is_blind(desk, who, one) for one in cases_of(job))


def cases_of(job: Job) -> Iterable[str]:
    """The cases that a job is on."""
    said = job.payload
    return [str(one) for one in said.get("cases", [said["case"]] if "case" in said else [])]


def _is_blind(desk: Desk, who: Principal, case_id: str) -> bool:
    try:
        with record_of(desk) as store:
            return eyes(who, store.records(case_id)).is_blind
    except (CasesMissing, NoSuchCase):
        return False
