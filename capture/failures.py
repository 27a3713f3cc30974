"""How an exchange can fail, and how a capture can end."""

from __future__ import annotations

from typing import Literal

FailureKind = Literal[
    "refused",
    "resolve",
    "connect",
    "tls",
    "timeout",
    "silent",
    "dropped",
    "protocol",
    "too_large",
    "interrupted",
]
Outcome = Literal["finished", "enough", "limit", "lost", "interrupted", "refused", "failed"]


class Failed(Exception):
    """One exchange did not come to its end; what had been received is kept."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind: FailureKind = kind


class Ended(Exception):
    """The capture is over; the message says why."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome: Outcome = outcome


class Unreadable(Exception):
    """A playlist cannot be understood; the message says what of it."""
