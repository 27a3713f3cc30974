"""Stretches of a reference that say little: silence, tones, noise, flat and still pictures.

All of it is read from what is kept of a reference. Where nothing stands out of a spectrum there are
no peaks, and its outline is empty for silence and never changes for a tone. The outline of noise is
as if thrown by dice: no band is the likelier to be raised for having been raised a moment before,
and of neighbouring bands only as far as both are measured against each other. Music holds its
notes, and speech has its harmonics. Measured over ten seconds: white, pink and brown noise keep
0.00 ± 0.02 of their outline from one moment to the next and -0.26 ± 0.01 from band to band; speech
0.04 and -0.13, music 0.05 to 0.6 and -0.25 to -0.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from matchers.frames import novelty
from matchers.joining import is_covered
from matchers.outlining import Outline
from media.clip import Span

Condition = Literal["silence", "tone", "noise", "flat", "still"]

QUIET_S = 3.0  # without a peak, from which it is silence or a tone
QUIET_PEAKS, TONE_PEAKS = 0.5, 16.0  # a second, at most
REACH_S = 1.0  # from which a spectrum is whitened: so near to music, silence has its trace
EMPTY = 0.02  # share of bands that may be raised in silence
STEADY = 0.4  # of the outline of a tone never changes, coded as AAC too; of other sparse sound 0.33
WINDOW_S, STEP_S, MIN_NOISE_S = 10.0, 5.0, 20.0
LAGS = (1, 2, 3, 4, 5)  # moments of an outline, 208 ms each
KEPT, PERHAPS_KEPT = 0.015, 0.035  # of the outline of noise, from one moment to the next few
BESIDE = -0.23  # from band to band, at most
FLAT_S, STILL_S = 2.0, 20.0
FRAME_S = 0.5  # that a frame of a reference stands for
ENDS_S = 1.0  # within which two senses begin and end together
NEW = 0.02  # novelty of a frame that is another picture

Bits = NDArray[np.bool_]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch in one condition."""

    condition: Condition
    span: Span


def of_sound(peaks: Fingerprint, outline: Outline) -> list[Stretch]:
    """The silence, tones and noise of a reference, in order of time."""
    if not len(outline.times):
        return []
    found = [*_quiet(peaks, outline), *_noise(peaks, outline)]
    return sorted(found, key=lambda s: s.span)


def of_picture(frames: Fingerprint) -> list[Stretch]:
    """Where a reference's picture is flat, black or noise, and where it stands still, in order of
    time."""
    telling = frames.quality >= MIN_QUALITY
    flat = [Stretch("flat", s) for s in _runs(frames.times, ~telling, FLAT_S)]
    shown = frames.take(telling)
    still = novelty(shown) < NEW if len(shown) else np.zeros(0, bool)
    stills = [Stretch("still", s) for s in _runs(shown.times, still, STILL_S)]
    return sorted([*flat, *stills], key=lambda s: s.span)


def excludable(
    stretch: Stretch, stretches: Sequence[Stretch], peaks: Fingerprint, frames: Fingerprint
) -> bool:
    """Whether nothing is lost by excluding a stretch of a reference, all of whose stretches are
    given: what the other sense has there says as little, or a still picture goes with a tone or
    noise, as in a test card."""
    if stretch.condition == "still":
        return False
    little: tuple[Condition, ...]
    if stretch.condition == "flat":
        there, little = len(peaks.within(stretch.span)), ("silence", "tone", "noise")
    else:
        seen = frames.within(stretch.span)
        there = int((seen.quality >= MIN_QUALITY).sum())
        little = ("flat",) if stretch.condition == "silence" else ("flat", "still")
    return not there or any(
        s.condition in little and _holds(s.span, stretch.span) for s in stretches
    )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start_s <= inner.start_s + ENDS_S and inner.end_s <= outer.end_s + ENDS_S


