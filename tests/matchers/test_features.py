from __future__ import annotations

import numpy as np

from fingerprint.synthetic import synthetic_clips
from fingerprint.video.orb import DESCRIPTOR, Orb, OrbParts, places, shape
from matchers.features import Pictures
from media.clip import Span

CLIP = synthetic_clips()["shingle"]
WHOLE, PARTS = Orb().fingerprint(CLIP), OrbParts().fingerprint(CLIP)


def test_frames_are_slices_in_order_of_time() -> None:
    read = Pictures.of(WHOLE)
    assert read.times.tolist() == sorted(set(WHOLE.times.tolist()))
    for which, time in enumerate(read.times):
        own = WHOLE.take(WHOLE.times == time)
        np.testing.assert_array_equal(
            read.descriptors[read.frame(which)], own.codes[:, :DESCRIPTOR]
        )
        np.testing.assert_array_equal(read.at[read.frame(which)], places(own.codes))
        assert (read.owners()[read.frame(which)] == which).all()
    assert read.shape == shape(WHOLE.codes)
    assert not read.enlarged.any()


def test_parts_lie_in_the_frames_that_they_were_read_of() -> None:
    both = Pictures.of_both(WHOLE, PARTS)
    assert len(both.at) == len(WHOLE) + len(PARTS)
    assert both.enlarged.sum() == len(PARTS)
    for which, time in enumerate(both.times):
        own = both.enlarged[both.frame(which)]
        assert (~own).sum() == (WHOLE.times == time).sum()
        assert own.sum() == (PARTS.times == time).sum()


def test_descriptors_are_read_as_three_numbers() -> None:
    read = Pictures.of(WHOLE)
    assert read.numbers.shape == (3, len(WHOLE))
    for other in (1, 7, len(WHOLE) - 1):
        apart = np.bitwise_count(read.descriptors[0] ^ read.descriptors[other]).sum()
        assert np.bitwise_count(read.numbers[:, 0] ^ read.numbers[:, other]).sum() == apart


def test_a_span_of_frames_is_those_frames() -> None:
    read = Pictures.of(WHOLE)
    times = read.times
    part = read.within(Span(float(times[1]), float(times[2])))
    assert part.times.tolist() == [times[1]]
    np.testing.assert_array_equal(part.at[part.frame(0)], read.at[read.frame(1)])
    assert len(read.within(Span(-5.0, -1.0))) == 0


def test_the_nearest_frame_is_the_earlier_of_two() -> None:
    read = Pictures.of(WHOLE)
    first, second = read.times[:2]
    assert read.nearest(float(first) - 9) == 0
    assert read.nearest(float(first + second) / 2) == 0
    assert read.nearest(float(first + second) / 2 + 0.01) == 1


def test_a_place_is_held_up_to_the_edges() -> None:
    read = Pictures.of(WHOLE)
    width, height = read.shape
    at = np.array([[0, 0], [width, height], [width / 2, height + 0.01], [-0.01, 0.1]])
    assert read.holds(at).tolist() == [True, True, False, False]


def test_nothing_read_is_no_frames() -> None:
    nothing = Pictures.of(WHOLE.take(np.zeros(len(WHOLE), bool)))
    assert len(nothing) == 0
    assert nothing.owners().tolist() == []
