"""An axis of the clock: round times of the day, in per cent of its length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from reelprint.console.drawing import LATE, Tick

MOST_TICKS = 5  # more would run into each other on a narrow page
EARLY = 3.0  # per cent, until where a tick's text stands behind it
_STEPS_S = (
    *(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800),
)
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Axis:
    """From when to when, in seconds since 1970."""

    start_s: float
    end_s: float

    def x(self, at_s: float) -> float:
        """Where a moment lies, in per cent, within the axis."""
        share = (at_s - self.start_s) / max(self.end_s - self.start_s, 1e-9)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def ticks(self) -> tuple[Tick, ...]:
        """Round times in UTC, with the date where the axis is longer than a day.

        >>> [tick.text for tick in Axis(0, 3600).ticks()]
        ['00:00', '00:20', '00:40', '01:00']
        """
        step = self._step()
        first, last = int(-(-self.start_s // step)), int(self.end_s // step)
        form = self._form(step)
        return tuple(self._tick(number * step, form) for number in range(first, last + 1))

    def _tick(self, at_s: float, form: str) -> Tick:
        at = self.x(at_s)
        anchor: Literal["start", "middle", "end"] = "middle"
        if at < EARLY or at > LATE:
            anchor = "start" if at < EARLY else "end"
        return Tick(at, datetime.fromtimestamp(at_s, UTC).strftime(form), anchor)

    def _form(self, step: float) -> str:
        if self.end_s - self.start_s > _DAY_S:
            return "%m-%d %H:%M"
        return "%H:%M" if step % 60 == 0 else "%H:%M:%S"

    def _step(self) -> float:
        length = self.end_s - self.start_s
        return next((s for s in _STEPS_S if length / s < MOST_TICKS), length or 1.0)
