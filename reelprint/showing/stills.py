"""What a film shows at given times, as JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from media.clip import Unreadable
from media.source import open_regular
from reelprint.cage import caged
from reelprint.cage.limits import Limits
from reelprint.cage.parcel import Array
from reelprint.extraction import deadline_s
from reelprint.showing.looking import TALLEST, WIDTH, frames_at

PASSES = 4  # over a film, or something as long: each still is sought in at most three places
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
    the file is damaged. It is decoded in the cage, and drawn here. Raises `Unreadable` when the
    file is no media.
    """
    limits = Limits.within(PASSES * deadline_s(path))
    with open_regular(path) as file:
        parcel = caged.run(frames_at, file, {"times": list(times)}, limits)
    try:
        found = {int(k): at_s for k, at_s in parcel.said["found"]}
        drawn = map(_drawn, map(float, found.values()), parcel.arrays)
        pictures = dict(zip(found, drawn, strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the decoder gave what is no picture: {error}") from error
    return [pictures.get(k) for k in range(len(times))]


def _drawn(at_s: float, pixels: Array) -> Still:
    """A picture of what came out of the cage. Raises ValueError if that is none."""
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[0] % 3:
        raise ValueError("it has no picture's shape")
    width, height = pixels.shape[1], pixels.shape[0] // 3 * 2
    if not 2 <= width <= WIDTH or not 2 <= height <= TALLEST or width % 2 or height % 2:
        raise ValueError("it has no picture's size")
    small = VideoFrame.from_ndarray(np.asarray(pixels, np.uint8), "yuvj420p")
    small.pts, small.time_base = 0, Fraction(1, 25)
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise TypeError("mjpeg is no video codec")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = JPEG_QUALITY
    packets = [*encoder.encode(small), *encoder.encode(None)]
    return Still(at_s, b"".join(bytes(packet) for packet in packets), width, height)
