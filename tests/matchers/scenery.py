"""Pictures made of features alone, for the tests that read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.video.orb import DESCRIPTOR
from matchers.features import Pictures
from matchers.placement import Placement

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]

SIZE = (1.0, 0.5625)  # of a picture of 16 : 9, the longer side being 1
SAME = Placement(np.eye(2, 3))
LIFE_S = 3.0  # of a feature of a moving scene
IN_VIEW = 150  # features of a moving scene at any time


@dataclass(frozen=True, slots=True)
class Shot:
    """The features of one frame."""

    time_s: float
    descriptors: U8  # (n, 12)
    at: F64  # (n, 2)


def pictures(shots: Sequence[Shot], enlarged: bool = False) -> Pictures:
    """Frames one after the other, all features of whole frames, or all of enlarged parts."""
    counts = [len(shot.at) for shot in shots]
    return Pictures(
        np.array([shot.time_s for shot in shots]),
        np.cumsum([0, *counts]),
        np.concatenate(
            [np.empty((0, DESCRIPTOR), np.uint8), *(shot.descriptors for shot in shots)]
        ),
        np.concatenate([np.empty((0, 2)), *(shot.at for shot in shots)]),
        np.full(sum(counts), enlarged),
        SIZE,
    )


def random_shot(seed: int, n: int = IN_VIEW, time_s: float = 0.0) -> Shot:
    """Features like no others, anywhere in the picture."""
    rng = np.random.default_rng(seed)
    descriptors = rng.integers(0, 256, (n, DESCRIPTOR), dtype=np.uint8)
    return Shot(time_s, descriptors, rng.uniform((0, 0), SIZE, (n, 2)))


@dataclass(frozen=True, slots=True)
class Scene:
    """Features that come, drift and go; in a still scene they stay."""

    descriptors: U8
    at: F64  # (n, 2) where each is when it comes
    drift: F64  # (n, 2) a second
    comes: F64  # (n,) seconds
    life_s: float

    @classmethod
    def of(cls, seconds: float, seed: int) -> Scene:
        """A scene that changes all the time."""
        rng = np.random.default_rng(seed)
        n = round(IN_VIEW * (seconds + LIFE_S) / LIFE_S)
        shot = random_shot(seed, n)
        drift = rng.uniform(-0.15, 0.15, (n, 2))
        return cls(shot.descriptors, shot.at, drift, rng.uniform(-LIFE_S, seconds, n), LIFE_S)

    @classmethod
    def still(cls, seed: int) -> Scene:
        """A scene in which nothing ever happens."""
        shot = random_shot(seed)
        none = np.zeros(IN_VIEW)
        return cls(shot.descriptors, shot.at, np.zeros((IN_VIEW, 2)), none, np.inf)

    def shot(self, time_s: float) -> Shot:
        """What is in view at a time."""
        at = self.at + self.drift * (time_s - self.comes)[:, None]
        seen = (self.comes <= time_s) & (time_s < self.comes + self.life_s)
        seen &= ((at >= 0) & (at <= SIZE)).all(axis=1)
        return Shot(time_s, self.descriptors[seen], at[seen])


def reference(scene: Scene, seconds: float, every_s: float = 0.5) -> Pictures:
    """The key frames of a scene."""
    return pictures([scene.shot(t) for t in np.arange(0.0, seconds, every_s)])


def suspect(
    scene: Scene, start_s: float, seconds: float, speed: float = 1.0, placement: Placement = SAME
) -> Pictures:
    """A stretch of a scene as a suspect shows it, eight frames a second, from its time 0 on."""
    times = np.arange(0.0, seconds, 1 / 8)
    shots = [scene.shot(start_s + speed * t) for t in times]
    return pictures([copied(shot, placement, i, i / 8) for i, shot in enumerate(shots)])


def copied(shot: Shot, placement: Placement, seed: int, time_s: float) -> Shot:
    """A poor copy: half of the features, a tenth of their bits wrong, each moved a little, among as
    many others."""
    rng = np.random.default_rng(seed)
    at = placement.place(shot.at) + rng.normal(0, 0.001, shot.at.shape)
    left = ((at >= 0) & (at <= SIZE)).all(axis=1) & (rng.random(len(at)) < 0.5)
    wrong = np.packbits(rng.random((len(at), DESCRIPTOR * 8)) < 0.1, axis=1)
    other = random_shot(seed + 1000)
    return Shot(
        time_s,
        np.concatenate([(shot.descriptors ^ wrong)[left], other.descriptors]),
        np.concatenate([at[left], other.at]),
    )
