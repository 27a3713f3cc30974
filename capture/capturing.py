"""One capture from its beginning to its manifest."""

from __future__ import annotations

import platform
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture import joining, progressive, recording
from capture.brake import Brake
from capture.clock import Clock, SystemClock, stamp
from capture.coding import beginning
from capture.connection import Network, Resolver, resolve
from capture.dash import DashFeed
from capture.exchange import AGENT, is_dash, is_hls
from capture.failures import Ended
from capture.following import follow
from capture.gaps import Gap, GapKind
from capture.hls import Choice, HlsFeed
from capture.limits import Limits
from capture.policy import Policy
from capture.resolving import Resolver as PageResolver
from capture.resolving import stream_of
from capture.session import Got, Session
from capture.store import Store
from capture.tracks import Track

FORMAT = "reelprint-capture-1"
_SOON = frozenset({"limit", "interrupted"})  # ends that are not the source's
_HEAD = 4096
_PAGE = (b"<!doctype html", b"<html")
_PATIENCE, _MARGIN_S = 10, 60.0  # how much longer than it plays an excerpt may take to fetch


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be captured: a URL, or the path of a recording; into a new folder in `parent`.

    `for_s` is how much: so many seconds of a stream that has an end, from its beginning; so long
    of a live one, and of a single file. None is all of it, within the limits. `agent` and
    `referer` are what servers are told: some give a stream only to those who come from a page.
    With a `page_resolver` the URL is that of the page, and the program says where the stream is.
    """

    source: str
    parent: Path
    for_s: float | None = None
    choice: Choice = "highest"
    agent: str = AGENT
    referer: str | None = None
    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    page_resolver: PageResolver | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a capture needs of the machine; tests bring their own."""

    software: str = "reelprint"
    clock: Clock = field(default_factory=SystemClock)
    resolver: Resolver = resolve
    brake: Brake = field(default_factory=Brake)


@dataclass(frozen=True, slots=True)
class Captured:
    """A sealed capture. `media` are the playable files; `whole` is whether nothing is missing."""

    folder: Path
    manifest: dict[str, Any]
    manifest_sha256: str

    @property
    def media(self) -> list[Path]:
        """What `identify` can be given."""
        return [self.folder / one["file"] for one in self.manifest["media"]]

    @property
    def whole(self) -> bool:
        """Whether all that was asked for is there, without a gap that loses something."""
        return bool(self.manifest["whole"])


def capture(wanted: Wanted, around: Surroundings) -> Captured:
    """Capture a source into a new folder. Raises OSError; what servers do becomes the record."""
    clock = around.clock
    with closing(Store(wanted.parent, clock, around.software)) as store:
        network = Network(wanted.policy, wanted.limits, clock, around.resolver, around.brake)
        session = Session(store, network, clock, wanted.limits, clock.monotonic())
        session.agent, session.referer = wanted.agent, wanted.referer
        manifest = _manifest(session, wanted, around.software)
        return Captured(store.folder, manifest, store.seal(manifest))


def _manifest(session: Session, wanted: Wanted, software: str) -> dict[str, Any]:
    """Capture; all that the manifest says but the files."""
    begun = _begin(session, wanted, software)
    media: list[dict[str, Any]] = []
    ended = _outcome(session, wanted, media)
    lost = any(gap.loses for gap in session.gaps) or not media
    whole = ended.outcome in {"finished", "enough"} and not lost
    facts = {"outcome": ended.outcome, "why": str(ended), "whole": whole}
    session.store.log("end", **facts)
    return {
        **{"format": FORMAT, "software": software, "source": wanted.source},
        **{"begun": begun, "ended": stamp(session.clock), "media": media},
        **{"gaps": [gap.as_dict() for gap in session.gaps], "exchanges": session.count},
        **{"bytes_received": session.received, **facts},
    }


