"""What is burnt into a picture at one place: a logo, the text of a watermark.

Edges that point the same way in pictures that otherwise have nothing in common were put there
afterwards, however faint they are. (Medians of gradients for watermarks: Dekel et al., On the
effectiveness of visible watermarks, CVPR 2017.) One shot, however long, is one picture; so a film
that stands still shows nothing, and what all of a studio or a screen shows is larger than a logo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_VIEWS, LEAST_VIEWS = 24, 8  # pictures that have nothing in common; fewer prove nothing
ALIKE = 0.45  # correlation of the edges of two pictures that are one shot, or one set
FAINT = 12.0  # grey levels a pixel: an edge that is fainter counts less
CHANCE = 1e-3  # that directions which have nothing in common agree as well as is asked for
LEAST_AGREEING = 0.55  # length of their mean, whatever chance says: pictures are composed alike
EDGE = 2  # pixels at the rim of a picture that are no one's
LINE = 0.4  # share of a row or column that agrees: a bar's edge, a frame
GAP = 0.02  # of the width: letters so far apart are one text
LARGEST = (0.35, 0.25)  # shares of the width and the height: more is a layout, or a set
SMALLEST = (30, 6)  # pixels across and down: letters in less look like any others
LEAST_EDGE = 40  # pixels
AROUND = 0.01  # of the pixels beside: if more agree, the pictures have too much in common
MOST_OVERLAYS = 3
COLUMNS, ROWS = 640, 360  # cells of a picture of any shape, by which places are told
SLIDE = 3  # cells by which two are slid over each other
SAME_LOGO = 0.85  # likeness from which on two are one drawing; docs/decisions/0027-links.md
SHARED = 0.4  # of the larger of two: that they must share

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
_Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True, slots=True)
class Overlay:
    """Something at one place in all pictures: which way it rises there, by cell."""

    left: int  # in cells
    top: int
    edges: NDArray[np.int8]  # (2, rows, columns): across and down; 127 is the clearest

    def __post_init__(self) -> None:
        if self.edges.ndim != 3 or len(self.edges) != 2 or self.edges.dtype != np.int8:
            raise ValueError("edges must be int8 of shape (2, rows, columns)")
        if not (0 <= self.left < self.right <= COLUMNS and 0 <= self.top < self.bottom <= ROWS):
            raise ValueError("an overlay lies outside of the picture")

    @property
    def right(self) -> int:
        """The first column behind it."""
        return self.left + int(self.edges.shape[2])

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + int(self.edges.shape[1])

    @property
    def area(self) -> int:
        """How many cells it has."""
        return int(self.edges[0].size)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in shares of the picture."""
        return self.left / COLUMNS, self.top / ROWS, self.right / COLUMNS, self.bottom / ROWS


def overlays(luma: U8) -> tuple[Overlay, ...]:
    """What is burnt into frames, shape (n, h, w), the clearest first; nothing if they have too
    much in common, or too little is in them, to tell."""
    if len(luma) < LEAST_VIEWS:
        return ()
    edges = np.stack([_edges(frame) for frame in luma])
    views = _views(edges)
    if len(views) < LEAST_VIEWS:
        return ()
    mean = edges[views].mean(axis=0, dtype=np.float32) / 127
    agreeing = _agreeing(np.hypot(*mean), len(views))
    boxes = list(islice(_boxes(agreeing), MOST_OVERLAYS))
    if _share_beside(agreeing, boxes) > AROUND:
        return ()
    shown = cv2.resize(luma[views].mean(axis=0, dtype=np.float32), (COLUMNS, ROWS))
    rises = np.stack(_rises(shown, 0.8))
    return tuple(_overlay(rises, box, agreeing.shape) for box in boxes)


def _share_beside(agreeing: NDArray[np.bool_], boxes: Sequence[_Box]) -> float:
    rest = agreeing.copy()
    for left, top, right, bottom in boxes:
        rest[top:bottom, left:right] = False
    return float(rest.mean())


def _edges(frame: U8) -> NDArray[np.int8]:
    """Which way the picture rises, shape (2, h, w); 127 is a clear edge."""
    across, down = _rises(frame.astype(np.float32), 1.0)
    scale = 127 / np.maximum(np.hypot(across, down), FAINT)
    return np.stack([across * scale, down * scale]).astype(np.int8)


