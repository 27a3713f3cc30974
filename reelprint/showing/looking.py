"""What runs in the cage to look at a film: the frames that are on screen at given times."""

from __future__ import annotations

from contextlib import suppress
from io import BufferedReader

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream
from numpy.typing import NDArray

from media.container import Media
from media.losses import Ledger
from media.streams import choose
from reelprint.cage.keeper import Asked
from reelprint.cage.parcel import Parcel

WIDTH, TALLEST = 320, 640
ROUNDING_S = 1e-6  # of times that were computed
# Some containers land behind the place that is sought, or between key frames.
SEEK_EARLIER_S = (0.1, 12.0, float("inf"))

Found = tuple[float, NDArray[np.uint8]]  # when the frame came on screen, and its planes


def frames_at(file: BufferedReader, asked: Asked) -> Parcel:
    """The frames on screen at `times`, small, as planes of YUV 4:2:0 in full range, one array each;
    `found` says which there are: number and time. Raises `Unreadable`."""
    media = Media(file)
    picture, _ = choose(media.container, Ledger())
    if picture is None:
        return Parcel({"found": []})
    looked = ((k, _still(media, picture, at_s)) for k, at_s in enumerate(asked["times"]))
    found = {k: still for k, still in looked if still is not None}
    said = [[k, at_s] for k, (at_s, _) in found.items()]
    return Parcel({"found": said}, [planes for _, planes in found.values()])


def _still(media: Media, picture: VideoStream, at_s: float) -> Found | None:
    try:
        shown = _frame(media, picture, at_s + media.start_s)
    except av.FFmpegError:
        return None
    if shown is None or shown.time is None:
        return None
    return shown.time - media.start_s, _small(_upright(shown))


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
    pixels = np.rot90(frame.to_ndarray(format="rgb24", threads=1), turns)
    turned = VideoFrame.from_ndarray(np.ascontiguousarray(pixels, np.uint8), "rgb24")
    turned.pts, turned.time_base = frame.pts, frame.time_base
    return turned


def _small(frame: VideoFrame) -> NDArray[np.uint8]:
    scale = min(WIDTH / frame.width, TALLEST / frame.height)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuvj420p", dst_color_range=ColorRange.JPEG, threads=1)
    return np.asarray(small.to_ndarray(), np.uint8)
