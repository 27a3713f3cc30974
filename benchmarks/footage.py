"""Other footage, one film after another without end, to lie under a picture or around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from benchmarks.excerpt import frames
from media.clip import U8, Span

WHOLE = Span(0.0, float("inf"))
# The last frame of a film stays for as long as one does as a rule.
LAST_S = 0.04


class Footage:
    """Films played in turn. Times must not go back."""

    def __init__(self, films: Sequence[Path]) -> None:
        """Raises ValueError without films."""
        if not films:
            raise ValueError("there is no other footage")
        self._frames = _played(films)
        self._now, self._next = next(self._frames), next(self._frames)

    def at(self, time_s: float) -> U8:
        """The frame that is shown at a time."""
        while self._next[0] <= time_s:
            self._now, self._next = self._next, next(self._frames)
        return self._now[1]


def _played(films: Sequence[Path]) -> Iterator[tuple[float, U8]]:
    """(seconds, frame) without end; each film has at least one frame."""
    start_s = end_s = 0.0
    for film in cycle(films):
        for time, frame in frames(film, WHOLE):
            end_s = start_s + time + LAST_S
            yield start_s + time, frame
        start_s = end_s
