"""Reads a span of a media file: frames one by one, sound whole. Seeks, so that hours cost seconds.

Times are seconds from the file's first presentation stamp, as everywhere in Reelprint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.frame import Frame
from av.video.stream import VideoStream

from media.clip import F32, U8, Span

RATE = 44_100
# Sound decoders need a little run-up after a seek before their output is right.
RUN_UP_S = 0.5
# Stamps that jump by more than this are a hole in the sound; less is rounding.
GAP_S = 0.05
# After a seek, stamps are guesses in MP3, which has none of its own, and up to 14 ms off in Ogg.
NO_SEEK = frozenset({"mp3", "ogg"})
# Up to this length, such a file is kept whole for the next excerpt: 16 min are 340 MB.
KEPT_S = 960.0


def frames(path: Path, span: Span) -> Iterator[tuple[float, U8]]:
    """(time, RGB frame) of each frame that is first shown within the span, in order."""
    for time, frame in _decoded(path, "video", span.start_s):
        if time >= span.end_s:
            return
        if time >= span.start_s and isinstance(frame, av.VideoFrame):
            yield time, _rgb(frame)


def sampled(path: Path, step_s: float) -> Iterator[tuple[float, U8]]:
    """(time, RGB frame) of one frame each step, from the first on; others are decoded alone."""
    due = 0.0
    for time, frame in _decoded(path, "video", due):
        if time >= due and isinstance(frame, av.VideoFrame):
            due += step_s
            yield time, _rgb(frame)


def _rgb(frame: av.VideoFrame) -> U8:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def sound(path: Path, span: Span) -> F32:
    """The samples of the span at `RATE`, shape (2, n); zeros where the file has none."""
    duration_s = _read_through_s(path)
    if not span.end_s <= duration_s <= KEPT_S:
        return _sound(path, span)
    start, count = round(span.start_s * RATE), round(span.duration_s * RATE)
    return np.array(_read_through(path, duration_s)[:, start : start + count], np.float32)


def whole(path: Path) -> F32:
    """Every sample of a file, as `sound` gives them."""
    with av.open(path, metadata_errors="replace") as container:
        duration_s = (container.duration or 0) / av.time_base
    return sound(path, Span(0.0, duration_s))


def babble(paths: Sequence[Path]) -> F32:
    """Two people who speak at once, equally loud: one says the even files, the other the odd."""
    voices = [np.concatenate([_spoken(p) for p in paths[k::2]], axis=1) for k in (0, 1)]
    count = max(voice.shape[1] for voice in voices)
    both = np.sum([np.resize(voice[0], (1, count)) for voice in voices], axis=0)
    return np.asarray(both, np.float32)


def _spoken(path: Path) -> F32:
    """A whole file as one channel, at a common loudness."""
    mono = whole(path).mean(axis=0, keepdims=True)
    return np.asarray(mono / max(float(np.sqrt(np.mean(mono**2))), 1e-6), np.float32)


@lru_cache(maxsize=1024)
def _read_through_s(path: Path) -> float:
    """The duration of a file that can only be read from its beginning; infinite for others."""
    with av.open(path, metadata_errors="replace") as container:
        known = container.duration is not None and container.format.name in NO_SEEK
        return (container.duration or 0) / av.time_base if known else float("inf")


@lru_cache(maxsize=3)
def _read_through(path: Path, duration_s: float) -> F32:
    """A file that is read through anyway, kept for the next excerpt of it."""
    return _sound(path, Span(0.0, duration_s))


def _sound(path: Path, span: Span) -> F32:
    out = np.zeros((2, round(span.duration_s * RATE)), np.float32)
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    cursor: int | None = None  # the column that the next sample belongs to
    for time, frame in _decoded(path, "audio", max(span.start_s - RUN_UP_S, 0)):
        column = round((time - span.start_s) * RATE)
        if cursor is None or abs(column - cursor) > GAP_S * RATE:
            cursor = column
        if cursor >= out.shape[1]:
            break
        if isinstance(frame, av.AudioFrame):
            for part in resampler.resample(frame):
                _place(out, np.asarray(part.to_ndarray(), np.float32), cursor)
                cursor += part.samples
    return out


def _place(out: F32, samples: F32, at: int) -> None:
    """Copy what of `samples`, which start at column `at`, falls into `out`."""
    start, end = max(at, 0), min(at + samples.shape[1], out.shape[1])
    if start < end:
        out[:, start:end] = samples[:, start - at : end - at]


def _decoded(
    path: Path, kind: Literal["video", "audio"], start_s: float
) -> Iterator[tuple[float, Frame]]:
    """(time, frame) from at or before `start_s`; from the beginning where a seek lands late."""
    for seek_s in (start_s, 0.0):
        with av.open(path, metadata_errors="replace") as container:
            stream = getattr(container.streams, kind)[0]
            origin = max(container.start_time or 0, 0) / av.time_base
            if seek_s > 0 and container.format.name not in NO_SEEK:
                _seek(container, stream, seek_s + origin)
            frames = _frames(container, stream, origin)
            first = next(frames, None)
            if seek_s == 0 or (first is not None and first[0] <= start_s):
                yield from chain([first] if first else [], frames)
                return


def _seek(container: InputContainer, stream: VideoStream | AudioStream, time: float) -> None:
    if stream.time_base is None:
        return
    with suppress(av.error.FFmpegError):  # a file without an index is read from where it is
        container.seek(round(time / stream.time_base), stream=stream)


def _frames(
    container: InputContainer, stream: VideoStream | AudioStream, origin: float
) -> Iterator[tuple[float, Frame]]:
    stream.codec_context.thread_count = 1
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:
            # Damage, or Theora's empty "show the last picture again" packets.
            continue
        for frame in decoded:
            if isinstance(frame, Frame) and frame.time is not None:
                yield frame.time - origin, frame
