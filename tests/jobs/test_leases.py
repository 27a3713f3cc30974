"""Jobs that are lost, fail, are put back, or wait for their moment."""

from __future__ import annotations

from datetime import timedelta

from jobs.job import Progress
from jobs.queue import Queue
from jobs.taking import GONE
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, KINDS, ORG, Submit, taken


def test_a_lease_that_ran_out_is_taken_again_and_the_first_worker_says_nothing_more(
    queue: Queue, submit: Submit, clock: QuickClock
) -> None:
    job = submit()
    first = taken(queue)
    clock.now += 59
    assert first.renew()
    clock.now += 59
    assert queue.take("w2", KINDS) is None
    clock.now += 2
    assert queue.take("w2", KINDS) is None  # it is taken back, and waits a little
    assert queue.get(job).problem == GONE
    clock.now += 10
    second = taken(queue, "w2")
    assert (second.job.id, second.job.attempts) == (job, 2)
    said = (first.renew(), first.is_wanted(), first.failed("x", True))
    assert not any((*said, first.put_back(), first.done({"by": "first"})))
    assert second.done({"by": "second"})
    assert queue.get(job).result == {"by": "second"}


def test_a_late_worker_whose_job_nobody_took_back_is_heard(
    queue: Queue, submit: Submit, clock: QuickClock
) -> None:
    job = submit()
    lease = taken(queue)
    clock.now += 1000
    assert lease.done({})
    assert queue.get(job).state == "done"


def test_a_job_that_ends_every_worker_has_failed_in_the_end(
    queue: Queue, submit: Submit, clock: QuickClock
) -> None:
    job = submit()
    for attempt in (1, 2, 3):
        assert taken(queue, f"w{attempt}").job.attempts == attempt
        assert queue.gone(f"w{attempt}") == 1
        clock.now += 100
    assert queue.take("w4", KINDS) is None
    failed = queue.get(job)
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert failed.problem == f"{GONE}, 3 times"
    assert queue.gone("w1") == 0


def test_failures_are_tried_again_each_time_after_twice_as_long(
    queue: Queue, clock: QuickClock
) -> None:
    job = queue.submit("dig", ORG, ANN, {}, most_attempts=4).id
    for wait in (10, 20, 40):
        assert taken(queue).failed("no luck", retry=True)
        assert queue.get(job).problem == "no luck"
        clock.now += wait - 0.001
        assert queue.take("w1", KINDS) is None
        clock.now += 0.001
    assert taken(queue).failed("no luck at all", retry=True)
    ended = queue.get(job)
    assert (ended.state, ended.problem, ended.attempts) == ("failed", "no luck at all", 4)


def test_a_failure_that_is_final_is_not_tried_again(queue: Queue, submit: Submit) -> None:
    job = submit()
    assert taken(queue).failed("it is no media\x00\udcff", retry=False)
    assert (queue.get(job).state, queue.get(job).attempts) == ("failed", 1)
    assert queue.get(job).problem == "it is no media\x00\udcff"


def test_what_is_put_back_can_be_taken_at_once_and_was_no_attempt(
    queue: Queue, submit: Submit
) -> None:
    job = submit()
    for _ in range(5):
        lease = taken(queue)
        assert (lease.job.id, lease.job.attempts) == (job, 1)
        assert lease.put_back()


def test_a_job_for_later_is_not_taken_before(queue: Queue, clock: QuickClock) -> None:
    later = clock.wall() + timedelta(seconds=90)
    made = queue.submit("dig", ORG, ANN, {}, "k", not_before=later)
    assert queue.submit("dig", ORG, ANN, {}, "k").id == made.id
    clock.now += 89.9
    assert queue.take("w1", KINDS) is None
    assert queue.oldest_waiting_s() == 0.0
    clock.now += 0.1
    assert taken(queue).job.id == made.id


def test_a_job_that_has_more_to_come_waits_for_it(queue: Queue, clock: QuickClock) -> None:
    made = queue.submit("dig", ORG, ANN, {}, most_attempts=2)
    for turn in range(4):  # more often than it may be tried in vain
        lease = taken(queue)
        assert lease.job.attempts == 1
        assert lease.wait(clock.wall() + timedelta(seconds=60), Progress(turn, 4, "waiting"))
        assert not lease.done({})  # it is nobody's now
        waits = queue.get(made.id)
        assert (waits.state, waits.progress) == ("queued", Progress(turn, 4, "waiting"))
        assert queue.take("w1", KINDS) is None
        clock.now += 60
    assert taken(queue).done({"turns": 4})
