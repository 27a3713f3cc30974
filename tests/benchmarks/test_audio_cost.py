"""References made of real ones, and the cost of a query on a small scale."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks import results
from benchmarks.report import report
from benchmarks.strangers import FRAME_S, REFERENCE_S, strangers
from fingerprint.audio.landmark import decode, encode
from fingerprint.scheme import Fingerprint


def real(seconds: float = 60.0) -> Fingerprint:
    """Thirty peaks a second, all two octaves above the lowest."""
    times = np.arange(round(30 * seconds)) / 30
    codes = encode(np.full(len(times), 2.0))
    return Fingerprint("audio", codes, times, np.full(len(times), 50, np.uint8))


def test_strangers_are_as_long_and_nearly_as_dense_as_real_ones() -> None:
    for made in islice(strangers([real()], 1), 3):
        assert REFERENCE_S - 20 < made.times[-1] < REFERENCE_S + 40
        assert 15 < len(made) / made.times[-1] < 45
        assert np.allclose(made.times / FRAME_S, np.rint(made.times / FRAME_S))


def test_strangers_are_moved_further_than_copies_are() -> None:
    made = next(strangers([real()], 1))
    moved = np.abs(decode(made.codes) - 2.0) * 12
    assert moved.min() > 3.4
    assert moved.max() < 6.1


def test_strangers_are_nothing_that_is_played_at_another_speed() -> None:
    made = next(strangers([real()], 1))
    apart = np.append(np.diff(made.times), 0.0)
    higher = decode(made.codes) > 2.0
    assert np.mean(apart[higher]) > 1 / 30 > np.mean(apart[~higher])  # what is higher is slower


def test_strangers_differ_and_the_seed_decides() -> None:
    first, second = islice(strangers([real()], 1), 2)
    assert not np.array_equal(first.times, second.times)
    again = next(strangers([real()], 1))
    assert np.array_equal(first.times, again.times)
    assert np.array_equal(first.codes, again.codes)


def test_strangers_need_works_of_some_length() -> None:
    with pytest.raises(ValueError, match="long enough"):
        next(strangers([real(5.0)], 1))


def test_a_report_is_made_from_the_result_alone(tmp_path: Path) -> None:
    share = {"k": 3, "n": 3, "share": 1.0, "low": 0.3, "high": 1.0}
    asked = {"cpu_s": {"median": 0.2, "p95": 0.4}, "found": share, "false": share | {"k": 0}}
    steps = [
        {"hours": hours, "references": 9, "index_cpu_s": 1.0, "queries": {"clean_10s": asked}}
        | {name: 1_500_000 for name in ("fingerprint_bytes", "catalogue_bytes", "index_bytes")}
        for hours in (1.0, 10.0)
    ]
    extraction = {"hours": 1.0, "cpu_s": 10.0, "times_real_time": 360.0}
    body = {
        "corpus_sha256": "0" * 64,
        "extraction": extraction,
        "unlearned_extraction": extraction | {"times_real_time": 480.0},
        "steps": steps,
    }
    results.write(tmp_path / "cost.json", "audio-cost", json.loads(json.dumps(body)))
    page = report([tmp_path / "cost.json"], tmp_path / "docs").read_text()
    assert "| 1.0 | 9 | 1.50 | 1.50 | 1.50 | clean_10s | 0.200 / 0.400 |" in page
    assert "360 times real time on one core, 480 without what a network has learned" in page
    assert (tmp_path / "docs" / "cost.svg").exists()
