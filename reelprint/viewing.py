"""The whole frames of one suspect through index and matchers, window by window.

First as they are; if that does not explain a window, mirrored, in negative, and both, and what is
inside their bars if they have any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from fingerprint.extract import inverted
from fingerprint.scheme import Fingerprint
from fingerprint.video.dct256 import alike
from matchers import frames
from matchers.alignment import Hypothesis, Segment
from matchers.hypotheses import LINES_PER_SEARCH, picture_hypotheses, shortlist, windows
from matchers.joining import explains
from matchers.view import within_bars
from matchers.votes import nearness, vote
from media.clip import Span
from reelprint.searching import Searcher


class Viewer:
    """Finds the frames of suspects in the references of an index."""

    def __init__(self, searcher: Searcher, reference: Callable[[int], Fingerprint]) -> None:
        self._searcher = searcher
        self._reference = reference

    def segments(
        self, plain: Fingerprint, mirrored: Fingerprint, inside: Sequence[Fingerprint] = ()
    ) -> Iterator[Segment]:
        """Verified stretches, those of overlapping windows overlapping too. `inside` is what bars
        leave of the picture, as it is and mirrored."""
        for window, part in windows(plain):
            found = self._seen(window, part, Hypothesis())
            if not explains(found, window):
                flipped = mirrored.within(window.closed)
                for codes, view in (
                    (flipped, Hypothesis(mirrored=True)),
                    (inverted(part), Hypothesis(inverted=True)),
                    (inverted(flipped), Hypothesis(mirrored=True, inverted=True)),
                ):
                    found += self._seen(window, codes, view)
                for codes, is_mirrored in zip(inside, (False, True), strict=False):
                    found += self._inside(window, codes.within(window.closed), is_mirrored)
            yield from found

    def _inside(self, window: Span, part: Fingerprint, is_mirrored: bool) -> list[Segment]:
        return [
            replace(segment, view=within_bars(box, shape, is_mirrored))
            for box, shape, codes in alike(part)
            for segment in self._seen(window, codes, Hypothesis(mirrored=is_mirrored))
        ]

    def _seen(self, window: Span, part: Fingerprint, view: Hypothesis) -> list[Segment]:
        hits = self._searcher.hits(part)
        weights = nearness(hits)
        lines = [
            line
            for h in picture_hypotheses(window, view)
            for line in vote(hits, window, h, LINES_PER_SEARCH, weights)
        ]
        return [
            segment
            for line in shortlist(lines, window)
            for segment in frames.verify(part, self._reference(line.reference), line)
        ]
