from __future__ import annotations

import numpy as np
import pytest

from tests.training.pictured import drawn
from training.scenes import TWINS, grounds, scene
from training.view_geometry import SIDE, laid
from training.view_light import HOSTILE
from training.views import batch

BOX = np.array([[0.5, 0, 0.25], [0, 0.25, 0.5], [0, 0, 1]])


def test_a_picture_lies_where_its_place_says() -> None:
    white = np.full((256, 256), 255, np.uint8)
    view = laid(white, BOX, np.zeros((SIDE, SIDE), np.uint8))
    rows, columns = np.nonzero(view > 127)
    assert (rows.min(), rows.max() + 1) == (64, 96)
    assert (columns.min(), columns.max() + 1) == (32, 96)


def test_a_whole_picture_is_reduced_and_not_moved() -> None:
    luma = drawn(1).luma[0]
    view = laid(luma, np.eye(3), np.zeros((SIDE, SIDE), np.uint8))
    reduced = luma.reshape(SIDE, 2, SIDE, 2).mean(axis=(1, 3))
    assert np.abs(view - reduced).mean() < 1


def test_a_batch_hangs_on_its_seed_and_step_alone() -> None:
    luma = drawn(20).luma
    ground = grounds(20, 12, 1, 0)
    first, again, other = (batch(luma, ground, 1, step) for step in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[1], other[1])
    assert first[0].shape == first[1].shape == (12, SIDE, SIDE)


def test_every_picture_is_ground_once_in_an_epoch() -> None:
    of_steps = [grounds(27, 12, 1, step) for step in range(3)]
    single = np.concatenate([ground[:9] for ground in of_steps])
    assert sorted(single.tolist()) == list(range(27))
    assert not np.array_equal(grounds(27, 12, 1, 3), of_steps[0])


def test_the_last_scenes_are_twins_of_the_first_with_other_things_in_front() -> None:
    luma, ground = drawn(20).luma, grounds(20, 12, 1, 0)
    twins = 12 // TWINS
    assert np.array_equal(ground[-twins:], ground[:twins])
    one, other = (scene(luma, i, ground, np.random.default_rng(i)) for i in (0, 12 - twins))
    assert 0.1 < (one == other).mean() < 0.9


@pytest.mark.parametrize("step", [step for _, step in HOSTILE])
def test_each_step_changes_a_view_but_not_its_shape(step: object) -> None:
    view = np.ascontiguousarray(drawn(1).luma[0, ::2, ::2])
    before = view.copy()
    assert callable(step)
    spoiled = step(view, np.random.default_rng(1))
    assert (spoiled.shape, spoiled.dtype) == (view.shape, np.uint8)
    assert not np.array_equal(spoiled, before)
    assert np.array_equal(view, before)