def _rises(picture: F32, blur: float) -> tuple[F32, F32]:
    """By how many grey levels a pixel it rises, across and down, after a little blurring."""
    smooth = cv2.GaussianBlur(picture, (0, 0), blur)
    scharr = [cv2.Scharr(smooth, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1))]
    return np.asarray(scharr[0], np.float32), np.asarray(scharr[1], np.float32)


def _views(edges: NDArray[np.int8]) -> list[int]:
    """Which frames are pictures of their own."""
    coarse = edges[:, :, ::2, ::2].reshape(len(edges), -1).astype(np.float32)
    coarse /= np.maximum(np.linalg.norm(coarse, axis=1, keepdims=True), 1.0)
    alike = coarse @ coarse.T
    lively = np.linalg.norm(coarse, axis=1) > 0
    kept: list[int] = []
    for at in np.flatnonzero(lively).tolist():
        if all(alike[at, one] < ALIKE for one in kept):
            kept.append(at)
    return kept[:MOST_VIEWS]


def _agreeing(length: F32, views: int) -> NDArray[np.bool_]:
    """Where directions agree, but for lines through the picture."""
    by_chance = float(np.sqrt(-np.log(CHANCE) / views))  # as of steps in all directions
    found = length >= max(LEAST_AGREEING, by_chance)
    found[:EDGE], found[-EDGE:], found[:, :EDGE], found[:, -EDGE:] = False, False, False, False
    found[found.mean(axis=1) > LINE] = False
    found[:, found.mean(axis=0) > LINE] = False
    return found


def _boxes(agreeing: NDArray[np.bool_]) -> Iterator[_Box]:
    """Compact regions, those with most edges first: left, top, right, bottom in pixels."""
    height, width = agreeing.shape
    gap = max(3, 2 * round(GAP * width / 2) + 1)
    joined = cv2.dilate(agreeing.astype(np.uint8), np.ones((gap // 2 | 1, gap), np.uint8))
    _, labels = cv2.connectedComponents(joined)
    labels = np.where(agreeing, labels, 0)
    counts = np.bincount(labels.ravel())
    counts[0] = 0
    for label in np.argsort(-counts, kind="stable"):
        if counts[label] < LEAST_EDGE:
            return
        rows, columns = np.nonzero(labels == label)
        box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        if _is_logo(box[2] - box[0], box[3] - box[1], width, height):
            yield int(box[0]), int(box[1]), int(box[2]), int(box[3])


def _is_logo(across: int, down: int, width: int, height: int) -> bool:
    large_enough = across >= SMALLEST[0] and down >= SMALLEST[1]
    return large_enough and across <= LARGEST[0] * width and down <= LARGEST[1] * height


def _overlay(rises: F32, box: _Box, size: Sequence[int]) -> Overlay:
    """What is in a box, in pixels of a picture of a (height, width), of the mean of all pictures,
    in which the rest is blurred away; on the grid, on which films of all sizes can be compared."""
    down, across = ROWS / size[0], COLUMNS / size[1]
    left, top = int(box[0] * across), int(box[1] * down)
    right, bottom = ceil(box[2] * across), ceil(box[3] * down)
    edges = rises[:, top:bottom, left:right]
    scale = 127 / max(1.0, float(np.abs(edges).max()))
    return Overlay(left, top, (edges * scale).astype(np.int8))


def likeness(one: Overlay, two: Overlay) -> float:
    """How alike two are where both lie, slid over each other a little: 1 is equal, about 0 is
    another drawing at that place. 0 too if they hardly share a place."""
    steps = [(x, y) for x in range(-SLIDE, SLIDE + 1) for y in range(-SLIDE, SLIDE + 1)]
    return max(_correlation(one, two, x, y) for x, y in steps)


def _correlation(one: Overlay, two: Overlay, x: int, y: int) -> float:
    """With the second moved by so many cells."""
    left, top = max(one.left, two.left + x), max(one.top, two.top + y)
    right, bottom = min(one.right, two.right + x), min(one.bottom, two.bottom + y)
    shared = max(0, right - left) * max(0, bottom - top)
    if shared < SHARED * max(one.area, two.area):
        return 0.0
    a = _part(one, left, top, right, bottom)
    b = _part(two, left - x, top - y, right - x, bottom - y)
    power = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / power if power else 0.0


def _part(of: Overlay, left: int, top: int, right: int, bottom: int) -> F32:
    part = of.edges[:, top - of.top : bottom - of.top, left - of.left : right - of.left]
    return part.astype(np.float32).ravel()
