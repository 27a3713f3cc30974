"""Following a feed to its end, to the end of the time, or to its death."""

from __future__ import annotations

import math
from dataclasses import dataclass

from capture.failures import Ended
from capture.gaps import Gap
from capture.keeping import Keeper
from capture.segments import Feed
from capture.session import Session
from capture.tracks import Track

_SHORTEST_S, _LONGEST_S = 0.5, 10.0  # between two looks at a playlist
_STALLED = 3.0  # target durations without anything new, when players run dry


@dataclass(slots=True)
class Pulse:
    """When a live stream last brought something new."""

    last: float
    stalled: bool = False


def follow(feed: Feed, session: Session, tracks: dict[str, Track], media_s: float | None) -> None:
    """Keep what a feed brings. It always ends by raising Ended; `tracks` holds what was kept.

    `media_s` bounds what is taken of each track of a stream that has an end.
    """
    keeper, pulse = Keeper(session), Pulse(session.clock.monotonic())
    try:
        while True:
            _round(feed, session, keeper, pulse, tracks, media_s)
    finally:
        if pulse.stalled:
            quiet = session.clock.monotonic() - pulse.last
            session.gap(Gap("stall", "nothing new came until the end", seconds=round(quiet, 3)))


def _round(
    feed: Feed,
    session: Session,
    keeper: Keeper,
    pulse: Pulse,
    tracks: dict[str, Track],
    media_s: float | None,
) -> None:
    target_s, new = _look(feed, session, tracks)
    _beat(pulse, session, target_s, new)
    live = not tracks or any(track.live for track in tracks.values())
    _drain(session, keeper, tracks, media_s, target_s if live else math.inf)
    if any(track.pending for track in tracks.values()):
        return
    if not live:
        raise Ended("finished", "the stream came to its end")
    pause = min(max(target_s if new else target_s / 2, _SHORTEST_S), _LONGEST_S)
    session.check()
    session.pause(max(0.0, min(pause, session.left_s())))


def _look(feed: Feed, session: Session, tracks: dict[str, Track]) -> tuple[float, int]:
    """Read the playlists once: the shortest target duration, and how many segments are new."""
    targets, new = [_LONGEST_S], 0
    for name, listing in feed.read().items():
        if len(listing.segments) > session.limits.segments:
            raise Ended("limit", f"more than {session.limits.segments} segments in a playlist")
        gaps, more = tracks.setdefault(name, Track(name)).take(listing)
        for gap in gaps:
            session.gap(gap)
        targets.append(listing.target_s)
        new += more
    return min(targets), new


def _beat(pulse: Pulse, session: Session, target_s: float, new: int) -> None:
    """Take down stalls; raises Ended when the source is dead."""
    now = session.clock.monotonic()
    quiet = now - pulse.last
    if new:
        if pulse.stalled:
            session.gap(Gap("stall", "nothing new came for a while", seconds=round(quiet, 3)))
        pulse.last, pulse.stalled = now, False
    elif quiet > _STALLED * target_s and not pulse.stalled:
        pulse.stalled = True
        session.store.log("stalled", quiet_s=round(quiet, 3))
    if quiet > session.limits.lost_s and not new:
        detail = "nothing new came any more, and the stream did not say that it ends"
        session.gap(Gap("lost", detail, seconds=round(quiet, 3)))
        raise Ended("lost", detail)


def _drain(
    session: Session,
    keeper: Keeper,
    tracks: dict[str, Track],
    media_s: float | None,
    patience_s: float,
) -> None:
    """Ask for what is listed, the tracks side by side, until it is time to look again."""
    began = session.clock.monotonic()
    while waiting := [t for t in tracks.values() if t.pending and not _enough(t, media_s)]:
        if session.clock.monotonic() - began > patience_s:
            return
        session.check()
        if sum(len(one.kept) for one in tracks.values()) >= session.limits.segments:
            raise Ended("limit", f"more than {session.limits.segments} segments")
        track = min(waiting, key=lambda one: one.taken_s)
        track.done(keeper.keep(track.name, track.pending[0][0]))
    if media_s is not None and tracks and all(_enough(t, media_s) for t in tracks.values()):
        raise Ended("enough", f"{media_s:g} s of the stream were taken")


def _enough(track: Track, media_s: float | None) -> bool:
    return media_s is not None and not track.live and track.taken_s >= media_s
