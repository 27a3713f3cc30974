"""Whether two places of one file cannot be told apart: a still scene, an exact loop.

A match in such a place is as right as one in the place that was cut. This is judged on the media
itself, at full quality, and by nothing of the engine under test: pictures by the change of luma,
with the bar below which an excerpt counts as still; sound by correlation of the samples.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.evidence import STILL_MOTION
from benchmarks.excerpt import RATE, frames, sound
from media.clip import F32, Span

SIZE = (64, 36)
FRAMES_PER_S = 4
MAX_LAG_S = 0.05  # a loop need not be a whole number of samples, nor a reported place exact
MIN_CORRELATION = 0.9  # what differs lies at least 7 dB below what is the same
DECIMATE = 6


def same_picture(path: Path, a: Span, b: Span) -> bool:
    """Whether two spans of equal length show the same, frame by frame."""
    first, second = _thumbnails(path, a), _thumbnails(path, b)
    n = min(len(first), len(second))
    if n == 0:
        return False
    change = np.abs(first[:n] - second[:n]).mean(axis=(1, 2))
    return bool(np.median(change) < STILL_MOTION)


def same_sound(path: Path, a: Span, b: Span) -> bool:
    """Whether two spans of equal length sound the same, up to a shift of 50 ms."""
    return similarity(_mono(path, a), _mono(path, b)) >= MIN_CORRELATION


def similarity(a: F32, b: F32) -> float:
    """The greatest normalised correlation of two sounds within the allowed lag, 0 … 1."""
    n, lag = min(len(a), len(b)), round(MAX_LAG_S * RATE / DECIMATE)
    middle = a[lag : n - lag]
    if len(middle) == 0 or not middle.any():
        return 0.0
    products = np.correlate(b[:n], middle, mode="valid")
    power = np.convolve(b[:n] ** 2, np.ones(len(middle)), mode="valid")
    norms = np.sqrt(np.maximum(power * np.sum(middle**2), 1e-12))
    return float(np.clip((products / norms).max(), 0.0, 1.0))


def _thumbnails(path: Path, span: Span) -> F32:
    """Luma of a few frames a second, from the beginning of a span, shape (n, 36, 64)."""
    found: list[F32] = []
    for time, frame in frames(path, span):
        if time >= span.start_s + len(found) / FRAMES_PER_S:
            small = cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA)
            found.append(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32))
    return np.array(found, np.float32).reshape(-1, SIZE[1], SIZE[0])


def _mono(path: Path, span: Span) -> F32:
    """Mono sound at a sixth of the usual rate, by plain averaging."""
    samples = sound(path, span).mean(axis=0)
    whole = len(samples) // DECIMATE * DECIMATE
    return np.asarray(samples[:whole].reshape(-1, DECIMATE).mean(axis=1), np.float32)
