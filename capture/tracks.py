"""One track of a stream: what it has brought, what is next, what went by."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from capture.gaps import Gap, GapKind
from capture.keeping import Kept
from capture.segments import Listing, Segment

EDGE = 3  # segments behind the end of a live playlist to begin with (RFC 8216, 6.3.3)


@dataclass(slots=True)
class Track:
    """The state of one track; `take` says what each listing shows to be gone."""

    name: str
    pending: deque[tuple[Segment, bool]] = field(default_factory=deque)  # does it continue?
    kept: list[Kept | None] = field(default_factory=list)  # None where one is not to be had
    live: bool = True
    due: int | None = None  # the sequence number that comes next
    slack: int = 0
    epoch: int = 0
    taken_s: float = 0.0  # of media, fetched or failed
    _continues: bool = True

    def take(self, listing: Listing) -> tuple[list[Gap], int]:
        """The gaps that a listing shows, and how many of its segments are new."""
        gaps: list[Gap] = []
        segments = list(listing.segments)
        self.live = listing.live
        if self.due is None:
            segments, gaps = self._start(segments)
        elif segments and not self._reaches(segments[-1].epoch, segments[-1].after):
            gaps.append(self._gap("restarted", "numbers went back", segments[0].sequence))
            self.epoch, self.due = segments[0].epoch, segments[0].sequence
            self._continues = False
        new = [one for one in segments if self._reaches(one.epoch, one.sequence)]
        for one in new:
            gaps += self._queue(one)
        return gaps, len(new)

    def _reaches(self, epoch: int, number: int) -> bool:
        """Whether a number is not before the one that is due."""
        return self.due is None or (epoch, number + self.slack) >= (self.epoch, self.due)

    def _start(self, segments: list[Segment]) -> tuple[list[Segment], list[Gap]]:
        if not self.live or len(segments) <= EDGE:
            return segments, []
        first, last = segments[0].sequence, segments[-EDGE - 1].sequence
        detail = "older than where a live capture begins"
        return segments[-EDGE:], [Gap("not_taken", detail, self.name, first, last)]

    def _queue(self, segment: Segment) -> list[Gap]:
        gaps = []
        number, same = segment.sequence, segment.epoch == self.epoch
        if self.due is not None and same and number - segment.slack > self.due:
            gaps.append(self._gap("missed", "went by before it was listed", number - 1))
            self._continues = False
        if self.due is not None and (segment.discontinuity or not same):
            said = "declared by the playlist" if same else "another period"
            gaps.append(Gap("discontinuity", said, self.name, number, number))
        self.pending.append((segment, self._continues))
        self._continues = True
        self.due, self.slack, self.epoch = segment.after, segment.slack, segment.epoch
        return gaps

    def _gap(self, kind: GapKind, detail: str, last: int) -> Gap:
        return Gap(kind, detail, self.name, self.due, last)

    def done(self, kept: Kept | None) -> None:
        """The first of those pending was dealt with."""
        segment, continues = self.pending.popleft()
        if not continues:
            self.kept.append(None)
        self.taken_s += segment.duration_s
        self.kept.append(kept)
