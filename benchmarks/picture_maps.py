"""Where an operation moves the picture: a 3 × 3 matrix from pixels of the frame to pixels of what
comes out, and the size of that.

Pixels are measured from the outer edge of the first, so a frame spans [0, width] × [0, height]. An
operation that is not named here leaves every point where it is.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.picture_scene import Shot, Size
from media.clip import F64, U8

Placed = tuple[F64, Size]  # the matrix, the size of what comes out
PictureMap = Callable[[Size, float, Shot], Placed]

# Bars of a caption, above and below, as shares of the width.
CAPTION = (0.16, 0.09)
WIDE = 16 / 9
# How far a camera in a cinema sees past the screen, and how far its corners are pulled in.
SURROUND, SKEW = 0.05, 0.05
SWAY, TILT = 0.012, 0.8  # share of the width, degrees
SWAY_HZ = (0.2, 0.7)


def scaled(y: float, x: float) -> F64:
    """Enlarges."""
    return np.diag([x, y, 1.0])


def moved(y: float, x: float) -> F64:
    """Shifts, in pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def scale(size: Size, height: float, shot: Shot) -> Placed:
    """Of `picture_ops.scale`."""
    lines = min(int(height), size[0])
    width = max(round(size[1] * lines / size[0]), 2)
    return scaled(lines / size[0], width / size[1]), (lines, width)


def mirror(size: Size, _: float, shot: Shot) -> Placed:
    """Left becomes right."""
    return np.array([[-1.0, 0.0, size[1]], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), size


def crop(size: Size, share: float, shot: Shot) -> Placed:
    """As much cut from each side."""
    y, x = round(size[0] * share), round(size[1] * share)
    return moved(-y, -x), (size[0] - 2 * y, size[1] - 2 * x)


def window(size: Size, share: float, shot: Shot) -> Placed:
    """`1 - share` of both sides is kept, at a place that is the same throughout."""
    kept = (round(size[0] * (1 - share)), round(size[1] * (1 - share)))
    y, x = _corner(size, kept, shot, "window")
    return moved(-y, -x), kept


def letterbox(size: Size, share: float, shot: Shot) -> Placed:
    """Bars above and below, each `share` of the height."""
    bar = round(size[0] * share)
    return moved(bar, 0), (size[0] + 2 * bar, size[1])


def pillarbox(size: Size, share: float, shot: Shot) -> Placed:
    """Bars left and right, each `share` of the width."""
    bar = round(size[1] * share)
    return moved(0, bar), (size[0], size[1] + 2 * bar)


def caption(size: Size, amount: float, shot: Shot) -> Placed:
    """Bars for text above and below, `amount` times the usual height."""
    above, below = (round(size[1] * share * amount) for share in CAPTION)
    return moved(above, 0), (size[0] + above + below, size[1])


def squeeze(size: Size, share: float, shot: Shot) -> Placed:
    """The width becomes `share` of what it was."""
    width = max(round(size[1] * share), 2)
    return scaled(1.0, width / size[1]), (size[0], width)


def rotate(size: Size, degrees: float, shot: Shot) -> Placed:
    """Turned about the middle, one way or the other; the frame stays."""
    sign = shot.constant("rotate").choice([-1, 1])
    turned = cv2.getRotationMatrix2D((size[1] / 2, size[0] / 2), sign * degrees, 1.0)
    return np.vstack([turned, [0.0, 0.0, 1.0]]), size


def quarter(size: Size, turns: float, shot: Shot) -> Placed:
    """Turned by a right angle, one way or the other; twice is upside down."""
    height, width = size
    if turns == 2:
        return np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]]), size
    if shot.constant("quarter").random() < 0.5:
        return np.array([[0.0, -1.0, height], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), (width, height)
    return np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width], [0.0, 0.0, 1.0]]), (width, height)


def zoom(size: Size, share: float, shot: Shot) -> Placed:
    """Slowly nearer: at the end, the frame is `1 + share` times as large."""
    factor = 1 + share * min(shot.time_s / shot.length_s, 1.0)
    middle = moved(size[0] / 2, size[1] / 2)
    return middle @ scaled(factor, factor) @ np.linalg.inv(middle), size


