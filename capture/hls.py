"""HLS as a feed: which playlists are followed, and what they say now."""

from __future__ import annotations

from typing import Literal

from capture.failures import Ended, Unreadable
from capture.gaps import Gap, GapKind
from capture.playlists import Master, Rendition, parse
from capture.segments import Listing
from capture.session import Got, Session

Choice = Literal["highest", "lowest"]


class HlsFeed:
    """The media playlists of one variant and of the sound beside it.

    Made from the playlist that the stream began with. Raises Ended if none can be followed.
    """

    def __init__(self, session: Session, entry: Got, choice: Choice) -> None:
        self._session = session
        self._first: dict[str, Listing] = {}
        self._tracks: dict[str, str] = {}
        self._settle("main", entry, choice, (entry.url,))
        self._live = any(listing.live for listing in self._first.values())

    @property
    def live(self) -> bool:
        """Whether it had no end yet when it was first read."""
        return self._live

    def read(self) -> dict[str, Listing]:
        """The listings as they are now."""
        first, self._first = self._first, {}
        found = dict(first)
        for track, url in self._tracks.items():
            if track in found:
                continue
            got = self._session.get(url, "playlist", track=track)
            listing = self._understood(got, track, "unread")
            if isinstance(listing, Listing):
                found[track] = listing
        return found

    def _settle(self, track: str, got: Got, choice: Choice, above: tuple[str, ...]) -> None:
        """Go down from a playlist to those that name segments."""
        parsed = self._understood(got, track, "failed")
        if parsed is None and track == "main":
            raise Ended("failed", f"the playlist cannot be read: {got.url[:200]}")
        if isinstance(parsed, Listing):
            self._tracks[track], self._first[track] = got.url, parsed
        elif parsed is not None:
            self._descend(parsed, track, choice, above)

    def _descend(self, master: Master, track: str, choice: Choice, above: tuple[str, ...]) -> None:
        pick = max if choice == "highest" else min
        chosen = pick(master.variants, key=lambda one: one.bandwidth)
        self._declare(master, chosen, choice)
        if len(above) > self._session.limits.nesting:
            raise Ended("refused", f"playlists lead to playlists more than {len(above) - 1} deep")
        for one in (chosen, *master.audio[chosen.url]):
            name = track if one is chosen else one.name
            if one.url in above:
                raise Ended("refused", "a playlist leads to itself")
            if len(self._tracks) >= self._session.limits.tracks:
                break
            got = self._session.get(one.url, "playlist", track=name)
            self._settle(name, got, choice, (*above, one.url))

    def _declare(self, master: Master, chosen: Rendition, choice: Choice) -> None:
        sound = master.audio[chosen.url]
        self._session.store.log(
            "choice",
            rule=f"{choice} bandwidth",
            chosen={"url": chosen.url, "said": chosen.said},
            audio=[{"track": one.name, "url": one.url, "said": one.said} for one in sound],
            left=[{"url": one.url, "said": one.said} for one in master.variants if one != chosen],
        )

    def _understood(self, got: Got, track: str, kind: GapKind) -> Master | Listing | None:
        if not got.fine:
            self._session.gap(Gap(kind, f"a playlist: {got.why}", track))
            return None
        try:
            return parse(got.content(self._session.limits.playlist_bytes), got.url)
        except Unreadable as error:
            self._session.gap(Gap(kind, f"a playlist: {error}", track))
            return None
