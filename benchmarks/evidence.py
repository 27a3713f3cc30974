"""How much there is to recognise in an excerpt: contrast and motion of the picture, level of sound.

A black or silent excerpt carries nothing that could be found; as a query for a registered work it
would measure the choice of excerpts. The bars are far below what a person would call dark or soft.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from media.clip import F32, U8

# Standard deviation of luma, in 8-bit levels, of the median frame: below this it is a flat card.
MIN_CONTRAST = 6.0
# Level of the median tenth of a second, in dB of full scale: below this it is a fade or a pause.
MIN_LEVEL_DB = -50.0
# Mean change of luma within a second, in 8-bit levels: below this no one could say which second it
# is. Such a query is counted as any other, and recall is also stated without them.
STILL_MOTION = 1.0
SILENCE_DB = -120.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of the excerpt before distortion; None for a stream that was not asked for."""

    contrast: float | None
    motion: float | None  # mean change of luma within a second, in 8-bit levels
    level_db: float | None

    KEYS: ClassVar[tuple[str, ...]] = ("contrast", "motion", "level_db")

    @property
    def enough(self) -> bool:
        """True when the picture is not flat or the sound is not silent."""
        seen = self.contrast is not None and self.contrast >= MIN_CONTRAST
        return seen or (self.level_db is not None and self.level_db >= MIN_LEVEL_DB)

    @property
    def still(self) -> bool:
        """True when only the picture was asked for, and it does not move."""
        return self.level_db is None and self.motion is not None and self.motion < STILL_MOTION

    def as_dict(self) -> dict[str, float | None]:
        """For a result file."""
        return {"contrast": self.contrast, "motion": self.motion, "level_db": self.level_db}


class Watch:
    """Sees the frames of an excerpt go by."""

    def __init__(self) -> None:
        self._small: list[U8] = []
        self._times: list[float] = []

    def see(self, time: float, frame: U8) -> None:
        """Note one RGB frame; five in a second are enough."""
        if self._times and time < self._times[-1] + 0.2:
            return
        small = cv2.resize(frame, (32, 32), interpolation=cv2.INTER_AREA)
        self._small.append(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8))
        self._times.append(time)

    @property
    def contrast(self) -> float | None:
        """The median over frames of the standard deviation of luma; None without frames."""
        return float(np.median([np.std(s) for s in self._small])) if self._small else None

    @property
    def motion(self) -> float | None:
        """The mean change from a frame to the one a second later; None without such frames."""
        stack, step = np.array(self._small, np.float32), 5
        return float(np.abs(stack[step:] - stack[:-step]).mean()) if len(stack) > step else None


def loudness(samples: F32) -> float:
    """The level of the median tenth of a second of (channels, n) at any usual rate, in dB."""
    mono = samples.mean(axis=0)
    parts = np.array_split(mono, max(len(mono) // 4410, 1))
    level = float(np.median([np.sqrt(np.mean(part**2)) for part in parts]))
    return max(20 * float(np.log10(level)), SILENCE_DB) if level > 0 else SILENCE_DB
