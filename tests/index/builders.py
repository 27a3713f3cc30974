"""Fingerprints, an obvious model of the index, and a search that is too simple to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import encode
from fingerprint.audio.pairs import Pairs, reference_keys
from fingerprint.audio.probes import NEVER, Probes
from fingerprint.scheme import MIN_QUALITY, Fingerprint
from fingerprint.video.words import SIGNATURE_BITS, WORD_BITS, beside, signatures, words
from index.candidates import Postings
from index.features import NEAR_BITS
from index.hamming import RADIUS_BITS
from index.rows import LAST_TICK, TICKS_PER_S
from index.store import Index
from index.timeline import TICKS_PER_PLACE

VIDEO, SMALL, AUDIO = "video-dct256-1", "video-phash-1", "audio-landmark-2"
FEATURES = "video-orb-2"
SCHEMES = (VIDEO, SMALL, AUDIO, FEATURES)
KEYED = (AUDIO, FEATURES)
WIDTHS = {VIDEO: 32, SMALL: 8, AUDIO: 2, FEATURES: 16}

# Reference, suspect time, reference tick and distance of a frame code; reference, suspect time,
# reference step of 40 ms and key of a landmark pair, or stored word of a feature.
Hits = list[tuple[int, float, int, int]]
KNOWN = 12  # words that most features have, or nearly
RANKS = 12  # of the pairs of a suspect


def fingerprint(scheme: str, seed: int, n: int | None = None) -> Fingerprint:
    """Codes that a seed decides: pictures among 60 bases with noise, peaks in a few places, or
    features of a few words."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 24)) if n is None else n
    times = np.cumsum(rng.uniform(0.05, 0.5, n))
    quality = rng.integers(0, 101, n, dtype=np.uint8)
    if scheme == AUDIO:
        quality = rng.choice(np.array([100, 93, 86], np.uint8), n)
        return Fingerprint(scheme, encode(rng.choice([0.5, 1.0, 1.25, 2.0], n)), times, quality)
    codes = _features(rng, n) if scheme == FEATURES else _frames(scheme, rng, n)
    return Fingerprint(scheme, codes, times, quality)


def _features(rng: np.random.Generator, n: int) -> NDArray[np.uint8]:
    """Descriptors of which nothing is alike but the words and signatures of a few of them, nearly:
    words differ in up to three bits, signatures in a few or in many."""
    bits = rng.integers(0, 2, (n, WIDTHS[FEATURES] * 8), dtype=np.uint8)
    read = WORD_BITS + SIGNATURE_BITS
    known = np.random.default_rng(7).integers(0, 2, (KNOWN, read), dtype=np.uint8)
    wrong = rng.random((n, read))
    wrong[:, :WORD_BITS] *= 4
    bits[:, :read] = known[rng.integers(0, KNOWN, n)] ^ (wrong < rng.uniform(0, 0.25, (n, 1)))
    return np.packbits(bits, axis=1)


def _frames(scheme: str, rng: np.random.Generator, n: int) -> NDArray[np.uint8]:
    width = WIDTHS[scheme]
    bases = np.random.default_rng(7).integers(0, 2, (60, width * 8), dtype=np.uint8)
    flips = rng.random((n, width * 8)) < rng.uniform(0, 0.3, (n, 1))
    return np.packbits(bases[rng.integers(0, 60, n)] ^ flips, axis=1)


def naive(suspect: Fingerprint, references: dict[int, Fingerprint]) -> Hits:
    """All hits in order, by comparing everything with everything."""
    compare = {AUDIO: _naive_keys, FEATURES: _naive_features}.get(suspect.scheme, _naive_codes)
    return sorted(
        hit for n, reference in references.items() for hit in compare(suspect, n, reference)
    )


