"""What was done to the picture of a reference to make that of a suspect, as people would say it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchers.placement import Placement

WHOLE = 0.97  # of a side: more of it is all of it
NEARLY_UPRIGHT = 1.5  # degrees

F64 = NDArray[np.float64]
Box = tuple[float, float, float, float]  # x0, y0, x1, y1, shares of the width and height
Place = tuple[float, float]  # x, y, shares of the width and height
Size = tuple[float, float]  # width and height, the longer one being 1


@dataclass(frozen=True, slots=True)
class Transform:
    """What was done to the picture, as far as it was found out."""

    mirrored: bool = False
    inverted: bool = False  # in negative
    crop: Box | None = None  # what is left of the reference's picture, if not all
    picture: Box | None = None  # where it lies in the suspect's, if it does not fill it
    rotation_deg: float = 0.0  # clockwise


@dataclass(frozen=True, slots=True)
class View:
    """How the picture of a reference was found to lie in the picture of a suspect."""

    placement: Placement
    reference: Size
    suspect: Size
    mirrored: bool  # the placement leads to the suspect's mirror image

    @property
    def transform(self) -> Transform:
        """The same in words for people."""
        shown = _box(self.placement.place(_corners(self.reference)), self.suspect)
        left = _box(self.placement.inverse.place(_corners(self.suspect)), self.reference)
        if shown and self.mirrored:
            shown = (round(1 - shown[2], 3), shown[1], round(1 - shown[0], 3), shown[3])
        return Transform(self.mirrored, crop=left, picture=shown, rotation_deg=self._rotation)

    @property
    def corners(self) -> tuple[Place, ...]:
        """Where the corners of the reference's picture lie in the suspect's, clockwise from the top
        left one; those that were cut off lie outside."""
        return tuple((float(x), float(y)) for x, y in self.locate(_corners(self.reference)))

    @property
    def left(self) -> tuple[Place, ...]:
        """Where the corners of the suspect's picture lie in the reference's: what is left of it."""
        back = self.placement.inverse.place(_corners(self.suspect)) / self.reference
        return tuple((float(x), float(y)) for x, y in back)

    def locate(self, at: F64) -> F64:
        """Where places of the reference, shape (n, 2), lie in the suspect's picture as it is shown,
        in shares of its width and height."""
        shown = self.placement.place(at) / self.suspect
        if self.mirrored:
            shown[:, 0] = 1 - shown[:, 0]
        return np.asarray(shown)

    @property
    def _rotation(self) -> float:
        """Clockwise degrees; 0 where the picture is nearly upright."""
        (a, b), (c, d) = self.placement.matrix[:, :2]
        degrees = float(np.degrees(np.arctan2(c - b, a + d)))
        turned = -degrees if self.mirrored else degrees
        return round(turned, 1) + 0.0 if abs(turned) >= NEARLY_UPRIGHT else 0.0


def within_bars(box: Box, shape: float, mirrored: bool) -> View:
    """A whole picture in a box of a suspect's, whose width is `shape` times its height."""
    suspect = np.minimum([1.0, 1.0], [shape, 1 / shape])
    low, size = box[:2] * suspect, np.subtract(box[2:], box[:2]) * suspect
    longer = float(size.max())
    placement = Placement(np.column_stack([np.eye(2) * longer, low]))
    width, height = (size / longer).tolist()
    return View(placement, (width, height), (float(suspect[0]), float(suspect[1])), mirrored)


def _corners(size: Size) -> F64:
    width, height = size
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def _box(corners: F64, size: Size) -> Box | None:
    """The box around places as shares of a picture, cut off at its edges; none if it fills it."""
    low = np.clip(corners.min(axis=0) / size, 0.0, 1.0)
    high = np.clip(corners.max(axis=0) / size, 0.0, 1.0)
    if ((high - low) >= WHOLE).all():
        return None
    x0, y0, x1, y1 = (round(float(v), 3) for v in (*low, *high))
    return x0, y0, x1, y1
