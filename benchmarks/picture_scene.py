"""What a picture operation finds around a frame: the time, its dice, and other footage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

import cv2
import numpy as np

from media.clip import U8

Size = tuple[int, int]  # height, width


def _nothing(_: float) -> U8:
    raise ValueError("there is no other footage to lay under")


@dataclass(frozen=True, slots=True)
class Shot:
    """What an operation may use beside the frame."""

    rng: np.random.Generator  # runs on from frame to frame
    seed: int = 0  # of the whole clip
    time_s: float = 0.0  # of this frame in the suspect
    length_s: float = 1.0  # of the suspect
    footage: Callable[[float], U8] = field(default=_nothing)  # the other footage at a time

    def constant(self, what: str) -> np.random.Generator:
        """A generator that starts alike at every frame of the clip, one for each `what`."""
        return np.random.default_rng([self.seed, crc32(what.encode())])

    def behind(self, size: Size) -> U8:
        """The frame of the other footage at this time, filling `size`."""
        return covering(self.footage(self.time_s), size)


def covering(frame: U8, size: Size) -> U8:
    """A frame enlarged or reduced until it fills `size`; its middle is kept."""
    height, width = size
    factor = max(height / frame.shape[0], width / frame.shape[1])
    wide = max(round(frame.shape[1] * factor), width)
    high = max(round(frame.shape[0] * factor), height)
    y, x = (high - height) // 2, (wide - width) // 2
    resized = cv2.resize(frame, (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(resized[y : y + height, x : x + width], np.uint8)
