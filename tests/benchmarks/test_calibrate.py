"""The fit of the calibration: on histograms that are made up, and on a small film."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import (
    calibrate,
    calibration_chance,
    calibration_fit,
    calibration_frames,
    calibration_tail,
)
from benchmarks.calibration_fit import F64, I64, KNOTS
from benchmarks.calibration_frames import SCHEME, Shown
from benchmarks.calibration_lines import WINDOW, along_lines, exponent
from benchmarks.calibration_parallel import Mapper
from benchmarks.calibration_table import FrameTable, fitted
from benchmarks.calibration_tail import Chance
from benchmarks.datasets import Dataset, WorkFile, cell
from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE
from benchmarks.make import Order
from benchmarks.presets import PRESETS
from benchmarks.probe import Facts
from fingerprint.scheme import Fingerprint
from matchers import significance
from matchers.alignment import Hypothesis, Segment
from matchers.calibration import calibration
from media.clip import Span

BITS = np.arange(257)
SLOPE = 0.15


def chance_histogram(pairs: int = 1_000_000) -> I64:
    """Even distances about 128, and a tail that falls by `SLOPE` nats a bit below 96."""
    shape = np.exp(-(((BITS - 128) / 11) ** 2) / 2)
    edge = np.exp(-(((96 - 128) / 11) ** 2) / 2)
    shape[:96] = edge * np.exp(SLOPE * (BITS[:96] - 96))
    shape[1::2] = 0
    return np.asarray(np.rint(pairs * shape / shape.sum()), np.int64)


def copies_about(middle: float, spread: float, pairs: int = 1000) -> I64:
    shape = np.exp(-(((BITS - middle) / spread) ** 2) / 2)
    return np.asarray(np.rint(pairs * shape / shape.sum()), np.int64)


@pytest.fixture(scope="module")
def table() -> FrameTable:
    return fitted(
        {
            "unrelated": chance_histogram(),
            "reencoded": copies_about(12, 8),
            "reframed": copies_about(70, 15),
        }
    )


def test_more_distance_is_never_more_evidence(table: FrameTable) -> None:
    for column in table.columns.values():
        assert len(column) == len(calibration_fit.knots())
        assert np.all(np.diff(column) <= 0)
        assert column[0] > 0 > column[-1]


def test_a_ratio_that_is_known_is_found() -> None:
    density, _ = calibration_fit.unrelated(chance_histogram())
    nats = calibration_fit.ratio(copies_about(100, 12, 100_000), density)
    at = KNOTS.tolist().index(104)
    seen, by_chance = copies_about(100, 12, 100_000) / 1e5, chance_histogram() / 1e6
    # Chance takes only even distances, each of which stands for two; smoothing fills its flank.
    expected = np.log(0.95 * seen[104] / (by_chance[104] / 2) + 0.05)
    assert nats[at] == pytest.approx(expected, abs=0.25)


def test_no_frame_is_surer_than_the_caps(table: FrameTable) -> None:
    certain = fitted(
        {kind: copies_about(0, 1) for kind in ("reencoded", "reframed")}
        | {"unrelated": steep_histogram()}
    )
    assert certain.columns["reencoded"][0] == calibration_fit.MOST_NATS
    assert max(certain.columns["reframed"]) == calibration_fit.MOST_REFRAMED_NATS
    assert max(table.columns["reframed"]) <= calibration_fit.MOST_REFRAMED_NATS


def steep_histogram() -> I64:
    return copies_about(128, 6, 10_000_000)


def test_a_hidden_frame_costs_a_bounded_amount(table: FrameTable) -> None:
    least = np.log(calibration_fit.OUTLIERS)
    assert table.columns["reencoded"][-1] == pytest.approx(least, abs=0.05)
    assert table.columns["reframed"][-1] == pytest.approx(
        least * calibration_fit.REFRAMED_FACTOR, abs=0.05
    )


def test_few_near_pairs_give_the_slope_of_the_tail() -> None:
    histogram = chance_histogram()
    density, tail = calibration_fit.unrelated(histogram)
    assert tail.slope == pytest.approx(SLOPE, rel=0.15)
    assert tail.pairs == histogram[: tail.begins_bits + 1].sum() >= calibration_fit.TAIL_PAIRS
    steps = np.diff(np.log(density[: KNOTS.tolist().index(tail.begins_bits)]))
    assert steps == pytest.approx(8 * tail.slope)


def test_near_identical_pairs_make_near_frames_less_sure() -> None:
    cards = chance_histogram()
    cards[20:40:2] += 30
    plain, with_cards = (calibration_fit.unrelated(h)[0] for h in (chance_histogram(), cards))
    copies = copies_about(12, 8)
    assert np.all(
        calibration_fit.ratio(copies, with_cards)[:5] < calibration_fit.ratio(copies, plain)[:5] - 2
    )


def test_a_hole_in_what_was_seen_is_bridged() -> None:
    copies = copies_about(12, 8)
    copies[16:40] = 0
    copies[44] = 40
    density, _ = calibration_fit.unrelated(chance_histogram())
    assert np.all(np.diff(calibration_fit.ratio(copies, density)) <= 1e-12)


def test_too_little_is_refused() -> None:
    with pytest.raises(ValueError, match="no tail"):
        calibration_fit.unrelated(copies_about(128, 2, 40))
    density, _ = calibration_fit.unrelated(chance_histogram())
    with pytest.raises(ValueError, match="no pairs"):
        calibration_fit.ratio(np.zeros(257, np.int64), density)


def test_the_exponent_is_one_for_ratios_and_a_half_for_their_doubles() -> None:
    rng = np.random.default_rng(5)
    ratios: F64 = rng.normal(-0.5, 1.0, 200_000)  # log of a ratio with mean one
    assert exponent(ratios) == pytest.approx(1.0, abs=0.02)
    assert exponent(2 * ratios) == pytest.approx(0.5, abs=0.01)


def test_lines_of_works_whose_frames_repeat_are_dispersed() -> None:
    rng = np.random.default_rng(6)
    model = np.interp(BITS, [0, 128, 256], [10.0, -0.5, -11.0])
    fresh = [shown(rng.integers(0, 256, (60, 32), np.uint8)) for _ in range(6)]
    still = [shown(np.repeat(rng.integers(0, 256, (6, 32), np.uint8), 10, 0)) for _ in range(6)]
    assert along_lines(fresh, model)["dispersion"] == pytest.approx(1.0, abs=0.2)
    assert along_lines(still, model)["dispersion"] > WINDOW / 3
    with pytest.raises(ValueError, match="long enough"):
        along_lines([shown(np.zeros((3, 32), np.uint8))] * 2, model)


def shown(codes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], step_s: float = 0.5) -> Shown:
    times: F64 = np.arange(len(codes), dtype=np.float64) * step_s
    print_ = Fingerprint(SCHEME, codes, times, np.full(len(codes), 90, np.uint8))
    facts = Facts("0" * 64, len(codes) * step_s, True, False, 120)
    work = WorkFile(Path("none.mp4"), "none.mp4", "none", "video", facts)
    return Shown(work, print_, print_, np.ones(len(codes)))


def test_a_frame_is_compared_with_the_suspects_nearest() -> None:
    codes = np.zeros((4, 32), np.uint8)
    codes[1] = 255
    work = shown(codes)  # at 0, 0.5, 1, 1.5 s
    suspect = work.plain.take(np.array([False, True, True, False]))
    moved = Fingerprint(SCHEME, suspect.codes, suspect.times - 0.4, suspect.quality)
    histogram = calibration_frames.beside(work, moved, start_s=0.4)
    assert histogram[0] == histogram.sum() == 2  # those at 0 and 1.5 s have no witness


def exponential(seed: int, dispersion: float, share: float, unaltered: bool) -> list[Chance]:
    """The best of 4,000 searches of a hundred to ten thousand starting points."""
    rng = np.random.default_rng(seed)
    starts = rng.uniform(np.log(100), np.log(10_000), 4000)
    best = dispersion * (starts + np.log(share) - np.log(rng.exponential(size=4000)))
    return [
        Chance(str(k), float(score), float(log), unaltered)
        for k, (score, log) in enumerate(zip(best, starts, strict=True))
        if score > 0
    ]


@pytest.mark.parametrize("dispersion", [1.5, 2.2])
def test_a_tail_that_is_known_is_found(dispersion: float) -> None:
    share = 1e-3
    found = exponential(1, dispersion, share, unaltered=False)
    found += exponential(2, dispersion, 4 * share, unaltered=True)
    tail = calibration_tail.fitted(found, 4000)
    assert tail.dispersion == pytest.approx(dispersion, rel=0.15)
    charged = np.log(2 * share) + calibration_tail.MARGIN
    assert tail.log_candidates == pytest.approx(charged, abs=0.4)
    assert tail.unaltered_worth == pytest.approx(4, rel=0.4)


def test_e_values_under_the_fit_are_larger_than_what_was_counted() -> None:
    found = exponential(3, 2.0, 1e-3, unaltered=False)
    tail = calibration_tail.fitted(found + exponential(4, 2.0, 1e-3, unaltered=True), 4000)
    for log_bound in (-1.5, -3.0, -4.5):
        logs = [c.log_starts + tail.log_candidates - c.score / tail.dispersion for c in found]
        assert np.mean(np.array(logs) <= log_bound) * 4000 / len(logs) < np.exp(log_bound)


def test_a_tail_of_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="no tail"):
        calibration_tail.fitted([Chance("a", 30.0, 20.0, False)], 4000)


def test_the_test_half_stays_unseen(film: WorkFile) -> None:
    names = [f"w{k}" for k in range(40)]
    works = [WorkFile(film.path, f"{n}.mp4", n, film.kind, film.facts) for n in names]
    run = calibrate.Run(Dataset(tuple(works), "0" * 64), Path(), Mapper(1), 1, 1)
    for role in calibrate.ROLES:
        used = run.works(role, "video")
        assert used
        assert {cell(w.work_id) for w in used} == {("calibrate", role)}


def test_the_matchers_read_the_table_that_is_being_fitted() -> None:
    other = replace(calibration(), frame_models=(np.zeros(257),), peak_dispersion=7.0)
    span, units = Span(0.0, 1.0), np.arange(1)
    segment = Segment(
        1, Hypothesis(), 0.0, span, (0.0, 0.0), units, np.array([14.0]), np.zeros(1), "peaks"
    )
    with calibration_chance.under(other):
        assert significance.sound_score(segment) == 2.0
    assert significance.sound_score(segment) == 14.0 / calibration().peak_dispersion


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> WorkFile:
    """A film with a new scene each second and a melody of its own."""
    path = tmp_path_factory.mktemp("scenes") / "scenes.mp4"
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (8, 9, 12, 3), np.uint8)
    tones = 220 * 2 ** (rng.integers(0, 36, 64) / 12)
    time = np.arange(8 * RATE) / RATE
    melody = 0.3 * np.sin(2 * np.pi * tones[(8 * time).astype(int)] * time)
    with Writer(path, Distortion(crf=12, bit_rate=192_000), RATE) as writer:
        for k in range(80):
            writer.frame(np.kron(coarse[k // 10], np.ones((16, 16, 1), np.uint8)), k / 10)
        writer.samples(np.tile(melody, (2, 1)).astype(np.float32))
    return WorkFile(path, path.name, "scenes", "music", Facts("5" * 64, 8.0, True, True, 144))


def test_copies_of_a_film_are_near_and_cut_ones_further(scenes: WorkFile, tmp_path: Path) -> None:
    read = [calibration_frames.read(scenes)]
    near, cut = (
        calibration_frames.copies(read, kind, tmp_path, Mapper(1))
        for kind in ("reencoded", "reframed")
    )
    assert near.sum() >= 7  # one for each scene
    assert median(near) < 24
    assert median(near) < median(cut) < 110


def median(histogram: I64) -> float:
    return float(np.median(np.repeat(BITS, histogram)))


def test_the_score_of_peaks_is_the_raw_sum(scenes: WorkFile, tmp_path: Path) -> None:
    asked = [Order("q", scenes, False, 5.0, PRESETS["lossless"], "s")]
    models = calibration().frame_models
    raw, halved = (
        calibration_chance.chances(
            calibration_chance.PEAKS,
            [scenes],
            asked,
            replace(calibration(), frame_models=models, peak_dispersion=divisor, kin_slope=1.0),
            tmp_path,
            Mapper(1),
        )[0]
        for divisor in (1.0, 2.0)
    )
    assert raw.score == pytest.approx(2 * halved.score)
    assert raw.score > raw.log_starts == pytest.approx(halved.log_starts)


def test_the_same_fit_gives_the_same_bytes(table: FrameTable) -> None:
    content: dict[str, object] = {
        "name": "x", "frame": {"distance": [0, 256], **table.columns}, "peaks": {"dispersion": 2.0}
    }  # fmt: skip
    written = calibrate.text(content)
    assert written == calibrate.text(json.loads(written))
    assert json.loads(written) == content
    assert '\n    "distance": [0, 256],\n' in written
