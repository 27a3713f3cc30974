"""How densely a file is sampled, and how its timeline is cut into clips."""

from __future__ import annotations

from dataclasses import dataclass

# A clip's core: long enough that per-clip work is small change, short enough that two minutes of
# frames (256 x 256 x 240 = 16 MB) and sound (4 MB at 8 kHz) are all that is ever held.
CORE_S = 120.0
# Sound on both sides of a core, so that spectral peaks near a cut see the same surroundings as
# they would in the middle of a clip.
CONTEXT_S = 8.0


@dataclass(frozen=True, slots=True)
class Sampling:
    """Frames a second, the longer side of the luma in pixels, samples of sound a second.

    Sampled frames are the first decoded ones at or after each grid point k / `frames_per_s`.
    Luma is downscaled by area so that its longer side is at most `long_side`, never upscaled,
    and has the same size for the whole file.
    """

    frames_per_s: float = 2.0
    long_side: int = 256
    sound_rate: int = 8000

    def __post_init__(self) -> None:
        if min(self.frames_per_s, self.long_side, self.sound_rate) <= 0:
            raise ValueError("frames_per_s, long_side and sound_rate must be positive")


def core_end(start_s: float) -> float:
    """The first core boundary after a time: the multiples of `CORE_S` from `CORE_S` on.

    >>> core_end(0.0), core_end(130.5), core_end(-0.02)
    (120.0, 240.0, 120.0)
    """
    return CORE_S * max(1.0, start_s // CORE_S + 1.0)
