"""What a queue promises, on each database, with a clock that is moved by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.errors import Conflict, JobsMissing
from jobs.job import Progress
from jobs.queue import Queue
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, KINDS, ORG, Submit, Where, taken


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
