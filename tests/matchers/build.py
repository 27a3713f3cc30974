"""Fingerprints and lines made in code, for the matcher tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import decode, encode
from fingerprint.audio.ridges import BINS, bin_of
from fingerprint.scheme import Fingerprint
from matchers.alignment import Hypothesis, Kind, Line, Segment
from matchers.constellation import FRAME_S, Map
from media.clip import Span

SOUND, RIDGES, PICTURE = "audio-landmark-2", "audio-ridges-1", "video-dct256-1"


def constellation(seconds: float, seed: int, rate: int = 33) -> Fingerprint:
    """Peaks at random times and pitches, all of the first rank."""
    rng = np.random.default_rng(seed)
    n = int(seconds * rate)
    times = np.sort(rng.uniform(0, seconds, n))
    octaves = rng.uniform(0.3, 4.8, n)
    return Fingerprint(SOUND, encode(octaves), times, np.full(n, 100, np.uint8))


def excerpt(
    reference: Fingerprint,
    start_s: float,
    seconds: float,
    speed: float = 1.0,
    pitch_octaves: float = 0.0,
    kept: float = 1.0,
    among: int = 60,
) -> Fingerprint:
    """What is left of a stretch of a reference, among so many peaks a second of other sound."""
    part = reference.within(Span(start_s, start_s + seconds))
    part = part.take(np.random.default_rng(5).uniform(size=len(part)) < kept)
    moved = peaks((part.times - start_s) / speed, decode(part.codes) + pitch_octaves)
    return mixed(moved, constellation(seconds / speed, seed=9, rate=among))


def peaks(times: NDArray[np.float64], octaves: NDArray[np.float64]) -> Fingerprint:
    """Peaks in any order."""
    order = np.argsort(times, kind="stable")
    quality = np.full(len(times), 50, np.uint8)
    return Fingerprint(SOUND, encode(octaves[order]), times[order], quality)


def mixed(*parts: Fingerprint) -> Fingerprint:
    """The peaks of several sounds at once."""
    times = np.concatenate([p.times for p in parts])
    return peaks(times, np.concatenate([decode(p.codes) for p in parts]))


def heard(suspect: Fingerprint) -> Map:
    """The map of a suspect that is one window."""
    ends = (float(suspect.times[0]), float(suspect.times[-1])) if len(suspect) else (0.0, 10.0)
    return Map.of(Span(*ends), suspect)


def ridges_at(times: NDArray[np.float64], octaves: NDArray[np.float64]) -> Fingerprint:
    """Ridges of twenty seconds of sound, a frame each."""
    frames = np.arange(0, 20, FRAME_S)
    there = np.zeros((len(frames), BINS), bool)
    there[np.clip(np.rint(times / FRAME_S).astype(int), 0, len(frames) - 1), bin_of(octaves)] = True
    quality = np.full(len(frames), 100, np.uint8)
    return Fingerprint(RIDGES, np.packbits(there, axis=1), frames, quality)


def film(seconds: float, seed: int, rate: float = 2.0, still: bool = False) -> Fingerprint:
    """Frame codes: all unlike each other, or all alike."""
    rng = np.random.default_rng(seed)
    n = int(seconds * rate)
    codes = rng.integers(0, 256, (1 if still else n, 32), dtype=np.uint8)
    codes = np.broadcast_to(codes, (n, 32)).copy()
    return Fingerprint(PICTURE, codes, np.arange(n) / rate, np.full(n, 90, np.uint8))


def line(
    reference: int = 1, offset_s: float = 0.0, speed: float = 1.0, pitch_octaves: float = 0.0
) -> Line:
    """A line without votes."""
    return Line(reference, Hypothesis(speed, pitch_octaves), offset_s, 10.0)


def segment(
    query: tuple[float, float],
    offset_s: float = 0.0,
    score: float = 40.0,
    reference: int = 1,
    speed: float = 1.0,
    mirrored: bool = False,
    kind: Kind = "frames",
) -> Segment:
    """A segment with one observation a tenth of a second."""
    span = Span(*query)
    units = np.arange(round(span.start_s * 10), round(span.end_s * 10) + 1)
    evidence = np.full(len(units), score / len(units))
    middle = (span.start_s + span.end_s) / 2
    return Segment(
        reference,
        Hypothesis(speed, mirrored=mirrored),
        offset_s,
        span,
        (middle, offset_s + speed * middle),
        units,
        evidence,
        np.zeros(len(units)),
        kind,
    )
