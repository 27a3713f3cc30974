"""How densely a file is sampled, and how its timeline is cut into clips."""

from __future__ import annotations

from dataclasses import dataclass

# A clip's core: long enough that per-clip work is small change, short enough that two minutes of
# frames (256 x 256 x 240 = 16 MB) and sound (4 MB at 8 kHz) are all that is ever held.
CORE_S = 120.0
SPARSE_PER_S = 2.0  # frames of more detail, at most, once a file gets long
DETAIL_CORE_S = 15.0  # of frames of more detail: 512 x 512 x 120 = 31 MB
# Sound on both sides of a core, so that spectral peaks near a cut see the same surroundings as
# they would in the middle of a clip.
CONTEXT_S = 8.0


@dataclass(frozen=True, slots=True)
class Sampling:
    """Frames a second, the longer side of the luma in pixels, samples of sound a second.

    Sampled frames are the first decoded ones at or after each grid point k / `frames_per_s`.
    Luma is downscaled by area so that its longer side is at most `long_side`, never upscaled,
    and has the same size for the whole file. Frames of more detail, of a rate and size of their
    own, are sampled when `detail_per_s` is not 0; after `dense_s` at most two a second, for what
    is read of them takes much memory. With `key_frames_only` no others are decoded, as far as the
    codec can leave them out: they may be many seconds apart.
    """

    frames_per_s: float = 2.0
    long_side: int = 256
    sound_rate: int = 8000
    detail_per_s: float = 0.0
    detail_side: int = 512
    dense_s: float = 120.0
    key_frames_only: bool = False

    def __post_init__(self) -> None:
        if min(self.frames_per_s, self.long_side, self.detail_side, self.sound_rate) <= 0:
            raise ValueError("frames_per_s, both sides and sound_rate must be positive")
        if self.detail_per_s < 0:
            raise ValueError("detail_per_s must not be negative")

    def frame_rate(self, _: float) -> float:
        """Frames a second, the same at all times."""
        return self.frames_per_s

    def detail_rate(self, time_s: float) -> float:
        """Frames of more detail a second, at a time."""
        sparse = min(self.detail_per_s, SPARSE_PER_S)
        return self.detail_per_s if time_s < self.dense_s else sparse


def core_end(start_s: float, core_s: float = CORE_S) -> float:
    """The first core boundary after a time: the multiples of `core_s` from `core_s` on.

    >>> core_end(0.0), core_end(130.5), core_end(-0.02)
    (120.0, 240.0, 120.0)
    """
    return core_s * max(1.0, start_s // core_s + 1.0)
