"""What a film shows at given times, as JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

WIDTH = 320
ROUNDING_S = 1e-6  # of times that were computed
# Some containers land behind the place that is sought, or between key frames.
SEEK_EARLIER_S = (0.1, 12.0, float("inf"))
JPEG_QUALITY = 4  # of FFmpeg's scale, 2 the best … 31


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of a film."""

    at_s: float  # when the frame came on screen
    jpeg: bytes


def stills(path: Path, times: Sequence[float]) -> list[Still | None]:
    """The frame on screen at each time, in seconds from the film's start.

    That is the last frame that begins at or before the time; None where there is none, or where
    the file is damaged. Raises `av.FFmpegError` when the file cannot be opened.
    """
    with av.open(str(path)) as container:
        if not container.streams.video:
            return [None for _ in times]
        return [_still(container, at_s) for at_s in times]


def _still(container: InputContainer, at_s: float) -> Still | None:
    start_s = (container.start_time or 0) / av.time_base
    try:
        shown = _frame(container, at_s + start_s)
    except av.FFmpegError:
        return None
    if shown is None or shown.time is None:
        return None
    return Still(shown.time - start_s, _jpeg(shown))


def _frame(container: InputContainer, stamp_s: float) -> VideoFrame | None:
    """The last frame that begins at or before a stamp."""
    for earlier_s in SEEK_EARLIER_S:
        container.seek(int(max(0.0, stamp_s - earlier_s) * av.time_base))
        shown = _last_until(container, stamp_s)
        if shown is not None:
            return shown
    return None


def _last_until(container: InputContainer, stamp_s: float) -> VideoFrame | None:
    """The last frame at or before a stamp, of those from here on."""
    shown: VideoFrame | None = None
    for frame in container.decode(container.streams.video[0]):
        if frame.time is None or frame.time > stamp_s + ROUNDING_S:
            break
        shown = frame
    return shown


def _jpeg(frame: VideoFrame) -> bytes:
    height = 2 * round(frame.height * WIDTH / frame.width / 2)
    small = frame.reformat(WIDTH, height, "yuvj420p", dst_color_range=ColorRange.JPEG)
    small.pts, small.time_base = 0, Fraction(1, 25)
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise TypeError("mjpeg is no video codec")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = JPEG_QUALITY
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])
