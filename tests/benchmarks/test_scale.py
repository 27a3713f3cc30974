"""The index at any size: made material, other ways to keep postings, what is said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import results
from benchmarks.report import report
from benchmarks.scale import command, material, postings, queries
from benchmarks.scale.child import apart
from benchmarks.scale.finer import BITS, FineSegment, refined
from benchmarks.scale.keepers import keepers
from benchmarks.scale.material import Material, save_prints
from benchmarks.scale.postings import measure_postings, small_segments
from benchmarks.scale.queries import KEYS_ASKED
from fingerprint.audio.pairs import KEYS
from index import compiled
from index.postings import PostingsSegment
from matchers.hypotheses import SOUND_HYPOTHESES
from tests.matchers.build import constellation

FEW, MANY = 3_000, 60_000
KEEPERS = keepers(PostingsSegment)
NAMES = [*KEEPERS, postings.NUMPY]


@pytest.fixture(autouse=True)
def undecided() -> Iterator[None]:
    yield
    compiled.prefer(None)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Material]:
    """Of five works of half a minute, two of them asked for."""
    folder = tmp_path_factory.mktemp("material")
    real = [constellation(30, seed=n) for n in range(5)]
    save_prints(folder / "real.npz", range(5), real)
    save_prints(folder / "asked.npz", [1, 3], [constellation(30, seed=n) for n in (1, 3)])
    with pytest.MonkeyPatch.context() as smaller:
        smaller.setattr(material, "PART", 2_000)
        yield Material(folder)


def test_more_postings_are_the_fewer_ones_and_others(made: Material) -> None:
    few, many = made.rows(FEW), made.rows(MANY)
    assert (len(few), len(many)) == (FEW, MANY)
    for name in ("values", "owners", "ticks"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[:FEW])
    numbers = many.owners[np.flatnonzero(np.diff(many.owners, prepend=-1))]
    assert len(numbers) == len(set(numbers.tolist()))  # those of a reference lie together
    assert numbers[:5].tolist() == [0, 1, 2, 3, 4]
    again = Material(made.folder / "elsewhere")
    again.folder.mkdir()
    (again.folder / "real.npz").write_bytes((made.folder / "real.npz").read_bytes())
    np.testing.assert_array_equal(again.rows(MANY).values, many.values)


def test_an_excerpt_has_its_own_clock(made: Material) -> None:
    first, second = made.excerpts()
    assert (first.reference, second.reference) == (1, 3)
    assert first.start_s == pytest.approx(10.0, abs=0.5)
    assert 0 <= first.peaks.times[0] < first.peaks.times[-1] <= 10.0


def test_all_ways_to_keep_postings_find_the_same(made: Material, tmp_path: Path) -> None:
    rows = made.rows(FEW)
    rng = np.random.default_rng(1)
    keys = np.concatenate([rng.choice(rows.values, 500), rng.integers(0, KEYS, 50)]).astype(
        np.int64
    )
    found = []
    for name, keeper in KEEPERS.items():
        (tmp_path / name).mkdir()
        keeper.build(rows, tmp_path / name)
        found.append(keeper.open(tmp_path / name).look_up(keys))
    first, *others = found
    assert first.counts.sum() == len(first.places) > 500
    for other in others:
        np.testing.assert_array_equal(first.counts.sum(axis=0), other.counts.sum(axis=0))
        np.testing.assert_array_equal(first.places, other.places)
        np.testing.assert_array_equal(first.timeline.starts, other.timeline.starts)


def here(module: str, step: str, **arguments: Any) -> dict[str, Any]:
    """A step in this process: that it may run in another is shown below."""
    assert module == "postings"
    return json.loads(json.dumps(getattr(postings, step)(**arguments)))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def measured(made: Material, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What is written at each step of a run of two sizes."""
    plan, scratch = command.Plan((), (FEW, MANY), (MANY,)), tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as smaller:
        smaller.setattr(postings, "apart", here)
        smaller.setattr(postings, "SMALL", (500,))
        smaller.setattr(postings, "ROUNDS", 2)
        smaller.setattr(postings, "SEARCHES", 1)
        smaller.setattr(queries, "SOUND_HYPOTHESES", SOUND_HYPOTHESES[::20])
        body = {
            "bandwidth": {"bytes_a_second": 1e10},
            "small_segments": small_segments(made, scratch),
        }
        sides = {
            "postings": partial(measure_postings, material=made, scratch=scratch),
            "fine": partial(measure_postings, material=made, scratch=scratch, fine=True),
        }
        return [json.loads(json.dumps(one)) for one in command.steps(body, plan, sides)]