def _quiet(peaks: Fingerprint, outline: Outline) -> Iterator[Stretch]:
    """Silence and tones."""
    every = np.concatenate([outline.times[:1], peaks.times, outline.times[-1:]])
    gaps = np.flatnonzero(np.diff(every) >= QUIET_S)
    spans = [Span(float(every[i]), float(every[i + 1])) for i in gaps]
    silent = [span for span in spans if _empty_or_noise(outline, span)]
    tones = [span for span in _tones(peaks, outline) if not is_covered(span, silent)]
    tones += [s for s in spans if s not in silent and not any(_holds(t, s) for t in tones)]
    yield from (Stretch("silence", span) for span in silent)
    yield from (Stretch("tone", span) for span in _united(tones))


def _empty_or_noise(outline: Outline, span: Span) -> bool:
    signs = _signs(outline, Span(span.start_s + REACH_S, span.end_s - REACH_S))
    return not len(signs) or bool((signs > 0).mean() <= EMPTY or _steadiness(signs) < STEADY)


def _tones(peaks: Fingerprint, outline: Outline) -> list[Span]:
    """The stretches made of windows in which little but a steady tone is heard."""
    return _united([s for s, signs in _windows(outline) if _is_tone(signs, _rate(peaks, s))])


def _noise(peaks: Fingerprint, outline: Outline) -> Iterator[Stretch]:
    """The stretches that are surely noise for long, as far as they may be."""
    sounding = [(s, signs) for s, signs in _windows(outline) if _rate(peaks, s) > QUIET_PEAKS]
    sure = _united([s for s, signs in sounding if _is_noise(signs, KEPT)])
    long = [span for span in sure if span.duration_s >= MIN_NOISE_S]
    perhaps = _united([s for s, signs in sounding if _is_noise(signs, PERHAPS_KEPT)])
    yield from (Stretch("noise", span) for span in perhaps if is_covered(span, long))


def _windows(outline: Outline) -> Iterator[tuple[Span, F64]]:
    """Overlapping windows in which an outline has anything to say, and its signs there."""
    last = float(outline.times[-1])
    for start in np.arange(outline.times[0], last - WINDOW_S + STEP_S, STEP_S).tolist():
        span = Span(start, min(start + WINDOW_S, last))
        signs = _signs(outline, span)
        if len(signs) > max(LAGS) and (signs > 0).mean() > EMPTY:
            yield span, signs


def _rate(peaks: Fingerprint, span: Span) -> float:
    return len(peaks.within(span)) / span.duration_s


def _is_tone(signs: F64, rate: float) -> bool:
    return rate <= TONE_PEAKS and _steadiness(signs) >= STEADY


def _is_noise(signs: F64, kept: float) -> bool:
    again = np.mean([(signs[lag:] * signs[:-lag]).mean() for lag in LAGS])
    beside = (signs[:, 1:] * signs[:, :-1]).mean()
    return bool(abs(again) <= kept and beside <= BESIDE)


def _signs(outline: Outline, span: Span) -> F64:
    first, end = np.searchsorted(outline.times, [span.start_s, span.end_s])
    return outline.signs[first:end].astype(np.float64)


def _steadiness(signs: F64) -> float:
    """How far each band is the same at all times: 0, as if by dice, to 1."""
    return float((signs.mean(axis=0) ** 2).mean())


def _united(spans: list[Span]) -> list[Span]:
    """Spans that touch or overlap, as one."""
    united: list[Span] = []
    for span in sorted(spans):
        if united and span.start_s <= united[-1].end_s:
            last = united.pop()
            united.append(Span(last.start_s, max(last.end_s, span.end_s)))
        else:
            united.append(span)
    return united


def _runs(times: F64, chosen: Bits, least_s: float) -> list[Span]:
    """Runs of chosen frames, each up to the next frame."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]])))
    ends = np.append(times, times[-1] + FRAME_S if len(times) else 0.0)
    spans = (Span(float(times[a]), float(ends[b])) for a, b in edges.reshape(-1, 2))
    return [span for span in spans if span.duration_s >= least_s]
