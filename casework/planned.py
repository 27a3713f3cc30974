"""Plans and the samples taken by them: which moments are to come, were taken or went by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from capture.clock import iso
from casework import missing, names, reading, sampling
from casework.errors import NotAllowed, SiteBusy
from casework.journal import Journal
from casework.record import Plan, Sample

LOST = "it was begun, and the process that took it ended before it"


def plan_named(journal: Journal, plan_id: str) -> Plan:
    """The plan of an id. Raises LookupError."""
    found = journal.named("plan", plan_id)
    if found is None:
        raise LookupError(f"there is no plan {plan_id[:64]!r} in case {journal.case_id}")
    return reading.plan_of(found.value)


def plan_of(journal: Journal, source: str) -> Plan | None:
    """The plan of a source."""
    return next((plan for plan in _plans(journal) if plan.source == source), None)


def draw(journal: Journal, by: str, site: str, source: str, begin: datetime) -> Plan:
    """The plan of a source: the one on record, or one drawn now and recorded."""
    if (known := plan_of(journal, source)) is not None:
        return known
    plan = Plan(
        journal.new_name("P", "plan"),
        names.site(site),
        names.source(source),
        iso(begin),
        sampling.moments(reading.case_in(journal).sampling, source, begin),
    )
    value = plan.as_dict()
    journal.append("planned", by, {"plan": value}, ("plan", plan.plan_id, value))
    return plan


def begin(
    journal: Journal,
    by: str,
    site: str,
    source: str,
    moment: str | None,
    job: str | None = None,
    alone: bool = False,
) -> Sample:
    """Record the beginning of a sample, and which job of a service takes it. Raises NotAllowed;
    SiteBusy where it is to be the only one of its site and is not."""
    if moment is not None:
        _check(journal, source, moment)
    if alone:
        _check_alone(journal, names.site(site))
    name = journal.new_name("S", "begun", "sample")
    begun = {
        "sample_id": name,
        "site": names.site(site),
        "source": names.source(source),
        "planned_at": moment,
        "taken_at": journal.now(),
    }
    facts = {"sample": begun} | ({} if job is None else {"job": job})
    journal.append("begun", by, facts, ("begun", name, begun))
    return reading.begun_sample(begun)


def begun_by(journal: Journal, job: str) -> Sample | None:
    """The sample that a job of a service began, as it is on record."""
    for line in journal.lines():
        said = json.loads(line)
        if _began(said, job):
            return reading.sample_in(journal, said["sample"]["sample_id"])
    return None


def left_by(journal: Journal, job: str) -> list[Sample]:
    """The samples that a job of a service began, and of which no end is on record."""
    left = {one.name: one for one in journal.records_without("begun", "sample")}
    if not left:
        return []
    said = (json.loads(line) for line in journal.lines())
    begun = (one["sample"]["sample_id"] for one in said if _began(one, job))
    return [reading.begun_sample(left[name].value) for name in begun if name in left]


def record_lost(journal: Journal, by: str, sample: Sample) -> Sample:
    """Record of a sample that was begun that whoever took it is gone; what is on record of it."""
    if journal.named("sample", sample.sample_id) is not None:
        return sample
    lost = replace(sample, ended_at=journal.now(), reason=LOST)
    facts = {"capture": None, "manifest_sha256": None, "outcome": lost.outcome}
    journal.append("sampled", by, facts, ("sample", sample.sample_id, lost.as_dict()))
    return lost


def due(journal: Journal, source: str) -> list[str]:
    """The moments of a source that are not taken, ascending."""
    plan, taken = plan_of(journal, source), _taken(journal)
    return [moment for moment in plan.moments if (source, moment) not in taken] if plan else []


def _check(journal: Journal, source: str, moment: str) -> None:
    if moment not in due(journal, source):
        raise NotAllowed(f"no sample of {source} is planned at {moment}, or it was taken")
    if sampling.is_late(reading.case_in(journal).sampling, moment, journal.now()):
        raise NotAllowed(f"the moment {moment} of {source} went by")


def _check_alone(journal: Journal, site: str) -> None:
    going = missing.under_way(journal, reading.case_in(journal).sampling, journal.now())
    if any(one.site == site for one in going):
        raise SiteBusy(f"another sample of {site} is being taken")


def _began(said: Mapping[str, Any], job: str) -> bool:
    return said["event"] == "begun" and said.get("job") == job


def record_missed(journal: Journal, by: str) -> None:
    """Record the moments that went by without a sample, as samples that were tried in vain."""
    policy, taken, now = reading.case_in(journal).sampling, _taken(journal), journal.now()
    gone = [
        (plan, moment)
        for plan in _plans(journal)
        for moment in plan.moments
        if (plan.source, moment) not in taken and sampling.is_late(policy, moment, now)
    ]
    if not gone:
        return
    reasons = missing.Reasons.of(journal, policy)
    for plan, moment in gone:
        sample = _missed(journal, plan, moment, reasons.why(plan, moment))
        facts = {"planned_at": moment, "source": plan.source, "why": sample.reason}
        record = sample.as_dict()
        journal.append("missed", by, facts, ("sample", sample.sample_id, record))


def _missed(journal: Journal, plan: Plan, moment: str, reason: str) -> Sample:
    name, now = journal.new_name("S", "begun", "sample"), journal.now()
    begun = {"sample_id": name, "site": plan.site, "source": plan.source, "planned_at": moment}
    return reading.begun_sample({**begun, "taken_at": now}, reason)


def _plans(journal: Journal) -> Iterator[Plan]:
    return (reading.plan_of(one.value) for one in journal.records("plan"))


def _taken(journal: Journal) -> set[tuple[str, str | None]]:
    # Ended samples list all their segments, which is much to read; their beginnings say enough.
    never_begun = journal.records_without("sample", "begun")
    values = [one.value for one in (*journal.records("begun"), *never_begun)]
    return {(value["source"], value["planned_at"]) for value in values}
