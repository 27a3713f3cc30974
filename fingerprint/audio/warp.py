"""Moving a constellation as a change of speed or pitch would, without touching any sound."""

from __future__ import annotations

from fingerprint.audio.landmark import decode, encode
from fingerprint.scheme import Fingerprint

OCTAVES = 6.0


def warp(fingerprint: Fingerprint, speed: float, pitch_octaves: float) -> Fingerprint:
    """The peaks of a suspect as they were in the reference, if the suspect plays it `speed` times
    as fast and `pitch_octaves` higher. Peaks that leave the band are dropped."""
    octaves = decode(fingerprint.codes) - pitch_octaves
    inside = (octaves >= 0) & (octaves < OCTAVES)
    kept = fingerprint.take(inside)
    return Fingerprint(kept.scheme, encode(octaves[inside]), kept.times * speed, kept.quality)
