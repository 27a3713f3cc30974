from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchers.runs import best_run, best_runs, runs

numbers = st.lists(st.integers(-9, 9), max_size=40).map(lambda x: np.array(x, float))


@given(numbers)
def test_the_best_run_is_what_trying_all_finds(evidence: np.ndarray) -> None:
    tried = [evidence[a:b].sum() for a in range(len(evidence)) for b in range(a, len(evidence) + 1)]
    start, end, total = best_run(evidence)
    assert total == max([0.0, *tried])
    assert total == evidence[start:end].sum()


@given(st.lists(numbers.map(lambda x: np.resize(np.append(x, -1.0), 12)), min_size=1, max_size=5))
def test_best_runs_of_rows_are_those_of_each(rows: list[np.ndarray]) -> None:
    found = [a.tolist() for a in best_runs(np.array(rows))]
    assert list(zip(*found, strict=True)) == [best_run(row) for row in rows]


@given(numbers)
def test_runs_lie_apart_and_reach_the_bound(evidence: np.ndarray) -> None:
    found = runs(evidence, 5.0)
    assert all(evidence[a:b].sum() >= 5.0 for a, b in found)
    assert all(b <= c for (_, b), (c, _) in pairwise(found))


def test_two_stretches_with_a_gap_are_two_runs() -> None:
    evidence = np.array([3.0] * 5 + [-2.0] * 40 + [3.0] * 5)
    assert runs(evidence, 8.0) == [(0, 5), (45, 50)]
