"""What is tried: windows of the suspect, speeds, pitches, a mirrored picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fingerprint.scheme import Fingerprint
from index.candidates import Candidates
from matchers.alignment import Hypothesis, Line, Segment
from media.clip import Span

WINDOW_S, HOP_S = 20.0, 15.0
SPEED_STEP, SPEED_STEPS = 0.025, 12  # 0.70 … 1.30; verification reaches half a step and more
LINES_PER_SEARCH = 4
LINES_PER_WINDOW = 12
SAME_LINE_S = 0.4  # lines this near in the middle of a window, at like speed, are one
SAME_LINE_SPEED = 0.06

_SPEEDS = tuple(round(1 + k * SPEED_STEP, 4) for k in range(-SPEED_STEPS, SPEED_STEPS + 1))

# A change of playback speed moves the pitch with it; a change of tempo does not.
PLAYBACK = tuple(Hypothesis(s, float(np.log2(s))) for s in _SPEEDS)
TEMPO = tuple(Hypothesis(s) for s in _SPEEDS if s != 1.0)
SOUND_HYPOTHESES = (*PLAYBACK, *TEMPO)
PICTURE_SPEEDS = _SPEEDS


def windows(fingerprint: Fingerprint) -> Iterator[tuple[Span, Fingerprint]]:
    """Overlapping windows of a suspect that hold any codes."""
    if not len(fingerprint):
        return
    start, last = float(fingerprint.times[0]), float(fingerprint.times[-1])
    while True:
        is_last = start + WINDOW_S >= last
        end = last if is_last else start + WINDOW_S
        part = fingerprint.within(Span(start, end).closed)
        if len(part):
            yield Span(start, end), part
        if is_last:
            return
        start += HOP_S


def first_guesses(found: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    """What to try first on a window: nothing done to it, or what was found on the last one."""
    best = max(found, key=lambda s: s.score, default=None)
    return (Hypothesis(),) if best is None else (Hypothesis(), best.hypothesis)


def unwarped(candidates: Candidates, hypothesis: Hypothesis) -> Candidates:
    """Hits of a warped suspect, in the suspect's own time again."""
    return replace(candidates, query_times=candidates.query_times / hypothesis.speed)


def picture_hypotheses(span: Span, mirrored: bool) -> tuple[Hypothesis, ...]:
    """Speeds for a window of frames; a single frame has none."""
    speeds = PICTURE_SPEEDS if span.duration_s > 0 else (1.0,)
    return tuple(Hypothesis(speed=s, mirrored=mirrored) for s in speeds)


def shortlist(lines: Sequence[Line], window: Span) -> list[Line]:
    """The most surprising distinct lines of a window."""
    middle = (window.start_s + window.end_s) / 2
    kept: list[Line] = []
    for line in sorted(lines, key=lambda x: -x.surprise):  # stable: ties keep the search's order
        if not any(_same(line, k, middle) for k in kept):
            kept.append(line)
        if len(kept) == LINES_PER_WINDOW:
            break
    return kept


def _same(a: Line, b: Line, middle: float) -> bool:
    if a.reference != b.reference or a.hypothesis.mirrored != b.hypothesis.mirrored:
        return False
    if abs(a.hypothesis.pitch_octaves - b.hypothesis.pitch_octaves) > SAME_LINE_SPEED:
        return False
    apart = (a.offset_s + a.hypothesis.speed * middle) - (b.offset_s + b.hypothesis.speed * middle)
    return (
        abs(apart) <= SAME_LINE_S
        and abs(a.hypothesis.speed - b.hypothesis.speed) <= SAME_LINE_SPEED
    )
