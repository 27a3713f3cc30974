"""What a run says of noise, and that a baseline comes back as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.guard import baseline as files
from benchmarks.guard.cost import Costs
from benchmarks.guard.measured import noise, reached
from benchmarks.guard.rows import CELLS, ROWS
from tests.benchmarks.guard.build import baseline, found, measured, run


def test_noise_is_how_often_replicates_differ() -> None:
    steady = noise(found(), [found(), found()])
    shaky = noise(found(), [found({"sound_a_1s": 8}), found({"sound_a_1s": 8})])
    assert steady["sound_a_1s"].lost < 0.05 < 0.2 < shaky["sound_a_1s"].lost < 8 / 22 + 0.05
    assert steady["picture_b_1s"] == shaky["picture_b_1s"]


def test_a_cell_that_tells_little_is_like_its_kind() -> None:
    told = noise(found(), [found({"picture_b_1s": 10})])
    assert told["both_c_1s"].lost < told["picture_mirror_1s"].lost < told["picture_b_1s"].lost


def test_a_baseline_comes_back_as_it_was(tmp_path: Path) -> None:
    written = baseline({"picture_b_1s/0007": ["other"]})
    files.save(written, tmp_path / "baseline.json")
    assert files.load(tmp_path / "baseline.json") == written


def test_a_baseline_states_the_faults_of_its_replicates_too() -> None:
    query = "picture_b_1s/0007"
    first, second = run(false_works={query: ["a"]}), run(false_works={query: ["b"]})
    told = files.of(measured(first), [run(), second])
    assert told.measured.run.false_works == {query: ["a", "b"]}


def test_a_baseline_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"format": 0}')
    with pytest.raises(ValueError, match="format"):
        files.load(tmp_path / "old.json")


def test_the_committed_baseline_is_one_of_the_cells_that_are_asked() -> None:
    told = files.load(files.PATH)
    assert list(told.noise) == sorted(row.name for row in CELLS)
    assert {q.partition("/")[0] for q in told.measured.run.strangers} == {r.name for r in ROWS}


def test_chance_matches_are_counted_by_their_e_value() -> None:
    ranks = {"a": 2.0, "b": 0.0, "c": None}
    assert [reached(ranks, x) for x in (1.0, 0.02, 0.001)] == [2, 1, 0]


def test_the_cheapest_rounds_of_two_sittings_count() -> None:
    both = Costs({"a": 3.0}, 2.0).with_more(Costs({"a": 4.0}, 1.0))
    assert both.ratios == {"a": 3.0}
