"""Why moments of plans went by without a sample, as far as the record says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from capture.clock import iso
from casework import ordering, reading
from casework.journal import Journal
from casework.record import Order, Plan, Sample, SamplingPolicy
from casework.sampling import LATE_S

MISSED = "it was not taken: its moment went by"
STOPPED = "it was not taken: the plan had been stopped"
BUSY = "it was not taken: another sample of the site was being taken"
NOT_TAKEN = frozenset({MISSED, STOPPED, BUSY})
_SLACK_S = 60.0


@dataclass(frozen=True, slots=True)
class _Taking:
    """From when to when a sample of a site was taken."""

    site: str
    begun: str
    ended: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a case says of moments that went by, read once for all of them."""

    orders: tuple[Order, ...]
    takings: tuple[_Taking, ...]

    @classmethod
    def of(cls, journal: Journal, policy: SamplingPolicy) -> Reasons:
        """Read it. Without an order nobody asks what else was being taken."""
        orders = tuple(ordering.all_orders(journal))
        return cls(orders, tuple(_takings(journal, policy)) if orders else ())

    def why(self, plan: Plan, moment: str) -> str:
        """One of `NOT_TAKEN`."""
        its = (one for one in self.orders if one.plan_id == plan.plan_id)
        ordered = ordering.latest(its, moment)
        if ordered is None:
            return MISSED
        if ordered.does == "stop":
            return STOPPED
        return BUSY if not ordered.together and self._was_busy(plan.site, moment) else MISSED

    def _was_busy(self, site: str, moment: str) -> bool:
        late = iso(datetime.fromisoformat(moment) + timedelta(seconds=LATE_S))
        return any(one.site == site and one.begun <= late < one.ended for one in self.takings)


def under_way(journal: Journal, policy: SamplingPolicy, at: str) -> list[Sample]:
    """The samples that are being taken at a moment: begun, without an end on record, and not longer
    ago than a sample of the policy can take. Whoever took one may be gone since."""
    return [one for one in _left(journal) if is_under_way(policy, one, at)]


def is_under_way(policy: SamplingPolicy, begun: Sample, at: str) -> bool:
    """Whether a sample without an end may be being taken at a moment."""
    return begun.taken_at <= at < _longest(policy, begun)


def _takings(journal: Journal, policy: SamplingPolicy) -> list[_Taking]:
    ended = (one.value for one in journal.records("sample"))
    known = [
        _Taking(one["site"], one["taken_at"], one["ended_at"])
        for one in ended
        if one["reason"] not in NOT_TAKEN
    ]
    left = [_Taking(one.site, one.taken_at, _longest(policy, one)) for one in _left(journal)]
    return known + left


def _left(journal: Journal) -> list[Sample]:
    found = journal.records_without("begun", "sample")
    return [reading.begun_sample(one.value) for one in found]


def _longest(policy: SamplingPolicy, begun: Sample) -> str:
    """When a sample is over, whatever became of who took it."""
    seconds = 2 * (policy.seconds or 0.0) + _SLACK_S
    return iso(datetime.fromisoformat(begun.taken_at) + timedelta(seconds=seconds))
