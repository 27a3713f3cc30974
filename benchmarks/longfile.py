"""Builds a file of many hours quickly: a few minutes of picture encoded once and repeated by
shifting packets, under sound that does not repeat as long as the dataset's music lasts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, cycle
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.encode import CLOCK, Writer
from benchmarks.excerpt import RATE, frames, sound
from media.clip import F32, U8, Span

FPS = 25
# Sound is read and written in pieces of this length, so that hours need little memory.
PIECE_S = 60.0


def build(
    works: Sequence[WorkFile], lines: int, seconds: float, block_s: float, cache: Path
) -> Path:
    """A file of `seconds` at `lines` lines and 25 frames/s; the picture repeats each `block_s`.

    Raises ValueError when no work has a picture, or none has a minute of sound.
    """
    shown = [work for work in works if work.carries("video")]
    heard = [w for w in works if w.carries("audio") and w.facts.duration_s >= PIECE_S]
    if not shown or not heard:
        raise ValueError("a long file needs works with picture and works with sound")
    key = repr((lines, seconds, block_s, [work.facts.sha256 for work in works]))
    path = cache / "long" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        block, part = path.with_suffix(".block.mp4"), path.with_suffix(".part.mp4")
        _picture_block(shown, lines, block_s, block)
        _repeat(block, heard, seconds, part)
        block.unlink()
        part.replace(path)
    return path


def _picture_block(works: Sequence[WorkFile], lines: int, block_s: float, to: Path) -> None:
    """Works one after another, each scaled to the same size."""
    size = (lines * 16 // 9, lines)
    left = round(block_s * FPS)
    with Writer(to, Distortion(sound=None, crf=30), RATE, "ultrafast") as writer:
        for count, frame in enumerate(_pictures(works)):
            if count == left:
                break
            scaled = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
            writer.frame(scaled, count / FPS)


def _pictures(works: Sequence[WorkFile]) -> Iterator[U8]:
    shown = (frames(work.path, Span(0.0, float("inf"))) for work in cycle(works))
    return (frame for _, frame in chain.from_iterable(shown))


def _repeat(block: Path, works: Sequence[WorkFile], seconds: float, to: Path) -> None:
    """Copy the packets of the block again and again beside freshly coded sound."""
    pieces, written = _sounds(works), 0.0
    with av.open(to, "w") as out, av.open(block) as first:
        video = out.add_stream_from_template(first.streams.video[0])
        audio = out.add_stream("aac", rate=RATE, layout="stereo")
        if not isinstance(audio, AudioStream):
            raise ValueError("aac is not a sound codec")
        for time, packet in _packets(block, seconds):
            packet.stream = video
            out.mux(packet)
            while written <= time:
                written = _append(out, audio, next(pieces), written)
        out.mux(audio.encode(None))


def _packets(block: Path, seconds: float) -> Iterator[tuple[float, av.Packet[VideoStream]]]:
    """(time, packet) of the block, from its beginning again when it ends."""
    start_s = 0.0
    while start_s < seconds:
        with av.open(block) as source:
            stream = source.streams.video[0]
            tick = stream.time_base or CLOCK
            for packet in source.demux(stream):
                # The last packet is an empty one that tells a decoder to finish.
                if packet.dts is not None and packet.pts is not None:
                    packet.pts += round(start_s / tick)
                    packet.dts += round(start_s / tick)
                    yield float(packet.pts * tick), packet
            start_s += float((stream.duration or 0) * tick)


def _append(out: OutputContainer, audio: AudioStream, samples: F32, at_s: float) -> float:
    """Code a piece of sound; returns where it ends."""
    frame = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
    frame.rate, frame.pts, frame.time_base = RATE, round(at_s * RATE), Fraction(1, RATE)
    out.mux(audio.encode(frame))
    return at_s + float(samples.shape[1]) / RATE


def _sounds(works: Sequence[WorkFile]) -> Iterator[F32]:
    """The works' sound in pieces, from the beginning again when it ends."""
    for work in cycle(works):
        for k in range(int(work.facts.duration_s // PIECE_S)):
            yield sound(work.path, Span(k * PIECE_S, (k + 1) * PIECE_S))
