"""Presentation stamps to a timeline without impossible jumps.

A frame that follows its predecessor is believed at once. One that leaps is held back until later
frames show what it was: a passing error (they go on where its predecessor stopped), a pause, or a
new clock. Stamps that step far back, or leap further ahead than the file can explain, are a new
clock: the stream's clock is moved so that the frame follows its predecessor. Streams of one file
share these moves, so that sound and picture stay together over a splice.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from media.losses import Count, Ledger, counted

# Smaller steps are decoder reordering and overlapping splices; the samplers cope with them.
STEP_S = 1.0
# FFmpeg's own threshold for a new clock in formats that are spliced.
SPLICE_LEAP_S = 10.0
# With neither a splice nor a stated duration to judge by: a longer pause is not believed.
LONGEST_PAUSE_S = 3600.0

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, slots=True)
class Stamped(Generic[FrameT]):
    """A decoded frame with its own idea of time, in seconds."""

    frame: FrameT
    stamp_s: float | None
    duration_s: float


@dataclass(frozen=True, slots=True)
class Placed(Generic[FrameT]):
    """A decoded frame at its time from the file's start, in seconds."""

    frame: FrameT
    time_s: float
    duration_s: float


class Clock:
    """What the streams of one file share: the zero point, the moves, and how far a leap may go."""

    def __init__(self, start_s: float, stated_s: float | None, spliced: bool) -> None:
        self.start_s = start_s
        self._stated_s = stated_s
        self._spliced = spliced
        self.moves: deque[float] = deque([0.0], maxlen=8)
        self.repaired = Count()

    def latest(self, expected_s: float) -> float:
        """The latest time at which the next frame is still believed."""
        if self._spliced:
            return expected_s + SPLICE_LEAP_S
        if self._stated_s is None:
            return expected_s + LONGEST_PAUSE_S
        return max(expected_s, self._stated_s) + SPLICE_LEAP_S

    def report(self, ledger: Ledger) -> None:
        """Note what had to be repaired."""
        if self.repaired.n:
            detail = f"time stamps jump {counted(self.repaired.n, 'time')} and were joined up"
            ledger.note("timestamps", detail, self.repaired.at_s)


class Timeline(Generic[FrameT]):
    """The times of one stream's frames, given in presentation order."""

    def __init__(self, clock: Clock, leap_s: float, hold: int) -> None:
        """Leaps of more than `leap_s` are judged by up to `hold` frames that are held back."""
        self._clock = clock
        self._leap_s = leap_s
        self._hold = hold
        self._held: list[Stamped[FrameT]] = []
        self._held_end = 0.0
        self._begun = False
        self._move = 0.0
        self._last = 0.0
        self._expected = 0.0

    @property
    def now_s(self) -> float:
        """When the next frame is expected."""
        return self._expected

    def push(self, frame: Stamped[FrameT]) -> list[Placed[FrameT]]:
        """Take the next frame; gives the frames whose time is now known."""
        time_s = self._read(frame)
        if self._goes_on(time_s):
            return [*self._join_held(), self._place(frame)]
        self._held.append(frame)
        self._held_end = (self._held_end if time_s is None else time_s) + frame.duration_s
        return self._settle() if len(self._held) > self._hold else []

    def flush(self) -> list[Placed[FrameT]]:
        """The frames that are still held, as their stamps say."""
        placed: list[Placed[FrameT]] = []
        while self._held:
            placed += self._settle()
        return placed

    def _read(self, frame: Stamped[FrameT]) -> float | None:
        if frame.stamp_s is None:
            return None
        return frame.stamp_s - self._clock.start_s + self._move

    def _goes_on(self, time_s: float | None) -> bool:
        """Whether a frame follows the last placed one, rather than a leap that is held."""
        if time_s is None or not self._begun:
            return not self._held
        held_s = sum(held.duration_s for held in self._held)
        off_s = abs(time_s - self._expected - held_s)
        return off_s <= self._leap_s and not (self._held and abs(time_s - self._held_end) < off_s)

    def _join_held(self) -> list[Placed[FrameT]]:
        """The leap has passed: its frames go between their neighbours."""
        if any(abs((self._read(frame) or 0.0) - self._expected) > STEP_S for frame in self._held):
            self._clock.repaired.add(self._expected)
        held, self._held = self._held, []
        return [self._put(frame, self._expected) for frame in held]

    def _settle(self) -> list[Placed[FrameT]]:
        """The leap is real: believe the first frame that made it, and judge the rest anew."""
        (first, *rest), self._held = self._held, []
        placed = [self._place(first)]
        for frame in rest:
            placed += self.push(frame)
        return placed

    def _place(self, frame: Stamped[FrameT]) -> Placed[FrameT]:
        time_s = self._read(frame)
        if time_s is None:
            return self._put(frame, self._expected)
        if not self._last - STEP_S <= time_s <= self._clock.latest(self._expected):
            raw_s = time_s - self._move
            self._move = self._joining_move(raw_s)
            time_s = raw_s + self._move
            self._clock.repaired.add(time_s)
        return self._put(frame, time_s)

    def _put(self, frame: Stamped[FrameT], time_s: float) -> Placed[FrameT]:
        self._begun = True
        self._last, self._expected = time_s, time_s + frame.duration_s
        return Placed(frame.frame, time_s, frame.duration_s)

    def _joining_move(self, raw_s: float) -> float:
        known = min(self._clock.moves, key=lambda move: abs(raw_s + move - self._expected))
        if abs(raw_s + known - self._expected) < STEP_S:
            return known
        self._clock.moves.append(self._expected - raw_s)
        return self._clock.moves[-1]
