"""What a queue promises, on each database, with a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.errors import Conflict, JobsMissing, NoSuchJob
from jobs.job import Progress
from jobs.lease import Lease
from jobs.queue import Queue
from jobs.taking import GONE
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, ORG, Submit, Where

KINDS = ("dig", "fill")


def taken(queue: Queue, worker: str = "w1", kinds: tuple[str, ...] = KINDS) -> Lease:
    lease = queue.take(worker, kinds)
    assert lease is not None
    return lease


def test_a_job_goes_from_waiting_to_running_to_done(queue: Queue, clock: QuickClock) -> None:
    made = queue.submit("dig", ORG, ANN, {"where": "here", "deep": [1, 2.5, None]})
    assert made.id.startswith("j_")
    assert len(made.id) == 34
    assert (made.state, made.attempts, made.started_at) == ("queued", 0, None)
    clock.now += 5
    lease = taken(queue)
    assert lease.job.payload == {"where": "here", "deep": [1, 2.5, None]}
    running = queue.get(made.id)
    assert (running.state, running.attempts) == ("running", 1)
    assert running.started_at == "2026-11-23T12:00:05.000000Z"
    assert lease.renew(Progress(3, 10, "digging"))
    assert queue.get(made.id).progress == Progress(3, 10, "digging")
    clock.now += 1
    assert lease.done({"found": "\x00\ud800 gold"})
    done = queue.get(made.id)
    assert (done.state, done.result, done.progress) == ("done", {"found": "\x00\ud800 gold"}, None)
    assert (done.created_at, done.ended_at) == (made.created_at, "2026-11-23T12:00:06.000000Z")
    assert done.has_ended
    assert queue.take("w1", KINDS) is None


def test_what_was_submitted_is_there_after_opening_again(where: Where, submit: Submit) -> None:
    one = submit()
    with where.open() as again:
        assert again.get(one).state == "queued"


def test_a_queue_that_was_not_made_is_missing(where: Where) -> None:
    with pytest.raises(JobsMissing):
        where.open()


def test_the_oldest_is_taken_first_and_only_of_the_kinds_asked_for(
    queue: Queue, submit: Submit
) -> None:
    first, other, second = submit(), submit("fill"), submit()
    assert [taken(queue, kinds=("dig",)).job.id for _ in range(2)] == [first, second]
    assert queue.take("w1", ("dig",)) is None
    assert taken(queue).job.id == other


def test_follow_up_jobs_come_with_the_result_or_not_at_all(queue: Queue, submit: Submit) -> None:
    submit()
    lease = taken(queue)
    with pytest.raises(ValueError, match="no kind"):
        lease.done({}, [("fill", {"n": 1}), ("NO KIND", {})])
    assert queue.get(lease.job.id).state == "running"
    assert lease.done({}, [("fill", {"n": 1})])
    followed = taken(queue, kinds=("fill",)).job
    assert (followed.payload, followed.organisation, followed.actor) == ({"n": 1}, ORG, ANN)


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


def test_an_idempotency_key_gives_the_same_job(queue: Queue) -> None:
    one = queue.submit("dig", ORG, ANN, {"a": 1, "b": 2}, key="k")
    taken(queue).done({})
    again = queue.submit("dig", ORG, "bob@police.example", {"b": 2, "a": 1}, key="k")
    assert (again.id, again.state) == (one.id, "done")
    assert queue.submit("dig", "studio", ANN, {"a": 1, "b": 2}, key="k").id != one.id
    for kind, payload in (("fill", {"a": 1, "b": 2}), ("dig", {"a": 1}), ("dig", {"a": "1"})):
        with pytest.raises(Conflict):
            queue.submit(kind, ORG, ANN, payload, key="k")
    assert queue.counts() == {("dig", "done"): 1, ("dig", "queued"): 1}


def test_a_key_is_compared_by_what_is_meant(queue: Queue) -> None:
    one = queue.submit("dig", ORG, ANN, {"upload": "u_1"}, key="k", meant={"sha256": "ab"})
    assert queue.submit("dig", ORG, ANN, {"upload": "u_2"}, key="k", meant={"sha256": "ab"}) == one
    with pytest.raises(Conflict):
        queue.submit("dig", ORG, ANN, {"upload": "u_1"}, key="k", meant={"sha256": "cd"})


def test_organisations_take_turns_whoever_has_more(queue: Queue, submit: Submit) -> None:
    for n in range(6):
        submit(organisation="large", n=n)
    for n in range(2):
        submit(organisation="small", n=n)
    submit(organisation="late", n=0)
    order = []
    for _ in range(9):
        lease = taken(queue)
        order.append((lease.job.organisation, lease.job.payload["n"]))
        lease.done({})
    assert order[:5] == [("large", 0), ("small", 0), ("late", 0), ("large", 1), ("small", 1)]
    assert order[5:] == [("large", n) for n in range(2, 6)]


def test_who_has_long_jobs_running_waits_for_who_has_none(queue: Queue, submit: Submit) -> None:
    for n in range(3):
        submit(organisation="long", n=n)
    first = taken(queue, "w1")
    for n in range(4):
        submit(organisation="short", n=n)
    for n in range(4):
        lease = taken(queue, "w2")
        assert (lease.job.organisation, lease.job.payload["n"]) == ("short", n)
        lease.done({})
    assert taken(queue, "w2").job.organisation == "long"
    assert first.is_wanted()


def test_a_listing_is_newest_first_and_of_one_organisation(queue: Queue, submit: Submit) -> None:
    ids = [submit("dig" if n % 2 else "fill") for n in range(7)]
    theirs = submit(organisation="studio")
    seen: list[str] = []
    before = None
    while True:
        page, before = queue.list(ORG, before=before, limit=3)
        seen += [job.id for job in page]
        submit(organisation="studio")  # what comes meanwhile moves nothing
        if before is None:
            break
    assert seen == ids[::-1]
    assert [j.id for j in queue.list(ORG, kind="dig")[0]] == [ids[5], ids[3], ids[1]]
    queue.cancel(ids[3])
    assert [j.id for j in queue.list(ORG, "dig", "cancelled")[0]] == [ids[3]]
    assert queue.list("nobody") == ([], None)
    lease = queue.take("w", ["fill"])
    assert lease is not None
    lease.done({"found": 1})
    (whole,), (short,) = (queue.list(ORG, "fill", "done", None, 9, one)[0] for one in (True, False))
    assert (whole.result, short) == ({"found": 1}, replace(whole, result=None))
    for other in (theirs, "j_" + "0" * 32):
        with pytest.raises(NoSuchJob):
            queue.list(ORG, before=other)


def test_counts_and_waiting(queue: Queue, submit: Submit, clock: QuickClock) -> None:
    assert (queue.counts(), queue.oldest_waiting_s()) == ({}, 0.0)
    submit()
    clock.now += 30
    submit("fill")
    submit("fill")
    assert queue.oldest_waiting_s() == pytest.approx(30.002, abs=0.01)
    taken(queue)
    assert queue.oldest_waiting_s() == pytest.approx(0.001, abs=0.01)
    assert queue.counts() == {("dig", "running"): 1, ("fill", "queued"): 2}


def test_what_ended_long_ago_is_forgotten(
    queue: Queue, submit: Submit, clock: QuickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.queue.PURGED", 2)
    old = [submit() for _ in range(5)]
    for _ in old:
        clock.now += 1
        taken(queue).done({})
    waiting = submit()
    clock.now += 100
    new = submit("fill")
    taken(queue, kinds=("fill",)).done({})
    before = clock.wall() - timedelta(seconds=50)
    assert queue.ended(before) == [(one, ORG) for one in old]
    queue.purge([*old, waiting])
    assert queue.ended(before) == []
    assert {queue.get(waiting).state, queue.get(new).state} == {"queued", "done"}
    with pytest.raises(NoSuchJob):
        queue.get(old[0])


def test_what_told_webhooks_is_apart(queue: Queue, clock: QuickClock) -> None:
    queue.hooks.add("studio", ANN, "https://hooks.example/", ["*"])
    queue.submit("dig", "studio", ANN, {})
    taken(queue).done({})
    assert taken(queue, kinds=("webhook",)).done({"status": 200})
    after = clock.wall() + timedelta(seconds=1)
    (dug,), (told,) = queue.ended(after), queue.ended(after, telling=True)
    assert [queue.get(one).kind for one, _ in (dug, told)] == ["dig", "webhook"]
    assert told[1] == "studio"


def test_what_waits_or_runs_needs_what_it_names(queue: Queue, submit: Submit) -> None:
    submit(upload="u_1")
    assert queue.needs("u_1")
    for other in ("u_", "u__", "u_11", "%", "upload_", '"'):
        assert not queue.needs(other)
    lease = taken(queue)
    assert queue.needs("u_1")
    lease.done({"upload": "u_1"})
    assert not queue.needs("u_1")


def test_jobs_are_found_by_what_they_are_about(queue: Queue, submit: Submit) -> None:
    mine = [submit(upload="u_1"), submit(upload="u_1", works=["a"])]
    submit(upload="u_2")
    submit("fill", upload="u_1")
    submit(organisation="studio", upload="u_1")
    assert sorted(queue.about(ORG, "dig", "u_1")) == sorted(mine)
    assert list(queue.about(ORG, "dig", "u_")) == []


@pytest.mark.parametrize("job_id", ["", "j_", "j_" + "f" * 32, "' OR 1=1 --", "x" * 10000])
def test_no_job_has_an_id_that_was_not_given_out(queue: Queue, submit: Submit, job_id: str) -> None:
    submit()
    for act in (queue.get, queue.cancel):
        with pytest.raises(NoSuchJob):
            act(job_id)


@pytest.mark.parametrize(
    ("kind", "organisation", "actor", "payload", "key"),
    [
        ("Dig", ORG, ANN, {}, None),
        ("", ORG, ANN, {}, None),
        ("dig", "", ANN, {}, None),
        ("dig", "po\x00lice", ANN, {}, None),
        ("dig", ORG, "a\nb", {}, None),
        ("dig", ORG, ANN, {"n": float("nan")}, None),
        ("dig", ORG, ANN, {"n": object()}, None),
        ("dig", ORG, ANN, {"n": "x" * 2**20}, None),
        ("dig", ORG, ANN, {}, ""),
        ("dig", ORG, ANN, {}, "a b"),
        ("dig", ORG, ANN, {}, "k" * 201),
        ("dig", ORG, ANN, {}, "\x00"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    queue: Queue, kind: str, organisation: str, actor: str, payload: dict[str, object], key: str
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        queue.submit(kind, organisation, actor, payload, key)
    assert queue.counts() == {}


def test_the_folder_is_nobody_elses(tmp_path: Path) -> None:
    Queue.create(tmp_path / "service" / "jobs.sqlite").close()
    assert (tmp_path / "service").stat().st_mode & 0o077 == 0


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
