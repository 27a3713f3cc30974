"""The sound of one suspect through index and matchers, window by window.

First what was most likely done to a window is searched for with all its peaks; if that does not
explain the window, every other speed and pitch with its surest peaks; and what then turns up is
searched for again with all peaks, which also finds the other places that hold the same sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fingerprint.audio.landmark import decode, lowest_ranks
from fingerprint.audio.pairs import Pairs, query_keys
from fingerprint.scheme import Fingerprint
from index.store import Index
from matchers import landmarks
from matchers.alignment import Hypothesis, Line, Segment
from matchers.constellation import Map, Peaks
from matchers.hypotheses import (
    DENSE_FAN_OUT,
    LINES_PER_SEARCH,
    MOST_LINES,
    SLOWEST,
    SOUND_HYPOTHESES,
    SPARSE_FAN_OUT,
    SPARSE_RANKS,
    affordable_ranks,
    first_guesses,
    shortlist,
    windows,
)
from matchers.joining import explains
from matchers.places import vote_places
from media.clip import Span


class Listener:
    """Finds the sound of suspects in the references of an index."""

    def __init__(self, index: Index, reference: Callable[[int], Peaks]) -> None:
        self._index = index
        self._reference = reference

    def segments(self, peaks: Fingerprint) -> Iterator[Segment]:
        """Verified stretches, those of overlapping windows overlapping too."""
        last: list[Segment] = []
        for window, part in windows(peaks):
            last = self._heard(window, part, first_guesses(last))
            yield from last

    def _heard(
        self, window: Span, part: Fingerprint, guesses: Sequence[Hypothesis]
    ) -> list[Segment]:
        suspect = Map.of(window, part)
        found = self._verified(suspect, self._densely(window, part, guesses))
        if explains(found, window):
            return found
        others = self._verified(suspect, self._sparsely(window, part, guesses))
        if others:
            best = max(others, key=lambda segment: segment.score)
            others += self._verified(suspect, self._densely(window, part, [best.hypothesis]))
        return found + others

    def _densely(
        self, window: Span, part: Fingerprint, hypotheses: Sequence[Hypothesis]
    ) -> list[Line]:
        pairs = _pairs(part, DENSE_FAN_OUT)
        lines = [
            line for h in hypotheses for line in self._lines(window, part, pairs, h, MOST_LINES)
        ]
        return shortlist(lines, window)

    def _sparsely(self, window: Span, part: Fingerprint, tried: Sequence[Hypothesis]) -> list[Line]:
        surest = lowest_ranks(part, SPARSE_RANKS)
        keys = query_keys(_pairs(surest, SPARSE_FAN_OUT))
        ranks = affordable_ranks(self._index.count(part.scheme, keys.keys))
        pairs = _pairs(lowest_ranks(part, ranks), SPARSE_FAN_OUT)
        lines = [
            line
            for h in SOUND_HYPOTHESES
            if h not in tried
            for line in self._lines(window, part, pairs, h, LINES_PER_SEARCH)
        ]
        return shortlist(lines, window)

    def _lines(
        self, window: Span, part: Fingerprint, pairs: Pairs, hypothesis: Hypothesis, most: int
    ) -> list[Line]:
        keys = query_keys(pairs, hypothesis.speed, hypothesis.pitch_octaves)
        middle = (window.start_s + window.end_s) / 2
        return [
            line
            for found in self._index.look_up(part.scheme, keys.keys)
            for line in vote_places(found, keys.times, middle, hypothesis, most)
        ]

    def _verified(self, suspect: Map, lines: Sequence[Line]) -> list[Segment]:
        return [
            segment
            for line in lines
            for segment in landmarks.verify(suspect, self._reference(line.reference), line)
        ]


def _pairs(peaks: Fingerprint, fan_out: int) -> Pairs:
    return Pairs.of(decode(peaks.codes), peaks.times, fan_out, 1 / SLOWEST)
