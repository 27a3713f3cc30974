"""References of pictures made of real ones, and where the time of a query goes."""

from __future__ import annotations

import json
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks import results, video_cost
from benchmarks.report import report
from benchmarks.strangers import REFERENCE_S
from benchmarks.video_strangers import CHANGED_FEATURES, picture_strangers
from fingerprint.scheme import Fingerprint
from fingerprint.video.orb import DESCRIPTOR, KEY_S, Orb
from fingerprint.video.orb import KEPT as KEPT_OF
from fingerprint.video.words import words
from reelprint.searching import Searcher
from reelprint.watching import Watcher
from reference_catalog.codec import encode

NAME = "video-orb-2"
KEPT = KEPT_OF[NAME]


def frames(seconds: float = 60.0) -> Fingerprint:
    """Two codes a second, all bits in any order."""
    count = round(2 * seconds)
    codes = np.random.default_rng(1).integers(0, 256, (count, 32), dtype=np.uint8)
    return Fingerprint("video", codes, np.arange(count) / 2, np.full(count, 80, np.uint8))


def features(keys: int = 5, kept: int = KEPT, name: str = NAME) -> Fingerprint:
    """Key frames of features, all those of one key frame alike."""
    codes = np.repeat(np.repeat(np.arange(keys, dtype=np.uint8)[:, None], kept, axis=0), 16, axis=1)
    times = np.repeat(np.arange(keys) * KEY_S[name], kept)
    return Fingerprint(name, codes, times, np.full(len(codes), 90, np.uint8))


@pytest.mark.parametrize("name", KEPT_OF)
def test_strangers_are_as_long_and_as_dense_as_real_ones(name: str) -> None:
    kept, real = KEPT_OF[name], features(kept=KEPT_OF[name], name=name)
    for seen, found in islice(picture_strangers([frames()], [real], 1), 3):
        assert len(seen) == 2 * REFERENCE_S
        assert found.scheme == name
        assert len(found) == kept * REFERENCE_S / KEY_S[name]
        assert seen.times[-1] < REFERENCE_S
        assert found.times[-1] == REFERENCE_S - KEY_S[name]
        assert set(seen.quality.tolist()) == {80}
        assert Orb(name).kept(found).codes.shape == found.codes.shape


def test_strangers_are_copies_of_nothing() -> None:
    real = frames()
    seen, _ = next(picture_strangers([real], [features()], 1))
    bits = np.bitwise_count(seen.codes[:, None] ^ real.codes).sum(axis=2)
    assert bits.min() > 60


def test_a_few_bits_of_features_are_changed() -> None:
    real = features()
    _, found = next(picture_strangers([frames()], [real], 1))
    bits = np.bitwise_count(found.codes[:, None, :DESCRIPTOR] ^ real.codes[::KEPT, :DESCRIPTOR])
    changed = bits.sum(axis=2).min(axis=1).mean() / (8 * DESCRIPTOR)
    assert changed == pytest.approx(CHANGED_FEATURES, rel=0.4)
    assert len(np.unique(words(found.codes))) > 20


def test_strangers_differ_and_the_seed_decides() -> None:
    first, second = islice(picture_strangers([frames()], [features()], 1), 2)
    again = next(picture_strangers([frames()], [features()], 1))
    for one, other, same in zip(first, second, again, strict=True):
        assert encode(one) == encode(same)
        assert encode(one) != encode(other)


@pytest.mark.parametrize("real", [(frames(4.0), features()), (frames(), features(kept=9))])
def test_strangers_need_works_of_some_length(real: tuple[Fingerprint, Fingerprint]) -> None:
    with pytest.raises(ValueError, match="long enough"):
        next(picture_strangers([real[0]], [real[1]], 1))


def test_what_features_ask_of_the_index_is_clocked_as_searching() -> None:
    """What is not would count as verifying."""
    asked = {"counts", "hits", "lines", "sightings"} & {*Watcher._seen.__code__.co_names}
    searching = video_cost.CLOCKED["searching"]
    assert asked
    assert asked <= {name for owner, name in searching if owner is Searcher}


def test_what_is_clocked_is_there_and_time_is_told_apart() -> None:
    for owner, name in (place for places in video_cost.CLOCKED.values() for place in places):
        assert callable(getattr(owner, name))
    spent = {"reading": 0.0, "searching": 0.0}
    assert video_cost._clocked(_work, spent, "reading")(0.02) == 7
    assert spent["reading"] >= 0.02
    assert spent["searching"] == 0.0


def _work(seconds: float) -> int:
    started = time.process_time()
    while time.process_time() - started < seconds:
        pass
    return 7


def test_a_report_is_made_from_the_result_alone(tmp_path: Path) -> None:
    share = {"k": 3, "n": 3, "share": 1.0, "low": 0.3, "high": 1.0}
    took = {"median": 0.2, "p95": 0.4}
    parts = {name: took for name in ("reading", "searching", "verifying")}
    asked = {"cpu_s": took, "parts_cpu_s": parts, "found": share, "false": share | {"k": 0}}
    body = {
        "corpus_sha256": "0" * 64,
        "extraction": {
            "lines": 480,
            "seconds": 120.0,
            "cpu_s": {"extract": 2.5, "decode": 2.0},
            "ratio": 1.25,
        },
        "stored": {"bytes_per_s": {"a": 60.0}, "index_bytes_per_s": {"a": 80.0}},
        "steps": [
            {"hours": hours, "references": 9, "queries": {"clip_60s": asked}}
            for hours in (1.0, 10.0)
        ],
    }
    results.write(tmp_path / "cost.json", "video-cost", json.loads(json.dumps(body)))
    page = report([tmp_path / "cost.json"], tmp_path / "docs").read_text()
    assert "1.25 times as long as decoding" in page
    assert "| a | 60 | 80 |" in page
    assert "| 1.0 | 9 | clip_60s | 0.200 / 0.400 | 0.200 / 0.400 |" in page
    assert (tmp_path / "docs" / "cost.svg").exists()
