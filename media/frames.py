"""Decoded frames to clips of sampled frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import av
import numpy as np

from media.clip import U8, Clip, Frames, Span
from media.losses import Count, Ledger, counted
from media.picture import Scaler
from media.sampling import core_end
from media.timeline import Placed

# Stamps are integers in ticks and a file's start is rounded to microseconds, so a frame that
# sits on a grid point may compute to a hair before it.
_ON_GRID_S = 1e-6


class FrameSampler:
    """Keeps the first frame at or after each grid point, downscaled."""

    def __init__(
        self,
        rate: Callable[[float], float],
        long_side: int,
        core_s: float,
        clip: Callable[[Span, Frames], Clip],
    ) -> None:
        self._rate = rate  # grid points a second, by the time of the last frame kept
        self._scaler = Scaler(long_side)
        self._core_s = core_s
        self._clip = clip  # what becomes of frames that fill a core
        self._due = -math.inf
        self._core = Span(0.0, 0.0)
        self._luma: list[U8] = []
        self._times: list[float] = []
        self._unusable = Count()
        self.decoded = 0
        self.end_s = 0.0

    def push(self, placed: Placed[av.VideoFrame]) -> Iterator[Clip]:
        """Take the next frame in presentation order; yields a clip when one is full."""
        time_s = placed.time_s
        self.decoded += 1
        self.end_s = max(self.end_s, time_s + placed.duration_s)
        if time_s < self._due - _ON_GRID_S:
            return
        if self._times and time_s >= self._core.end_s:
            yield self._cut(self._core.end_s)
        self._keep(placed.frame, time_s)

    def finish(self, still: bool) -> Iterator[Clip]:
        """The last clip. A still picture is put at time 0 with a core of one grid step."""
        if not self._times:
            return
        if still:
            self._times, self.end_s = [0.0], 0.0
            self._core = Span(0.0, 1.0 / self._rate(0.0))
            yield self._cut(self._core.end_s)
        else:
            yield self._cut(max(self.end_s, np.nextafter(self._times[-1], np.inf)))

    def report(self, ledger: Ledger) -> None:
        """Note the frames whose pixels could not be converted."""
        if self._unusable.n:
            detail = (
                f"the pixels of {counted(self._unusable.n, 'sampled frame')} cannot be converted"
            )
            ledger.note("pixel_format", detail, self._unusable.at_s)

    def _keep(self, frame: av.VideoFrame, time_s: float) -> None:
        try:
            luma = self._scaler.luma(frame)
        except av.FFmpegError:
            self._unusable.add(time_s)
            return
        if not self._times:
            start_s = self._core.end_s if self._core.end_s > 0 else time_s
            self._core = Span(start_s, core_end(time_s, self._core_s))
        self._luma.append(luma)
        self._times.append(time_s)
        rate = self._rate(time_s)
        self._due = (math.floor((time_s + _ON_GRID_S) * rate) + 1) / rate

    def _cut(self, end_s: float) -> Clip:
        frames = Frames(np.stack(self._luma), np.array(self._times, np.float64))
        self._luma, self._times = [], []
        return self._clip(Span(self._core.start_s, end_s), frames)
