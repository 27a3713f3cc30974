"""Distortions on a real small film: what comes out is what the truth says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE, babble, frames, sampled, sound
from benchmarks.footage import Footage
from benchmarks.make import Made, Order, make
from benchmarks.presets import PRESETS
from benchmarks.probe import Facts
from media.clip import F32, U8, Span

pytestmark = pytest.mark.long

WHOLE = Span(0.0, float("inf"))


def made(film: WorkFile, folder: Path, how: Distortion, seconds: float = 3.0) -> Made:
    other, films = film if how.mixes else None, (film,) if how.needs_footage else ()
    return make(Order("q", film, True, seconds, how, "1/film/0", other, films=films), folder)


def pictures(path: Path) -> list[tuple[float, U8]]:
    return list(frames(path, WHOLE))


def time_seen(frame: U8) -> float:
    """The source time that the left half of the film tells."""
    half = frame.shape[1] // 2
    return float(frame[:, :half].mean() - frame[:, half:].mean()) / 20


def time_heard(samples: F32) -> float:
    """The source time that the pitch in the middle of a second tells."""
    window = samples.mean(axis=0) * np.hanning(samples.shape[1])
    spectrum = np.abs(np.fft.rfft(window, 8 * len(window)))
    hertz = float(spectrum.argmax()) * RATE / (8 * len(window))
    return (hertz - 400) / 100


def test_one_frame_of_each_step_is_sampled(film: WorkFile) -> None:
    every = dict(pictures(film.path))
    seen = list(sampled(film.path, 0.5))
    assert [time for time, _ in seen] == pytest.approx(np.ceil(np.arange(16) * 12.5) / 25)
    assert all(np.array_equal(frame, every[time]) for time, frame in seen)


def test_the_picture_starts_where_the_truth_says(film: WorkFile, tmp_path: Path) -> None:
    query = made(film, tmp_path, Distortion(sound=None, crf=12))
    shown = pictures(query.path)
    assert shown[0][0] == 0.0
    # Time 0 of the suspect is a frame of the source, not the moment drawn between two frames.
    assert query.truth.reference.start_s * 25 == pytest.approx(
        round(query.truth.reference.start_s * 25), abs=1e-6
    )
    assert time_seen(shown[0][1]) == pytest.approx(query.truth.reference.start_s, abs=0.1)
    assert time_seen(shown[-1][1]) == pytest.approx(query.truth.reference.end_s, abs=0.15)


def test_the_sound_starts_where_the_truth_says(film: WorkFile, tmp_path: Path) -> None:
    query = made(film, tmp_path, PRESETS["mp3_32k"])
    heard = sound(query.path, Span(1.0, 2.0))
    middle = query.truth.reference.start_s + 1.5
    assert time_heard(heard) == pytest.approx(middle, abs=0.05)


def test_picture_and_sound_tell_one_time(film: WorkFile, tmp_path: Path) -> None:
    query = made(film, tmp_path, Distortion(crf=12))
    at = next(frame for time, frame in pictures(query.path) if time >= 1.5)
    assert time_heard(sound(query.path, Span(1.0, 2.0))) == pytest.approx(time_seen(at), abs=0.1)


def test_speed_changes_picture_and_pitch(film: WorkFile, tmp_path: Path) -> None:
    query = made(film, tmp_path, Distortion(crf=12, speed=Fraction(5, 4)))
    shown = pictures(query.path)
    passed = time_seen(shown[-1][1]) - time_seen(shown[0][1])
    assert query.truth.speed == 1.25
    assert query.truth.reference.duration_s == pytest.approx(3.75)
    assert passed == pytest.approx(3.75, abs=0.2)
    # At query second 1.5 the source is 1.875 s in, and its pitch is 5/4 as high.
    hertz = 400 + 100 * (query.truth.reference.start_s + 1.875)
    heard = 400 + 100 * time_heard(sound(query.path, Span(1.0, 2.0)))
    assert heard == pytest.approx(hertz * 1.25, abs=10)


def test_mirror_and_scale(film: WorkFile, tmp_path: Path) -> None:
    plain = pictures(made(film, tmp_path, Distortion(sound=None, crf=12)).path)[10][1]
    how = Distortion((("scale", 60), ("mirror", 1)), sound=None, crf=12)
    flipped = pictures(made(film, tmp_path, how).path)[10][1]
    assert flipped.shape == (60, 80, 3)
    assert time_seen(flipped) == pytest.approx(-time_seen(plain), abs=0.1)


def test_crop_and_bars(film: WorkFile, tmp_path: Path) -> None:
    cropped = made(film, tmp_path, Distortion((("crop", 0.1),), sound=None))
    assert pictures(cropped.path)[0][1].shape == (96, 128, 3)
    barred = made(film, tmp_path, Distortion((("letterbox", 0.1),), sound=None))
    frame = pictures(barred.path)[0][1]
    assert frame.shape == (144, 160, 3)
    assert frame[:8].mean() < 5 < frame[20:-20].mean()


def test_the_frame_rate_becomes_even(film: WorkFile, tmp_path: Path) -> None:
    shown = pictures(made(film, tmp_path, Distortion(sound=None, fps=10)).path)
    steps = np.diff([time for time, _ in shown])
    assert steps == pytest.approx(0.1, abs=1e-3)


# What lies within half a minute or two hours of footage is held by a test of its own.
LONG = {name for name, how in PRESETS.items() if how.lead_s > 10}


@pytest.mark.parametrize("name", sorted(PRESETS.keys() - LONG))
def test_every_preset_makes_a_readable_file(name: str, film: WorkFile, tmp_path: Path) -> None:
    how = PRESETS[name]
    query = made(film, tmp_path, how)
    with av.open(query.path) as container:
        assert bool(container.streams.video) == (how.picture is not None)
        assert bool(container.streams.audio) == (how.sound is not None)
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(3.0 + 2 * how.lead_s, abs=0.1)


def test_a_made_file_is_found_again_and_another_seed_makes_another(
    film: WorkFile, tmp_path: Path
) -> None:
    how = PRESETS["mp3_32k"]
    first = made(film, tmp_path, how)
    stamp = first.path.stat().st_mtime_ns
    again = made(film, tmp_path, how)
    assert (again, again.path.stat().st_mtime_ns) == (first, stamp)
    moved = make(Order("q", film, True, 3.0, how, "2/film/0"), tmp_path)
    assert moved.path != first.path
    assert moved.truth.reference != first.truth.reference


def test_rows_of_one_place_are_paired(film: WorkFile, tmp_path: Path) -> None:
    spans = [
        made(film, tmp_path, PRESETS[name]).truth.reference for name in ("crf35_240p", "mirror")
    ]
    assert spans[0] == spans[1]


@pytest.fixture
def mostly_silent(tmp_path: Path) -> WorkFile:
    """Twenty seconds of which only the last six sound."""
    samples = np.zeros((2, 20 * RATE), np.float32)
    samples[:, 14 * RATE :] = np.sin(np.arange(6 * RATE) / 20)
    path = tmp_path / "silent.m4a"
    with Writer(path, PRESETS["aac_64k"], RATE) as writer:
        writer.samples(samples)
    return WorkFile(path, path.name, "silent", "music", Facts("1" * 64, 20.0, False, True, 0))


def test_a_silent_excerpt_of_a_registered_work_is_drawn_again(
    mostly_silent: WorkFile, tmp_path: Path
) -> None:
    order = Order("q", mostly_silent, True, 3.0, PRESETS["mp3_32k"], "1/silent/0")
    again, kept = make(order, tmp_path), make(replace(order, positive=False), tmp_path)
    assert again.draws > 1
    assert again.evidence.enough
    assert again.truth.reference.end_s > 15
    # A silent negative must not match either, so it stays.
    assert (kept.draws, kept.evidence.enough, kept.truth.work) == (1, False, None)


def test_a_seek_gives_what_reading_through_gives(film: WorkFile) -> None:
    late = Span(5.0, 6.0)
    through = [(t, f) for t, f in frames(film.path, WHOLE) if 5.0 <= t < 6.0]
    sought = list(frames(film.path, late))
    assert [t for t, _ in sought] == [t for t, _ in through]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(sought, through, strict=True))
    assert time_heard(sound(film.path, late)) == pytest.approx(5.5, abs=0.05)


@pytest.mark.parametrize("name", ["mp3_32k", "opus_24k", "lossless"])
def test_a_part_is_the_same_however_much_is_read(name: str, film: WorkFile, tmp_path: Path) -> None:
    path = made(film, tmp_path, PRESETS[name]).path
    part, all_of_it = sound(path, Span(1.0, 2.0)), sound(path, Span(0.0, 3.0))
    assert np.allclose(part, all_of_it[:, RATE : 2 * RATE], atol=1e-3)


def test_two_voices_are_equally_loud(tune: WorkFile, film: WorkFile) -> None:
    both = babble([tune.path, film.path])
    one, other = babble([tune.path, tune.path]), babble([film.path, film.path])
    assert both.shape == one.shape == (1, 160 * (RATE // 8))
    level, levels = np.mean(both**2), [np.mean(voice**2) / 4 for voice in (one, other)]
    assert levels == pytest.approx([1.0, 1.0], rel=0.01)
    assert level == pytest.approx(2.0, rel=0.05)


def test_footage_lies_before_and_after_an_excerpt(film: WorkFile, tmp_path: Path) -> None:
    query = made(film, tmp_path, Distortion(sound=None, crf=12, lead_s=1.0))
    shown = pictures(query.path)
    assert query.truth.query == Span(1.0, 4.0)
    first = next(frame for time, frame in shown if time >= 1.0)
    assert time_seen(first) == pytest.approx(query.truth.reference.start_s, abs=0.15)
    # The footage is the film from its beginning, which goes on where the excerpt interrupted it.
    assert time_seen(shown[0][1]) == pytest.approx(0.0, abs=0.15)
    assert time_seen(shown[-1][1]) == pytest.approx(5.0, abs=0.2)


def test_footage_goes_on_at_an_even_rate(film: WorkFile, tmp_path: Path) -> None:
    how = Distortion(sound=None, crf=12, fps=12, lead_s=1.0)
    shown = pictures(made(film, tmp_path, how, 2.0).path)
    assert np.diff([time for time, _ in shown]) == pytest.approx(1 / 12, abs=1e-3)
    assert len(shown) == 4 * 12


def test_footage_is_played_in_turn(film: WorkFile) -> None:
    footage = Footage([film.path])
    told = [time_seen(footage.at(time)) for time in (0.0, 3.0, 7.5, 9.0)]
    assert told == pytest.approx([0.0, 3.0, 7.5, 1.0], abs=0.15)


def test_the_same_order_makes_the_same_bytes(film: WorkFile, tmp_path: Path) -> None:
    how = PRESETS["camcorder_letterbox"]
    twice = [made(film, tmp_path / name, how, 1.0).path.read_bytes() for name in "ab"]
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("steps", "mirrored", "rotation", "crop", "picture"),
    [
        ((("mirror", 1.0),), True, 0.0, (0, 0, 1, 1), (0, 0, 1, 1)),
        ((("crop", 0.1),), False, 0.0, (0.1, 0.1, 0.9, 0.9), (0, 0, 1, 1)),
        ((("letterbox", 0.25),), False, 0.0, (0, 0, 1, 1), (0, 1 / 6, 1, 5 / 6)),
        ((("pillarbox", 0.5),), False, 0.0, (0, 0, 1, 1), (0.25, 0, 0.75, 1)),
        ((("quarter", 2.0),), False, 180.0, (0, 0, 1, 1), (0, 0, 1, 1)),
        ((("crop", 0.1), ("letterbox", 0.5)), False, 0.0, (0.1, 0.1, 0.9, 0.9), (0, 0.25, 1, 0.75)),
    ],
)
def test_the_truth_of_where_a_picture_is(
    steps: tuple[tuple[str, float], ...],
    mirrored: bool,
    rotation: float,
    crop: tuple[float, ...],
    picture: tuple[float, ...],
    film: WorkFile,
    tmp_path: Path,
) -> None:
    where = made(film, tmp_path, Distortion(steps, sound=None), 1.0).truth.placement
    assert where is not None
    assert where.mirrored == mirrored
    assert abs(where.rotation_deg) == pytest.approx(rotation, abs=0.1)
    assert where.crop == pytest.approx(crop, abs=1e-3)
    assert where.picture == pytest.approx(picture, abs=1e-3)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_truth_of_a_turn(mirrored: bool, film: WorkFile, tmp_path: Path) -> None:
    steps = ((("mirror", 1.0),) if mirrored else ()) + (("rotate", 15.0),)
    where = made(film, tmp_path, Distortion(steps, sound=None), 1.0).truth.placement
    assert where is not None
    assert where.mirrored == mirrored
    # In a frame that is wider than high; about the middle, so nothing but the corners is lost.
    assert abs(where.rotation_deg) == pytest.approx(15.0, abs=0.1)
    assert where.picture == pytest.approx((0, 0, 1, 1), abs=1e-3)


def test_a_negative_film_is_known_for_it(film: WorkFile, tmp_path: Path) -> None:
    once = made(film, tmp_path, PRESETS["invert_mirror"], 1.0).truth.placement
    assert once is not None
    assert (once.inverted, once.mirrored) == (True, True)
