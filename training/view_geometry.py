"""Where a picture lies in a view of it: cropped, in a corner, between bars, turned, seen askew.

Places are drawn as maps, shape (3, 3), of the picture's unit square onto the view's.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 128  # pixels of a view
# How often a copy is a crop, in the midst of something else, cut off at an edge, or whole; and how
# often it is mirrored, turned by right angles, turned a little, seen askew.
CROPPED, INSIDE, CUT_OFF = 0.38, 0.27, 0.15
MIRRORED, QUARTER, TURNED, ASKEW = 0.35, 0.12, 0.35, 0.3
TURN_DEG, CORNER = 20.0, 0.1
U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]
Rng = np.random.Generator


def laid(picture: U8, place: F64, under: U8) -> U8:
    """A view, shape (128, 128), of a square picture at a place, with something else around it."""
    small = picture
    while len(small) > 1.5 * SIDE * _scale(place) and len(small) > SIDE // 4:
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    to_pixels = np.diag([SIDE, SIDE, 1.0]) @ place @ np.diag([1 / len(small), 1 / len(small), 1.0])
    about_corners = _moved(-0.5, -0.5) @ to_pixels @ _moved(0.5, 0.5)
    edge = cv2.BORDER_TRANSPARENT
    view = cv2.warpPerspective(small, about_corners, (SIDE, SIDE), under.copy(), borderMode=edge)
    return np.asarray(view, np.uint8)


def copied(rng: Rng) -> F64:
    """A place as hostile copies have it."""
    place = _box(*_extent(rng)) @ _about_middle(_orientation(rng))
    if rng.random() < TURNED:
        place = place @ _about_middle(_rotation(np.radians(rng.uniform(-TURN_DEG, TURN_DEG))))
    return _askew(rng) @ place if rng.random() < ASKEW else place


def nearly_whole(rng: Rng) -> F64:
    """A place as references have it: a few hundredths may be missing at each side."""
    left, top, right, bottom = rng.uniform(-0.04, 0.02, 4)
    return _box(left, top, 1 - left - right, 1 - top - bottom)


def _extent(rng: Rng) -> tuple[float, float, float, float]:
    """Left, top, width and height of the picture, the view being the unit square."""
    draw = rng.random()
    if draw < CROPPED:
        return _crop(rng)
    if draw < CROPPED + INSIDE:
        width, height = _shaped(rng, rng.uniform(0.42, 0.95))
        width, height = min(width, 1.0), min(height, 1.0)
        return rng.uniform(0, 1 - width), rng.uniform(0, 1 - height), width, height
    if draw < CROPPED + INSIDE + CUT_OFF:
        width, height = _shaped(rng, rng.uniform(0.6, 1.2))
        x, y = 0.5 + rng.uniform(-0.3, 0.3, 2)
        return x - width / 2, y - height / 2, width, height
    return 0.0, 0.0, 1.0, 1.0


def _crop(rng: Rng) -> tuple[float, float, float, float]:
    """A window of 0.45 to 1 of both sides fills the view."""
    width, height = (1 / min(kept, 1.0) for kept in _shaped(rng, rng.uniform(0.5, 1.0)))
    return -rng.uniform(0, width - 1), -rng.uniform(0, height - 1), width, height


def _shaped(rng: Rng, side: float) -> tuple[float, float]:
    stretch = np.exp(rng.normal(0.0, 0.12))
    return side * float(stretch), side / float(stretch)


def _orientation(rng: Rng) -> F64:
    turns = int(rng.integers(1, 4)) if rng.random() < QUARTER else 0
    flip = -1.0 if rng.random() < MIRRORED else 1.0
    return np.asarray(_rotation(turns * np.pi / 2) @ np.diag([flip, 1.0, 1.0]))


def _askew(rng: Rng) -> F64:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    moved = corners + rng.uniform(-CORNER, CORNER, (4, 2)).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), np.float64)


def _box(left: float, top: float, width: float, height: float) -> F64:
    return np.array([[width, 0, left], [0, height, top], [0, 0, 1.0]])


def _about_middle(linear: F64) -> F64:
    return np.asarray(_moved(0.5, 0.5) @ linear @ _moved(-0.5, -0.5))


def _rotation(radians: float) -> F64:
    cos, sin = np.cos(radians), np.sin(radians)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])


def _moved(x: float, y: float) -> F64:
    return np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1]])


def _scale(place: F64) -> float:
    """Sides of the view that a side of the picture is long, about."""
    return float(np.sqrt(abs(np.linalg.det(place[:2, :2]))))