def test_what_is_measured_is_there_after_each_step(measured: list[dict[str, Any]]) -> None:
    steps = [len(one["postings"]) for one in measured if "fine" not in one]
    assert steps == sorted(steps)
    assert steps[0] == 1
    assert steps[-1] == 2
    assert [len(one["postings"][0]["indexes"]) for one in measured[:4]] == [1, 2, 3, 4]
    assert measured[2]["postings"][0]["indexes"] == [
        {**one, "name": name}
        for name, one in zip(KEEPERS, measured[2]["postings"][0]["indexes"], strict=True)
    ]


def test_every_index_says_the_same_and_what_it_costs(measured: list[dict[str, Any]]) -> None:
    for step in measured[-1]["postings"]:
        indexes = {one["name"]: one for one in step["indexes"]}
        assert list(indexes) == NAMES
        assert {one["completeness"] for one in indexes.values()} == {1.0}
        assert {one["found"] for one in indexes.values()} == {2 * (step["postings"] == MANY)}
        assert len({one["postings_a_query"] for one in indexes.values()}) == 1
        assert 0 < step["keys_a_query"] <= KEYS_ASKED
        assert indexes["Reelprint"]["bytes"] < indexes["LMDB"]["bytes"]
        for name in KEEPERS:
            assert {"open_s", "first_query_ms", "resident_bytes", "build_s"} <= indexes[name].keys()
        numpy, loops = step["searches"]
        assert (numpy["compiled"], loops["compiled"]) == (False, True)
        assert numpy["postings"] == loops["postings"] > 0


def test_under_finer_keys_a_query_meets_what_is_right_and_fewer_others(
    measured: list[dict[str, Any]],
) -> None:
    (fine,), coarse = measured[-1]["fine"], measured[-1]["postings"][-1]
    assert (fine["keys"], coarse["keys"]) == (KEYS << BITS, KEYS)
    assert "searches" not in fine
    for one, other in zip(fine["indexes"], coarse["indexes"], strict=True):
        assert (one["completeness"], one["found"]) == (1.0, 2)
        assert one["postings_a_query"] < other["postings_a_query"]


def test_finer_keys_are_written_in_order(made: Material, tmp_path: Path) -> None:
    rows = refined(made.rows(FEW))
    FineSegment.write(tmp_path / "fine", rows)
    segment = FineSegment.open(tmp_path / "fine")
    assert len(segment.counts) == KEYS << BITS
    np.testing.assert_array_equal(segment.counts, np.bincount(rows.values, minlength=KEYS << BITS))


def test_a_page_is_made_from_the_result_alone(
    measured: list[dict[str, Any]], tmp_path: Path
) -> None:
    result = tmp_path / "index.json"
    results.write(result, "index", measured[-1])
    page = report([result], tmp_path / "docs").read_text()
    assert "10.0 GB/s" in page
    assert page.count("| LMDB |") == 3
    assert f"{KEYS << BITS:,} keys" in page
    assert (tmp_path / "docs" / "index-postings.svg").exists()
    results.write(result, "index", measured[0])  # of a run that was stopped
    assert "| 3,000 | Reelprint | - / - | - |" in report([result], tmp_path / "docs").read_text()


def test_codes_have_a_table_and_a_plot_of_their_own(tmp_path: Path) -> None:
    flat = {"milliseconds_median": 3.2, "milliseconds_p95": 4.0, "completeness": 1.0, "bytes": 3e6}
    steps = [
        {"codes": n, "floor_bytes": 32 * n, "indexes": [{"name": "Flat", **flat}, {"name": "IVF"}]}
        for n in (100_000, 200_000)
    ]
    body = {"bandwidth": {"bytes_a_second": 1e10}, "small_segments": [], "codes": steps}
    results.write(tmp_path / "index.json", "index", body)
    page = report([tmp_path / "index.json"], tmp_path / "docs").read_text()
    assert "| 100,000 | Flat | 3.20 / 4.00 | 1.0000 | 30.0 | - | - | - |" in page
    assert "| 200,000 | IVF | - / - | - | - | - | - | - |" in page
    assert (tmp_path / "docs" / "index-codes.svg").exists()


def test_a_step_runs_in_a_process_of_its_own() -> None:
    assert apart("bandwidth", "measure", size=2**20)["bytes_a_second"] > 1e6


def test_growth_goes_to_the_sizes_that_were_asked_for() -> None:
    plan = command.Plan.growth()
    assert (plan.codes[0], plan.codes[-1]) == (100_000, 20_000_000)
    assert (plan.postings[0], plan.postings[-1]) == (1_000_000, 100_000_000)
    assert all(b <= 2 * a for a, b in zip(plan.postings, plan.postings[1:], strict=False))
