"""Layouts: the picture between bars, in a corner, beside somebody who watches it, on a phone."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks import picture_maps as maps
from benchmarks.picture_maps import CAPTION, pasted, warped
from benchmarks.picture_scene import Shot, covering
from media.clip import U8

BACKDROPS = ((40, 20, 60), (15, 50, 70), (70, 30, 20), (225, 225, 215))
ABOVE = ("when you finally see it", "WAIT FOR THE END", "nobody: ... me at 3 am", "he had no idea")
BELOW = ("follow for part 2", "credit to the owner", "part 7 of 19", "link in bio")
# Somebody who watches is this high, as a share of the frame.
HEAD = 0.62
BLUR = 0.04  # of what is behind an upright picture, as a share of its width
COARSE = (
    8  # it is blurred at an eighth of its size, which looks alike and takes a tenth of the time
)


def window(frame: U8, share: float, shot: Shot) -> U8:
    """Keep `1 - share` of both sides, somewhere."""
    return pasted(frame, maps.window(_size(frame), share, shot))


def pillarbox(frame: U8, share: float, shot: Shot) -> U8:
    """Add black bars left and right, each `share` of the width."""
    return pasted(frame, maps.pillarbox(_size(frame), share, shot))


def squeeze(frame: U8, share: float, shot: Shot) -> U8:
    """Make everything thinner: the width becomes `share` of what it was."""
    return pasted(frame, maps.squeeze(_size(frame), share, shot))


def rotate(frame: U8, degrees: float, shot: Shot) -> U8:
    """Turn about the middle, one way or the other; the corners are black."""
    return warped(frame, maps.rotate(_size(frame), degrees, shot))


def quarter(frame: U8, turns: float, shot: Shot) -> U8:
    """Turn by one or two right angles."""
    return warped(frame, maps.quarter(_size(frame), turns, shot))


def zoom(frame: U8, share: float, shot: Shot) -> U8:
    """Go slowly nearer."""
    return warped(frame, maps.zoom(_size(frame), share, shot))


def caption(frame: U8, amount: float, shot: Shot) -> U8:
    """Add bars with two lines of text above and one below, black on white or white on black."""
    rng = shot.constant("caption")
    paper, ink = (255, 0) if rng.random() < 0.5 else (0, 255)
    placed = maps.caption(_size(frame), amount, shot)
    barred = pasted(frame, placed, np.full((*placed[1], 3), paper, np.uint8))
    above, below = (round(frame.shape[1] * share * amount) for share in CAPTION)
    lines = [str(text) for text in rng.choice(ABOVE, 2, replace=False)]
    for k, text in enumerate([*lines, str(rng.choice(BELOW))]):
        high, middle = (
            (above / 2, (k + 0.5) * above / 2) if k < 2 else (below, len(barred) - below / 2)
        )
        _written(barred, text, high * 0.5, middle, ink)
    return barred


def pip(frame: U8, share: float, shot: Shot) -> U8:
    """Show the picture at `share` of its size, somewhere on other footage."""
    return pasted(frame, maps.pip(_size(frame), share, shot), shot.behind(_size(frame)))


def panel(frame: U8, share: float, shot: Shot) -> U8:
    """Show the picture in a panel, and beside it other footage: a reaction."""
    placed = maps.panel(_size(frame), share, shot)
    height, width = placed[1]
    canvas = np.full((height, width, 3), shot.constant("backdrop").choice(BACKDROPS), np.uint8)
    taken = round(frame.shape[1] * placed[0][0, 0]) + 2 * round(0.02 * width)
    free = width - taken - round(0.02 * width)
    head = shot.behind((round(HEAD * height), free))
    y = (height - len(head)) // 2
    x = taken if maps.panel_is_left(shot) else width - taken - free
    canvas[y : y + len(head), x : x + free] = head
    return pasted(frame, placed, canvas)


def upright(frame: U8, lines: float, shot: Shot) -> U8:
    """Show the picture across a phone held upright, above and below itself, large and blurred."""
    placed = maps.upright(_size(frame), lines, shot)
    height, width = placed[1]
    small = covering(frame, (height // COARSE, width // COARSE))
    blurred = cv2.GaussianBlur(small, (0, 0), BLUR * width / COARSE)
    under = np.asarray(cv2.resize(blurred, (width, height)), np.uint8)
    return pasted(frame, placed, under)


def halves(frame: U8, _: float, shot: Shot) -> U8:
    """Show other footage below the picture, as high as it."""
    return np.concatenate([frame, shot.behind(_size(frame))])


def _size(frame: U8) -> tuple[int, int]:
    return frame.shape[0], frame.shape[1]


def _written(frame: U8, text: str, high: float, middle: float, ink: int) -> None:
    """One line, as large as `high` and the width allow, centred, into the frame."""
    (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 1)
    size = min(high / 22, 0.92 * frame.shape[1] / wide)
    at = (round((frame.shape[1] - wide * size) / 2), round(middle + 11 * size))
    cv2.putText(frame, text, at, cv2.FONT_HERSHEY_DUPLEX, size, (ink,) * 3, 1, cv2.LINE_AA)
