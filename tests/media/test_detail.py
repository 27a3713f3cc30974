"""Frames of more detail: sampled at a rate and size of their own, beside the ordinary ones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from media.clip import Clip, Frames
from media.reader import Reader
from media.sampling import DETAIL_CORE_S, Sampling
from tests.media import build


def read(path: Path, sampling: Sampling) -> list[Clip]:
    with Reader(path, sampling) as reader:
        return list(reader)


def detail_of(clips: list[Clip]) -> list[Frames]:
    return [clip.detail for clip in clips if clip.detail is not None]


def plain_of(clips: list[Clip]) -> list[Frames]:
    return [clip.frames for clip in clips if clip.frames is not None]


def test_there_is_none_unless_it_is_asked_for(tmp_path: Path) -> None:
    clips = read(build.film(tmp_path / "film.mp4"), Sampling())
    assert detail_of(clips) == []
    assert len(plain_of(clips)) == 1


@pytest.mark.parametrize(("rate", "times"), [(0.5, [0, 2]), (4.0, [0, 0.28, 0.52, 0.76])])
def test_it_has_a_rate_and_a_size_of_its_own(
    tmp_path: Path, rate: float, times: list[float]
) -> None:
    path = build.silent_film(tmp_path / "large.mp4", range(0, 4000, 40), size=(640, 360))
    clips = read(path, Sampling(frames_per_s=1, long_side=64, detail_per_s=rate, detail_side=320))
    (detail,), (plain,) = detail_of(clips), plain_of(clips)
    assert detail.luma.shape == (round(4 * rate), 180, 320)
    assert detail.times[: len(times)].tolist() == pytest.approx(times)
    assert plain.luma.shape == (4, 36, 64)
    assert all((clip.frames is None) != (clip.detail is None) for clip in clips)


def test_ordinary_frames_are_the_same_with_it_and_without(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "film.mp4", range(0, 3000, 40))
    (without,) = plain_of(read(path, Sampling()))
    (beside,) = plain_of(read(path, Sampling(detail_per_s=8)))
    np.testing.assert_array_equal(beside.luma, without.luma)
    np.testing.assert_array_equal(beside.times, without.times)


def test_a_small_film_is_not_enlarged(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "small.mp4", [0, 500])
    (detail,) = detail_of(read(path, Sampling(detail_per_s=2)))
    assert detail.luma.shape == (2, 96, 160)


def test_its_cores_are_fifteen_seconds_and_tile_the_timeline(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "long.mkv", range(0, 40_000, 250), size=(32, 32))
    clips = read(path, Sampling(detail_per_s=1))
    detailed = [clip for clip in clips if clip.detail is not None]
    assert [clip.core.start_s for clip in detailed] == [0.0, 15.0, 30.0]
    assert detailed[-1].core.end_s == pytest.approx(40.0, abs=0.26)
    for before, after in pairwise(detailed):
        assert before.core.end_s == after.core.start_s
    for clip in detailed:
        assert clip.detail is not None
        assert len(clip.detail.times) <= DETAIL_CORE_S
        assert np.all(clip.detail.times >= clip.core.start_s)
        assert np.all(clip.detail.times < clip.core.end_s)
    times = np.concatenate([frames.times for frames in detail_of(clips)])
    assert times.tolist() == pytest.approx(list(range(40)))
    assert len(plain_of(clips)) == 1


def test_a_still_picture_has_one_too(tmp_path: Path) -> None:
    pixels = build.picture(100, 800, 480)
    path = build.still(tmp_path / "still.png", "png", pixels)
    clips = read(path, Sampling(detail_per_s=8))
    (plain,), (detail,) = plain_of(clips), detail_of(clips)
    assert (plain.luma.shape, detail.luma.shape) == ((1, 154, 256), (1, 307, 512))
    assert plain.times.tolist() == detail.times.tolist() == [0.0]
    assert all(clip.core.start_s <= 0.0 < clip.core.end_s for clip in clips)


def test_sound_alone_has_none(tmp_path: Path) -> None:
    path = build.song(tmp_path / "song.flac", build.tone(2.0), "flac")
    assert detail_of(read(path, Sampling(detail_per_s=8))) == []


def test_a_rate_must_not_be_negative_nor_a_size_nothing() -> None:
    with pytest.raises(ValueError, match="detail_per_s"):
        Sampling(detail_per_s=-1)
    with pytest.raises(ValueError, match="positive"):
        Sampling(detail_per_s=1, detail_side=0)


def test_a_long_film_has_less_of_it(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "long.mp4", range(0, 4000, 40))
    (detail,) = detail_of(read(path, Sampling(detail_per_s=8, dense_s=2)))
    apart = np.diff(detail.times)
    assert apart[detail.times[:-1] < 2].max() < 0.17
    assert apart[detail.times[:-1] >= 2.04].min() > 0.4
