"""The jobs of one case: how far they are. What they were given says more than a reader needs."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.principal import Principal
from jobs.job import Job, Progress, State
from reelprint.desk.caseroom import SHOWN, is_own, no_case
from reelprint.desk.desk import Desk, need
from reelprint.desk.jobsight import Names

KINDS = ("sample", "examine", "watch", "export")
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
        for one in desk.queue.list(who.organisation, kind, None, None, _AMONG, results=False)[0]
        if one.payload["case"] == case_id
    ]
    newest = sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)[:_SHOWN]
    names = Names(desk, who, newest)
    return [_seen(one, names) for one in newest]


def _seen(one: Job, names: Names) -> CaseJob:
    source = one.payload.get("source")
    return CaseJob(
        *(one.id, one.kind, one.state, names.of(one)),
        source if isinstance(source, str) else None,
        *(one.progress, one.problem, one.created_at),
    )
