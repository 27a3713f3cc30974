"""What the other sense does where one sense matches: the same, another, nothing, or not to be told.

"Other" is a claim, and is made only where the same would have been found. Sound: accident explains
what is heard along the line better than a copy would of which a fair share of the peaks survives,
by `DENIED` nats, however the sound were raised or shifted a little. Picture: in so many pairs of
frames with features enough, no picture of the reference lies anywhere in the suspect's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from matchers import landmarks
from matchers.alignment import Hypothesis, Line
from matchers.constellation import Map, Peaks
from matchers.crossing import Glimpses, pitched
from matchers.frames import informative
from matchers.hypotheses import PITCH_STEP, PITCH_STEPS
from matchers.match import Standing

DENIED = 15.0  # nats
PEAKS_PER_S = 2.0  # fewer are silence
SHIFTS_S = tuple(sign * k * 0.6 for k in range(1, 6) for sign in (-1, 1))
LOOKED = 10  # pairs of frames in which a picture would have been found, mirrored or not …
TOLD_S = 6.0  # … in a stretch this long
HARDLY_AGREED = 5  # places of a picture that agree by accident
FLAT = 0.9  # of the frames
STILL = 2.0  # wholly new frames, of a picture that does not move


def of_sound(heard: float, held: float, denied: float | None) -> Standing:
    """What the sound does where a picture matches: by the peaks a second of the suspect and of the
    reference, and the nats by which it is denied that they are the same."""
    if held < PEAKS_PER_S:
        return "not_registered"
    if heard < PEAKS_PER_S:
        return "none"
    return "other" if denied is not None and denied >= DENIED else "unsure"


def of_picture(
    shown: Fingerprint, held: Fingerprint, seen: Iterable[Glimpses], length_s: float
) -> Standing:
    """What the picture does where a sound matches: by the whole frames of the suspect and of the
    reference there, and what pairs of frames have in common over a stretch of that length."""
    if is_flat(held):
        return "not_registered"
    if is_flat(shown):
        return "none"
    is_still = informative(shown) < STILL
    if is_still and informative(held) >= STILL:
        return "still"
    if not _is_another(seen, length_s):
        return "unsure"
    return "still" if is_still else "other"


def _is_another(seen: Iterable[Glimpses], length_s: float) -> bool:
    if length_s < TOLD_S:
        return False
    all_seen = list(seen)
    agreed = max((one.agreed for one in all_seen), default=0)
    return sum(one.looked for one in all_seen) >= LOOKED and agreed <= HARDLY_AGREED


def is_flat(frames: Fingerprint) -> bool:
    """Whether next to none of some frames shows anything."""
    return bool((frames.quality >= MIN_QUALITY).sum() <= (1 - FLAT) * len(frames))


def denied(suspect: Map, reference: Peaks, line: Line) -> float | None:
    """Nats that speak against the sound of a reference along the line of a picture, under what
    speaks for it most: any pitch, and times a little earlier and later."""
    said = [landmarks.denied(suspect, reference, one) for one in _tried(line)]
    return min((nats for nats in said if nats is not None), default=None)


def _tried(line: Line) -> Sequence[Line]:
    speed = line.hypothesis.speed
    pitches = PITCH_STEP * np.arange(-PITCH_STEPS, PITCH_STEPS + 1)
    raised = [replace(line, hypothesis=Hypothesis(speed, float(p))) for p in pitches]
    played = pitched(line)
    moved = [replace(one, offset_s=one.offset_s + s) for one in played for s in SHIFTS_S]
    return [*played, *raised, *moved]
