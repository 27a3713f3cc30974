"""A run of sound without gaps, cut into overlapping clips as it grows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from media.clip import F32, Clip, Sound, Span
from media.sampling import CONTEXT_S, core_end


class SoundRun:
    """Holds no more than one clip's samples and what the resampler gives at a time.

    Sample i of the run lies at `start_s` + i / rate, and so does it in each clip that holds it.
    """

    def __init__(self, start_s: float, rate: int) -> None:
        self.start_s = start_s
        self._rate = rate
        self._core_start = start_s
        self._blocks: list[F32] = []
        self._base = 0  # the number of the first sample that is still held
        self._total = 0
        self._skip = 0

    @property
    def end_s(self) -> float:
        """Where the next sample will lie."""
        return self.start_s + self._total / self._rate

    @property
    def held(self) -> int:
        """How many samples are held."""
        return self._total - self._base

    def append(self, samples: F32) -> None:
        """Add samples, less those that `align` said to drop."""
        kept = samples[self._skip :]
        self._skip -= len(samples) - len(kept)
        self._blocks.append(kept)
        self._total += len(kept)

    def align(self, time_s: float) -> None:
        """Let the next sample lie at a time: fill up with silence, or drop what overlaps."""
        missing = round((time_s - self.end_s) * self._rate) + self._skip
        self._skip = 0
        if missing >= 0:
            self.append(np.zeros(missing, np.float32))
        else:
            self._skip = -missing

    def ready(self) -> Iterator[Clip]:
        """The clips whose core and context are complete."""
        while self.end_s >= core_end(self._core_start) + CONTEXT_S:
            yield self._cut(core_end(self._core_start))

    def finish(self) -> Iterator[Clip]:
        """The clips that are left."""
        while self._core_start < self.end_s:
            yield self._cut(min(core_end(self._core_start), self.end_s))

    def _cut(self, end_s: float) -> Clip:
        core = Span(self._core_start, end_s)
        held = np.concatenate(self._blocks)
        stop = math.ceil(self._position(end_s + CONTEXT_S)) - self._base
        start_s = self.start_s + self._base / self._rate
        clip = Clip(core, sound=Sound(held[:stop].copy(), self._rate, start_s))
        next_base = math.floor(self._position(end_s - CONTEXT_S))
        self._blocks = [held[next_base - self._base :].copy()]
        self._base, self._core_start = next_base, end_s
        return clip

    def _position(self, time_s: float) -> float:
        """A time counted in samples from the start of the run, kept within the run."""
        return min(max((time_s - self.start_s) * self._rate, 0.0), float(self._total))
