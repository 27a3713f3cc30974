"""Cuts one excerpt out of a source, distorts it and writes it as a suspect file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.evidence import Evidence, Watch, loudness
from benchmarks.excerpt import RATE, frames, sound
from benchmarks.sound_scene import Scene
from media.clip import F32, U8, Span

Shown = Iterator[tuple[float, U8]]  # (seconds, RGB frame)


@dataclass(frozen=True, slots=True)
class Cut:
    """What was written."""

    start_s: float  # source time of the first frame, or of the first sample
    evidence: Evidence


def cut(
    source: Path, span: Span, how: Distortion, seed: int, to: Path, other: F32 | None = None
) -> Cut | None:
    """Write a suspect file; None (and no file) when the source shows no frame in the span.

    The suspect starts at the first frame in the span, so that its time 0 is a known source time.
    """
    cv2.setNumThreads(1)
    rng, watch = np.random.default_rng(seed), Watch()
    shown: Shown = iter(())
    if how.picture is not None:
        shown = _watched(frames(source, span), watch)
        first = next(shown, None)
        if first is None:
            return None
        shown = chain([first], shown)
        span = Span(first[0], first[0] + span.duration_s)
    track, level = None, None
    if how.sound is not None:
        heard = sound(source, span)
        track, level = how.samples(heard, Scene(RATE, rng, other)), loudness(heard)
    with Writer(to, how, RATE) as writer:
        _write(writer, _paced(_retimed(shown, span, how), how.fps), track, how, rng)
    return Cut(span.start_s, Evidence(watch.contrast, watch.motion, level))


def _write(
    writer: Writer, shown: Shown, track: F32 | None, how: Distortion, rng: np.random.Generator
) -> None:
    """Send picture and sound side by side, so that the container need not hold one back."""
    sent = 0
    for time, frame in shown:
        writer.frame(how.frame(frame, rng), time)
        if track is not None and (due := round(time * RATE)) > sent:
            writer.samples(track[:, sent:due])
            sent = due
    if track is not None and sent < track.shape[1]:
        writer.samples(track[:, sent:])


def _watched(shown: Shown, watch: Watch) -> Shown:
    for time, frame in shown:
        watch.see(time, frame)
        yield time, frame


def _retimed(shown: Shown, span: Span, how: Distortion) -> Shown:
    """From source time to suspect time."""
    for time, frame in shown:
        yield (time - span.start_s) / how.pace, frame


def _paced(shown: Shown, fps: float | None) -> Shown:
    """At `fps`, each tick showing the last frame before it; unchanged when `fps` is None."""
    tick, held = 0, None
    for time, frame in shown:
        if fps is None:
            yield time, frame
            continue
        while held is not None and tick / fps < time:
            yield tick / fps, held
            tick += 1
        held = frame
    if held is not None and fps is not None:
        yield tick / fps, held
