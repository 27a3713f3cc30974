"""Scenes of moving features: the line along which they were shown is found, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matchers import testimony
from matchers.alignment import Hypothesis, Line, Segment
from matchers.features import Pictures
from matchers.keyframes import Seed, verify
from matchers.placement import CELL, Placement
from matchers.testimony import PICTURE_NATS, STILL_NATS, glimpse, likeness, weights
from media.clip import Span
from reelprint.watching import LEAST_GLIMPSE
from tests.matchers.scenery import (
    IN_VIEW,
    SAME,
    Scene,
    Shot,
    copied,
    pictures,
    random_shot,
    reference,
    suspect,
)
from tests.matchers.test_placement import affine

SCENE = Scene.of(60, seed=1)
KEYS = reference(SCENE, 60)
START_S, SECONDS = 21.3, 14.0


def seed(reference_s: float, query_s: float, placement: Placement = SAME) -> Seed:
    return Seed(7, reference_s, query_s, placement, 12)


def verified(
    shown: Pictures, speed: float = 1.0, placement: Placement = SAME, off_s: float = 0.0
) -> list[Segment]:
    """From the key frame at 28 s, found where it is shown, or a little off."""
    return verify(shown, KEYS, seed(28.0, (28.0 - START_S) / speed + off_s, placement), False)


@pytest.mark.parametrize("off_s", [0.0, 0.4])
@pytest.mark.parametrize("speed", [0.8, 0.96, 1.0, 1.05, 1.25])
def test_a_line_is_found_at_its_speed(speed: float, off_s: float) -> None:
    (found,) = verified(suspect(SCENE, START_S, SECONDS, speed), speed, off_s=off_s)
    assert found.hypothesis.speed == pytest.approx(speed, abs=0.012)
    assert found.reference_time(7.0) == pytest.approx(START_S + speed * 7.0, abs=0.1)
    assert found.score > 100
    assert (found.reference, found.kind) == (7, "features")
    assert found.query.start_s < 1.6
    assert found.query.end_s > SECONDS - 1.6


@pytest.mark.parametrize("every_s", [0.5, 1.0, 2.0])
def test_a_line_is_found_however_far_key_frames_are_apart(every_s: float) -> None:
    shown = suspect(SCENE, START_S, SECONDS, 1.04)
    at_28 = seed(28.0, (28.0 - START_S) / 1.04)
    (found,) = verify(shown, reference(SCENE, 60, every_s), at_28, False)
    assert found.hypothesis.speed == pytest.approx(1.04, abs=0.012)
    assert found.reference_time(7.0) == pytest.approx(START_S + 1.04 * 7.0, abs=0.1)
    assert np.diff(found.units).tolist() == [4000 * every_s] * (len(found.units) - 1)


@pytest.mark.parametrize("speed", [0.8, 1.25])
@pytest.mark.parametrize("query_s", [0.5, 19.0])
def test_a_line_is_found_from_either_end_of_a_window(speed: float, query_s: float) -> None:
    shown = suspect(SCENE, START_S, 20.0, speed)
    key_s = float(KEYS.times[KEYS.nearest(START_S + speed * query_s)])
    (found,) = verify(shown, KEYS, seed(key_s, (key_s - START_S) / speed), False)
    assert found.hypothesis.speed == pytest.approx(speed, abs=0.012)
    assert found.reference_time(10.0) == pytest.approx(START_S + speed * 10.0, abs=0.1)


def test_a_line_that_frames_know_is_followed_if_it_holds() -> None:
    shown = suspect(SCENE, START_S, SECONDS)
    lines = {
        speed: Line(7, Hypothesis(speed=speed), START_S + (1 - speed) * 7.0, 50.0)
        for speed in (0.8, 1.003)
    }
    at_28 = seed(28.0, 28.0 - START_S)
    (own,) = verify(shown, KEYS, at_28, False)
    (follows,) = verify(shown, KEYS, at_28, False, list(lines.values()))
    assert own.hypothesis.speed != 1.003
    assert (follows.hypothesis, follows.offset_s) == (
        lines[1.003].hypothesis,
        lines[1.003].offset_s,
    )
    (stays,) = verify(shown, KEYS, at_28, False, [lines[0.8]])
    assert stays.hypothesis == own.hypothesis


@pytest.mark.parametrize("placement", [affine(0.5, by=(0.1, 0.1)), affine(1.3), affine(degrees=20)])
def test_a_picture_is_found_where_it_was_placed(placement: Placement) -> None:
    shown = suspect(SCENE, START_S, SECONDS, placement=placement)
    (found,) = verified(shown, placement=placement)
    assert found.reference_time(7.0) == pytest.approx(START_S + 7.0, abs=0.1)
    assert found.view is not None
    assert found.view.placement is placement
    assert (found.view.reference, found.view.suspect) == (KEYS.shape, shown.shape)


def test_each_key_frame_is_evidence_under_its_own_name() -> None:
    """So that overlapping windows can be joined, counting nothing twice."""
    (found,) = verified(suspect(SCENE, START_S, SECONDS))
    assert found.units.tolist() == [2000 * t for t in range(43, 71)]
    assert (found.evidence > 5).all()


def test_a_mirrored_line_says_so() -> None:
    shown = suspect(SCENE, START_S, SECONDS)
    (found,) = verify(shown, KEYS, seed(28.0, 28.0 - START_S), True)
    assert found.hypothesis.mirrored
    assert found.view is not None
    assert found.view.mirrored


@pytest.mark.parametrize("by", [(0.1, 0.0), (0.0, -0.1), (0.4, 0.2)])
def test_a_wrong_placement_finds_nothing(by: tuple[float, float]) -> None:
    assert verified(suspect(SCENE, START_S, SECONDS), placement=SAME.moved(by)) == []


def test_another_scene_gives_nothing() -> None:
    assert verified(suspect(Scene.of(60, seed=2), START_S, SECONDS)) == []


def test_the_stretch_ends_where_another_scene_begins() -> None:
    own, other = suspect(SCENE, START_S, 8.0), suspect(Scene.of(60, seed=2), START_S, 8.0)
    both = Pictures(
        np.concatenate([own.times, other.times + 8.0]),
        np.concatenate([own.first, own.first[-1] + other.first[1:]]),
        np.concatenate([own.descriptors, other.descriptors]),
        np.concatenate([own.at, other.at]),
        np.concatenate([own.enlarged, other.enlarged]),
        own.shape,
    )
    (found,) = verified(both)
    assert found.query.end_s == pytest.approx(8.0, abs=1.1)


TIMES = np.arange(0, 20, 0.5)


def suspect_of(shots: Sequence[Shot]) -> Pictures:
    """A perfect copy, each of the shots shown for half a second."""
    return pictures([replace(s, time_s=s.time_s + k / 8) for s in shots for k in range(4)])


def now_and_then(shown: Pictures) -> Pictures:
    """One frame in eight, as a scene is read in which nothing changes."""
    every = [shown.within(Span(t, t).closed) for t in shown.times[::8]]
    return Pictures(
        shown.times[::8],
        np.cumsum([0, *(len(one.at) for one in every)]),
        np.concatenate([one.descriptors for one in every]),
        np.concatenate([one.at for one in every]),
        np.concatenate([one.enlarged for one in every]),
        shown.shape,
    )


def test_a_still_scene_proves_only_so_much() -> None:
    still = Scene.still(seed=3)
    keys, shown = reference(still, 60), now_and_then(suspect(still, START_S, SECONDS))
    (found,) = verify(shown, keys, seed(28.0, 28.0 - START_S), False)
    assert found.score <= STILL_NATS + 0.01


def test_corners_of_a_still_scene_that_take_turns_prove_nothing_more() -> None:
    """Grain decides which of them are among the strongest: each is new when its turn comes, but a
    film of the same room at another time shows it all along."""
    room, turns = random_shot(5, 40 * IN_VIEW), 40
    part = np.arange(len(room.at)) % turns
    taken = [Shot(t, room.descriptors[part == k], room.at[part == k]) for k, t in enumerate(TIMES)]
    keys = pictures(taken)
    always = pictures([Shot(t, room.descriptors, room.at) for t in np.arange(0, 10, 1 / 8)])
    in_turn = suspect_of(taken)
    (other,) = verify(always, keys, Seed(7, 5.0, 5.0, SAME, 12), False)
    (copy,) = verify(in_turn, keys, Seed(7, 5.0, 5.0, SAME, 12), False)
    assert other.score < 0.2 * copy.score


def test_a_still_picture_is_found_in_a_key_frame() -> None:
    shown = pictures([copied(SCENE.shot(28.0), SAME, 5, 0.0)])
    (found,) = verify(shown, KEYS, seed(28.0, 0.0), False)
    assert found.reference_time(0.0) == pytest.approx(28.0, abs=0.01)
    assert found.score == pytest.approx(PICTURE_NATS)


@pytest.mark.parametrize("shown_s", [28.0, 28.1, 28.25, 28.4])
def test_a_still_picture_is_found_within_itself(shown_s: float) -> None:
    """Whichever of the key frames before and after it show it."""
    shown = pictures([copied(SCENE.shot(shown_s), SAME, 5, 0.0)])
    (found,) = verify(shown, KEYS, seed(28.0, 0.0), False)
    assert (found.query.start_s, found.query.end_s) == (0.0, 0.0)


def test_without_the_cap_a_still_scene_would_prove_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testimony, "confirmed", lambda nats, picture, alone: nats)
    still = Scene.still(seed=3)
    keys, shown = reference(still, 60), now_and_then(suspect(still, START_S, SECONDS))
    (found,) = verify(shown, keys, seed(28.0, 28.0 - START_S), False)
    assert found.score > 1.2 * STILL_NATS


def counted(at: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights(at, np.zeros(len(at), np.int64))


def test_features_in_a_row_count_little() -> None:
    line_of_text = (np.stack([np.arange(40.0) % 12, np.full(40, 5.0)], axis=1) + 0.5) * CELL
    logo = np.random.default_rng(1).uniform(3.0, 4.0, (40, 2)) * CELL
    apart = (np.stack([np.arange(12.0), np.arange(12.0)], axis=1) + 0.5) * CELL
    assert counted(apart).tolist() == [1.0] * 12
    assert counted(line_of_text).sum() == pytest.approx(4.0)
    assert counted(logo).sum() == pytest.approx(2.0)
    assert counted(line_of_text.T[::-1].T).sum() == pytest.approx(4.0)  # and in a column


def test_each_pair_of_frames_is_weighed_apart() -> None:
    logo = np.random.default_rng(1).uniform(3.0, 4.0, (40, 2)) * CELL
    both = weights(np.concatenate([logo, logo]), np.repeat([0, 1], 40))
    np.testing.assert_allclose(both, np.tile(counted(logo), 2))


@pytest.mark.parametrize("corner", [(0.0, 0.0), (1.5, 0.75), (2.5, 1.25)])
def test_a_figure_in_a_part_of_the_picture_counts_little(corner: tuple[float, float]) -> None:
    """A face drawn in many films, wherever the edges of regions fall."""
    square = np.stack(np.meshgrid(np.arange(4.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
    figure = (square + 3 * np.array(corner) + 0.5) * CELL
    assert counted(figure).sum() < 10.5
    all_over = (square * (3.0, 1.7) + 0.5) * CELL
    assert counted(all_over).sum() == pytest.approx(16.0)


def test_pairs_asked_together_say_what_each_says_alone() -> None:
    shown = suspect(SCENE, START_S, SECONDS)
    key, frame = [50, 60, 70, 80], [30, 38, 46, 54]  # the first one is shown, the others are not
    apart = [glimpse(shown, f, KEYS, k, SAME) for k, f in zip(key, frame, strict=True)]
    asked = testimony._Asked.of(KEYS, SAME, np.array(key), np.array(frame))
    said = testimony._said(shown, asked, np.ones(len(asked.pair), bool))
    together = np.max([said.nats(share) for share in testimony.SURVIVAL], axis=0)
    np.testing.assert_allclose(together / testimony.DISPERSION, apart)


def test_a_glimpse_tells_the_right_pair_from_a_wrong_one() -> None:
    key = KEYS.nearest(28.0)
    shown = pictures([copied(SCENE.shot(28.0), SAME, 5, 6.7)])
    right = glimpse(shown, 0, KEYS, key, SAME)
    elsewhere = glimpse(shown, 0, KEYS, key, SAME.moved((0.3, 0.1)))
    another = glimpse(shown, 0, KEYS, key + 16, SAME)
    assert right > 5 * LEAST_GLIMPSE
    assert max(elsewhere, another) < LEAST_GLIMPSE


EVERY = slice(0, 1)


def test_likeness_is_one_where_features_are_the_same_and_nothing_where_there_are_none() -> None:
    key = pictures([SCENE.shot(28.0)])
    gone = replace(key, at=key.at + 0.5)
    half = replace(key, descriptors=key.descriptors ^ np.uint8(1))  # 12 of 96 bits
    shape = (len(key.at), 1)
    np.testing.assert_array_equal(likeness(key, key, 0, SAME, EVERY), np.ones(shape))
    np.testing.assert_array_equal(likeness(gone, key, 0, SAME, EVERY), np.zeros(shape))
    np.testing.assert_allclose(likeness(half, key, 0, SAME, EVERY), np.full(shape, 1 - 12 / 25))
