"""How far plans are, as values: what became of each moment, as far as the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from casework import missing, ordering, reading, sampling
from casework.journal import Recorded
from casework.reading import UNFINISHED
from casework.record import Order, Plan, Sample, SamplingPolicy
from jobs.job import Job
from reelprint.desk.blinding import Eyes

Moment = Literal["due", "running", "taken", "missed", "failed"]
# `drawn`: nobody started it. `broken`: it was started, and its job ended before the plan did.
State = Literal["drawn", "going", "stopped", "broken", "over"]


@dataclass(frozen=True, slots=True)
class Draw:
    """A moment of a plan."""

    at: str
    state: Moment
    sample_id: str | None
    reason: str | None  # why it was missed, or failed


@dataclass(frozen=True, slots=True)
class Progress:
    """How many moments of a plan are so."""

    due: int
    running: int
    taken: int
    missed: int
    failed: int


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A plan, and how far it is."""

    plan_id: str
    site: str
    source: str
    begin: str
    end: str  # of its last moment, when that began
    state: State
    draws: Progress
    next_at: str | None
    together: bool  # whether samples are taken while another of the site is
    started_at: str | None
    started_by: str | None  # None: nobody, or withheld
    stopped_at: str | None
    stopped_by: str | None
    why: str | None  # it was stopped, or its job failed; None: withheld, too
    job_id: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record of a case, sorted for plans."""

    policy: SamplingPolicy
    plans: tuple[Plan, ...]
    orders: tuple[Order, ...]
    samples: Mapping[tuple[str, str | None], Sample]  # by source and moment

    @classmethod
    def of(cls, records: Sequence[Recorded]) -> Records:
        """Sort them."""
        values = [(one.kind, one.value) for one in records if one.kind in ("case", "plan", "order")]
        samples = {(one.source, one.planned_at): one for one in reading.samples(records)}
        return cls(
            reading.case_of(next(value for kind, value in values if kind == "case")).sampling,
            tuple(reading.plan_of(value) for kind, value in values if kind == "plan"),
            tuple(reading.order_of(value) for kind, value in values if kind == "order"),
            samples,
        )

    def order(self, plan: Plan) -> Order | None:
        """What was ordered of a plan last."""
        return ordering.latest(one for one in self.orders if one.plan_id == plan.plan_id)

    def draws(self, plan: Plan, now: str) -> Iterator[Draw]:
        """The moments of a plan, in order."""
        for moment in plan.moments:
            sample = self.samples.get((plan.source, moment))
            late = sampling.is_late(self.policy, moment, now)
            if sample is None:
                yield Draw(moment, "missed" if late else "due", None, None)
            else:
                yield _draw(moment, sample, self._is_going(sample, now))

    def _is_going(self, sample: Sample, now: str) -> bool:
        at = max(now, sample.taken_at)  # another machine's clock may be a little ahead
        return missing.is_under_way(self.policy, sample, at)


def seen(plan: Plan, known: Records, job: Job | None, sight: Eyes, now: str) -> PlanSeen:
    """A plan as somebody may see it."""
    draws, order = list(known.draws(plan, now)), known.order(plan)
    counts = Counter(one.state for one in draws)
    start, stop = _times(known, plan, order)
    return PlanSeen(
        plan_id=plan.plan_id,
        site=plan.site,
        source=plan.source,
        begin=plan.begin,
        end=plan.moments[-1],
        state=_state(order, job, counts),
        draws=Progress(**{one: counts[one] for one in get_args(Moment)}),
        next_at=next((one.at for one in draws if one.state == "due"), None),
        together=order is not None and order.together,
        started_at=start.at if start else None,
        started_by=sight.name(start.by) if start else None,
        stopped_at=stop.at if stop else None,
        stopped_by=sight.name(stop.by) if stop else None,
        why=_why(stop, job, sight),
        job_id=job.id if job else None,
    )


def _why(stop: Order | None, job: Job | None, sight: Eyes) -> str | None:
    if stop is not None:
        return sight.words(stop.reason, stop.by)
    return job.problem if job else None


def _times(known: Records, plan: Plan, order: Order | None) -> tuple[Order | None, Order | None]:
    """The last start, and the stop after it."""
    starts = (one for one in known.orders if one.does == "start" and one.plan_id == plan.plan_id)
    return ordering.latest(starts), order if order and order.does == "stop" else None


def _state(order: Order | None, job: Job | None, counts: Counter[Moment]) -> State:
    if not counts["due"] and not counts["running"]:
        return "over"
    if order is None:
        return "drawn"
    if order.does == "stop":
        return "stopped"
    return "broken" if job is None or job.has_ended else "going"


def _draw(moment: str, sample: Sample, is_going: bool) -> Draw:
    if sample.reason in missing.NOT_TAKEN:
        return Draw(moment, "missed", sample.sample_id, sample.reason)
    if is_going and sample.reason == UNFINISHED:
        return Draw(moment, "running", sample.sample_id, None)
    if not sample.media:
        return Draw(moment, "failed", sample.sample_id, sample.reason)
    return Draw(moment, "taken", sample.sample_id, None)
