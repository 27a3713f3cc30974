"""One stream from packets to clips: decode, place in time, sample."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from media.clip import Clip, Frames, Span
from media.decoding import Decoder
from media.frames import FrameSampler
from media.losses import Count, Ledger, counted
from media.sampling import CORE_S, DETAIL_CORE_S, Sampling
from media.sound import JITTER_S, SoundSampler
from media.timeline import STEP_S, Clock, Placed, Stamped, Timeline

# What FFmpeg assumes too when a raw stream states no rate.
_DEFAULT_RATE = 25.0
# A rare frame without a stamp is timed by its neighbours, and nothing is lost. (Sound without
# stamps is usual, where a packet holds several frames: it is timed by counting its samples.)
_UNSTAMPED_SHARE = 0.01
# Frames held back to judge a leap of the stamps: one picture, as they are large; of sound more
# than the frames of one transport packet, which share its stamp.
_HOLD_PICTURES = 1
_HOLD_SOUND = 32


class VideoFeed:
    """The picture of a file."""

    what = "picture"

    def __init__(self, stream: VideoStream, sampling: Sampling, clock: Clock) -> None:
        self.stream = stream
        self.stated_end_s = _stated_end_s(stream, clock)
        self._tick_s = float(stream.time_base or 1)
        self._frame_s = 1.0 / float(stream.average_rate or stream.guessed_rate or _DEFAULT_RATE)
        if sampling.key_frames_only:
            stream.codec_context.skip_frame = "NONKEY"
        self._skips = sampling.key_frames_only
        self._skipped_s = 0.0  # the end of what was passed over
        self._clock = clock
        self._decoder = Decoder(stream.codec_context.decode, self.what)
        self._timeline: Timeline[av.VideoFrame] = Timeline(clock, STEP_S, _HOLD_PICTURES)
        self._sampler = FrameSampler(sampling.frame_rate, sampling.long_side, CORE_S, _plain)
        self._detail = _detail_sampler(sampling)
        self._corrupt = Count()
        self._unstamped = Count()

    @property
    def end_s(self) -> float:
        """The end of the last frame, decoded or passed over."""
        return max(self._sampler.end_s, self._skipped_s)

    @property
    def decoded(self) -> int:
        """How many frames were decoded without damage."""
        return self._sampler.decoded

    def push(self, packet: Packet[Stream]) -> Iterator[Clip]:
        """Decode a packet; yields a clip when one is full."""
        if self._skips:
            self._pass_over(packet)
        for frame in self._decoder.frames(packet, self._timeline.now_s):
            yield from self._sample(self._timeline.push(self._stamp(frame)))

    def _pass_over(self, packet: Packet[Stream]) -> None:
        """Note the end of a packet that may not be decoded, if its stamp is to be believed."""
        if packet.pts is None:
            return
        end_s = (packet.pts + (packet.duration or 0)) * self._tick_s - self._clock.start_s
        if end_s <= self._clock.latest(self.end_s):
            self._skipped_s = max(self._skipped_s, end_s)

    def finish(self, may_be_still: bool) -> Iterator[Clip]:
        """The last clips. A single frame is a still picture if the file may be one."""
        for frame in self._decoder.frames(None, self._timeline.now_s):
            yield from self._sample(self._timeline.push(self._stamp(frame)))
        yield from self._sample(self._timeline.flush())
        for sampler in self._samplers:
            yield from sampler.finish(may_be_still and self.decoded == 1)

    def report(self, ledger: Ledger) -> None:
        """Note what was lost on the way."""
        self._decoder.report(ledger)
        self._sampler.report(ledger)
        if self._corrupt.n:
            total = self._corrupt.n + self.decoded
            detail = f"{self._corrupt.n} of {total} frames are damaged and were left out"
            ledger.note("corrupt_frames", detail, self._corrupt.at_s)
        if self._unstamped.n > _UNSTAMPED_SHARE * self.decoded:
            detail = f"no time stamp on {counted(self._unstamped.n, 'frame')}, timed by frame rate"
            ledger.note("timestamps", detail, self._unstamped.at_s)

    def _stamp(self, frame: av.VideoFrame) -> Stamped[av.VideoFrame]:
        stamp_s = _stamp_s(frame, self._tick_s)
        if stamp_s is None:
            self._unstamped.add(self._timeline.now_s)
        return Stamped(frame, stamp_s, frame.duration * self._tick_s or self._frame_s)

    def _sample(self, frames: list[Placed[av.VideoFrame]]) -> Iterator[Clip]:
        for placed in frames:
            if placed.frame.is_corrupt:
                self._corrupt.add(placed.time_s)
            else:
                for sampler in self._samplers:
                    yield from sampler.push(placed)

    @property
    def _samplers(self) -> list[FrameSampler]:
        return [self._sampler, self._detail] if self._detail else [self._sampler]


class SoundFeed:
    """The sound of a file."""

    what = "sound"

    def __init__(self, stream: AudioStream, sampling: Sampling, clock: Clock) -> None:
        self.stream = stream
        self.stated_end_s = _stated_end_s(stream, clock)
        self._tick_s = float(stream.time_base or 1)
        self._decoder = Decoder(stream.codec_context.decode, self.what)
        self._timeline: Timeline[av.AudioFrame] = Timeline(clock, JITTER_S, _HOLD_SOUND)
        self._sampler = SoundSampler(sampling.sound_rate)

    @property
    def end_s(self) -> float:
        """The end of the last sample."""
        return self._sampler.end_s

    @property
    def decoded(self) -> int:
        """How many frames of sound were decoded."""
        return self._sampler.decoded

    def push(self, packet: Packet[Stream]) -> Iterator[Clip]:
        """Decode a packet; yields the clips that it completes."""
        for frame in self._decoder.frames(packet, self._timeline.now_s):
            yield from self._sample(self._timeline.push(self._stamp(frame)))

    def finish(self, may_be_still: bool) -> Iterator[Clip]:
        """The last clips."""
        for frame in self._decoder.frames(None, self._timeline.now_s):
            yield from self._sample(self._timeline.push(self._stamp(frame)))
        yield from self._sample(self._timeline.flush())
        yield from self._sampler.finish()

    def report(self, ledger: Ledger) -> None:
        """Note what was lost on the way."""
        self._decoder.report(ledger)
        self._sampler.report(ledger)

    def _stamp(self, frame: av.AudioFrame) -> Stamped[av.AudioFrame]:
        duration_s = frame.samples / max(frame.sample_rate, 1)
        return Stamped(frame, _stamp_s(frame, self._tick_s), duration_s)

    def _sample(self, frames: list[Placed[av.AudioFrame]]) -> Iterator[Clip]:
        for placed in frames:
            yield from self._sampler.push(placed)


def _plain(core: Span, frames: Frames) -> Clip:
    return Clip(core, frames=frames)


def _detailed(core: Span, frames: Frames) -> Clip:
    return Clip(core, detail=frames)


def _detail_sampler(sampling: Sampling) -> FrameSampler | None:
    if not sampling.detail_per_s:
        return None
    return FrameSampler(sampling.detail_rate, sampling.detail_side, DETAIL_CORE_S, _detailed)


def _stamp_s(frame: av.VideoFrame | av.AudioFrame, tick_s: float) -> float | None:
    """Presentation stamp in seconds; some demuxers know only the decoding stamp."""
    ticks = frame.pts if frame.pts is not None else frame.dts
    return None if ticks is None else ticks * tick_s


def _stated_end_s(stream: Stream, clock: Clock) -> float | None:
    """When the stream should end by what the file says of it, if it says anything."""
    if not stream.duration or stream.time_base is None:
        return None
    return float(((stream.start_time or 0) + stream.duration) * stream.time_base) - clock.start_s
