"""The sound of one suspect through index and matchers, window by window.

First what was most likely done to a window is searched for with all its pairs; if that does not
explain the window, every other speed and pitch with the surest pairs and the keys that are worth
most; and what then turns up is searched for again with all pairs, which also finds the other places
that hold the same sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from fingerprint.audio.pairs import Pairs
from fingerprint.audio.peaks import RANKS
from fingerprint.audio.probes import Probes
from fingerprint.scheme import Fingerprint
from index.store import Index
from matchers import landmarks
from matchers.alignment import Hypothesis, Line, Segment
from matchers.asking import Prices, affordable, worth_verifying
from matchers.constellation import Map, Peaks
from matchers.hypotheses import (
    LINES_PER_SEARCH,
    MOST_LINES,
    MOST_POSTINGS,
    PAIRS_PER_S,
    SAMPLE,
    SLOWEST,
    SOUND_HYPOTHESES,
    first_guesses,
    shortlist,
    windows,
)
from matchers.joining import explains
from matchers.outlining import Outline
from matchers.places import vote_places
from media.clip import Span


class Listener:
    """Finds the sound of suspects in the references of an index."""

    def __init__(
        self,
        index: Index,
        reference: Callable[[int], Peaks],
        outline: Callable[[int], Outline | None] | None = None,
    ) -> None:
        self._index = index
        self._reference = reference
        self._outline = outline or (lambda number: None)
        self._priced: Prices | None = None

    def segments(
        self,
        peaks: Fingerprint,
        ridges: Fingerprint | None = None,
        relief: Fingerprint | None = None,
    ) -> Iterator[Segment]:
        """Verified stretches, those of overlapping windows overlapping too."""
        last: list[Segment] = []
        for window, part in windows(peaks):
            beside = (one and one.within(window.closed) for one in (ridges, relief))
            suspect = Map.of(window, part, *beside)
            last = self._heard(suspect, part, first_guesses(last))
            yield from last

    def _heard(
        self, suspect: Map, part: Fingerprint, guesses: Sequence[Hypothesis]
    ) -> list[Segment]:
        window, scheme, pairs = suspect.window, part.scheme, _pairs(part)
        found = self._verified(suspect, self._densely(window, scheme, pairs, guesses))
        if explains(found, window):
            return found
        others = self._verified(suspect, self._sparsely(window, scheme, pairs, guesses))
        if others:
            best = max(others, key=lambda segment: segment.score)
            again = self._densely(window, scheme, pairs, [best.hypothesis])
            others += self._verified(suspect, again)
        return found + others

    def _densely(
        self, window: Span, scheme: str, pairs: Pairs, hypotheses: Sequence[Hypothesis]
    ) -> list[Line]:
        prices = self._prices(scheme)
        lines = []
        for hypothesis in hypotheses:
            bar = prices.bar(pairs, [hypothesis], MOST_POSTINGS)
            lines += self._lines(window, scheme, pairs, hypothesis, bar, MOST_LINES)
        return shortlist(lines, window)

    def _sparsely(
        self, window: Span, scheme: str, pairs: Pairs, tried: Sequence[Hypothesis]
    ) -> list[Line]:
        pairs = pairs.surest(round(PAIRS_PER_S * window.duration_s))
        prices = self._prices(scheme)
        means = affordable(prices.stored) * len(SAMPLE) / len(SOUND_HYPOTHESES)
        bar = prices.bar(pairs, SAMPLE, means)
        lines = [
            line
            for h in SOUND_HYPOTHESES
            if h not in tried
            for line in self._lines(window, scheme, pairs, h, bar, LINES_PER_SEARCH)
        ]
        return shortlist(lines, window, worth_verifying(prices.stored))

    def _lines(
        self,
        window: Span,
        scheme: str,
        pairs: Pairs,
        hypothesis: Hypothesis,
        bar: int,
        most: int,
    ) -> list[Line]:
        probes = Probes.of(pairs, hypothesis.speed, hypothesis.pitch_octaves)
        asked = self._prices(scheme).asked(probes, bar)
        middle = (window.start_s + window.end_s) / 2
        return [
            line
            for found in self._index.look_up(scheme, asked.keys)
            for line in vote_places(found, asked, middle, hypothesis, most)
        ]

    def _prices(self, scheme: str) -> Prices:
        counts = self._index.counts(scheme)
        if self._priced is None or self._priced.counts is not counts:
            self._priced = Prices.of(counts)
        return self._priced

    def _verified(self, suspect: Map, lines: Sequence[Line]) -> list[Segment]:
        return [segment for line in lines for segment in self._along(suspect, line)]

    def _along(self, suspect: Map, line: Line) -> list[Segment]:
        number = line.reference
        outline = partial(self._outline, number)
        return landmarks.verify(suspect, self._reference(number), line, outline)


def _pairs(peaks: Fingerprint) -> Pairs:
    return Pairs.of(peaks, 2 * RANKS, 1 / SLOWEST)
