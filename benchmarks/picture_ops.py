"""What people do to a picture. Each operation is a pure function of one frame.

An operation takes (frame, amount, shot): RGB uint8 of shape (height, width, 3), one number, and
what else is around: the time, dice, other footage. It returns a frame, perhaps of another size;
where it moves the picture, `picture_maps` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np

from benchmarks import picture_camera as camera
from benchmarks import picture_layouts as layouts
from benchmarks.picture_scene import Shot
from media.clip import U8

PictureOp = Callable[[U8, float, Shot], U8]
# These show other footage beside the picture, or in its place.
FOREIGN = frozenset({"pip", "panel", "halves", "instead"})


def scale(frame: U8, height: float, shot: Shot) -> U8:
    """Resize to `height` lines, never up; the shape of a pixel stays."""
    lines = min(int(height), frame.shape[0])
    width = max(round(frame.shape[1] * lines / frame.shape[0]), 2)
    return _u8(cv2.resize(frame, (width, lines), interpolation=cv2.INTER_AREA))


def mirror(frame: U8, _: float, shot: Shot) -> U8:
    """Left becomes right."""
    return frame[:, ::-1]


def crop(frame: U8, share: float, shot: Shot) -> U8:
    """Cut `share` of the width and of the height from each side."""
    height, width = frame.shape[:2]
    y, x = round(height * share), round(width * share)
    return frame[y : height - y, x : width - x]


def letterbox(frame: U8, share: float, shot: Shot) -> U8:
    """Add black bars above and below, each `share` of the height."""
    bar = round(frame.shape[0] * share)
    return np.pad(frame, ((bar, bar), (0, 0), (0, 0)))


def logo(frame: U8, share: float, shot: Shot) -> U8:
    """Put a half transparent sign of `share` of the height into the upper right corner."""
    side = max(round(frame.shape[0] * share), 2)
    marked = frame.copy()
    corner = (frame.shape[1] - side, side)
    cv2.circle(marked, corner, side // 2, (235, 30, 40), -1)
    cv2.putText(marked, "HD", (corner[0] - side // 3, corner[1]), 0, side / 60, (255,) * 3, 2)
    return _u8(cv2.addWeighted(marked, 0.7, frame, 0.3, 0))


def subtitle(frame: U8, share: float, shot: Shot) -> U8:
    """Write one line of text, `share` of the height, at the bottom."""
    height, width = frame.shape[:2]
    text, size = "where were you last night?", height * share / 22
    (wide, _), _ = cv2.getTextSize(text, 0, size, 1)
    at = (max((width - wide) // 2, 0), round(height * 0.93))
    marked = frame.copy()
    cv2.putText(marked, text, at, 0, size, (0, 0, 0), 4, cv2.LINE_AA)
    cv2.putText(marked, text, at, 0, size, (255, 255, 255), 1, cv2.LINE_AA)
    return marked


def blur(frame: U8, sigma: float, shot: Shot) -> U8:
    """Gaussian blur, `sigma` in pixels."""
    return _u8(cv2.GaussianBlur(frame, (0, 0), sigma))


def noise(frame: U8, sigma: float, shot: Shot) -> U8:
    """Gaussian noise, `sigma` in 8-bit levels, new in each frame."""
    grain = shot.rng.normal(0.0, sigma, frame.shape)
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


def grey(frame: U8, _: float, shot: Shot) -> U8:
    """Take the colour away."""
    return _u8(cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def instead(frame: U8, _: float, shot: Shot) -> U8:
    """Other footage in the place of the picture."""
    return shot.behind((frame.shape[0], frame.shape[1]))


def black(frame: U8, _: float, shot: Shot) -> U8:
    """Nothing is shown."""
    return np.zeros_like(frame)


def card(frame: U8, _: float, shot: Shot) -> U8:
    """A still card with a title in the place of the picture."""
    height, width = frame.shape[:2]
    shade = np.linspace(40, 110, height).astype(np.uint8)
    shown = np.ascontiguousarray(np.broadcast_to(shade[:, None, None], frame.shape))
    cv2.circle(shown, (width // 4, height // 2), height // 5, (200, 160, 40), -1)
    for line, text in enumerate(("full soundtrack", "high quality", "subscribe for more")):
        at = (width * 2 // 5, height * (line + 2) // 5)
        cv2.putText(shown, text, at, 0, height / 300, (255,) * 3, 1, cv2.LINE_AA)
    return shown


def _u8(frame: object) -> U8:
    return cast(U8, frame)


PICTURE_OPS: dict[str, PictureOp] = {
    "scale": scale,
    "mirror": mirror,
    "crop": crop,
    "letterbox": letterbox,
    "logo": logo,
    "subtitle": subtitle,
    "blur": blur,
    "noise": noise,
    "grey": grey,
    "grade": camera.grade,
    "dim": camera.dim,
    "invert": camera.invert,
    "screen": camera.camcorder,
    "window": layouts.window,
    "pillarbox": layouts.pillarbox,
    "squeeze": layouts.squeeze,
    "rotate": layouts.rotate,
    "quarter": layouts.quarter,
    "zoom": layouts.zoom,
    "caption": layouts.caption,
    "pip": layouts.pip,
    "panel": layouts.panel,
    "upright": layouts.upright,
    "halves": layouts.halves,
    "instead": instead,
    "black": black,
    "card": card,
}
