"""Who is told of what, and that telling is part of ending."""

from __future__ import annotations

import pytest

from jobs.errors import NoSuchHook
from jobs.hooks import MOST
from jobs.job import WEBHOOK
from jobs.queue import Queue
from tests.capture.server import QuickClock
from tests.jobs.conftest import ANN, ORG, Submit

URL = "https://hooks.example/in"


def told(queue: Queue, organisation: str = ORG) -> list[tuple[str, str]]:
    """Hook and event of each message that waits, oldest first."""
    waiting, _ = queue.list(organisation, WEBHOOK)
    return [(job.payload["hook"], job.payload["event"]) for job in reversed(waiting)]


def end(queue: Queue, how: str) -> None:
    lease = queue.take("w", ("dig", "fill"))
    assert lease is not None
    assert lease.done({"secret": "answer"}) if how == "done" else lease.failed("sad", retry=False)


def test_those_who_want_it_are_told_how_a_job_ends(queue: Queue, submit: Submit) -> None:
    done = queue.hooks.add(ORG, ANN, URL, ["dig.done"]).id
    every = queue.hooks.add(ORG, ANN, URL, ["*"]).id
    queue.hooks.add("studio", ANN, URL, ["*"])
    submit()
    assert told(queue) == []
    end(queue, "done")
    assert sorted(told(queue)) == sorted([(done, "dig.done"), (every, "dig.done")])
    submit()
    end(queue, "failed")
    queue.cancel(submit("fill"))
    assert told(queue)[2:] == [(every, "dig.failed"), (every, "fill.cancelled")]
    assert told(queue, "studio") == []


def test_a_message_says_which_job_and_nothing_of_its_result(queue: Queue, submit: Submit) -> None:
    queue.hooks.add(ORG, ANN, URL, ["*"])
    job = submit()
    end(queue, "done")
    (message,) = queue.list(ORG, WEBHOOK)[0]
    about = {"id": job, "kind": "dig", "state": "done", "problem": None}
    assert message.payload["body"] == {"job": about}
    assert (message.organisation, message.actor) == (ORG, ANN)


def test_of_telling_nobody_is_told(queue: Queue, submit: Submit) -> None:
    queue.hooks.add(ORG, ANN, URL, ["*"])
    submit()
    end(queue, "done")
    lease = queue.take("w", (WEBHOOK,))
    assert lease is not None
    lease.done({})
    assert len(told(queue)) == 1


def test_a_failure_that_nobody_reported_is_told_too(
    queue: Queue, submit: Submit, clock: QuickClock
) -> None:
    queue.hooks.add(ORG, ANN, URL, ["dig.failed"])
    submit()
    for _ in range(3):
        assert queue.take("w", ("dig",))
        queue.gone("w")
        clock.now += 100
    assert len(told(queue)) == 1


def test_a_result_that_cannot_be_kept_tells_nobody(queue: Queue, submit: Submit) -> None:
    queue.hooks.add(ORG, ANN, URL, ["*"])
    submit()
    lease = queue.take("w", ("dig",))
    assert lease is not None
    with pytest.raises(ValueError, match="not JSON"):
        lease.done({"x": object()})
    assert told(queue) == []


def test_other_events_are_told_by_name(queue: Queue) -> None:
    hook = queue.hooks.add(ORG, ANN, URL, ["case.judged"]).id
    queue.hooks.announce(ORG, "case.judged", {"case": "C-1"})
    queue.hooks.announce(ORG, "case.opened", {"case": "C-1"})
    queue.hooks.announce("studio", "case.judged", {"case": "C-1"})
    assert told(queue) == [(hook, "case.judged")]
    with pytest.raises(ValueError, match="no event"):
        queue.hooks.announce(ORG, "x", {})


def test_hooks_are_kept_with_a_secret_each(queue: Queue) -> None:
    made = [queue.hooks.add(ORG, ANN, URL, ["b.done", "a.done", "b.done"]) for _ in range(2)]
    assert len({hook.secret for hook in made}) == 2
    assert made[0].events == ("a.done", "b.done")
    assert made[0].secret not in repr(made[0])
    assert queue.hooks.get(made[0].id) == made[0]
    assert sorted(h.id for h in queue.hooks.list(ORG)) == sorted(h.id for h in made)
    assert queue.hooks.list("studio") == []
    queue.hooks.remove(made[0].id)
    for act in (queue.hooks.get, queue.hooks.remove):
        with pytest.raises(NoSuchHook):
            act(made[0].id)


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("ftp://hooks.example/", ["*"]),
        ("https://hooks.example/\r\nX: y", ["*"]),
        ("https://høøks.example/", ["*"]),
        ("https://" + "x" * 9000, ["*"]),
        (URL, []),
        (URL, ["done"]),
        (URL, ["dig.done\n"]),
    ],
)
def test_hooks_that_make_no_sense_are_refused(queue: Queue, url: str, events: list[str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        queue.hooks.add(ORG, ANN, url, events)
    assert queue.hooks.list(ORG) == []


def test_an_organisation_has_so_many_hooks_and_no_more(queue: Queue) -> None:
    for _ in range(MOST):
        queue.hooks.add(ORG, ANN, URL, ["*"])
    with pytest.raises(ValueError, match="at most"):
        queue.hooks.add(ORG, ANN, URL, ["*"])
    queue.hooks.add("studio", ANN, URL, ["*"])
