"""What is on record, put together to the values that everyone else sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from casework.errors import NoSuchCase
from casework.journal import Journal, Kind, Recorded
from casework.record import (
    Case,
    Dossier,
    Finding,
    Order,
    Plan,
    Review,
    Sample,
    SamplingPolicy,
)

UNFINISHED = "it was begun, and no end of it is on record"


def dossier(records: Sequence[Recorded]) -> Dossier:
    """All of a case. Raises LookupError, TypeError or ValueError for what was never recorded."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for one in records:
        by_kind.setdefault(one.kind, []).append(one.value)
    return Dossier(
        case_of(by_kind["case"][0]),
        tuple(samples(records)),
        tuple(finding_of(value) for value in by_kind.get("finding", ())),
        tuple(Review(**value) for value in by_kind.get("review", ())),
        tuple(plan_of(value) for value in by_kind.get("plan", ())),
    )


def samples(records: Iterable[Recorded]) -> Iterator[Sample]:
    """Each sample once, in the order of their ids, as its newest record has it."""
    latest: dict[str, Sample] = {}
    for one in records:
        if one.kind == "begun":
            latest[one.name] = begun_sample(one.value)
        elif one.kind == "sample":
            latest[one.name] = sample_of(one.value)
        elif one.kind == "examined":
            latest[one.name] = _examined(latest[one.name], one.value)
    return (latest[name] for name in sorted(latest))


def sample_in(journal: Journal, sample_id: str) -> Sample | None:
    """One sample, from no more than its own records."""
    kinds: tuple[Kind, ...] = ("begun", "sample", "examined")
    found = [record for kind in kinds if (record := journal.named(kind, sample_id))]
    return next(samples(found), None)


def case_in(journal: Journal) -> Case:
    """By which rules a case is led. Raises NoSuchCase."""
    for one in journal.records("case"):
        return case_of(one.value)
    raise NoSuchCase(f"there is no case {journal.case_id}")


def begun_sample(value: Mapping[str, Any], reason: str = UNFINISHED) -> Sample:
    """A sample of which no more than its beginning is on record: nothing came of it."""
    nothing: dict[str, Any] = {
        "seconds": 0.0,
        "capture": None,
        "manifest_sha256": None,
        "segments": (),
        "media": (),
    }
    ended = value["taken_at"]
    return Sample(**value, **nothing, ended_at=ended, outcome="empty", reason=reason)


def case_of(value: Mapping[str, Any]) -> Case:
    """A case from its JSON form."""
    said = value["sampling"]
    seconds = None if said["seconds"] is None else float(said["seconds"])
    return Case(**{**value, "sampling": SamplingPolicy(**{**said, "seconds": seconds})})


def plan_of(value: Mapping[str, Any]) -> Plan:
    """A plan from its JSON form."""
    return Plan(**{**value, "moments": tuple(value["moments"])})


def order_of(value: Mapping[str, Any]) -> Order:
    """An order from its JSON form."""
    return Order(**value)


def sample_of(value: Mapping[str, Any]) -> Sample:
    """A sample from its JSON form."""
    parts = {name: tuple(value[name]) for name in ("segments", "media")}
    return Sample(**{**value, **parts, "seconds": float(value["seconds"])})


def finding_of(value: Mapping[str, Any]) -> Finding:
    """A finding from its JSON form."""
    return Finding(**{**value, "max_e_value": float(value["max_e_value"])})


def _examined(sample: Sample, value: Mapping[str, Any]) -> Sample:
    return replace(
        sample,
        outcome=value["outcome"],
        reason=value["reason"],
        seconds=float(value["seconds"]),
    )
