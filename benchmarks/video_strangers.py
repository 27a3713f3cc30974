"""References beyond the corpus, of pictures: as crowded as real ones, and copies of nothing.

Stored fingerprints of real works are cut into pieces. Codes of whole frames are laid down (rows and
columns of frequencies change places), which no copy is, and differ in a tenth of their bits, the
same ones in a piece. Features of a key frame are taken from several frames of different works, and
a few of their bits are changed, so that words are about as unevenly filled as by real works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.strangers import REFERENCE_S
from fingerprint.scheme import Fingerprint
from fingerprint.video.dct256 import LOW
from fingerprint.video.orb import DESCRIPTOR, KEPT, KEY_S, RANKS_A_STEP
from matchers.features import Pictures
from media.clip import U8, Span

PIECE_S = 5.0
FRAMES_PER_S = 2.0
SOURCES = 3  # frames that the features of one are taken from
CHANGED = 0.1  # of the bits of a frame's code
# Of those of a feature: then a feature of another work meets its word 5.1 times as often as if all
# were equally likely, and each beside it 3.5 times, where real works have 5.5 and 3.7; and 12.5 %
# of what is met has nearly its signature, of real works 14.0 %. Measured between halves of the
# calibration films, five times divided, without two short ones that are alike. With 0.03 it would
# be 4.5 and 3.2 times, and 10.2 %.
CHANGED_FEATURES = 0.01

Pair = tuple[Fingerprint, Fingerprint]


def picture_strangers(
    frames: Sequence[Fingerprint], features: Sequence[Fingerprint], seed: int
) -> Iterator[Pair]:
    """Without end, codes of whole frames and features of `REFERENCE_S` each, from those of works.

    Raises ValueError when no work is as long as a piece, or none has features.
    """
    long = [one for one in frames if len(one) and one.times[-1] > PIECE_S]
    whole = [codes for one in features if len(codes := _whole(one))]
    if not long or not whole:
        raise ValueError("no work is long enough to take pieces of, or none has features")
    pool, rng = np.concatenate(whole), np.random.default_rng(seed)
    names = frames[0].scheme, features[0].scheme
    while True:
        yield _frames(names[0], long, rng), _features(names[1], pool, rng)


def frame_strangers(frames: Sequence[Fingerprint], seed: int) -> Iterator[Fingerprint]:
    """Without end, codes of whole frames alone, of `REFERENCE_S` each.

    Raises ValueError when no work is as long as a piece.
    """
    long = [one for one in frames if len(one) and one.times[-1] > PIECE_S]
    if not long:
        raise ValueError("no work is long enough to take pieces of")
    rng = np.random.default_rng(seed)
    while True:
        yield _frames(frames[0].scheme, long, rng)


def _frames(name: str, real: Sequence[Fingerprint], rng: np.random.Generator) -> Fingerprint:
    pieces = [_piece(real, rng) for _ in range(round(REFERENCE_S / PIECE_S))]
    codes = np.concatenate([codes for codes, _ in pieces])
    quality = np.concatenate([quality for _, quality in pieces])
    return Fingerprint(name, codes, np.arange(len(codes)) / FRAMES_PER_S, quality)


def _piece(real: Sequence[Fingerprint], rng: np.random.Generator) -> tuple[U8, U8]:
    source = real[int(rng.integers(len(real)))]
    start_s = rng.uniform(0, source.times[-1] - PIECE_S)
    part = source.within(Span(start_s, start_s + PIECE_S))
    bits = np.unpackbits(part.codes, axis=1).reshape(-1, LOW, LOW).swapaxes(1, 2)
    bits = bits.reshape(-1, LOW * LOW) ^ (rng.random(LOW * LOW) < CHANGED)
    return np.packbits(bits, axis=1), part.quality


def _whole(features: Fingerprint) -> U8:
    """The key frames that have as many features as are kept, shape (n, kept, 16)."""
    kept = KEPT[features.scheme]
    pictures = Pictures.of(features)
    full = np.flatnonzero(np.diff(pictures.first) == kept)
    whole: U8 = features.codes[pictures.first[full, None] + np.arange(kept)]
    return whole


def _features(name: str, pool: U8, rng: np.random.Generator) -> Fingerprint:
    count, kept = round(REFERENCE_S / KEY_S[name]), KEPT[name]
    sources = rng.integers(len(pool), size=(count, SOURCES))
    which = rng.integers(SOURCES, size=(count, kept))
    codes = pool[np.take_along_axis(sources, which, axis=1), np.arange(kept)]
    codes[..., :DESCRIPTOR] ^= np.packbits(_rare(rng, codes.shape[:2]), axis=-1)
    quality = np.tile(100 - np.arange(kept) // RANKS_A_STEP, count).astype(np.uint8)
    times = np.repeat(np.arange(count) * KEY_S[name], kept)
    return Fingerprint(name, codes.reshape(count * kept, -1), times, quality)


def _rare(rng: np.random.Generator, shape: tuple[int, ...]) -> U8:
    """Bits of which the wanted share is set."""
    drawn = rng.integers(0, 256, (*shape, DESCRIPTOR * 8), dtype=np.uint8)
    return (drawn < round(CHANGED_FEATURES * 256)).astype(np.uint8)
