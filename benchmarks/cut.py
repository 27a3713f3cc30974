"""Cuts one excerpt out of a source, distorts it and writes it as a suspect file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.evidence import Evidence, Watch, loudness
from benchmarks.excerpt import RATE, frames, sound
from benchmarks.footage import Footage
from benchmarks.metrics.placement import Placement
from benchmarks.picture_scene import Shot, Size
from benchmarks.sound_scene import Scene
from media.clip import F32, U8, Span

Shown = Iterator[tuple[float, U8]]  # (seconds, RGB frame)
FOREIGN_FPS = 25.0  # of footage around an excerpt, where no other rate is asked for


@dataclass(frozen=True, slots=True)
class Cut:
    """What was written."""

    start_s: float  # source time of the first frame, or of the first sample
    evidence: Evidence
    where: Placement | None = None  # at the middle of the excerpt; None without a picture


@dataclass(frozen=True, slots=True)
class Around:
    """What is laid on top of an excerpt, under it or around it."""

    sound: F32 | None = None
    films: tuple[Path, ...] = ()


def cut(
    source: Path, span: Span, how: Distortion, seed: int, to: Path, around: Around = Around()
) -> Cut | None:
    """Write a suspect file; None (and no file) when the source shows no frame in the span.

    The suspect starts at the first frame in the span, so that its time 0 is a known source time.
    """
    cv2.setNumThreads(1)
    rng, watch = np.random.default_rng(seed), Watch()
    shown: Shown = iter(())
    first = None
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
        track, level = how.samples(heard, Scene(RATE, rng, around.sound)), loudness(heard)
    shot = Shot(rng, seed, length_s=span.duration_s / how.pace)
    if how.needs_footage:
        shot = replace(shot, footage=Footage(around.films).at)
    with Writer(to, how, RATE) as writer:
        timed = _paced(_retimed(shown, span, how), how.fps)
        _write(writer, _surrounded(_distorted(timed, how, shot), how, shot), track)
    where = None if first is None else _where(first[1], how, shot)
    return Cut(span.start_s, Evidence(watch.contrast, watch.motion, level), where)


def _write(writer: Writer, shown: Shown, track: F32 | None) -> None:
    """Send picture and sound side by side, so that the container need not hold one back."""
    sent = 0
    for time, frame in shown:
        writer.frame(frame, time)
        if track is not None and (due := round(time * RATE)) > sent:
            writer.samples(track[:, sent:due])
            sent = due
    if track is not None and sent < track.shape[1]:
        writer.samples(track[:, sent:])


def _distorted(shown: Shown, how: Distortion, shot: Shot) -> Shown:
    for time, frame in shown:
        yield time, how.frame(frame, replace(shot, time_s=time))


def _surrounded(shown: Shown, how: Distortion, shot: Shot) -> Shown:
    """With other footage before and after it, in frames of the same size."""
    lead_s = how.lead_s
    if lead_s == 0 or how.picture is None:
        yield from shown
        return
    first = next(shown)
    size, fps = (first[1].shape[0], first[1].shape[1]), how.fps or FOREIGN_FPS
    yield from _foreign(Span(0.0, lead_s), size, fps, shot)
    for time, frame in chain([first], shown):
        # At an even rate the last frame may be due when the footage goes on; no two are at once.
        if how.fps is None or time < shot.length_s - 0.5 / fps:
            yield lead_s + time, frame
    yield from _foreign(Span(lead_s + shot.length_s, 2 * lead_s + shot.length_s), size, fps, shot)


def _foreign(span: Span, size: Size, fps: float, shot: Shot) -> Shown:
    """The other footage at the times of a span."""
    for k in range(round(span.duration_s * fps)):
        time = span.start_s + k / fps
        yield time, replace(shot, time_s=time).behind(size)


def _where(frame: U8, how: Distortion, shot: Shot) -> Placement:
    middle = replace(shot, time_s=shot.length_s / 2)
    return how.where((frame.shape[0], frame.shape[1]), middle)


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
