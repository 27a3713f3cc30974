"""A few small frames of a film, spread over it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import numpy as np

from media.clip import U8, Clip
from media.container import Media
from media.decoding import Demuxer
from media.feeds import VideoFeed
from media.formats import SPLICED_FORMATS
from media.losses import Ledger
from media.sampling import Sampling
from media.streams import choose
from media.timeline import Clock


def glimpses(file: Path | BufferedReader, most: int, side: int, key_frames_only: bool) -> U8:
    """Luma of at most so many frames, shape (n, h, w), the longer side at most `side`.

    Of key frames they are spread over the film, at most one a second; of all frames they are its
    beginning, one a second. None: (0, 0, 0). Raises `Unreadable`.
    """
    media = Media(file)
    try:
        long_s = max(media.stated_s or 0.0, 1.0) if key_frames_only else 1.0
        sampling = Sampling(
            frames_per_s=min(1.0, most / long_s), long_side=side, key_frames_only=key_frames_only
        )
        found: list[U8] = []
        for clip in _clips(media, sampling):
            found.extend(clip.frames.luma if clip.frames is not None else ())
            if len(found) >= most:
                break
        return np.stack(found[:most]) if found else np.zeros((0, 0, 0), np.uint8)
    finally:
        media.close()


def _clips(media: Media, sampling: Sampling) -> Iterator[Clip]:
    picture, _ = choose(media.container, Ledger())
    if picture is None:
        return
    spliced = bool(media.format_names & SPLICED_FORMATS)
    feed = VideoFeed(picture, sampling, Clock(media.start_s, media.stated_s, spliced=spliced))
    for packet in Demuxer(media.container, [picture]):
        yield from feed.push(packet)
    yield from feed.finish(False)
