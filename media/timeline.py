"""Presentation stamps to a timeline without impossible jumps.

A stamp is believed unless it steps far back or leaps further ahead than the file can explain;
then the stream's clock is moved so that the frame follows its predecessor. Streams of one file
share their clock moves, so that sound and video stay together over a splice: a stream that jumps
first tries the moves that another stream has already made.
"""

from __future__ import annotations

from collections import deque

from media.losses import Count, Ledger

# Smaller steps back are decoder reordering and overlapping splices; the samplers cope with them.
BACK_S = 1.0
# FFmpeg's own threshold for a new clock in formats that are spliced.
SPLICE_LEAP_S = 10.0
# With neither a splice nor a stated duration to judge by: a longer pause is not believed.
LONGEST_PAUSE_S = 3600.0
# A rare frame without a stamp is timed by its neighbours, and nothing is lost.
_MISSING_SHARE = 0.01


class Clock:
    """What the streams of one file share: the zero point, the moves, and how far a leap may go."""

    def __init__(self, start_s: float, stated_s: float | None, spliced: bool) -> None:
        self.start_s = start_s
        self._stated_s = stated_s
        self._spliced = spliced
        self.moves: deque[float] = deque([0.0], maxlen=8)
        self.repaired = Count()
        self.missing = Count()
        self.placed = 0

    def latest(self, expected_s: float) -> float:
        """The latest time at which the next frame is still believed."""
        if self._spliced:
            return expected_s + SPLICE_LEAP_S
        if self._stated_s is None:
            return expected_s + LONGEST_PAUSE_S
        return max(expected_s, self._stated_s) + SPLICE_LEAP_S

    def report(self, ledger: Ledger) -> None:
        """Note what had to be repaired."""
        if self.missing.n > _MISSING_SHARE * self.placed:
            detail = (
                f"{self.missing.n} of {self.placed} frames have no time stamp"
                " and were timed by the frame rate"
            )
            ledger.note("timestamps", detail, self.missing.at_s)
        if self.repaired.n:
            detail = f"time stamps jump {self.repaired.n} times and were joined up"
            ledger.note("timestamps", detail, self.repaired.at_s)


class Timeline:
    """The times of one stream's frames, given in presentation order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._move = 0.0
        self._last = 0.0
        self._expected = 0.0

    @property
    def now_s(self) -> float:
        """When the next frame is expected."""
        return self._expected

    def place(self, stamp_s: float | None, duration_s: float) -> float:
        """The time of the next frame, in seconds from the file's start."""
        self._clock.placed += 1
        time_s = self._believe(stamp_s)
        self._last, self._expected = time_s, time_s + duration_s
        return time_s

    def _believe(self, stamp_s: float | None) -> float:
        if stamp_s is None:
            self._clock.missing.add(self._expected)
            return self._expected
        time_s = stamp_s - self._clock.start_s
        if not self._plausible(time_s + self._move):
            self._move = self._joining_move(time_s)
            self._clock.repaired.add(time_s + self._move)
        return time_s + self._move

    def _plausible(self, time_s: float) -> bool:
        return self._last - BACK_S <= time_s <= self._clock.latest(self._expected)

    def _joining_move(self, time_s: float) -> float:
        known = min(self._clock.moves, key=lambda move: abs(time_s + move - self._expected))
        if abs(time_s + known - self._expected) < BACK_S:
            return known
        self._clock.moves.append(self._expected - time_s)
        return self._clock.moves[-1]
