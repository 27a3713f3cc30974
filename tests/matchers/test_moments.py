"""Moments that people look at: spread evenly, and drawn where things were found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fingerprint.extract import inverted
from matchers.alignment import Hypothesis, Segment
from matchers.frames import verify as verify_frames
from matchers.keyframes import verify as verify_features
from matchers.moments import WHOLE, feature_moments, frame_moments
from matchers.placement import Placement
from tests.matchers.build import film, line
from tests.matchers.scenery import SAME, Scene, reference, suspect
from tests.matchers.test_keyframes import KEYS, SCENE, seed
from tests.matchers.test_placement import affine

START_S = 21.5


def found(placement: Placement = SAME, mirrored: bool = False) -> Segment:
    shown = suspect(SCENE, START_S, 14.0, placement=placement)
    (segment,) = verify_features(shown, KEYS, seed(28.0, 28.0 - START_S, placement), mirrored)
    return segment


def test_moments_lie_evenly_and_on_frames_that_were_compared() -> None:
    moments = feature_moments(found(), suspect(SCENE, START_S, 14.0), KEYS, 4)
    assert [m.reference_s - m.suspect_s for m in moments] == pytest.approx([START_S] * 4, abs=0.07)
    assert [m.suspect_s for m in moments] == pytest.approx([1.75, 5.25, 8.75, 12.25], abs=0.4)
    assert all(m.reference_s % 0.5 == 0 for m in moments)
    segment = found()
    nats = dict(zip((segment.units / 4000).tolist(), segment.evidence.tolist(), strict=True))
    assert [m.nats for m in moments] == [nats[m.reference_s] for m in moments]


def test_features_are_found_at_their_places_and_hardly_elsewhere() -> None:
    (moment,) = feature_moments(found(), suspect(SCENE, START_S, 14.0), KEYS, 1)
    assert moment.features is not None
    assert len(moment.features.found) > 0.35 * moment.features.asked
    assert moment.features.elsewhere < 0.1 * moment.features.asked
    here = np.array([b for _, b in moment.features.found])
    there = np.array([a for a, _ in moment.features.found])
    assert here == pytest.approx(there, abs=0.01)
    assert np.array(moment.corners) == pytest.approx(np.array(WHOLE), abs=0.02)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_small_picture_is_drawn_where_it_lies(mirrored: bool) -> None:
    placement = affine(0.5, by=(0.2, -0.05625))
    shown = suspect(SCENE, START_S, 14.0, placement=placement)
    (moment,) = feature_moments(found(placement, mirrored), shown, KEYS, 1)
    left, right = (0.55, 0.05) if mirrored else (0.45, 0.95)
    expected = np.array([(left, 0.15), (right, 0.15), (right, 0.65), (left, 0.65)])
    assert np.array(moment.corners) == pytest.approx(expected, abs=0.02)


def test_a_picture_that_has_moved_is_found_anew() -> None:
    moved = suspect(SCENE, START_S, 14.0, placement=affine(0.5, by=(-0.2, 0.05)))
    segment = found(affine(0.5, by=(0.2, -0.05)))
    (moment,) = feature_moments(segment, moved, KEYS, 1)
    assert moment.features is not None
    assert len(moment.features.found) > 0.3 * moment.features.asked
    assert moment.corners[0][0] == pytest.approx(0.05, abs=0.03)


def test_where_nothing_is_seen_nothing_is_drawn() -> None:
    other = suspect(Scene.of(60, seed=5), START_S, 14.0)
    (moment,) = feature_moments(found(), other, KEYS, 1)
    assert moment.features is not None
    assert len(moment.features.found) < 0.1 * moment.features.asked


def test_whole_frames_say_in_how_many_bits_they_differ() -> None:
    work = film(60, seed=3)
    shown = replace(work, times=work.times - 20.0, codes=work.codes.copy())
    (segment,) = verify_frames(shown, work, line(offset_s=20.0))
    shown.codes[:, 0] ^= 0b111
    moments = frame_moments(segment, shown, work, 3)
    assert [m.bits for m in moments] == [3, 3, 3]
    assert [m.reference_s - m.suspect_s for m in moments] == [20.0] * 3
    negative = replace(segment, hypothesis=Hypothesis(inverted=True))
    assert frame_moments(negative, inverted(shown), work, 1)[0].bits == 253


def test_a_single_frame_has_one_moment() -> None:
    scene = Scene.still(seed=2)
    keys, shown = reference(scene, 2.0), suspect(scene, 0.0, 0.1)
    (segment,) = verify_features(shown, keys, seed(0.5, 0.0), False)
    assert len(feature_moments(segment, shown, keys, 4)) == 1
