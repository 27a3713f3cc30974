"""What is tried: windows of the suspect, speeds, pitches, a mirrored picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fingerprint.scheme import Fingerprint
from matchers.alignment import Hypothesis, Line, Segment
from media.clip import Span

UNALTERED_SPEED, UNALTERED_OCTAVES = 0.005, 1 / 96  # nothing was done that is more than this
WINDOW_S, HOP_S = 20.0, 15.0
SPEED_STEP, SPEED_STEPS = 0.025, 12  # 0.70 … 1.30; verification reaches half a step and more
PITCH_STEP, PITCH_STEPS = 1 / 24, 6  # octaves; ±3 semitones in steps of half of one
BOTH_SPEED_STEPS, BOTH_PITCH_STEPS = 4, 4  # ±10 % of tempo with ±2 semitones
LINES_PER_SEARCH = 4
LINES_PER_WINDOW = 12
AS_GOOD = 0.5  # of the best line's surprise, for lines beyond those: the same sound elsewhere
MOST_LINES = 48
SAME_LINE_S = 0.4  # lines this near in the middle of a window, at like speed, are one
SAME_LINE_SPEED = 0.06


def _around(step: float, steps: int, middle: float) -> tuple[float, ...]:
    return tuple(round(middle + k * step, 4) for k in range(-steps, steps + 1))


def _altered(speeds: Sequence[float], pitches: Sequence[float]) -> Iterator[Hypothesis]:
    """Tempo and pitch changed independently, at least one of them."""
    return (Hypothesis(s, p) for s in speeds for p in pitches if s != 1.0 or p != 0.0)


_SPEEDS = _around(SPEED_STEP, SPEED_STEPS, 1.0)
_PITCHES = _around(PITCH_STEP, PITCH_STEPS, 0.0)

# A change of playback speed moves the pitch with it; a change of tempo or of pitch moves one alone.
PLAYBACK = tuple(Hypothesis(s, float(np.log2(s))) for s in _SPEEDS)
ALTERED = (
    *_altered(_SPEEDS, (0.0,)),
    *_altered((1.0,), _PITCHES),
    *(
        h
        for h in _altered(
            _around(SPEED_STEP, BOTH_SPEED_STEPS, 1.0), _around(PITCH_STEP, BOTH_PITCH_STEPS, 0.0)
        )
        if h.speed != 1.0 and h.pitch_octaves != 0.0
    ),
)
SOUND_HYPOTHESES = (*PLAYBACK, *ALTERED)
PICTURE_SPEEDS = _SPEEDS
SLOWEST = _SPEEDS[0]

PAIRS_PER_S = 300  # of the surest pairs of a suspect, when every hypothesis is tried
MOST_POSTINGS = 1_000_000  # that a window may meet in one likely hypothesis, with all its pairs
SAMPLE = SOUND_HYPOTHESES[::8]  # on which the bar for all of them is set


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


def is_unaltered(found: Hypothesis) -> bool:
    """Whether sound was found to run at its own speed and pitch, as near as a second can tell."""
    return abs(found.speed - 1) <= UNALTERED_SPEED and abs(found.pitch_octaves) <= UNALTERED_OCTAVES


def picture_hypotheses(span: Span, view: Hypothesis) -> tuple[Hypothesis, ...]:
    """Speeds for a window of frames seen in one way; a single frame has none."""
    speeds = PICTURE_SPEEDS if span.duration_s > 0 else (1.0,)
    return tuple(replace(view, speed=s) for s in speeds)


def shortlist(lines: Sequence[Line], window: Span, usual: int = LINES_PER_WINDOW) -> list[Line]:
    """The most surprising distinct lines of a window; more than usual when many are as good, for
    then the same sound lies in many places."""
    middle = (window.start_s + window.end_s) / 2
    kept: list[Line] = []
    for line in sorted(lines, key=lambda x: -x.surprise):  # stable: ties keep the search's order
        if len(kept) >= usual and line.surprise < AS_GOOD * kept[0].surprise:
            break
        if not any(_same(line, k, middle) for k in kept):
            kept.append(line)
        if len(kept) == MOST_LINES:
            break
    return kept


def _same(a: Line, b: Line, middle: float) -> bool:
    if a.reference != b.reference:
        return False
    if abs(a.hypothesis.pitch_octaves - b.hypothesis.pitch_octaves) > SAME_LINE_SPEED:
        return False
    apart = (a.offset_s + a.hypothesis.speed * middle) - (b.offset_s + b.hypothesis.speed * middle)
    return (
        abs(apart) <= SAME_LINE_S
        and abs(a.hypothesis.speed - b.hypothesis.speed) <= SAME_LINE_SPEED
    )
