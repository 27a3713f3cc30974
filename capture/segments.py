"""What playlists of either kind come down to: tracks of numbered segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to ask for: all of a URL, or `size` bytes of it from `offset` on."""

    url: str
    offset: int | None = None
    size: int | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The request's."""
        if self.offset is None or self.size is None:
            return ()
        return (("Range", f"bytes={self.offset}-{self.offset + self.size - 1}"),)


@dataclass(frozen=True, slots=True)
class Key:
    """AES-128 as a playlist gives it: where the key is, and the IV (16 bytes)."""

    url: str
    iv: bytes
    stated: bool  # the IV stands in the playlist; otherwise it is the sequence number


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a track.

    `sequence` is its number in the stream, and `after` the number that would continue it
    (`slack` is how far that may be off: DASH counts in ticks) within its `epoch`. `run` tells
    stretches apart that do not continue each other by what the playlist says.
    """

    resource: Resource
    sequence: int
    after: int
    duration_s: float
    slack: int = 0
    epoch: int = 0  # numbers begin anew in each
    run: str = ""
    init: Resource | None = None
    key: Key | None = None
    discontinuity: bool = False
    declared_missing: bool = False
    date_time: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The segments of a track that a playlist names now. `live`: more may come."""

    segments: tuple[Segment, ...]
    live: bool
    target_s: float


class Feed(Protocol):
    """A stream that can be asked again what segments its tracks have."""

    @property
    def live(self) -> bool:
        """Whether it has no end yet."""

    def read(self) -> dict[str, Listing]:
        """The listings by track; those that could not be read now are missing.

        Raises Ended when the stream may not be captured any further.
        """
