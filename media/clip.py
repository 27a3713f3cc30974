"""The nouns that leave this room: a span of time, sampled frames, mono sound, a clip, a loss.

Conventions: time is float64 seconds from the file's first presentation stamp; spans are
half-open. Luma is the 8-bit Y plane in full range, rows first. Sound is float32 in [-1, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Kind = Literal["video", "audio", "image"]  # of a file; an image is a single picture


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of time, [start_s, end_s).

    >>> Span(1.0, 3.5).duration_s
    2.5
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not self.start_s <= self.end_s:
            raise ValueError(f"a span ends before it starts: {self.start_s} > {self.end_s}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def to_the_ends_of(self, seconds: float, near_s: float = 1.0) -> Span:
        """The span drawn out to the start and the end of something so long, if it comes near.

        >>> Span(0.4, 9.2).to_the_ends_of(10.0), Span(2.0, 9.0).to_the_ends_of(20.0)
        (Span(start_s=0.0, end_s=10.0), Span(start_s=2.0, end_s=9.0))
        """
        start_s = 0.0 if self.start_s <= near_s else self.start_s
        end_s = max(seconds, self.end_s) if self.end_s >= seconds - near_s else self.end_s
        return Span(start_s, end_s)

    @property
    def closed(self) -> Span:
        """The span with its end in it: half-open to the next number there is."""
        return Span(self.start_s, math.nextafter(self.end_s, math.inf))


@dataclass(frozen=True, slots=True)
class Frames:
    """Sampled frames, downscaled, in presentation order."""

    luma: U8  # (n, height, width)
    times: F64  # (n,) seconds, strictly increasing

    def __post_init__(self) -> None:
        if self.luma.ndim != 3 or self.luma.dtype != np.uint8:
            raise ValueError("luma must be uint8 of shape (n, height, width)")
        if self.times.shape != (len(self.luma),) or self.times.dtype != np.float64:
            raise ValueError("times must be float64 of shape (n,)")
        if np.any(np.diff(self.times) <= 0):
            raise ValueError("frame times must increase")


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound without gaps."""

    samples: F32  # (n,) in [-1, 1]
    rate: int  # samples a second
    start_s: float  # presentation time of samples[0]

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise ValueError("samples must be float32 of shape (n,)")
        if self.rate <= 0:
            raise ValueError("the sample rate must be positive")

    @property
    def span(self) -> Span:
        """The time that the samples cover."""
        return Span(self.start_s, self.start_s + len(self.samples) / self.rate)


@dataclass(frozen=True, slots=True)
class Clip:
    """A bounded piece of one file: frames, frames of more detail, or sound.

    A long file is read as many clips. Neighbouring sound clips overlap, so that a scheme sees
    context on both sides; only codes whose time lies in `core` belong to this clip.
    """

    core: Span
    frames: Frames | None = None
    sound: Sound | None = None
    detail: Frames | None = None  # larger frames, at a rate of their own


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of a file that could not be used, and why. Losses are recorded, never hidden."""

    kind: str  # a stable word: "truncated", "corrupt_frames", "timestamps", "too_large", ...
    detail: str  # one sentence for people
    at_s: float | None = None  # where in the file, when known


class Unreadable(OSError):
    """The file gives no frame and no sound at all; the message says why."""
