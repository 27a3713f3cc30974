from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import WorkFile
from benchmarks.learned import (
    REFERENCES,
    WINDOWS,
    Asked,
    Described,
    Likeness,
    alike,
    described,
    figures,
    missed_by_engine,
    seen,
    telling,
)
from fingerprint.video.learned_net import BLOCKS, LENGTH, Weights

WIDTHS = (32, 64, 128, 256)


def untrained() -> Weights:
    """Weights of the right shapes."""
    rng = np.random.default_rng(3)
    shapes: list[tuple[int, int]] = []
    for i, (width, blocks) in enumerate(zip(WIDTHS, BLOCKS, strict=True)):
        shapes.append((4 * WIDTHS[i - 1] if i else 16, width))
        shapes += [(9 * width, width)] * (2 * blocks)
    named = {f"c{i:02}.w": rng.normal(0, s[0] ** -0.5, s) for i, s in enumerate(shapes)}
    named |= {f"c{i:02}.b": np.zeros(s[1]) for i, s in enumerate(shapes)}
    named |= {"head.w": rng.normal(0, 1, (WIDTHS[-1], LENGTH)), "head.b": np.zeros(LENGTH)}
    return {name: array.astype(np.float32) for name, array in named.items()}


def moments(rng: np.random.Generator, count: int, start_s: float = 0.0) -> Described:
    vectors = rng.normal(size=(count, 1, LENGTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return Described(vectors, start_s + np.arange(count) / 2)


def test_frames_of_a_film_become_vectors_of_each_window(film: WorkFile) -> None:
    found = described(film.path, REFERENCES, WINDOWS[:2], untrained())
    assert found.vectors.shape == (16, 2, LENGTH)
    assert np.isin(np.linalg.norm(found.vectors, axis=2).round(4), (0, 1)).all()
    assert np.allclose(np.diff(found.times), 0.5, atol=0.05)


def test_what_is_flat_is_like_nothing() -> None:
    views = np.zeros((2, 128, 128), np.uint8)
    views[1] = np.kron(np.eye(8), np.full((16, 16), 255)).astype(np.uint8)
    assert not telling(views, untrained())[0].any()
    assert np.linalg.norm(telling(views, untrained())[1]) == pytest.approx(1.0, abs=1e-5)


def test_a_window_is_where_it_says() -> None:
    frame = np.zeros((100, 200), np.uint8)
    frame[50:, 100:] = 255
    assert (seen(frame, (0.5, 0.5, 0.5)) == 255).all()
    assert (seen(frame, (0.0, 0.0, 0.5)) == 0).all()


def test_a_part_of_a_film_is_like_it_at_its_moment() -> None:
    film = moments(np.random.default_rng(1), 40)
    part = Described(film.vectors[20:30:2], film.times[20:30:2] - 9.0)
    found = alike(part, film)
    assert found.score == pytest.approx(1.0, abs=1e-5)
    assert found.offset_s == pytest.approx(9.0, abs=0.51)
    assert alike(moments(np.random.default_rng(2), 5), film).score < 0.5
    assert alike(moments(np.random.default_rng(2), 0), film).score == -1.0


def _asked(query: str, work: str | None, offset_s: float, *scores: float) -> Asked:
    likeness = {name: Likeness(s, 0.0) for name, s in zip("abcdefg", scores, strict=False)}
    return Asked(query, work, offset_s, likeness)


def test_rows_count_what_is_over_every_false_score() -> None:
    asked = [
        _asked("pip/0", "a", 0.0, 0.9, 0.3),
        _asked("pip/1", "a", 0.0, 0.55, 0.2),
        _asked("crop/0", "b", 9.0, 0.1, 0.7),
        _asked("negative/0", None, 0.0, 0.6, 0.1),
    ]
    told = figures(asked, frozenset({"pip/0", "crop/0"}))
    assert told["floor"] == 0.6
    row = {"queries": 2, "engine": 1, "learned": 1, "both": 2}
    assert told["rows"] == {
        "pip": row | {"proposed": 2, "proposed_of_missed": 1},
        "crop": {
            **row,
            "queries": 1,
            "engine": 0,
            "both": 1,
            "proposed": 0,
            "proposed_of_missed": 0,
        },
    }


def test_a_proposal_is_among_the_first_few() -> None:
    assert _asked("a/0", "e", 0.0, 0.9, 0.8, 0.7, 0.6, 0.5).proposed
    assert not _asked("a/0", "f", 0.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4).proposed


def test_what_the_engine_missed_is_read_from_its_result(tmp_path: Path) -> None:
    wrong = [{"id": "pip/0", "found": False}, {"id": "empty/0", "found": True}]
    (tmp_path / "video.json").write_text(json.dumps({"systems": [{"wrong": wrong}]}))
    assert missed_by_engine(tmp_path / "video.json") == {"pip/0"}
