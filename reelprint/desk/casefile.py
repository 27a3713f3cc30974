"""What is shown of a case, as values: without what the reader must not see yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from capture.chain import head_of
from casework.listing import Summary
from casework.record import Dossier, Finding, Outcome, Plan, Review, Sample
from casework.store import Whole
from reelprint.desk.blinding import Eyes, analysts


@dataclass(frozen=True, slots=True)
class Head:
    """How far a custody log goes: to be noted down."""

    entries: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list."""

    case_id: str
    authority: str
    territory: str | None
    opened_at: str
    opened_by: str | None  # None: withheld
    samples: int
    findings: int | None  # None: not for these roles
    waiting: int  # findings that wait for the reader's review
    head: Head | None  # None: withheld


@dataclass(frozen=True, slots=True)
class Taken:
    """A sample, without the hashes of its segments."""

    sample_id: str
    site: str
    source: str
    planned_at: str | None
    taken_at: str
    ended_at: str
    seconds: float
    outcome: Outcome
    reason: str | None
    capture: str | None
    manifest_sha256: str | None
    segments: int
    media: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, where it was made and what people say of it."""

    finding: Finding
    site: str
    source: str
    taken_at: str
    analyst: str | None  # None: withheld
    reviews: tuple[Review, ...] | None  # the reader's own while names are withheld; None: no such
    waits: bool  # for the reader's review


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its plans and samples."""

    case_id: str
    authority: str
    territory: str | None
    sampling: Mapping[str, Any]
    judging: Mapping[str, Any]
    opened_at: str
    opened_by: str | None  # None: withheld
    sites: tuple[str, ...]
    plans: tuple[Plan, ...]
    samples: tuple[Taken, ...]
    findings: int | None  # None: not for these roles
    waiting: tuple[str, ...]  # ids of findings that wait for the reader's review
    head: Head | None  # None: withheld


def listed(summary: Summary, sight: Eyes) -> Listed:
    """A case in a list."""
    case, head = summary.case, Head(summary.head.entries, summary.head.sha256)
    return Listed(
        *(case.case_id, case.authority, case.territory, case.opened_at),
        sight.name(case.opened_by),
        summary.samples,
        summary.findings if sight.reads_findings else None,
        len(sight.waiting),
        head if sight.sees_all else None,
    )


def case_file(whole: Whole, sight: Eyes) -> CaseFile:
    """All of it but findings."""
    dossier, case = whole.dossier, whole.dossier.case
    head = Head(len(whole.custody), head_of(whole.custody[-1]))
    return CaseFile(
        *(case.case_id, case.authority, case.territory),
        *(case.sampling.as_dict(), case.judging, case.opened_at),
        sight.name(case.opened_by),
        tuple(dossier.sites),
        dossier.plans,
        tuple(map(taken, dossier.samples)),
        len(dossier.findings) if sight.reads_findings else None,
        tuple(sorted(sight.waiting)),
        head if sight.sees_all else None,
    )


def taken(sample: Sample) -> Taken:
    """A sample."""
    return Taken(
        *(sample.sample_id, sample.site, sample.source, sample.planned_at, sample.taken_at),
        *(sample.ended_at, sample.seconds, sample.outcome, sample.reason, sample.capture),
        *(sample.manifest_sha256, len(sample.segments), sample.media),
    )


def seen(whole: Whole, sight: Eyes) -> Iterator[Seen]:
    """The findings."""
    dossier, found_by = whole.dossier, analysts(whole.records)
    samples = {one.sample_id: one for one in dossier.samples}
    for one in dossier.findings:
        sample, waits = samples[one.sample_id], one.finding_id in sight.waiting
        yield Seen(
            *(one, sample.site, sample.source, sample.taken_at),
            sight.name(found_by[one.finding_id]),
            _reviews(dossier, one.finding_id, sight),
            waits,
        )


def _reviews(dossier: Dossier, finding_id: str, sight: Eyes) -> tuple[Review, ...] | None:
    said = (one for one in dossier.reviews if one.finding_id == finding_id)
    shown = tuple(one for one in said if sight.sees_review_of(one.by))
    return shown if shown or not sight.is_blind else None
