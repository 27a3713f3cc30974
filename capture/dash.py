"""DASH as a feed: which representations are followed, and what segments they have now."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from capture.addressing import segments
from capture.failures import Ended, Unreadable
from capture.gaps import Gap, GapKind
from capture.hls import Choice
from capture.mpd import Manifest, Representation, parse
from capture.segments import Listing, Segment
from capture.session import Got, Session


class DashFeed:
    """The manifest of one stream, from the one that it began with. Raises Ended."""

    def __init__(self, session: Session, entry: Got, choice: Choice) -> None:
        self._session, self._choice, self._url = session, choice, entry.url
        manifest = self._understood(entry, "failed")
        if manifest is None:
            raise Ended("failed", f"the manifest cannot be read: {entry.url[:200]}")
        self._first: tuple[Got, Manifest] | None = (entry, manifest)
        self._live = manifest.live
        self._declared: set[tuple[float, str, str]] = set()
        self._unread: set[str] = set()

    @property
    def live(self) -> bool:
        """Whether it had no end yet when it was first read."""
        return self._live

    def read(self) -> dict[str, Listing]:
        """The listings as they are now."""
        if self._first is not None:
            (got, manifest), self._first = self._first, None
        else:
            got = self._session.get(self._url, "playlist")
            understood = self._understood(got, "unread")
            if understood is None:
                return {}
            manifest = understood
        return self._listings(manifest, self._elapsed(got, manifest))

    def _understood(self, got: Got, kind: GapKind) -> Manifest | None:
        if not got.fine:
            self._session.gap(Gap(kind, f"a manifest: {got.why}"))
            return None
        try:
            manifest = parse(got.content(self._session.limits.playlist_bytes), got.url)
        except Unreadable as error:
            self._session.gap(Gap(kind, f"a manifest: {error}"))
            return None
        return manifest

    def _elapsed(self, got: Got, manifest: Manifest) -> float | None:
        """Seconds since a live presentation began, by the server's clock if it says its time."""
        if not manifest.live or manifest.available_from is None:
            return None
        now = self._session.clock.wall()
        try:
            said = parsedate_to_datetime(got.header("date") or "")
            now = said if said.tzinfo else now
        except (ValueError, TypeError):
            pass  # it does not say, or not so that it can be read
        return (now - manifest.available_from).total_seconds()

    def _listings(self, manifest: Manifest, elapsed_s: float | None) -> dict[str, Listing]:
        found: dict[str, list[Segment]] = {}
        for one in self._chosen(manifest):
            if one.track not in found and len(found) >= self._session.limits.tracks:
                continue
            try:
                new = segments(one, elapsed_s, self._session.limits.segments)
            except Unreadable as error:
                self._cannot(one.track, f"its segments: {error}")
                continue
            found.setdefault(one.track, []).extend(new)
        for url in manifest.remote:
            self._cannot("", f"a part that stands elsewhere is not followed: {url}")
        return {
            track: Listing(tuple(all_), manifest.live, max(0.5, manifest.update_s))
            for track, all_ in found.items()
        }

    def _cannot(self, track: str, why: str) -> None:
        """Take it down once, not at each look."""
        if f"{track} {why}" not in self._unread:
            self._unread.add(f"{track} {why}")
            self._session.gap(Gap("failed", why, track or None))

    def _chosen(self, manifest: Manifest) -> Iterable[Representation]:
        """Of each track of each period, the representation of the wanted bandwidth."""
        pick = max if self._choice == "highest" else min
        tracks: dict[tuple[float, str], list[Representation]] = {}
        for one in manifest.representations:
            tracks.setdefault((one.period_start_s, one.track), []).append(one)
        for (period, track), ones in tracks.items():
            chosen = pick(ones, key=lambda one: one.bandwidth)
            self._declare(period, track, chosen, ones)
            yield chosen

    def _declare(
        self, period: float, track: str, chosen: Representation, ones: list[Representation]
    ) -> None:
        if (period, track, chosen.id) in self._declared:
            return
        self._declared.add((period, track, chosen.id))
        said = [{"id": one.id, "bandwidth": one.bandwidth} for one in ones]
        rule = f"{self._choice} bandwidth"
        facts = {
            "rule": rule,
            "period_start_s": period,
            "track": track,
            "chosen": chosen.id,
            "of": said,
        }
        self._session.store.log("choice", **facts)
