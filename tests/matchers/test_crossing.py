"""Along the line of one sense the other is found if it is there, and denied if it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from matchers.alignment import Hypothesis
from matchers.constellation import Peaks
from matchers.crossing import Glimpses, detailed, glimpses, heard, line_of, pieces, pitched
from matchers.hypotheses import WINDOW_S
from matchers.outlining import Outline
from matchers.significance import sound_score
from matchers.standing import DENIED, denied, of_picture, of_sound
from media.clip import Span
from tests.matchers.build import PICTURE, constellation, excerpt, line, segment
from tests.matchers.build import heard as mapped
from tests.matchers.scenery import Scene, reference, suspect

SOUND = constellation(120, seed=1)
SCENE = Scene.of(60, seed=1)
KEYS = reference(SCENE, 60)


def nothing() -> Outline | None:
    return None


@pytest.mark.parametrize("pitch", [0.0, float(np.log2(1.04))])
def test_sound_is_heard_along_the_line_of_a_picture(pitch: float) -> None:
    there = mapped(excerpt(SOUND, 30, 10, 1.04, pitch, kept=0.15))
    (found,) = heard(there, Peaks.of(SOUND), line(offset_s=30.1, speed=1.043), nothing)
    assert found.reference_time(5.0) == pytest.approx(35.2, abs=0.05)
    assert sound_score(found) > 10
    assert found.hypothesis.pitch_octaves == pytest.approx(pitch, abs=0.005)


def test_a_picture_at_its_own_speed_has_its_sound_at_one_pitch() -> None:
    assert [one.hypothesis for one in pitched(line(offset_s=3))] == [Hypothesis()]
    assert len(pitched(line(offset_s=3, speed=1.04))) == 2


def test_other_sound_is_denied_and_the_same_is_not() -> None:
    along, own = line(offset_s=30.2), Peaks.of(SOUND)
    dub = denied(mapped(constellation(10, seed=7, rate=60)), own, along)
    assert dub is not None
    assert dub >= DENIED
    for pitch, late_s in ((0.0, 0.0), (1 / 12, 0.0), (0.0, 1.3)):
        copy = excerpt(SOUND, 30 - late_s, 10, 1.0, pitch, kept=0.3)
        same = denied(mapped(copy), own, along)
        assert same is not None
        assert same < 0


def test_a_moment_of_other_sound_is_not_enough_to_deny_it() -> None:
    said = denied(mapped(constellation(3, seed=7, rate=60)), Peaks.of(SOUND), line(offset_s=30.2))
    assert said is None or said < DENIED


def test_a_picture_is_seen_along_the_line_of_a_sound() -> None:
    shown = suspect(SCENE, 21.3, 10, 1.04)
    along = line(offset_s=21.3, speed=1.04)
    found = glimpses(shown, KEYS, along)
    assert (found.looked, len(found.seeds) > 0, found.agreed >= 10) == (6, True, True)
    (seen,) = detailed(shown, KEYS, along, False, found)
    assert seen.score > 50
    assert (seen.offset_s, seen.hypothesis.speed) == (21.3, 1.04)


def test_another_picture_agrees_in_no_more_places_than_chance_gives() -> None:
    found = glimpses(suspect(Scene.of(60, seed=2), 21.3, 10), KEYS, line(offset_s=21.3))
    assert (found.seeds, found.agreed <= 5) == ([], True)
    assert detailed(suspect(SCENE, 3, 4), KEYS, line(offset_s=3), False, found) == []


def test_a_line_beyond_the_reference_shows_nothing() -> None:
    found = glimpses(suspect(SCENE, 21.3, 4), KEYS, line(offset_s=500))
    assert found == Glimpses([], 0, 0)


def test_a_segment_keeps_its_line() -> None:
    one = segment((0, 10), 100, 50, speed=1.02)
    assert line_of(one).reference_time(np.array([3.0])) == pytest.approx(one.reference_time(3.0))


def test_pieces_are_equal_and_no_longer_than_a_window() -> None:
    assert pieces(Span(3, 13)) == [Span(3, 13)]
    assert pieces(Span(0, 50)) == [Span(0, 50 / 3), Span(50 / 3, 100 / 3), Span(100 / 3, 50)]
    assert all(p.duration_s <= WINDOW_S for p in pieces(Span(0, 7200.5)))
    assert pieces(Span(4, 4)) == [Span(4, 4)]


@pytest.mark.parametrize(
    ("heard_per_s", "held_per_s", "nats", "said"),
    [
        (60, 30, 40.0, "other"),
        (60, 30, 8.0, "unsure"),
        (60, 30, None, "unsure"),
        (0, 30, None, "none"),
        (60, 0, None, "not_registered"),
    ],
)
def test_what_is_said_of_sound(
    heard_per_s: float, held_per_s: float, nats: float | None, said: str
) -> None:
    assert of_sound(heard_per_s, held_per_s, nats) == said


def frames(pattern: Callable[[int], int], quality: int = 100) -> Fingerprint:
    """Ten seconds of frames, told apart by a number each."""
    codes = np.array(
        [np.random.default_rng(pattern(k)).integers(0, 256, 32) for k in range(40)], np.uint8
    )
    return Fingerprint(PICTURE, codes, np.arange(40) / 4, np.full(40, quality, np.uint8))


UNLIKE, LIKE = Glimpses([], 12, 5), Glimpses([], 12, 9)
MOVING, STILL, FLAT = frames(lambda k: k), frames(lambda k: 99), frames(lambda k: 99, quality=0)


@pytest.mark.parametrize(
    ("shown", "held", "seen", "length_s", "said"),
    [
        (MOVING, MOVING, UNLIKE, 10, "other"),
        (MOVING, MOVING, UNLIKE, 4, "unsure"),
        (MOVING, MOVING, LIKE, 10, "unsure"),
        (MOVING, MOVING, replace(UNLIKE, looked=3), 10, "unsure"),
        (STILL, MOVING, LIKE, 4, "still"),
        (STILL, STILL, LIKE, 10, "unsure"),
        (STILL, STILL, UNLIKE, 10, "still"),
        (FLAT, MOVING, UNLIKE, 10, "none"),
        (MOVING, FLAT, UNLIKE, 10, "not_registered"),
        (MOVING.take(np.zeros(40, bool)), MOVING, UNLIKE, 10, "none"),
    ],
)
def test_what_is_said_of_a_picture(
    shown: Fingerprint, held: Fingerprint, seen: Glimpses, length_s: float, said: str
) -> None:
    assert of_picture(shown, held, [seen], length_s) == said


def test_frames_far_from_a_key_frame_are_no_witnesses_against_it() -> None:
    sparse = suspect(Scene.of(60, seed=2), 21.3, 10).take(np.array([0, 79]))
    assert glimpses(sparse, KEYS, line(offset_s=21.3)).looked <= 2
