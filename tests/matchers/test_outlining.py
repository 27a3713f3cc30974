"""Outlines of references on the relief of a suspect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.relief import BANDS, CELLS, COUNT, FIRST_BAND, RELIEF_S, STEPS, packed
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line
from matchers.constellation import Map, Peaks
from matchers.landmarks import verify
from matchers.outlining import Laid, Outline, Relief
from media.clip import Span
from tests.matchers.build import constellation, excerpt, line, mixed

MOMENT_S = 0.208
WINDOW = Span(0.0, 20.0)


def outline(seconds: float, seed: int) -> Outline:
    rng = np.random.default_rng(seed)
    times = np.arange(0.064, seconds, MOMENT_S)
    return Outline(times, (rng.integers(0, 2, (len(times), BANDS)) * 2 - 1).astype(np.int8))


def relief_of(known: Outline, along: Line, right: float, seed: int = 1) -> Fingerprint:
    """A relief of 20 s that has a share of an outline's bits right, where the line puts them."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(-STEPS, STEPS + 1, (int(20 / RELIEF_S), COUNT)).astype(np.int8)
    times = np.arange(len(steps)) * RELIEF_S
    cells = FIRST_BAND + 2 * np.arange(BANDS) + round(along.hypothesis.pitch_octaves * CELLS)
    inside = (cells >= 0) & (cells < COUNT)
    for t, bits in zip(known.times, known.signs, strict=True):
        frame = round((t - along.offset_s) / along.hypothesis.speed / RELIEF_S)
        if 0 <= frame < len(steps):
            kept = rng.uniform(size=BANDS) < right
            row = np.where(kept, bits, -bits) * np.abs(steps[frame, np.clip(cells, 0, COUNT - 1)])
            steps[frame, cells[inside]] = row[inside]
    return fingerprint(steps, times)


def fingerprint(steps: NDArray[np.int8], times: NDArray[Any]) -> Fingerprint:
    quality = np.full(len(times), 100, np.uint8)
    return Fingerprint("audio-relief-1", packed(steps), times.astype(np.float64), quality)


def nats(known: Outline, heard: Fingerprint, along: Line) -> float:
    return Laid(Relief.of(heard), known, along).agreement(WINDOW)[1]


@pytest.mark.parametrize("along", [line(offset_s=30), line(1, 30, 1.04, 0.06), line(1, 30, 0.9)])
def test_a_copy_agrees_and_the_more_the_less_it_is_damaged(along: Line) -> None:
    known = outline(90, seed=2)
    found = [nats(known, relief_of(known, along, right), along) for right in (1.0, 0.8, 0.6)]
    assert found[0] > found[1] > found[2] > 60
    assert nats(known, relief_of(known, along, 0.52), along) < 0.5 * found[2]


def test_other_sound_agrees_with_nothing() -> None:
    known, other = outline(90, seed=2), outline(90, seed=3)
    along = line(offset_s=30)
    assert nats(known, relief_of(other, along, 1.0), along) == 0


def test_what_agrees_at_any_time_is_no_evidence() -> None:
    """As a held chord does."""
    one = outline(90, seed=2)
    held = Outline(one.times, np.broadcast_to(one.signs[0], one.signs.shape).copy())
    along = line(offset_s=30)
    steps = np.zeros((int(20 / RELIEF_S), COUNT), np.int8)
    steps[:, FIRST_BAND : FIRST_BAND + 2 * BANDS : 2] = 5 * one.signs[0]
    lasting = fingerprint(steps, np.arange(len(steps)) * RELIEF_S)
    assert nats(held, lasting, along) < 0.1 * nats(one, relief_of(one, along, 1.0), along)


def test_what_other_sound_gives_is_spread_as_its_unit_says() -> None:
    known, along = outline(90, seed=2), line(offset_s=30)
    far = [
        Laid(Relief.of(relief_of(other, along, 1.0)), known, along).stands_out(WINDOW)[0]
        for other in (outline(90, seed) for seed in range(3, 43))
    ]
    assert abs(np.mean(far)) < 0.5
    assert 0.6 < np.std(far) < 1.5
    assert Laid(Relief.of(relief_of(known, along, 0.6)), known, along).stands_out(WINDOW)[0] > 5


def test_a_reference_that_is_hardly_longer_tells_nothing() -> None:
    """For how much would agree by accident cannot be known."""
    known, along = outline(22, seed=2), line(offset_s=1)
    heard = Relief.of(relief_of(known, along, 1.0))
    assert Laid(heard, known, along).stands_out(WINDOW)[0] == 0
    found = [Laid(heard, outline(s, seed=2), along).stands_out(WINDOW)[0] for s in (25, 30, 60)]
    assert 3 < found[0] < found[1] < found[2]


def test_bands_that_leave_the_suspect_are_left_out() -> None:
    known = outline(90, seed=2)
    along = line(1, 30, 1.0, 6.0)
    times, found = Laid(Relief.of(relief_of(known, along, 1.0)), known, along).agreement(WINDOW)
    assert len(times) == known.times[known.seen_in(WINDOW, along)].size
    assert found == 0


def test_an_outline_adds_to_the_peaks_and_takes_nothing_away() -> None:
    reference = constellation(90, seed=7)
    query = excerpt(reference, 30, 20, kept=0.35)
    known, other = outline(90, seed=2), outline(90, seed=3)
    along, peaks = line(offset_s=30), Peaks.of(reference)
    heard = Map.of(WINDOW, query, None, relief_of(known, along, 0.8))

    def score(of: Outline | None) -> float:
        found = verify(heard, peaks, along, lambda: of)
        return max(s.score for s in found)

    alone = score(None)
    assert score(known) > alone + 50
    assert score(other) == alone


def test_two_strong_pieces_are_not_given_up_for_one_that_the_outline_bridges() -> None:
    """As where other sound hides a copy but for its beginning and end."""
    reference = constellation(90, seed=7)
    heard = excerpt(reference, 30, 20, kept=0.9)
    ends = heard.take((heard.times < 2) | (heard.times > 18))
    query = mixed(ends, constellation(20, seed=11, rate=60))
    known, along = outline(90, seed=2), line(offset_s=30)
    suspect = Map.of(WINDOW, query, None, relief_of(known, along, 0.45))
    alone = verify(suspect, Peaks.of(reference), along)
    asked = verify(suspect, Peaks.of(reference), along, lambda: known)
    assert len(alone) == 2
    assert sum(s.score for s in asked) >= sum(s.score for s in alone)


def test_an_outline_is_not_asked_for_where_no_peaks_coincide() -> None:
    def unasked() -> Outline:
        raise AssertionError

    known = outline(90, seed=2)
    suspect = constellation(20, seed=5)
    heard = Map.of(WINDOW, suspect, None, relief_of(known, line(offset_s=30), 1.0))
    verify(heard, Peaks.of(constellation(90, seed=7)), line(offset_s=30), unasked)
