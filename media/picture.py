"""One decoded frame to small upright luma."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from media.clip import U8


class Scaler:
    """Downscales frames of one file, all to the size that the first one sets."""

    def __init__(self, long_side: int) -> None:
        self._long_side = long_side
        self._size: tuple[int, int] | None = None  # width, height, upright
        self._reformatter = VideoReformatter()

    def luma(self, frame: av.VideoFrame) -> U8:
        """Full-range luma (height, width). Raises `av.FFmpegError` for unusable pixels."""
        turns = round(frame.rotation / 90) % 4
        width, height = self._target(frame, sideways=turns % 2 == 1)
        small = self._reformatter.reformat(
            frame,
            width,
            height,
            "gray",
            # One matrix in and out: luma of YUV passes through, and RGB always gets the same
            # weights, whatever a file claims about its colours.
            src_colorspace=Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU601,
            interpolation=Interpolation.AREA,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        pixels = np.asarray(small.to_ndarray(), np.uint8)
        return np.ascontiguousarray(np.rot90(pixels, turns))

    def _target(self, frame: av.VideoFrame, sideways: bool) -> tuple[int, int]:
        width, height = frame.width, frame.height
        if self._size is None:
            size = _fit(width, height, self._long_side)
            self._size = size[::-1] if sideways else size
        return self._size[::-1] if sideways else self._size


def _fit(width: int, height: int, long_side: int) -> tuple[int, int]:
    scale = min(1.0, long_side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
