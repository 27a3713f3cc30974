"""Why a moment of a plan went by without a sample, as far as the record says."""

from __future__ import annotations

from collections.abc import Sequence
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


def why(journal: Journal, policy: SamplingPolicy, plan: Plan, moment: str) -> str:
    """One of `NOT_TAKEN`."""
    ordered = ordering.latest(ordering.orders(journal, plan.plan_id), moment)
    if ordered is None:
        return MISSED
    if ordered.does == "stop":
        return STOPPED
    return BUSY if _was_busy(journal, policy, plan, moment, ordered) else MISSED


def under_way(journal: Journal, policy: SamplingPolicy, at: str) -> list[Sample]:
    """The samples that are being taken at a moment: begun, without an end on record, and not longer
    ago than a sample of the policy can take. Whoever took one may be gone since."""
    going = sorted(set(journal.names("begun")) - set(journal.names("sample")))
    found = [one for name in going if (one := reading.sample_in(journal, name))]
    return [one for one in found if is_under_way(policy, one, at)]


def is_under_way(policy: SamplingPolicy, begun: Sample, at: str) -> bool:
    """Whether a sample without an end may be being taken at a moment."""
    seconds = 2 * (policy.seconds or 0.0) + _SLACK_S
    longest = datetime.fromisoformat(begun.taken_at) + timedelta(seconds=seconds)
    return begun.taken_at <= at < iso(longest)


def _was_busy(
    journal: Journal, policy: SamplingPolicy, plan: Plan, moment: str, ordered: Order
) -> bool:
    if ordered.together:
        return False
    late = iso(datetime.fromisoformat(moment) + timedelta(seconds=LATE_S))
    ended = (reading.sample_of(one.value) for one in journal.records("sample"))
    overlapped = [one for one in ended if _was_taken(one) and one.taken_at <= late < one.ended_at]
    return _on_site([*overlapped, *under_way(journal, policy, late)], plan.site)


def _on_site(samples: Sequence[Sample], site: str) -> bool:
    return any(one.site == site for one in samples)


def _was_taken(sample: Sample) -> bool:
    return sample.reason not in NOT_TAKEN
