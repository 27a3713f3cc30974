"""References beyond the corpus: as dense and as structured as real sound, and copies of nothing.

Stored fingerprints of real works are cut into pieces, shuffled, and moved further in pitch and
tempo than any copy that is looked for. What is made slower is made higher: played slower or faster
a copy is looked for further away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fingerprint.audio.spectrum import HOP, RATE
from fingerprint.audio.warp import warp
from fingerprint.scheme import Fingerprint
from media.clip import F64, Span

REFERENCE_S = 600.0
PIECE_S = (5.0, 20.0)
# Copies are looked for to three semitones and 30 %, or both with what playback does to them: 30 %
# faster is 4.5 semitones higher.
SEMITONES = (3.5, 6.0)
TEMPO = (1.25, 1.5)
# Peaks lie on frames, and are stored the smaller for it.
FRAME_S = HOP / RATE


def strangers(real: Sequence[Fingerprint], seed: int) -> Iterator[Fingerprint]:
    """Without end, fingerprints of `REFERENCE_S` each.

    Raises ValueError when no real one is as long as a piece.
    """
    long = [one for one in real if len(one) and one.times[-1] > PIECE_S[1]]
    if not long:
        raise ValueError("no work is long enough to take pieces of")
    rng = np.random.default_rng(seed)
    while True:
        yield _spliced(long, rng)


def _spliced(real: Sequence[Fingerprint], rng: np.random.Generator) -> Fingerprint:
    parts: list[Fingerprint] = []
    start_s = 0.0
    while start_s < REFERENCE_S:
        piece, length_s = _piece(real, rng)
        parts.append(_at(piece, start_s))
        start_s += length_s
    return _joined(parts)


def _piece(real: Sequence[Fingerprint], rng: np.random.Generator) -> tuple[Fingerprint, float]:
    """A moved piece that starts at 0, and its length in seconds."""
    source, length_s = real[int(rng.integers(len(real)))], rng.uniform(*PIECE_S)
    start_s = rng.uniform(0, source.times[-1] - length_s)
    piece = _at(source.within(Span(start_s, start_s + length_s)), -start_s)
    side = rng.choice([-1, 1])  # slower and higher, or faster and lower
    pitch, tempo = -side * rng.uniform(*SEMITONES) / 12, rng.uniform(*TEMPO) ** side
    return warp(piece, tempo, pitch), length_s * tempo


def _at(piece: Fingerprint, shift_s: float) -> Fingerprint:
    return _timed(piece, np.maximum(piece.times + shift_s, 0.0))


def _joined(parts: Sequence[Fingerprint]) -> Fingerprint:
    """One after another, on whole frames."""
    times = np.concatenate([part.times for part in parts])
    return Fingerprint(
        parts[0].scheme,
        np.concatenate([part.codes for part in parts]),
        np.maximum.accumulate(np.rint(times / FRAME_S) * FRAME_S),
        np.concatenate([part.quality for part in parts]),
    )


def _timed(piece: Fingerprint, times: F64) -> Fingerprint:
    return Fingerprint(piece.scheme, piece.codes, times, piece.quality)