def _naive_codes(suspect: Fingerprint, number: int, reference: Fingerprint) -> Hits:
    radius = RADIUS_BITS[suspect.codes.shape[1] * 8]
    return [
        (number, float(t), round(float(u) * TICKS_PER_S), distance)
        for a, t, q in zip(suspect.codes, suspect.times, suspect.quality, strict=True)
        for b, u, r in zip(reference.codes, reference.times, reference.quality, strict=True)
        if (distance := (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()) <= radius
        and min(q, r) >= MIN_QUALITY
    ]


def _naive_keys(suspect: Fingerprint, number: int, reference: Fingerprint) -> Hits:
    stored: dict[int, list[float]] = {}
    for key, time in zip(*kept(reference), strict=True):
        stored.setdefault(key, []).append(time)
    return [
        (number, t, step(u), key)
        for key, t in zip(*asked(suspect), strict=True)
        for u in stored.get(key, [])
    ]


def _naive_features(suspect: Fingerprint, number: int, reference: Fingerprint) -> Hits:
    return [
        (number, float(t), step(float(u)), word)
        for own, signature, t in _read(suspect)
        for word, stored, u in _read(reference)
        if (own ^ word).bit_count() <= 1 and (signature ^ stored).bit_count() <= NEAR_BITS
    ]


def _read(fingerprint: Fingerprint) -> list[tuple[int, int, float]]:
    """Word, signature and time of each feature: the first twenty bits, and the next 32."""
    bits = ["".join(f"{byte:08b}" for byte in code) for code in fingerprint.codes.tolist()]
    return [
        (int(row[:20], 2), int(row[20:52], 2), time)
        for row, time in zip(bits, fingerprint.times.tolist(), strict=True)
    ]


def step(time_s: float) -> int:
    """What is kept of a time: a step of 40 ms, from a tick of a quarter millisecond."""
    return round(min(max(round(time_s * TICKS_PER_S), 0), LAST_TICK) / TICKS_PER_PLACE)


def kept(reference: Fingerprint) -> tuple[list[int], list[float]]:
    """The keys that are stored of a reference, and their times."""
    if reference.scheme == FEATURES:
        return words(reference.codes).tolist(), reference.times.tolist()
    stored = reference_keys(reference)
    return stored.keys.tolist(), stored.times.tolist()


def asked(suspect: Fingerprint) -> tuple[list[int], list[float]]:
    """The keys that are looked up for a suspect's sound, and their times."""
    probes = Probes.of(Pairs.of(suspect, RANKS))
    there = np.flatnonzero(probes.promise > NEVER)
    return probes.keys[there].tolist(), probes.times[there % max(len(probes.times), 1)].tolist()


def hits(index: Index, suspect: Fingerprint) -> Hits:
    """What an index finds, as the naive search gives it."""
    find = {AUDIO: _key_hits, FEATURES: _feature_hits}.get(suspect.scheme, _code_hits)
    return find(index, suspect)


def _code_hits(index: Index, suspect: Fingerprint) -> Hits:
    found = index.search(suspect)
    ticks = np.rint(found.reference_times * TICKS_PER_S).astype(int)
    columns = (found.references, found.query_times, ticks, found.distances)
    return sorted(zip(*(c.tolist() for c in columns), strict=True))


def _key_hits(index: Index, suspect: Fingerprint) -> Hits:
    """Those of references that are alive."""
    keys, times = asked(suspect)
    return _alive(look_up(index, keys, suspect.scheme), keys, times)


def _feature_hits(index: Index, suspect: Fingerprint) -> Hits:
    """The same of words that are those of features, or beside them."""
    every = beside(words(suspect.codes).astype(np.int64))
    signed = np.tile(signatures(suspect.codes), len(every))
    found = index.near(suspect.scheme, every.ravel(), signed)
    return _alive(found, every.ravel().tolist(), np.tile(suspect.times, len(every)).tolist())


def _alive(found: Postings, keys: list[int], times: list[float]) -> Hits:
    return sorted(
        (number, times[at], where, keys[at])
        for number, at, where, alive in postings_of(found)
        if alive
    )


def look_up(index: Index, keys: list[int], scheme: str = AUDIO) -> Postings:
    """The postings of some keys, as many as the index counts beforehand."""
    column = np.array(keys, np.int64)
    found = index.look_up(scheme, column)
    assert index.counts(scheme)[column].sum() == len(found.places)
    return found


def postings_of(found: Postings) -> list[tuple[int, int, int, bool]]:
    """Reference, position of the key, step of 40 ms, and whether alive, one by one."""
    line, places = found.timeline, iter(found.places.tolist())
    listed = []
    for segment, at in np.argwhere(found.counts).tolist():
        for _ in range(found.counts[segment, at]):
            place = next(places)
            owner = max(i for i, start in enumerate(line.starts) if start <= place)
            alive = bool(found.alive[owner])
            listed.append((int(line.numbers[owner]), at, place - int(line.starts[owner]), alive))
    assert next(places, None) is None
    return listed


@dataclass
class Model:
    """What an index should hold: a dictionary for each scheme."""

    held: dict[str, dict[int, Fingerprint]] = field(default_factory=dict)

    def add(self, scheme: str, fingerprints: dict[int, Fingerprint]) -> None:
        """References that are there already stay as they are."""
        self.held[scheme] = {**fingerprints, **self.held.get(scheme, {})}

    def remove(self, numbers: set[int]) -> None:
        """From every scheme."""
        for references in self.held.values():
            for number in numbers & references.keys():
                del references[number]

    def forget(self, scheme: str, numbers: set[int]) -> None:
        """What an index does whose file is damaged."""
        for number in numbers:
            del self.held[scheme][number]


def check(index: Index, model: Model, schemes: Sequence[str] = SCHEMES) -> None:
    """The index holds what the model holds, and answers as the naive search does."""
    for scheme in schemes:
        references = model.held.get(scheme, {})
        assert index.numbers(scheme) == references.keys()
        for seed in (1, 2):
            suspect = fingerprint(scheme, seed, 12)
            assert hits(index, suspect) == naive(suspect, references)


def filled(folder: Path, scheme: str, sizes: list[int]) -> tuple[Index, Model]:
    """An index and its model, with references 1, 2, … of so many codes, added one by one."""
    index, model = Index(folder), Model()
    for number, size in enumerate(sizes, 1):
        one = {number: fingerprint(scheme, 1000 + number, size)}
        index.add(scheme, one)
        model.add(scheme, one)
    return index, model
