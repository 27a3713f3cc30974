"""Several segments of postings as one, so that a vote costs the same in however many they lie.

Their timelines follow each other. What is found does not depend on how the index is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.candidates import Postings
from index.features import FeatureSegment
from index.postings import PostingsSegment
from index.timeline import Timeline

I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class JoinedPostings:
    """All postings of one scheme, as long as nothing is added or removed."""

    segments: tuple[PostingsSegment, ...]
    timeline: Timeline
    alive: NDArray[np.bool_]  # (references of the timeline,) those not removed
    counts: I64  # (keys,) postings of each key, those of removed references too

    @classmethod
    def of(
        cls,
        keys: int,
        segments: Iterable[tuple[PostingsSegment, Sequence[int] | NDArray[np.uint32]]],
    ) -> JoinedPostings:
        """Segments of so many keys, each with the references that were removed from it."""
        pairs = list(segments)
        alive = [~np.isin(segment.timeline.numbers, gone) for segment, gone in pairs]
        return cls(
            tuple(segment for segment, _ in pairs),
            Timeline.joined([segment.timeline for segment, _ in pairs]),
            np.concatenate([np.empty(0, bool), *alive]),
            sum((segment.counts for segment, _ in pairs), np.zeros(keys, np.int64)),
        )

    def look_up(self, keys: I64) -> Postings:
        """Every posting under each key, segment by segment; those of removed references too."""
        return self._joined(len(keys), (segment.look_up(keys) for segment in self.segments))

    def near(self, words: I64, signatures: NDArray[np.uint32]) -> Postings:
        """The same of features: those under each word that bear nearly its signature."""
        features = (s for s in self.segments if isinstance(s, FeatureSegment))
        return self._joined(len(words), (s.near(words, signatures) for s in features))

    def _joined(self, keys: int, found: Iterable[tuple[I64, Signed]]) -> Postings:
        counts = np.empty((len(self.segments), keys), np.int64)
        kind = self.timeline.kind
        places = [np.empty(0, kind)]
        start = 0
        for i, (segment, (own, at)) in enumerate(zip(self.segments, found, strict=True)):
            counts[i] = own
            places.append(at + kind(start))
            start += segment.timeline.end
        return Postings(self.timeline, self.alive, counts, np.concatenate(places))
