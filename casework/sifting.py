"""Which samples and findings of a case count for a site, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.record import Disposition, Dossier, Finding, Review, Sample
from casework.rights import RightsAnswer, rights
from casework.rules import Rules
from casework.streams import Showing
from casework.verdict import Rights
from reference_catalog.licence import Licence

Licences = Mapping[str, Sequence[Licence] | None]  # by work; None, or no entry: nothing known


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding that counts."""

    showing: Showing
    finding: Finding
    answer: RightsAnswer
    is_confirmed: bool  # by a reviewer


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is on record of a site. A sample whose findings do not count is readable, and neither
    matched nor unmatched: what was found in it speaks neither for the site nor against it."""

    tried: int
    readable: tuple[Showing, ...]
    unmatched: tuple[Showing, ...]  # readable samples in which nothing at all was found
    hits: tuple[Hit, ...]
    titles: Mapping[str, str]  # of works that were found by what is their own, in order
    answers: Mapping[str, tuple[RightsAnswer, ...]]  # by work: of what counts, or else of the rest
    reserve: int  # samples without a match that chance is reckoned beside, at least
    planned: int  # samples of a site
    unplanned: int  # samples that were taken beside the plan
    rejected: int  # findings
    too_likely: int  # findings, at the policy's rate
    shared: int  # findings that are no one work's own


def sift(dossier: Dossier, site: str, asked: Rules, licences: Licences) -> Sifted:
    """The samples of a site and their findings, by whether they count."""
    here = [sample for sample in dossier.samples if sample.site == site]
    readable = {one.sample_id: one for one in here if one.outcome == "readable"}
    found = [one for one in dossier.findings if one.sample_id in readable]
    said = dispositions(dossier.reviews)
    rejected = [one for one in found if said.get(one.finding_id) == "rejected"]
    own = [one for one in found if _is_own(one)]
    likely = [one for one in own if not _is_rare(one, readable[one.sample_id], asked.rate)]
    out = {one.finding_id for one in (*rejected, *likely)}
    answers = {one.finding_id: _rights(one, readable, dossier, licences) for one in own}
    hits = tuple(
        Hit(Showing(readable[one.sample_id], one), one, answers[one.finding_id], is_confirmed)
        for one in own
        if one.finding_id not in out
        for is_confirmed in [said.get(one.finding_id) == "confirmed"]
    )
    seen = {one.sample_id for one in found}
    planned = dossier.case.sampling.per_hour * dossier.case.sampling.hours
    return Sifted(
        tried=len(here),
        readable=tuple(map(Showing, readable.values())),
        unmatched=tuple(Showing(one) for one in readable.values() if one.sample_id not in seen),
        hits=hits,
        titles={one.work_id: _title(one) for one in sorted(own, key=_order)},
        answers=_by_work(own, hits, answers),
        reserve=max(asked.reserve, planned),
        planned=planned,
        unplanned=sum(sample.planned_at is None for sample in here),
        rejected=len(rejected),
        too_likely=len(likely),
        shared=len(found) - len(own),
    )


def dispositions(reviews: Iterable[Review]) -> dict[str, Disposition]:
    """What the last review of each finding says that decided it. One that did not, leaves what was
    decided before: else a doubt would let a finding count again that was rejected."""
    decided = (one for one in reviews if one.disposition != "unsure")
    ordered = sorted(decided, key=lambda one: datetime.fromisoformat(one.at))
    return {one.finding_id: one.disposition for one in ordered}


def _is_own(finding: Finding) -> bool:
    """Whether the stretch is the work's alone: an intro or a cue that works share proves none."""
    return bool(finding.match.get("attribution", "work") == "work")


def _is_rare(finding: Finding, sample: Sample, rate: float) -> bool:
    """Whether so good a match is false at most at the policy's rate in a sample of so many files.

    E-values of the files add up, so each may have its part of the rate.
    """
    return bool(finding.match["e_value"] * max(1, len(sample.media)) <= rate)


def _rights(
    finding: Finding, readable: Mapping[str, Sample], dossier: Dossier, licences: Licences
) -> RightsAnswer:
    sample = readable[finding.sample_id]
    at = datetime.fromisoformat(sample.taken_at)
    return rights(licences.get(finding.work_id), sample.site, dossier.case.territory, at)


def _by_work(
    own: Sequence[Finding], hits: Sequence[Hit], answers: Mapping[str, RightsAnswer]
) -> dict[str, tuple[RightsAnswer, ...]]:
    counted = {hit.finding.finding_id for hit in hits}
    found: dict[str, tuple[RightsAnswer, ...]] = {}
    for work_id in sorted({one.work_id for one in own}):
        of_work = [one.finding_id for one in own if one.work_id == work_id]
        chosen = [one for one in of_work if one in counted] or of_work
        found[work_id] = tuple(answers[one] for one in chosen)
    return found


def _title(finding: Finding) -> str:
    return str(finding.match.get("title", finding.work_id))


def _order(finding: Finding) -> tuple[str, str]:
    return finding.work_id, finding.finding_id


def gravest(answers: Sequence[RightsAnswer]) -> Rights:
    """The rights of several showings together: the one that accuses most."""
    said = {answer.rights for answer in answers}
    order: tuple[Rights, ...] = ("unlicensed_indicated", "rights_unknown", "licensed")
    return next(one for one in order if one in said)
