"""Decoded sound to clips of mono samples at one rate, with gaps filled or kept as gaps."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.audio.resampler import AudioResampler

from media.clip import F32, Clip
from media.losses import Count, Ledger, counted
from media.runs import SoundRun
from media.timeline import Placed

# Containers round stamps to milliseconds and codecs to frames; within this, sound is continuous.
JITTER_S = 0.020
# A longer pause starts a new run of sound instead of inventing silence.
GAP_S = 1.0
# Stamps that put so many frames in a row before sound that is already there are not believed.
_MAX_LATE = 4


class SoundSampler:
    """Mixes to mono, resamples, and keeps every sample at its place on the timeline."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._resampler: AudioResampler | None = None
        self._kind: tuple[int, str, str] | None = None
        self._run: SoundRun | None = None
        self._joint_s = 0.0  # where the clock of the current stretch was set
        self._stretch = 0  # input samples since then
        self._late = 0
        self._gaps, self._overlaps, self._unusable = Count(), Count(), Count()
        self._gap_s = 0.0
        self.decoded = 0
        self.end_s = 0.0

    def push(self, placed: Placed[av.AudioFrame]) -> Iterator[Clip]:
        """Take the next frame; yields the clips that it completes."""
        frame, time_s = placed.frame, placed.time_s
        if frame.samples <= 0 or frame.sample_rate <= 0:
            return
        self.decoded += 1
        if self._run is None:
            self._start_run(time_s)
        elif self._breaks(time_s):
            yield from self._end_run()
            self._start_run(time_s)
        else:
            self._join(frame, time_s)
        self._stretch += frame.samples
        self._kind = _kind(frame)
        self._resample(frame)
        if self._run is not None:
            yield from self._run.ready()

    def finish(self) -> Iterator[Clip]:
        """The clips that are left."""
        yield from self._end_run()

    def report(self, ledger: Ledger) -> None:
        """Note gaps, overlaps, and sound that could not be converted."""
        if self._gaps.n:
            detail = f"{counted(self._gaps.n, 'gap')} in the sound, {self._gap_s:.2f} s in all"
            ledger.note("sound_gaps", detail, self._gaps.at_s)
        if self._overlaps.n:
            detail = f"sound overlaps {counted(self._overlaps.n, 'time')} by its time stamps"
            ledger.note("timestamps", detail, self._overlaps.at_s)
        if self._unusable.n:
            detail = f"{counted(self._unusable.n, 'frame')} of sound cannot be converted"
            ledger.note("sound_format", detail, self._unusable.at_s)

    @property
    def _clock_s(self) -> float:
        """Where the next sample belongs if sound goes on without a break."""
        return self._joint_s + (self._stretch / self._kind[0] if self._kind else 0.0)

    def _breaks(self, time_s: float) -> bool:
        gap_s = time_s - self._clock_s
        if gap_s >= JITTER_S:
            self._gaps.add(self._clock_s)
            self._gap_s += gap_s
        return gap_s >= GAP_S

    def _join(self, frame: av.AudioFrame, time_s: float) -> None:
        """Keep the run going over jitter, small gaps, overlaps and changes of format."""
        gap_s = time_s - self._clock_s
        self._late = self._late + 1 if gap_s <= -JITTER_S else 0
        in_step = abs(gap_s) < JITTER_S or self._late > _MAX_LATE
        if self._late:
            self._overlaps.add(time_s)
        if not in_step:
            self._set_joint(time_s)
        elif _kind(frame) != self._kind:
            self._set_joint(self._clock_s)

    def _set_joint(self, time_s: float) -> None:
        self._drain()
        self._joint_s, self._stretch = time_s, 0
        if self._run is not None:
            self._run.align(time_s)

    def _start_run(self, time_s: float) -> None:
        self._run = SoundRun(time_s, self._rate)
        self._joint_s, self._stretch, self._late = time_s, 0, 0

    def _end_run(self) -> Iterator[Clip]:
        self._drain()
        if self._run is not None:
            self.end_s = max(self.end_s, self._run.end_s)
            yield from self._run.finish()
        self._run = None

    def _drain(self) -> None:
        if self._resampler is not None:
            self._resample(None)
        self._resampler = None

    def _resample(self, frame: av.AudioFrame | None) -> None:
        if self._resampler is None:
            # Handed over a second at a time: many small pieces would cost more than resampling.
            self._resampler = AudioResampler("flt", "mono", self._rate, self._rate)
        try:
            pieces = self._resampler.resample(frame)
        except av.FFmpegError:
            self._unusable.add(self._clock_s)
            return
        for piece in pieces:
            if self._run is not None:
                self._run.append(_samples(piece))


def _kind(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def _samples(frame: av.AudioFrame) -> F32:
    """Samples within [-1, 1]; what is not a number becomes silence."""
    raw = np.asarray(frame.to_ndarray(), np.float32).reshape(-1)
    samples: F32 = np.nan_to_num(raw, nan=0.0, posinf=1.0, neginf=-1.0)
    return samples.clip(-1.0, 1.0)
