"""One pass over a media file: clips of sampled frames and mono sound, and what was lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Self

from media.clip import Clip, Kind, Loss, Unreadable
from media.container import Media
from media.decoding import Demuxer
from media.feeds import SoundFeed, VideoFeed
from media.formats import (
    MAYBE_PICTURE_FORMATS,
    PICTURE_BRANDS,
    SPLICED_FORMATS,
    STATED_FORMATS,
)
from media.losses import Ledger
from media.sampling import Sampling
from media.streams import choose
from media.timeline import Clock

__all__ = ["Reader"]

# A file may state its duration a little too long; beyond this share or time, some of it is gone.
_SHORT_SHARE = 0.02
_SHORT_S = 2.0


class Reader:
    """Reads a file once, in bounded memory: iterate for clips, then ask what was lost.

    Frames and sound come in clips of their own, each in order of time. Cores of the frame clips
    tile the timeline, and so do cores of the sound clips of a stretch without gaps. A still
    picture is one frame at time 0. Raises `Unreadable` on opening what is not media, and from
    iteration when nothing at all could be decoded.
    """

    def __init__(
        self,
        file: Path | BufferedReader,
        sampling: Sampling | None = None,
        deadline_s: float | None = None,
    ) -> None:
        """Open a file, or take one over; `deadline_s` counts from here and ends reading early."""
        self._until = None if deadline_s is None else time.monotonic() + deadline_s
        self._deadline_s = deadline_s
        self._ledger = Ledger()
        self._started = False
        self._media = Media(file)
        self._clock = Clock(
            self._media.start_s,
            self._media.stated_s,
            spliced=bool(self._media.format_names & SPLICED_FORMATS),
        )
        self._open_feeds(sampling or Sampling())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Clip]:
        if self._started:
            raise RuntimeError("a Reader can be iterated only once")
        self._started = True
        yield from self._read()
        for feed in self._feeds:
            yield from feed.finish(self._may_be_still and self._sound is None)
        self._settle()

    @property
    def kind(self) -> Kind:
        """What the file is; for moving pictures that may be stills, final after iteration."""
        if self._video is None or (self._sound is not None and self._video.decoded == 0):
            return "audio" if self._sound is not None else "video"
        still = self._may_be_still and self._video.decoded <= 1 and self._sound is None
        return "image" if still else "video"

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What could not be used, one loss a kind; complete after iteration."""
        return self._ledger.losses

    @property
    def duration_s(self) -> float:
        """The end of the last frame or sample that was decoded; 0 for a still picture."""
        return max((feed.end_s for feed in self._feeds), default=0.0)

    def close(self) -> None:
        """Release the decoders and the file."""
        self._media.close()

    def _open_feeds(self, sampling: Sampling) -> None:
        video, sound = choose(self._media.container, self._ledger)
        self._video = VideoFeed(video, sampling, self._clock) if video else None
        self._sound = SoundFeed(sound, sampling, self._clock) if sound else None
        self._feeds = [feed for feed in (self._video, self._sound) if feed is not None]
        brand = self._media.container.metadata.get("major_brand", "")
        self._may_be_still = bool(
            self._media.format_names & MAYBE_PICTURE_FORMATS or brand.strip() in PICTURE_BRANDS
        )

    def _read(self) -> Iterator[Clip]:
        if not self._feeds:
            return
        feeds = {feed.stream.index: feed for feed in self._feeds}
        demuxer = Demuxer(self._media.container, [feed.stream for feed in self._feeds])
        for packet in demuxer:
            if self._until is not None and time.monotonic() > self._until:
                detail = f"reading was stopped after {self._deadline_s:g} s"
                self._ledger.note("deadline", detail, self.duration_s)
                break
            yield from feeds[packet.stream_index].push(packet)
        demuxer.report(self._ledger)

    def _settle(self) -> None:
        for feed in self._feeds:
            feed.report(self._ledger)
        self._clock.report(self._ledger)
        if not any(feed.decoded for feed in self._feeds):
            reason = self._ledger.reason or "it holds no picture and no sound"
            raise Unreadable(f"nothing could be decoded: {reason}")
        for feed in self._feeds:
            if not feed.decoded:
                self._ledger.note("empty_stream", f"nothing of the {feed.what} could be decoded")
        self._check_length()

    def _check_length(self) -> None:
        """A stream that ends before the file says so was cut off, unless we know why."""
        if {loss.kind for loss in self.losses} & {"deadline", "timestamps"}:
            return
        if self.kind == "image" or not self._media.format_names & STATED_FORMATS:
            return
        stated = [(feed.what, feed.end_s, feed.stated_end_s) for feed in self._feeds]
        if all(stated_s is None for _, _, stated_s in stated):
            stated = [("file", self.duration_s, self._media.stated_s)]
        for what, end_s, stated_s in stated:
            if stated_s and stated_s - end_s > max(_SHORT_S, _SHORT_SHARE * stated_s):
                detail = f"the {what} ends at {end_s:.1f} s of the {stated_s:.1f} s that are stated"
                self._ledger.note("truncated", detail, end_s)
