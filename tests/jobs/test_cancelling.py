"""Jobs that are wanted no longer, wherever they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobs.queue import Queue
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, KINDS, ORG, Submit, taken


def test_a_waiting_job_is_cancelled_at_once(queue: Queue, submit: Submit) -> None:
    job = submit()
    assert queue.cancel(job).state == "cancelled"
    assert queue.take("w1", KINDS) is None
    assert queue.cancel(job).state == "cancelled"


def test_a_running_job_is_cancelled_by_its_worker(queue: Queue, submit: Submit) -> None:
    job = submit()
    lease = taken(queue)
    assert lease.is_wanted()
    told = queue.cancel(job)
    assert (told.state, told.cancelling) == ("running", True)
    assert not lease.renew()
    assert not lease.is_wanted()
    assert lease.put_back()
    ended = queue.get(job)
    assert (ended.state, ended.cancelling, ended.result) == ("cancelled", False, None)


def test_a_job_that_was_done_before_its_worker_was_told_is_done(
    queue: Queue, submit: Submit
) -> None:
    job = submit()
    lease = taken(queue)
    queue.cancel(job)
    assert lease.done({"n": 1})
    assert queue.cancel(job).state == "done"


@pytest.mark.parametrize("how", ["failed", "put_back", "gone", "expired"])
def test_a_cancelled_job_is_not_tried_again(
    queue: Queue, submit: Submit, clock: QuickClock, how: str
) -> None:
    job = submit()
    lease = taken(queue)
    queue.cancel(job)
    if how == "failed":
        lease.failed("x", retry=True)
    elif how == "put_back":
        lease.put_back()
    elif how == "gone":
        queue.gone("w1")
    else:
        clock.now += 100
    clock.now += 100
    assert queue.take("w2", KINDS) is None
    assert queue.get(job).state == "cancelled"


def test_a_job_that_was_cancelled_meanwhile_waits_for_nothing(
    queue: Queue, clock: QuickClock
) -> None:
    made = queue.submit("dig", ORG, ANN, {})
    lease = taken(queue)
    queue.cancel(made.id)
    assert lease.wait(clock.wall())
    assert queue.get(made.id).state == "cancelled"
    waits = queue.submit("dig", ORG, ANN, {})
    assert taken(queue).wait(clock.wall() + timedelta(seconds=60))
    assert queue.cancel(waits.id).state == "cancelled"
