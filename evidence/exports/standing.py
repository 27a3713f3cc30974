"""What stands in a case after review: which findings count for a notice, and why others do not."""

from __future__ import annotations

from dataclasses import dataclass

from casework.record import Finding, Review, Sample
from casework.verdict import SiteVerdict, State, WorkVerdict
from evidence.exports.contents import Contents

_SAID: frozenset[State] = frozenset({"confirmed", "probable"})
_LICENSED = "it is licensed there, by the licences on record"
_UNKNOWN = "whose right it is to allow this, and whether it is allowed, is not on record"
_UNREVIEWED = "no finding of it was confirmed by a review"


@dataclass(frozen=True, slots=True)
class Standing:
    """A work of a site that a notice may speak of, and its confirmed findings."""

    work: WorkVerdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A work of a site that no notice speaks of, and why."""

    work: WorkVerdict
    why: str


def last_reviews(contents: Contents) -> dict[str, Review]:
    """By finding, what was said of it last."""
    return {review.finding_id: review for review in contents.dossier.reviews}


def samples(contents: Contents) -> dict[str, Sample]:
    """By their ids."""
    return {sample.sample_id: sample for sample in contents.dossier.samples}


def standing(contents: Contents, verdict: SiteVerdict) -> list[Standing]:
    """The works of a site that a notice may speak of, the surest first."""
    confirmed = [(work, _confirmed(contents, work)) for work in verdict.works]
    return [
        Standing(work, findings)
        for work, findings in confirmed
        if not _objection(verdict, work, findings)
    ]


def withheld(contents: Contents, verdict: SiteVerdict) -> list[Withheld]:
    """The works of a site that no notice speaks of."""
    whys = [(work, _objection(verdict, work, _confirmed(contents, work))) for work in verdict.works]
    return [Withheld(work, why) for work, why in whys if why]


def _objection(verdict: SiteVerdict, work: WorkVerdict, findings: tuple[Finding, ...]) -> str:
    """Why no notice speaks of a work; empty if one may."""
    if verdict.state not in _SAID:
        return f"the verdict on the site is {verdict.state}"
    if work.state not in _SAID:
        return f"the verdict on the work is {work.state}"
    if work.rights == "licensed":
        return _LICENSED
    if work.rights != "unlicensed_indicated":
        return _UNKNOWN
    return "" if findings else _UNREVIEWED


def _confirmed(contents: Contents, work: WorkVerdict) -> tuple[Finding, ...]:
    said = last_reviews(contents)
    return tuple(
        finding
        for finding in contents.dossier.findings
        if finding.finding_id in work.findings
        and (review := said.get(finding.finding_id)) is not None
        and review.disposition == "confirmed"
    )
