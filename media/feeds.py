"""One stream from packets to clips: decode, place in time, sample."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from media.clip import Clip
from media.decoding import Decoder
from media.frames import FrameSampler
from media.losses import Count, Ledger
from media.sampling import Sampling
from media.sound import SoundSampler
from media.timeline import Clock, Timeline

# What FFmpeg assumes too when a raw stream states no rate.
_DEFAULT_RATE = 25.0


class VideoFeed:
    """The picture of a file."""

    def __init__(self, stream: VideoStream, sampling: Sampling, clock: Clock) -> None:
        self.stream = stream
        self._tick_s = float(stream.time_base or 1)
        self._frame_s = 1.0 / float(stream.average_rate or stream.guessed_rate or _DEFAULT_RATE)
        self._decoder = Decoder(stream.codec_context.decode, "picture")
        self._timeline = Timeline(clock)
        self._sampler = FrameSampler(sampling)
        self._corrupt = Count()

    @property
    def end_s(self) -> float:
        """The end of the last frame."""
        return self._sampler.end_s

    @property
    def decoded(self) -> int:
        """How many frames were decoded without damage."""
        return self._sampler.decoded

    def push(self, packet: Packet[Stream] | None) -> Iterator[Clip]:
        """Decode a packet, or with None what the decoder still holds."""
        for frame in self._decoder.frames(packet, self._timeline.now_s):
            yield from self._sample(frame)

    def finish(self, still: bool) -> Iterator[Clip]:
        """The last clip."""
        return self._sampler.finish(still)

    def report(self, ledger: Ledger) -> None:
        """Note what was lost on the way."""
        self._decoder.report(ledger)
        self._sampler.report(ledger)
        if self._corrupt.n:
            total = self._corrupt.n + self.decoded
            detail = f"{self._corrupt.n} of {total} frames are damaged and were left out"
            ledger.note("corrupt_frames", detail, self._corrupt.at_s)

    def _sample(self, frame: av.VideoFrame) -> Iterator[Clip]:
        duration_s = frame.duration * self._tick_s or self._frame_s
        time_s = self._timeline.place(_stamp(frame, self._tick_s), duration_s)
        if frame.is_corrupt:
            self._corrupt.add(time_s)
        else:
            yield from self._sampler.push(frame, time_s, duration_s)


class SoundFeed:
    """The sound of a file."""

    def __init__(self, stream: AudioStream, sampling: Sampling, clock: Clock) -> None:
        self.stream = stream
        self._tick_s = float(stream.time_base or 1)
        self._decoder = Decoder(stream.codec_context.decode, "sound")
        self._timeline = Timeline(clock)
        self._sampler = SoundSampler(sampling.sound_rate)

    @property
    def end_s(self) -> float:
        """The end of the last sample."""
        return self._sampler.end_s

    @property
    def decoded(self) -> int:
        """How many frames of sound were decoded."""
        return self._sampler.decoded

    def push(self, packet: Packet[Stream] | None) -> Iterator[Clip]:
        """Decode a packet, or with None what the decoder still holds."""
        for frame in self._decoder.frames(packet, self._timeline.now_s):
            duration_s = frame.samples / max(frame.sample_rate, 1)
            time_s = self._timeline.place(_stamp(frame, self._tick_s), duration_s)
            yield from self._sampler.push(frame, time_s)

    def finish(self, still: bool = False) -> Iterator[Clip]:
        """The last clips."""
        return self._sampler.finish()

    def report(self, ledger: Ledger) -> None:
        """Note what was lost on the way."""
        self._decoder.report(ledger)
        self._sampler.report(ledger)


def _stamp(frame: av.VideoFrame | av.AudioFrame, tick_s: float) -> float | None:
    """Presentation stamp in seconds; some demuxers know only the decoding stamp."""
    ticks = frame.pts if frame.pts is not None else frame.dts
    return None if ticks is None else ticks * tick_s