def _begin(session: Session, wanted: Wanted, software: str) -> dict[str, str | float]:
    begun = stamp(session.clock)
    session.store.log(
        "begin",
        format=FORMAT,
        software=software,
        source=wanted.source,
        for_s=wanted.for_s,
        variant=wanted.choice,
        page_resolver=wanted.page_resolver,
        allow_private=wanted.policy.allow_private,
        agent=wanted.agent,
        referer=wanted.referer,
        limits=wanted.limits.as_dict(),
        python=platform.python_version(),
        openssl=ssl.OPENSSL_VERSION,
    )
    return begun


def _outcome(session: Session, wanted: Wanted, media: list[dict[str, Any]]) -> Ended:
    """Capture, and make what was captured playable; how it ended."""
    tracks: dict[str, Track] = {}
    parts: list[Got] = []
    try:
        _run(session, wanted, tracks, parts, media)
    except KeyboardInterrupt:
        ended = Ended("interrupted", "it was stopped")
    except Ended as reason:
        ended = reason
    else:
        ended = Ended("finished", "the recording was copied")
    for track in tracks.values():
        _leave(session, track, ended)
    if ended.outcome in _SOON:
        session.gap(Gap("cut", str(ended)))
    media += [one.as_dict() for one in joining.join(session, tracks.values())]
    if file := progressive.joined(session, parts):
        media.append(file)
    return ended


def _leave(session: Session, track: Track, ended: Ended) -> None:
    """What is listed and was not asked for any more."""
    if track.pending:
        first, last = track.pending[0][0].sequence, track.pending[-1][0].sequence
        kind: GapKind = "not_taken" if ended.outcome == "enough" else "cut"
        session.gap(Gap(kind, "listed, and not asked for", track.name, first, last))


def _run(
    session: Session,
    wanted: Wanted,
    tracks: dict[str, Track],
    parts: list[Got],
    media: list[dict[str, Any]],
) -> None:
    begun = session.clock.monotonic()
    session.until = begun + wanted.limits.wall_s
    if "://" not in wanted.source:
        media.append(recording.take(session, Path(wanted.source)))
        return
    entry = _entry(session, wanted, begun)
    head = _head(entry)
    if not (is_hls(head) or is_dash(head)):
        _check_file(entry, head)
        progressive.take(session, entry, parts)
    make = HlsFeed if is_hls(head) else DashFeed
    feed = make(session, entry, wanted.choice)
    _bound(session, begun, wanted, feed.live)
    follow(feed, session, tracks, wanted.for_s)


def _entry(session: Session, wanted: Wanted, begun: float) -> Got:
    """What the URL leads to: a playlist, a manifest, or the beginning of a file."""
    _bound(session, begun, wanted, True)
    url = wanted.source
    if wanted.page_resolver:
        url = stream_of(session, url, wanted.page_resolver)
    got = session.get_once(url, "entry", ())
    for _ in range(wanted.limits.tries - 1):
        if got.path is not None or got.hopeless:
            break
        session.pause(wanted.limits.pause_s)
        got = session.get_once(url, "entry", ())
    if got.path is None or got.status not in {200, 206}:
        kind = got.failure.kind if got.failure else None
        raise Ended("refused" if kind == "refused" else "failed", got.why)
    return got


def _bound(session: Session, begun: float, wanted: Wanted, live: bool) -> None:
    """How long it may take: so long of a live stream; longer than it plays, of another."""
    longest = wanted.limits.wall_s
    if wanted.for_s is None:
        session.until, session.then = begun + longest, "limit"
    elif live:
        session.until, session.then = begun + min(wanted.for_s, longest), "enough"
    else:
        patient = wanted.for_s * _PATIENCE + _MARGIN_S
        session.until, session.then = begun + min(patient, longest), "limit"


def _head(entry: Got) -> bytes:
    """How the content begins."""
    if entry.path is None:
        return b""
    with entry.path.open("rb") as file:
        return beginning(file.read(_HEAD), entry.header("content-encoding"), _HEAD)


def _check_file(entry: Got, head: bytes) -> None:
    if head.lstrip()[:20].lower().startswith(_PAGE):
        raise Ended("failed", "this is a web page, not a stream; give the stream's own address")
