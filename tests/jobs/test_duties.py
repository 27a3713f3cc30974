"""Duties: one at a time has each, and whoever is not heard of loses it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from jobs.queue import Queue
from tests.capture.server import QuickClock
from tests.jobs.conftest import Where

LEASE_S = 60.0


def test_one_has_it_until_it_ends(queue: Queue) -> None:
    first = queue.duties.take("tidy", LEASE_S)
    assert first is not None
    assert queue.duties.take("tidy", LEASE_S) is None
    assert queue.duties.take("another", LEASE_S) is not None
    first.end()
    assert queue.duties.take("tidy", LEASE_S) is not None
    first.end()  # is nothing to it any more
    assert queue.duties.take("tidy", LEASE_S) is None


def test_who_is_not_heard_of_loses_it(queue: Queue, clock: QuickClock) -> None:
    first = queue.duties.take("tidy", LEASE_S)
    assert first is not None
    clock.now += LEASE_S - 1
    assert first.renew()
    clock.now += LEASE_S - 1
    assert queue.duties.take("tidy", LEASE_S) is None
    clock.now += 2
    assert first.renew()  # late, and nobody took it
    clock.now += LEASE_S + 1
    second = queue.duties.take("tidy", LEASE_S)
    assert second is not None
    assert not first.renew()
    first.end()
    assert second.renew()
    assert queue.duties.take("tidy", LEASE_S) is None


def test_of_many_at_once_one_gets_it(where: Where) -> None:
    def tried(_: int) -> bool:
        with where.open() as one:
            return one.duties.take("tidy", LEASE_S) is not None

    where.create().close()
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tried, range(12))) == 1
