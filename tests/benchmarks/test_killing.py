"""What is told of queries to a cluster whose nodes are killed."""

from __future__ import annotations

import pytest

from benchmarks.cluster.killing import Asked, show


def test_what_became_of_queries_is_counted() -> None:
    asked = Asked(asked=5, answered=4, wrong=1, lost=1, waited_s=[1.0, 1.0, 1.0, 9.0])
    told = asked.told(retried=2, kills=3)
    assert told["latency_s"] == {"median": 1.0, "p95": pytest.approx(7.8)}
    assert told["longest_s"] == 9.0
    assert (told["kills"], told["wrong"], told["lost"], told["retried"]) == (3, 1, 1, 2)


def test_it_is_said_that_no_speed_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    one = Asked(asked=1, answered=1, waited_s=[2.0]).told(0, 0)
    show({name: {"calm": one} for name in ("replicas_1", "replicas_2")})
    said = capsys.readouterr().out
    assert "1 asked, 1 answered, 0 wrong, 0 lost, 0 retried" in said
    assert "no figure of scaling" in said
