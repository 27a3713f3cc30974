"""Stopping a capture where nothing is half written: in waiting, for the network or the clock."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Brake:
    """Ctrl-C and SIGTERM. The second one does what it always does.

    Of captures in several threads nothing can be broken into: there `wake` is called instead, to
    end their waiting.
    """

    def __init__(self, wake: Callable[[], None] | None = None) -> None:
        self._wake = wake
        self._pressed = False
        self._free = False

    @property
    def pressed(self) -> bool:
        """Whether somebody wants everything to end."""
        return self._pressed

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Take the signals over; in the main thread only."""
        before = {one: signal.signal(one, self._press) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def press(self) -> None:
        """Have everything end, at the next wait of whoever uses this brake; from any thread."""
        self._pressed = True
        if self._wake is not None:
            self._wake()

    @contextlib.contextmanager
    def free(self) -> Iterator[None]:
        """Here KeyboardInterrupt may be raised."""
        self._free = True
        try:
            if self._pressed:
                raise KeyboardInterrupt
            yield
        finally:
            self._free = False

    def _press(self, number: int, frame: FrameType | None) -> None:
        for one in _SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        self._pressed = True
        if self._wake is not None:
            self._wake()
        elif self._free:
            raise KeyboardInterrupt
