"""A sound engine passes; one that is broken in any of the ways that the guard is for fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.guard import chance, verdict
from benchmarks.guard.baseline import Baseline, Measured
from benchmarks.guard.measured import Run
from benchmarks.guard.run import judge
from tests.benchmarks.guard.build import ASKED, CELLS, NOISE, baseline, measured, ranks, run

PLACE = "picture_b_1s/0007"


def failed(now: Measured, before: Baseline | None = None) -> list[str]:
    """The rules that do not hold."""
    return [check.name for check in judge(now, before or baseline())[1] if not check.ok]


def test_the_same_engine_passes() -> None:
    assert failed(measured(run())) == []


def test_a_better_engine_passes() -> None:
    assert failed(measured(run({cell: -2 for cell in CELLS}, ranks(-1.0)), 0.9)) == []


def test_as_much_as_noise_is_let_pass() -> None:
    assert failed(measured(run({"sound_a_1s": 1, "picture_b_1s": 1}))) == []


def test_a_cell_that_loses_half_fails() -> None:
    assert "recall of each cell" in failed(measured(run({"picture_mirror_1s": ASKED // 2})))


def test_the_cell_that_fell_is_named_with_its_queries() -> None:
    cells, checks = judge(measured(run({"picture_mirror_1s": 11})), baseline())
    (fallen,) = [cell for cell in cells if cell.found.k < cell.least]
    assert fallen.name == "picture_mirror_1s"
    assert len(fallen.lost) == 11
    assert "picture_mirror_1s: 11 of 24 found, 22 before" in checks[0].says


def test_small_falls_everywhere_fail_together() -> None:
    lost = dict.fromkeys(CELLS, 3)
    assert failed(measured(run(lost))) == ["recall of all cells"]


def test_any_other_work_that_is_named_fails() -> None:
    assert failed(measured(run(false_works={PLACE: ["other"]}))) == ["false matches"]


def test_a_fault_that_the_baseline_states_is_let_pass_where_it_is() -> None:
    before = baseline({PLACE: ["other"]})
    same_place = "picture_mirror_1s/0007"
    assert failed(measured(run(false_works={same_place: ["other"]})), before) == []
    elsewhere = {"picture_b_1s/0008": ["other"]}
    assert failed(measured(run(false_works=elsewhere)), before) == ["false matches"]
    another = {PLACE: ["other", "third"]}
    assert failed(measured(run(false_works=another)), before) == ["false matches"]


def test_a_tenfold_bound_fails() -> None:
    assert failed(measured(run(bound=1e-3))) == ["bound"]


def test_chance_that_is_taken_for_ten_times_as_rare_fails() -> None:
    """Beside the baseline at once; by itself as soon as there are more than E-values allow."""
    assert failed(measured(run(strangers=ranks(1.0)))) == ["E-values beside the baseline"]
    assert set(failed(measured(run(strangers=ranks(2.0))))) == {
        "E-values",
        "E-values beside the baseline",
    }


def test_chance_matches_that_changed_both_ways_pass() -> None:
    up, down = ranks(0.5), ranks(-0.5)
    mixed = {q: (up if k % 2 else down)[q] for k, q in enumerate(up)}
    assert failed(measured(run(strangers=mixed))) == []


def test_a_tenth_more_bytes_fail() -> None:
    assert failed(measured(run(), stored=1.10)) == ["stored bytes"]
    assert failed(measured(run(), stored=1.01)) == []


@pytest.mark.parametrize("stage", ["read a film", "read music", "find a film"])
def test_a_stage_that_costs_half_as_much_again_fails(stage: str) -> None:
    assert failed(measured(run(), slow={stage: 1.5})) == ["cost"]
    assert failed(measured(run(), slow={stage: 1.15})) == []


def test_other_queries_than_those_of_the_baseline_are_no_comparison() -> None:
    now = run()
    fewer = Run(dict(list(now.found.items())[1:]), {}, now.strangers, now.bound)
    assert failed(measured(fewer)) == ["queries"]


def test_the_least_count_is_where_noise_ends() -> None:
    chances = [NOISE.of(was) for was in run().found.values() if was][:22]
    bar = chance.least(chances, 0.01)
    assert chance.at_most(chances, bar) >= 0.01 > chance.at_most(chances, bar - 1)


def test_sound_engines_elsewhere_seldom_fail() -> None:
    """Whatever the counts, fewer than the least are met less than `ALPHA` / cells of the time."""
    cells = verdict.cells(run().found, run().found, dict.fromkeys(CELLS, NOISE))
    for cell in cells:
        chances = [NOISE.of(k >= 2) for k in range(ASKED)]
        assert chance.at_most(chances, cell.least - 1) < verdict.ALPHA / len(CELLS)


@pytest.mark.parametrize(("times", "fails"), [(1.5, []), (2.1, ["cost"])])
def test_on_another_processor_a_stage_may_double(times: float, fails: list[str]) -> None:
    before = replace(baseline(), machine={"cpu": "another"})
    assert failed(measured(run(), slow={"find a film": times}), before) == fails
