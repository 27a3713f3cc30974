"""Where in the suspect's frame the reference is shown, and how an answer's account of it is judged.

Coordinates are shares of the frame: (0, 0) is the upper left corner, (1, 1) the lower right one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, degrees

import cv2
import numpy as np

from media.clip import F64

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Placement:
    """A matrix from points of the reference's frame to points of the suspect's, by rows."""

    matrix: tuple[float, ...]
    outline: tuple[float, ...]  # corners of what it fills in the suspect's frame, x before y
    aspects: tuple[float, float]  # width / height of the reference's frame, of the suspect's
    inverted: bool = False  # light and dark are exchanged

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return float(np.linalg.det(self._pixels())) < 0

    @property
    def rotation_deg(self) -> float:
        """How far it is turned clockwise, after it was mirrored if it was; -180 … 180."""
        pixels = self._pixels()
        sign = -1.0 if self.mirrored else 1.0
        return degrees(atan2(sign * pixels[1, 0], sign * pixels[0, 0]))

    @property
    def crop(self) -> Box:
        """The part of the reference's frame that is seen."""
        return _around(
            mapped(np.asarray(np.linalg.inv(self._square()), np.float64), self._corners())
        )

    @property
    def picture(self) -> Box:
        """The part of the suspect's frame that it fills."""
        return _around(self._corners())

    def _corners(self) -> F64:
        return np.array(self.outline, np.float64).reshape(-1, 2)

    def _square(self) -> F64:
        return np.array(self.matrix, np.float64).reshape(3, 3)

    def _pixels(self) -> F64:
        """The linear part between frames of their true shapes, about the middle."""
        square = self._square()
        x, y, w = square @ (0.5, 0.5, 1.0)
        slope = (square[:2, :2] - np.outer((x / w, y / w), square[2, :2])) / w
        return np.asarray(
            np.diag([self.aspects[1], 1.0]) @ slope @ np.diag([1 / self.aspects[0], 1.0])
        )


@dataclass(frozen=True, slots=True)
class Account:
    """What an answer says of the placement, held against the truth; None where it says nothing."""

    mirrored: bool | None  # whether what it says is right
    inverted: bool | None
    rotation_error_deg: float | None
    crop_overlap: float | None  # area in both boxes over the area in either
    picture_overlap: float | None


def judge_account(truth: Placement, said: Mapping[str, object]) -> Account:
    """Judge the `transform` of one match. What it leaves out or calls null is not judged."""
    mirrored, inverted = said.get("mirrored"), said.get("inverted")
    turned = said.get("rotation_deg")
    return Account(
        mirrored == truth.mirrored if isinstance(mirrored, bool) else None,
        inverted == truth.inverted if isinstance(inverted, bool) else None,
        _angle(turned - truth.rotation_deg) if isinstance(turned, (int, float)) else None,
        _overlap(truth.crop, said.get("crop")),
        _overlap(truth.picture, said.get("picture")),
    )


def _angle(degrees: float) -> float:
    """The size of the smallest turn that is as good."""
    return abs((degrees + 180) % 360 - 180)


def _overlap(truth: Box, said: object) -> float | None:
    if not isinstance(said, (list, tuple)) or len(said) != len(truth):
        return None
    left, top, right, bottom = map(float, said)
    return overlap_share(truth, (left, top, right, bottom))


def overlap_share(a: Box, b: Box) -> float:
    """The area in both boxes over the area in either.

    >>> overlap_share((0, 0, 1, 1), (0.5, 0, 1, 1))
    0.5
    """
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    both = max(wide, 0.0) * max(high, 0.0)
    either = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - both
    return both / either if either > 0 else 0.0


def mapped(matrix: F64, points: F64) -> F64:
    """Where a 3 × 3 matrix puts points, shape (n, 2)."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def within(outline: F64, height: float, width: float) -> F64:
    """The corners of a convex shape cut off at a frame, shape (n, 2); none when nothing is left."""
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    area, shape = cv2.intersectConvexConvex(outline.astype(np.float32), frame)
    if shape is None or not area:
        return np.empty((0, 2))
    return np.asarray(shape, np.float64).reshape(-1, 2)


def _around(points: F64) -> Box:
    """The box around points; empty when there are none."""
    if not len(points):
        return 0.0, 0.0, 0.0, 0.0
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
