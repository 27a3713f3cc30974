"""What is told of a server under load."""

from __future__ import annotations

from typing import Any

from benchmarks.load.page import load
from benchmarks.load.scoring import Ended, Read, Sent, faults, outcome, waited

RIGHT: dict[str, Any] = {"status": "identified", "matches": [{"work_id": "a", "score": 1.5}]}
OTHER = {"status": "identified", "matches": [{"work_id": "a", "score": 1.25}]}
EXPECTED = {"x": RIGHT}


def sent(job: str, key: str = "", tries: int = 1) -> Sent:
    return Sent(key or job, "x", job, tries)


def ended(
    job: str, answer: dict[str, Any] | None = RIGHT, state: str = "done", n: int = 1
) -> Ended:
    return Ended(job, state, n, answer)


def test_all_is_well_when_each_is_answered_once() -> None:
    found = outcome(2, [sent("a"), sent("b", tries=3)], [ended("a"), ended("b", n=2)], EXPECTED)
    assert found == {
        **{"submissions": 2, "acknowledged": 2, "right": 2, "wrong": 0, "lost": 0, "doubled": 0},
        **{"begun again": 1, "sent again": 1},
    }


def test_what_is_lost_wrong_or_done_twice_is_counted() -> None:
    jobs = [ended("a", OTHER), ended("b", None, "failed"), ended("z"), ended("e")]
    found = outcome(5, [sent("a"), sent("b"), sent("c"), sent("e"), sent("e", "k")], jobs, EXPECTED)
    assert (found["right"], found["wrong"]) == (2, 1)
    assert found["lost"] == 5 - 3
    assert found["doubled"] == 1 + 1  # a job for two keys, and one that nobody sent


def test_readers_wait_for_pages_of_a_server_that_is_there() -> None:
    reads = [Read("/", 0.1 * n, 200, False) for n in range(1, 21)]
    reads += [Read("/", 9.0, None, True), Read("/v1", 5.0, 503, False)]
    page, other, every = waited(reads)
    assert (page["page"], page["p95_s"]) == ("/", 1.9)
    assert (page["p50_s"], page["max_s"], page["failed"], page["while it was down"]) == (1, 2, 0, 1)
    assert (other["failed"], other["p95_s"]) == (1, None)
    assert (every["page"], every["asked"], every["failed"]) == ("all", 21, 1)


def test_faults_are_said() -> None:
    counts = outcome(1, [], [], EXPECTED)
    slow = waited([Read("/", 0.4, 200, False)])
    result = {**counts, "reads": slow}
    assert faults(result) == ["1 lost", "p95 of all pages is 0.4 s"]
    good = outcome(1, [sent("a")], [ended("a")], EXPECTED)
    result = {**good, "reads": waited([Read("/", 0.2, 200, False)])}
    assert faults(result) == []
    more = {"clients": 8, "workers": 2, "killed workers": 3, "killed servers": 1}
    page = load({**result, **more, "seconds": 60.0, "a minute": 200.0})
    assert "| / | 1 | 200 ms | 200 ms | 200 ms | 0 |" in page
    assert "Amiss: nothing." in page
