"""What a capture does not have, or where it is not continuous. Never a silent gap."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

GapKind = Literal[
    "missed",  # sequence numbers that went by before they could be asked for
    "failed",  # a segment, a key or a playlist that was asked for and not received whole
    "unread",  # one look at a live playlist failed; what it hid would be missed later
    "undecryptable",  # received, but its key does not open it
    "declared",  # the playlist itself says that the segment is missing
    "stall",  # a live stream brought nothing new for some time
    "restarted",  # sequence numbers went back
    "discontinuity",  # the stream says that what follows is not a continuation
    "resumed",  # a connection was lost and the rest fetched from where it broke
    "dropped",  # a file whose rest could not be fetched
    "lost",  # a live stream that died without saying that it ends
    "cut",  # the capture was ended by a limit or a person, not by the source
    "not_taken",  # known to be there and not asked for
]
# These say that the stream is not continuous, but nothing of it is missing.
HARMLESS = frozenset({"discontinuity", "resumed", "not_taken", "unread"})


@dataclass(frozen=True, slots=True)
class Gap:
    """One place. `first` and `last` are sequence numbers (of DASH, numbers or ticks)."""

    kind: GapKind
    detail: str
    track: str | None = None
    first: int | None = None
    last: int | None = None
    seconds: float | None = None

    @property
    def loses(self) -> bool:
        """Whether something of the stream is missing here."""
        return self.kind not in HARMLESS

    def as_dict(self) -> dict[str, Any]:
        """For the log and the manifest."""
        return {**asdict(self), "loses": self.loses}
