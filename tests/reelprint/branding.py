"""Shipped films with a logo burnt in, encoded here."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.media.build import silent_film

WORKS = Path("reelprint/demo/works")
U8 = NDArray[np.uint8]
QUICK = {"preset": "ultrafast", "g": "1", "threads": "1"}


@cache
def shots(name: str, every: int = 24) -> tuple[U8, ...]:
    """Some frames of the first half minute of a shipped film."""
    with av.open(str(WORKS / name)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        frames = islice(container.decode(video=0), 0, 30 * 24, every)
        return tuple(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in frames)


def shaped(frame: U8, size: tuple[int, int], bars: int) -> U8:
    """A copy of a frame, of a size, between bars."""
    scaled = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return np.pad(scaled, ((bars, bars), (0, 0), (0, 0))).astype(np.uint8)


def branded(frame: U8, text: str, opaque: float) -> U8:
    """With a text in white at the upper right, in a frame, an eighth as wide as the picture."""
    height, width = frame.shape[:2]
    logo = np.zeros((60, 200), np.uint8)
    cv2.putText(logo, text, (8, 48), cv2.FONT_HERSHEY_DUPLEX, 1.7, 255, 6, cv2.LINE_AA)
    cv2.rectangle(logo, (1, 1), (198, 58), 255, 3)
    small = cv2.resize(logo, (width // 8, width * 3 // 80), interpolation=cv2.INTER_AREA)
    top, left = height // 20, width - width // 25 - small.shape[1]
    part = frame[top : top + small.shape[0], left : left + small.shape[1]]
    weight = (small / 255 * opaque)[..., None]
    part[:] = (part * (1 - weight) + 255 * weight).astype(np.uint8)
    return frame


def film(
    path: Path,
    name: str,
    text: str = "",
    size: tuple[int, int] = (640, 360),
    crf: int = 26,
    opaque: float = 1.0,
    bars: int = 0,
) -> Path:
    """Shots of a shipped film, one a second, each a key frame."""
    frames = [shaped(frame, size, bars) for frame in shots(name)]
    pictures = [branded(frame, text, opaque) if text else frame for frame in frames]
    options = {**QUICK, "crf": str(crf)}
    tall = size[0], size[1] + 2 * bars
    return silent_film(path, range(0, 1000 * len(pictures), 1000), tall, options, pictures)
