"""The queue against a small model of it, whatever is done in whatever order."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from jobs.errors import Conflict
from jobs.lease import Lease
from jobs.queue import Queue
from tests.capture.server import QuickClock

LEASE_MS = 60_000
ORGS, KINDS, WORKERS = ("a", "b", "c"), ("dig", "fill"), ("w1", "w2", "w3")


@dataclass
class Model:
    """What is to be true of a job."""

    number: int
    kind: str
    organisation: str
    most: int
    due: int  # milliseconds
    state: str = "queued"
    attempts: int = 0
    worker: str | None = None
    until: int = 0
    cancelling: bool = False
    turn: int = 0  # which lease is the valid one
    results: list[Any] = field(default_factory=list)

    def end(self, state: str) -> None:
        self.state, self.worker, self.cancelling = state, None, False
        self.turn += 1

    def fail(self, now: int, retry: bool = True) -> None:
        if self.cancelling:
            self.end("cancelled")
        elif retry and self.attempts < self.most:
            self.end("queued")
            self.due = now + 10_000 * 2 ** (self.attempts - 1)
        else:
            self.end("failed")


@dataclass(frozen=True)
class Held:
    """A lease, and of which turn of its job."""

    lease: Lease
    turn: int


class Machine(RuleBasedStateMachine):
    """Both, side by side."""

    ids = Bundle("ids")
    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = QuickClock()
        self.now = 0  # milliseconds: a model of floats would be off by one now and then
        self.queue = Queue.create(Path(self.folder.name) / "jobs.sqlite", clock=self.clock)
        self.model: dict[str, Model] = {}
        self.keys: dict[tuple[str, str], tuple[str, str]] = {}
        self.turns = dict.fromkeys(ORGS, 0)

    def teardown(self) -> None:
        self.queue.close()
        self.folder.cleanup()

    @rule(
        target=ids,
        kind=st.sampled_from(KINDS),
        organisation=st.sampled_from(ORGS),
        most=st.integers(1, 3),
        key=st.sampled_from((None, None, "k", "l")),
        later=st.sampled_from((None, None, -5_000, 9_999, 60_000)),
    )
    def submit(
        self, kind: str, organisation: str, most: int, key: str | None, later: int | None
    ) -> Any:
        known = self.keys.get((organisation, key)) if key else None
        moment = None if later is None else self._moment(later)
        try:
            job = self.queue.submit(kind, organisation, "ann", {}, key, most, not_before=moment)
        except Conflict:
            assert known is not None
            assert known[1] != kind
            return multiple()
        if known is not None:
            assert (job.id, kind) == known
            return job.id
        if key:
            self.keys[organisation, key] = job.id, kind
        number = len(self.model)
        due = self.now + max(0, later or 0)
        self.model[job.id] = Model(number, kind, organisation, most, due)
        return job.id

    @rule(
        target=leases,
        worker=st.sampled_from(WORKERS),
        kinds=st.sampled_from((("dig",), ("fill",), KINDS)),
    )
    def take(self, worker: str, kinds: tuple[str, ...]) -> Any:
        waits = self._next(kinds) is not None
        overdue = [one for one in self.model.values() if self._is_overdue(one)]
        if waits or overdue:
            for one in overdue:
                one.fail(self.now)
        expected = self._next(kinds)
        lease = self.queue.take(worker, kinds, LEASE_MS / 1000)
        assert (lease and lease.job.id) == expected
        if lease is None:
            return multiple()
        one = self.model[lease.job.id]
        one.state, one.worker, one.until = "running", worker, self.now + LEASE_MS
        one.attempts += 1
        one.turn += 1
        self.turns[one.organisation] = max(self.turns.values()) + 1
        assert lease.job.attempts == one.attempts
        return Held(lease, one.turn)

    @rule(held=leases)
    def renew(self, held: Held) -> None:
        one = self.model[held.lease.job.id]
        valid = self._is_valid(held)
        assert held.lease.is_wanted() == (valid and not one.cancelling)
        assert held.lease.renew() == (valid and not one.cancelling)
        if valid:
            one.until = self.now + LEASE_MS

    @rule(held=consumes(leases), n=st.integers())
    def done(self, held: Held, n: int) -> None:
        one = self.model[held.lease.job.id]
        valid = self._is_valid(held)
        assert held.lease.done({"n": n}) == valid
        if valid:
            one.end("done")
            one.results.append({"n": n})

    @rule(held=leases, retry=st.booleans())
    def failed(self, held: Held, retry: bool) -> None:
        valid = self._is_valid(held)
        assert held.lease.failed("no luck", retry) == valid
        if valid:
            self.model[held.lease.job.id].fail(self.now, retry)

    @rule(held=leases)
    def put_back(self, held: Held) -> None:
        one = self.model[held.lease.job.id]
        valid = self._is_valid(held)
        assert held.lease.put_back() == valid
        if valid and one.cancelling:
            one.end("cancelled")
        elif valid:
            one.attempts -= 1
            one.end("queued")

    @rule(held=leases, later=st.sampled_from((-5_000, 9_999, 60_000)))
    def wait_until(self, held: Held, later: int) -> None:
        one = self.model[held.lease.job.id]
        valid = self._is_valid(held)
        assert held.lease.wait(self._moment(later)) == valid
        if valid and one.cancelling:
            one.end("cancelled")
        elif valid:
            one.attempts, one.due = 0, self.now + max(0, later)
            one.end("queued")

    @rule(job=ids)
    def cancel(self, job: str) -> None:
        one = self.model[job]
        if one.state == "queued":
            one.end("cancelled")
        elif one.state == "running":
            one.cancelling = True
        assert self.queue.cancel(job).state == one.state

    @rule(worker=st.sampled_from(WORKERS))
    def gone(self, worker: str) -> None:
        its = [one for one in self.model.values() if one.worker == worker]
        assert self.queue.gone(worker) == len(its)
        for one in its:
            one.fail(self.now)

    @rule(ms=st.sampled_from((1, 9_999, 10_000, 31_000, 60_000)))
    def wait(self, ms: int) -> None:
        self._pass(ms)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        self._pass(1)
        for job_id, one in self.model.items():
            job = self.queue.get(job_id)
            assert (job.state, job.attempts) == (one.state, one.attempts)
            assert job.cancelling == one.cancelling
            assert [job.result] == (one.results or [None])
            assert job.has_ended == (one.state in ("done", "failed", "cancelled"))

    def _pass(self, ms: int) -> None:
        self.now += ms
        self.clock.now = 1000 + self.now / 1000

    def _moment(self, later: int) -> datetime:
        return self.clock.wall() + timedelta(milliseconds=later)

    def _is_valid(self, held: Held) -> bool:
        one = self.model[held.lease.job.id]
        return one.state == "running" and one.turn == held.turn

    def _is_overdue(self, one: Model) -> bool:
        return one.state == "running" and one.until < self.now

    def _next(self, kinds: tuple[str, ...]) -> str | None:
        """By the words of `Queue.take`."""
        due = [
            (self._running(one.organisation), self.turns[one.organisation], one.due, one.number, i)
            for i, one in self.model.items()
            if one.state == "queued" and one.kind in kinds and one.due <= self.now
        ]
        # Two that never had a turn: the one whose job came first.
        first: dict[str, tuple[int, int, int, str]] = {}
        for running, turn, _, number, i in sorted(due, key=lambda d: (d[2], d[3])):
            first.setdefault(self.model[i].organisation, (running, turn, number, i))
        return min(first.values())[3] if first else None

    def _running(self, organisation: str) -> int:
        its = (one for one in self.model.values() if one.organisation == organisation)
        return sum(one.state == "running" for one in its)


QUICK = settings(
    max_examples=25, stateful_step_count=40, suppress_health_check=list(HealthCheck), deadline=None
)


def test_the_queue_is_what_its_model_is() -> None:
    run_state_machine_as_test(Machine, settings=QUICK)


@pytest.mark.long
def test_the_queue_is_what_its_model_is_for_long() -> None:
    longer = settings(QUICK, max_examples=200, stateful_step_count=80)
    run_state_machine_as_test(Machine, settings=longer)
