"""What a film shows at given times, as JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from media.container import Media
from media.losses import Ledger
from media.streams import choose

WIDTH, TALLEST = 320, 640
ROUNDING_S = 1e-6  # of times that were computed
# Some containers land behind the place that is sought, or between key frames.
SEEK_EARLIER_S = (0.1, 12.0, float("inf"))
JPEG_QUALITY = 4  # of FFmpeg's scale, 2 the best … 31


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of a film."""

    at_s: float  # when the frame came on screen
    jpeg: bytes
    width: int
    height: int


def stills(path: Path, times: Sequence[float]) -> list[Still | None]:
    """The frame on screen at each time, in seconds from the film's start.

    That is the last frame that begins at or before the time; None where there is none, or where
    the file is damaged. Raises `Unreadable` when the file is no media.
    """
    media = Media(path)
    try:
        picture, _ = choose(media.container, Ledger())
        if picture is None:
            return [None for _ in times]
        return [_still(media, picture, at_s) for at_s in times]
    finally:
        media.close()


def _still(media: Media, picture: VideoStream, at_s: float) -> Still | None:
    try:
        shown = _frame(media, picture, at_s + media.start_s)
    except av.FFmpegError:
        return None
    if shown is None or shown.time is None:
        return None
    return _drawn(shown.time - media.start_s, _upright(shown))


def _frame(media: Media, picture: VideoStream, stamp_s: float) -> VideoFrame | None:
    """The last frame that begins at or before a stamp; of a picture without stamps, it."""
    for earlier_s in SEEK_EARLIER_S:
        with suppress(av.FFmpegError):  # a single picture cannot be sought in
            media.container.seek(int(max(0.0, stamp_s - earlier_s) * av.time_base))
        shown = _last_until(media, picture, stamp_s)
        if shown is not None:
            return shown
    return None


def _last_until(media: Media, picture: VideoStream, stamp_s: float) -> VideoFrame | None:
    """The last frame at or before a stamp, of those from here on."""
    shown: VideoFrame | None = None
    for frame in media.container.decode(picture):
        if frame.time is None or frame.time > stamp_s + ROUNDING_S:
            break
        shown = frame
    return shown


def _upright(frame: VideoFrame) -> VideoFrame:
    """The frame as players turn it, which is how it is fingerprinted."""
    turns = round(frame.rotation / 90) % 4
    if not turns:
        return frame
    pixels = np.rot90(frame.to_ndarray(format="rgb24"), turns)
    turned = VideoFrame.from_ndarray(np.ascontiguousarray(pixels, np.uint8), "rgb24")
    turned.pts, turned.time_base = frame.pts, frame.time_base
    return turned


def _drawn(at_s: float, frame: VideoFrame) -> Still:
    scale = min(WIDTH / frame.width, TALLEST / frame.height)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuvj420p", dst_color_range=ColorRange.JPEG)
    small.pts, small.time_base = 0, Fraction(1, 25)
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise TypeError("mjpeg is no video codec")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = JPEG_QUALITY
    packets = [*encoder.encode(small), *encoder.encode(None)]
    return Still(at_s, b"".join(bytes(packet) for packet in packets), width, height)
