"""Which planned moments are to come, were taken or went by, from what is on record."""

from __future__ import annotations

from collections.abc import Iterator

from casework import reading, sampling
from casework.errors import NotAllowed
from casework.journal import Journal
from casework.record import Plan, Sample

MISSED = "it was not taken: its moment went by"


def plan_of(journal: Journal, source: str) -> Plan | None:
    """The plan of a source."""
    return next((plan for plan in _plans(journal) if plan.source == source), None)


def due(journal: Journal, source: str) -> list[str]:
    """The moments of a source that are not taken, ascending."""
    plan, taken = plan_of(journal, source), _taken(journal)
    return [moment for moment in plan.moments if (source, moment) not in taken] if plan else []


def check(journal: Journal, source: str, moment: str) -> None:
    """Raises NotAllowed for a moment at which no sample is to be taken."""
    if moment not in due(journal, source):
        raise NotAllowed(f"no sample of {source} is planned at {moment}, or it was taken")
    if sampling.is_late(reading.case_in(journal).sampling, moment, journal.now()):
        raise NotAllowed(f"the moment {moment} of {source} went by")


def record_missed(journal: Journal, by: str) -> None:
    """Record the moments that went by without a sample, as samples that were tried in vain."""
    policy, taken, now = reading.case_in(journal).sampling, _taken(journal), journal.now()
    for plan in _plans(journal):
        for moment in plan.moments:
            if (plan.source, moment) not in taken and sampling.is_late(policy, moment, now):
                sample = _missed(journal, plan, moment)
                facts = {"planned_at": moment, "source": plan.source}
                record = sample.as_dict()
                journal.append("missed", by, facts, ("sample", sample.sample_id, record))


def _missed(journal: Journal, plan: Plan, moment: str) -> Sample:
    name, now = journal.new_name("S", "begun", "sample"), journal.now()
    begun = {"sample_id": name, "site": plan.site, "source": plan.source, "planned_at": moment}
    return reading.begun_sample({**begun, "taken_at": now}, MISSED)


def _plans(journal: Journal) -> Iterator[Plan]:
    return (reading.plan_of(one.value) for one in journal.records("plan"))


def _taken(journal: Journal) -> set[tuple[str, str | None]]:
    # Ended samples list all their segments, which is much to read; their beginnings say enough.
    never_begun = set(journal.names("sample")) - set(journal.names("begun"))
    missed = [record for name in never_begun if (record := journal.named("sample", name))]
    values = [one.value for one in (*journal.records("begun"), *missed)]
    return {(value["source"], value["planned_at"]) for value in values}
