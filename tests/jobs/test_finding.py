"""Jobs that are listed, counted, looked for, and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.errors import NoSuchJob
from jobs.queue import Queue
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, ORG, Submit, taken


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
