"""The sound of one suspect through index and matchers, window by window.

First what was most likely done to a window is searched for with all its pairs, also along lines
that have few votes, if the outlines of their references speak for them. If that does not explain
the window, every other speed and pitch is searched for with the surest pairs and the keys that are
worth most; and what then turns up is searched for again with all pairs, which also finds the other
places that hold the same sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fingerprint.audio.pairs import Pairs
from fingerprint.audio.peaks import RANKS
from fingerprint.audio.probes import Prober
from fingerprint.scheme import Fingerprint
from matchers import landmarks
from matchers.alignment import Hypothesis, Line, Segment
from matchers.asking import affordable, worth_verifying
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
from matchers.outlining import Laid, Outline
from media.clip import Span
from reelprint.searching import Ask, Searcher

SURE = 60.0  # nats of peaks and outline, from which no further lines are looked at
FURTHER_LINES = 32  # that were voted for in what is likeliest, whose outlines are looked at
OUTSTANDING = 2.5  # deviations; of a hundred lines of other sound one stands out as far


@dataclass(frozen=True, slots=True)
class Sought:
    """What one window of a suspect is searched for with."""

    window: Span
    scheme: str
    prober: Prober

    @classmethod
    def of(cls, window: Span, peaks: Fingerprint) -> Sought:
        """All pairs of its peaks, however slowly it plays."""
        return cls(window, peaks.scheme, Prober(Pairs.of(peaks, 2 * RANKS, 1 / SLOWEST)))

    def surest(self) -> Sought:
        """The same window with as many pairs as every hypothesis can be tried with."""
        most = round(PAIRS_PER_S * self.window.duration_s)
        return replace(self, prober=Prober(self.prober.pairs.surest(most)))

    @property
    def middle_s(self) -> float:
        """The moment about which lines turn, in suspect seconds."""
        return (self.window.start_s + self.window.end_s) / 2


class Listener:
    """Finds the sound of suspects in the references of an index."""

    def __init__(
        self,
        searcher: Searcher,
        reference: Callable[[int], Peaks],
        outline: Callable[[int], Outline | None] | None = None,
    ) -> None:
        self._searcher = searcher
        self._reference = reference
        self._outline = outline or (lambda number: None)

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
            last = self._heard(suspect, Sought.of(window, part), first_guesses(last))
            yield from last

    def _heard(self, suspect: Map, sought: Sought, guesses: Sequence[Hypothesis]) -> list[Segment]:
        found = self._likely(suspect, sought, guesses)
        if explains(found, sought.window):
            return found
        others = self._verified(suspect, self._sparsely(sought.surest(), guesses))
        if others:
            best = max(others, key=lambda segment: segment.score)
            again = self._densely(sought, [best.hypothesis])
            others += self._verified(suspect, shortlist(again, sought.window))
        return found + others

    def _likely(self, suspect: Map, sought: Sought, guesses: Sequence[Hypothesis]) -> list[Segment]:
        """What is found under the likeliest hypotheses: along the lines that most votes are for,
        and if that is little, along those of fewer votes whose outlines stand out."""
        voted = self._densely(sought, guesses)
        lines = shortlist(voted, sought.window)
        found = self._verified(suspect, lines)
        if any(segment.score >= SURE for segment in found):
            return found
        further = shortlist(voted, sought.window, FURTHER_LINES)[len(lines) :]
        return found + self._verified(suspect, self._outstanding(suspect, further))

    def _densely(self, sought: Sought, hypotheses: Sequence[Hypothesis]) -> list[Line]:
        prices = self._searcher.prices(sought.scheme)
        bars = (prices.bar(sought.prober, [h], MOST_POSTINGS) for h in hypotheses)
        asks = (self._ask(sought, h, bar) for h, bar in zip(hypotheses, bars, strict=True))
        return self._lines(sought, asks, MOST_LINES)

    def _sparsely(self, sought: Sought, tried: Sequence[Hypothesis]) -> list[Line]:
        prices = self._searcher.prices(sought.scheme)
        means = affordable(prices.stored) * len(SAMPLE) / len(SOUND_HYPOTHESES)
        bar = prices.bar(sought.prober, SAMPLE, means)
        others = (hypothesis for hypothesis in SOUND_HYPOTHESES if hypothesis not in tried)
        lines = self._lines(sought, (self._ask(sought, h, bar) for h in others), LINES_PER_SEARCH)
        return shortlist(lines, sought.window, worth_verifying(prices.stored))

    def _ask(self, sought: Sought, hypothesis: Hypothesis, bar: int) -> Ask:
        probes = sought.prober.probes(hypothesis.speed, hypothesis.pitch_octaves)
        return hypothesis, self._searcher.prices(sought.scheme).asked(probes, bar)

    def _lines(self, sought: Sought, asks: Iterable[Ask], most: int) -> list[Line]:
        return self._searcher.lines(sought.scheme, asks, sought.middle_s, most)

    def _outstanding(self, suspect: Map, lines: Sequence[Line]) -> list[Line]:
        """Those along which the outlines of their references stand out."""
        return [line for line in lines if self._deviations(suspect, line) >= OUTSTANDING]

    def _deviations(self, suspect: Map, line: Line) -> float:
        known = self._outline(line.reference) if suspect.relief is not None else None
        if suspect.relief is None or known is None:
            return 0.0
        return Laid(suspect.relief, known, line).stands_out(suspect.window)[0]

    def _verified(self, suspect: Map, lines: Sequence[Line]) -> list[Segment]:
        return [segment for line in lines for segment in self._along(suspect, line)]

    def _along(self, suspect: Map, line: Line) -> list[Segment]:
        number = line.reference
        outline = partial(self._outline, number)
        return landmarks.verify(suspect, self._reference(number), line, outline)
