"""What of a work the organisation's suspects showed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from jobs.job import Job
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.naming import work_of

MOST = 1000  # answers that are looked at
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Covered:
    """A stretch of a reference, and of the suspect that showed it; seconds."""

    reference_id: str
    start_s: float
    end_s: float
    suspect_id: str  # of its job
    suspect_name: str  # of its file, as its sender called it
    suspect_sha256: str | None
    suspect_start_s: float
    suspect_end_s: float
    modality: str
    score: float
    e_value: float
    engine: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a work was matched, over the newest answers."""

    work_id: str
    suspects: int  # answers that were looked at
    is_all: bool  # whether those are all that are kept
    ranges: tuple[Covered, ...]  # by reference and time


def coverage(desk: Desk, who: Principal, work_id: str, most: int = MOST) -> Coverage:
    """What of a work suspects of the principal's organisation showed, the newest `most` answers.
    Raises NotAllowed, NotFound."""
    need(desk, who, "works.read", work_id)
    need(desk, who, "suspects.read", work_id)
    with recorded(desk, who, "suspects.read", work_id, coverage=True):
        name = work_of(desk, who, work_id).work_id
        jobs, is_all = _answered(desk, who.organisation, most)
        found = sorted(
            (one for job in jobs for one in _covered(job, name)),
            key=lambda one: (one.reference_id, one.start_s, one.end_s, one.suspect_id),
        )
        return Coverage(name, len(jobs), is_all, tuple(found))


def _answered(desk: Desk, organisation: str, most: int) -> tuple[list[Job], bool]:
    found: list[Job] = []
    before: str | None = None
    while len(found) < most:
        limit = min(_PAGE, most - len(found))
        page, before = desk.queue.list(organisation, "identify", "done", before, limit)
        found += page
        if before is None:
            return found, True
    return found, False


def _covered(job: Job, work_id: str) -> Iterator[Covered]:
    answer: dict[str, Any] = (job.result or {})["answer"]
    for one in answer["matches"]:
        if one["work_id"] == work_id:
            yield Covered(
                one["reference_id"],
                *(one["reference"]["start_s"], one["reference"]["end_s"]),
                *(job.id, answer["query"]["path"], answer["query"]["sha256"]),
                *(one["query"]["start_s"], one["query"]["end_s"]),
                *(one["modality"], one["score"], one["e_value"], answer["engine"]),
            )
