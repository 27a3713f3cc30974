"""Times as people write and read them."""

from __future__ import annotations

from media.clip import Span
from reelprint.exits import Usage
from reelprint.showing.words import time


def clock(span: Span) -> str:
    """A span as its ends.

    >>> clock(Span(61.25, 3723.0))
    '1:01.2-1:02:03.0'
    """
    return f"{time(span.start_s)}-{time(span.end_s)}"


def seconds(text: str) -> float:
    """Seconds from a number of them, or from minutes or hours before a colon. Raises Usage.

    >>> seconds("83.5"), seconds("1:23.5"), seconds("1:00:00")
    (83.5, 83.5, 3600.0)
    """
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        raise Usage(f"{text!r} is not a time: write 83.5 or 1:23.5") from None
    if len(parts) > 3 or any(not 0 <= part < 60 for part in parts[1:]):
        raise Usage(f"{text!r} is not a time: write 83.5 or 1:23.5")
    total = 0.0
    for part in parts:
        total = 60 * total + part
    return total