def pip(size: Size, share: float, shot: Shot) -> Placed:
    """Reduced to `share`, at a place that is the same throughout."""
    small = (max(round(size[0] * share), 2), max(round(size[1] * share), 2))
    y, x = _corner(size, small, shot, "pip")
    return moved(y, x) @ scaled(small[0] / size[0], small[1] / size[1]), size


def panel(size: Size, share: float, shot: Shot) -> Placed:
    """In a wide frame of as many lines, fitted into a panel of `share` of its width at one side."""
    wide = (size[0], round(size[0] * WIDE))
    factor = min(share * wide[1] / size[1], 0.9)
    high, across = (max(round(side * factor), 2) for side in size)
    y, edge = (wide[0] - high) // 2, round(0.02 * wide[1])
    x = edge if panel_is_left(shot) else wide[1] - edge - across
    return moved(y, x) @ scaled(high / size[0], across / size[1]), wide


def panel_is_left(shot: Shot) -> bool:
    """At which side the panel is."""
    return bool(shot.constant("panel").random() < 0.5)


def upright(size: Size, lines: float, shot: Shot) -> Placed:
    """In the middle of a frame as phones show it, 9 : 16, as wide as that is."""
    width = round(lines * 9 / 16)
    factor = width / size[1]
    high = round(size[0] * factor)
    return moved((int(lines) - high) // 2, 0) @ scaled(high / size[0], factor), (int(lines), width)


def halves(size: Size, _: float, shot: Shot) -> Placed:
    """The upper half of a frame twice as high."""
    return np.eye(3), (2 * size[0], size[1])


def screen(size: Size, strength: float, shot: Shot) -> Placed:
    """A screen seen by a camera in the hand: not straight on, and never still."""
    height, width = size
    rng = shot.constant("screen")
    pulled = rng.uniform(0, SKEW * strength, (4, 2)) + SURROUND
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    corners = flat + signs * pulled * (width, height)
    hertz, phase = rng.uniform(*SWAY_HZ, 3), rng.uniform(0, 2 * np.pi, 3)
    swing = np.sin(2 * np.pi * hertz * shot.time_s + phase) * strength
    seen = cv2.getPerspectiveTransform(flat.astype(np.float32), corners.astype(np.float32))
    tilt = cv2.getRotationMatrix2D((width / 2, height / 2), TILT * swing[2], 1.0)
    hand = np.vstack([tilt, [0.0, 0.0, 1.0]])
    return moved(SWAY * swing[0] * width, SWAY * swing[1] * width) @ hand @ seen, size


def warped(frame: U8, placed: Placed) -> U8:
    """The frame where any matrix puts it, on black. What is made much smaller would shimmer."""
    matrix, (height, width) = placed
    centred = moved(-0.5, -0.5) @ matrix @ moved(0.5, 0.5)
    return np.asarray(cv2.warpPerspective(frame, centred, (width, height)), np.uint8)


def pasted(frame: U8, placed: Placed, under: U8 | None = None) -> U8:
    """The frame where a matrix that only enlarges and shifts puts it, on `under` or on black."""
    matrix, (height, width) = placed
    high, wide = (
        round(side * matrix[k, k]) for k, side in ((1, frame.shape[0]), (0, frame.shape[1]))
    )
    y, x = round(matrix[1, 2]), round(matrix[0, 2])
    canvas = np.zeros((height, width, 3), np.uint8) if under is None else under.copy()
    small = cv2.resize(frame, (wide, high), interpolation=cv2.INTER_AREA)
    inside = small[max(-y, 0) : height - y, max(-x, 0) : width - x]
    top, left = max(y, 0), max(x, 0)
    canvas[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return canvas


def _corner(outer: Size, inner: Size, shot: Shot, what: str) -> tuple[int, int]:
    """Where the smaller begins, anywhere within the larger."""
    rng = shot.constant(what)
    y, x = (rng.integers(0, a - b + 1) for a, b in zip(outer, inner, strict=True))
    return int(y), int(x)


PICTURE_MAPS: dict[str, PictureMap] = {
    "scale": scale,
    "mirror": mirror,
    "crop": crop,
    "window": window,
    "letterbox": letterbox,
    "pillarbox": pillarbox,
    "caption": caption,
    "squeeze": squeeze,
    "rotate": rotate,
    "quarter": quarter,
    "zoom": zoom,
    "pip": pip,
    "panel": panel,
    "upright": upright,
    "halves": halves,
    "screen": screen,
}
