"""The features of one suspect's picture through index and matchers, window by window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from fingerprint.video.words import beside, signatures, words
from matchers.alignment import Segment
from matchers.features import Pictures
from matchers.hypotheses import windows
from matchers.keyframes import Seed, verify
from matchers.placement import find
from matchers.rationing import looked_at, rare, supported
from matchers.settling import sure_lines
from matchers.sightings import Counted, Sighting
from matchers.testimony import glimpse
from reelprint.searching import Searcher

LEAST_AGREED = 5  # places of a picture that make a pair of frames worth looking at
LEAST_GLIMPSE = 6.0  # nats
EXPLAINED_S = 1.0  # from a line that was found already


class Watcher:
    """Finds the pictures of suspects in the references of an index."""

    def __init__(
        self,
        searcher: Searcher,
        reference: Callable[[int], Pictures],
        frames: Sequence[Segment] = (),
    ) -> None:
        """`frames` are the stretches that whole frames have shown already."""
        self._searcher = searcher
        self._reference = reference
        self._frames = frames

    def segments(
        self, whole: Fingerprint, parts: Fingerprint, is_mirrored: bool
    ) -> Iterator[Segment]:
        """Verified stretches, those of overlapping windows overlapping too."""
        for window, part in windows(whole):
            suspect = Pictures.of_both(part, parts.within(window.closed))
            yield from self._seen(suspect, whole.scheme, is_mirrored)

    def _seen(self, suspect: Pictures, scheme: str, is_mirrored: bool) -> list[Segment]:
        own_words = words(suspect.descriptors).astype(np.int64)
        every = beside(own_words)
        which, asked = rare(self._searcher.counts(scheme)[every])
        signed = signatures(suspect.descriptors)[asked]
        counted = Counted.of(suspect, own_words)
        seen = self._searcher.sightings(scheme, every[which, asked], signed, asked, counted)
        segments: list[Segment] = []
        for sighting in supported(seen, suspect.times, looked_at(self._searcher.rows(scheme))):
            if not _is_explained(suspect, sighting, segments):
                own = np.flatnonzero(counted.units[sighting.unit])
                segments += self._verified(suspect, own, sighting, is_mirrored)
        return segments

    def _verified(
        self, suspect: Pictures, counted: NDArray[np.int64], sighting: Sighting, is_mirrored: bool
    ) -> list[Segment]:
        reference = self._reference(sighting.reference)
        key = reference.nearest(sighting.reference_s)
        shown = suspect.frame(sighting.shown)
        own = counted[(counted >= shown.start) & (counted < shown.stop)]
        placed = find(suspect, own, reference, key)
        if placed is None or placed[1] < LEAST_AGREED:
            return []
        times = float(reference.times[key]), float(suspect.times[sighting.shown])
        seed = Seed(sighting.reference, *times, *placed)
        if glimpse(suspect, sighting.shown, reference, key, seed.placement) < LEAST_GLIMPSE:
            return []
        known = sure_lines(self._frames, seed, is_mirrored)
        return verify(suspect, reference, seed, is_mirrored, known)


def _is_explained(suspect: Pictures, sighting: Sighting, found: list[Segment]) -> bool:
    """Whether a segment that was found shows the same moment of the same reference."""
    query_s = float(suspect.times[sighting.shown])
    return any(
        s.reference == sighting.reference
        and abs(s.reference_time(query_s) - sighting.reference_s) <= EXPLAINED_S
        for s in found
    )
