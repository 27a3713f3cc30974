from __future__ import annotations

import numpy as np

from benchmarks.equal_place import same_picture, same_sound, similarity
from media.clip import Span
from tests.reelprint.conftest import FILM, MUSIC, work


def test_a_sound_is_like_itself_a_little_later_and_unlike_another() -> None:
    rng = np.random.default_rng(1)
    one = rng.normal(size=20_000).astype(np.float32)
    later = np.roll(one, 100) + 0.1 * rng.normal(size=20_000).astype(np.float32)
    other = rng.normal(size=20_000).astype(np.float32)
    assert similarity(one, later) > 0.95
    assert similarity(one, other) < 0.2
    assert similarity(np.zeros(20_000, np.float32), one) == 0


def test_two_places_of_a_moving_film_differ() -> None:
    film = work(FILM)
    assert same_picture(film, Span(5, 8), Span(5, 8))
    assert not same_picture(film, Span(5, 8), Span(20, 23))
    assert not same_picture(film, Span(5, 8), Span(900, 903))


def test_two_places_of_a_piece_of_music_differ() -> None:
    music = work(MUSIC)
    assert same_sound(music, Span(5, 8), Span(5.02, 8.02))
    assert not same_sound(music, Span(5, 8), Span(30, 33))
