"""The jobs of one case: how far they are. Their payloads say more than a reader may need to know."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.principal import Principal
from jobs.job import Job, Progress, State
from reelprint.desk.caseroom import SHOWN, is_own, no_case
from reelprint.desk.desk import Desk, need

KINDS = ("sample", "examine", "export")
_AMONG = 100  # jobs of a kind among which those of the case are sought, the newest
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CaseJob:
    """A job, and how far it is."""

    id: str
    kind: str
    state: State
    by: str | None  # None: withheld
    source: str | None  # of a sample
    progress: Progress | None
    problem: str | None
    created_at: str

    @property
    def is_moving(self) -> bool:
        """Whether it has not ended."""
        return self.state in ("queued", "running")


def jobs(desk: Desk, who: Principal, case_id: str) -> list[CaseJob]:
    """The newest jobs of a case, newest first. They are asked for every other second, and hold no
    evidence, so no log says that they were seen. Raises NotAllowed, NotFound."""
    need(desk, who, "cases.read", f"case {case_id[:SHOWN]}")
    if not is_own(desk, who, case_id):
        raise no_case(case_id)
    found = [
        one
        for kind in KINDS
        for one in desk.queue.list(who.organisation, kind, None, None, _AMONG)[0]
        if one.payload["case"] == case_id
    ]
    newest = sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)
    return [_seen(one, who) for one in newest[:_SHOWN]]


def _seen(one: Job, who: Principal) -> CaseJob:
    """Who asked for an examination is the analyst, whom a reviewer is not to know."""
    is_shown = one.actor == who.actor or not who.may("reviews.write")
    source = one.payload.get("source")
    return CaseJob(
        *(one.id, one.kind, one.state, one.actor if is_shown else None),
        source if isinstance(source, str) else None,
        *(one.progress, one.problem, one.created_at),
    )

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
