"""Segments asked for and kept, with what is needed to play them: their init section and key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from capture.coding import decrypted
from capture.failures import Unreadable
from capture.gaps import Gap, GapKind
from capture.segments import Key, Resource, Segment
from capture.session import Got, Role, Session

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A received body, and the slice of it that was asked for (None: all)."""

    got: Got
    cut: tuple[int, int] | None = None  # offset and size, if the server sent more than asked


@dataclass(frozen=True, slots=True)
class Opener:
    """A key (16 bytes) as received in an exchange, with the IV for one segment."""

    key: bytes
    iv: bytes
    stated: bool
    exchange: int

    def opened(self, data: bytes) -> bytes:
        """Decrypted. Raises Unreadable."""
        return decrypted(data, self.key, self.iv)


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment that is there, and all that belongs to it."""

    segment: Segment
    part: Part
    init: Part | None
    opener: Opener | None

    def content(self, cap: int) -> bytes:
        """What plays, up to `cap` bytes: decoded, cut, opened. Raises Unreadable, OSError."""
        data = content_of(self.part, cap)
        return self.opener.opened(data) if self.opener else data


class Keeper:
    """Asks for segments; init sections and keys are asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._inits: dict[Resource, Part] = {}
        self._keys: dict[str, tuple[bytes, int]] = {}

    def keep(self, track: str, segment: Segment) -> Kept | None:
        """Ask for a segment; None if it is not to be had, which then stands among the gaps."""
        if segment.declared_missing:
            self._gap(Gap("declared", "the playlist says so", track), segment)
            return None
        try:
            opener = self._opener(track, segment.key) if segment.key else None
            init = self._init(track, segment.init) if segment.init else None
            part = self._part(track, segment.resource, "segment", segment)
        except Unreadable as error:
            self._gap(Gap("failed", str(error), track), segment)
            return None
        return self._playable(track, Kept(segment, part, init, opener))

    def _playable(self, track: str, kept: Kept) -> Kept | None:
        """The segment, if it can be made part of a playable file; what came is kept anyway."""
        try:
            kept.content(self._session.limits.segment_bytes)
        except Unreadable as error:
            if (again := self._with_new_key(track, kept)) is not None:
                return again
            kind: GapKind = "undecryptable" if kept.opener else "failed"
            self._gap(Gap(kind, str(error), track), kept.segment)
            return None
        return kept

    def _with_new_key(self, track: str, kept: Kept) -> Kept | None:
        """The same, if a key asked for anew opens it: some servers change what is at its URL."""
        key = kept.segment.key
        if key is None:
            return None
        self._keys.pop(key.url, None)
        try:
            again = replace(kept, opener=self._opener(track, key))
            again.content(self._session.limits.segment_bytes)
        except Unreadable:
            return None
        return again

    def _gap(self, gap: Gap, segment: Segment) -> None:
        number, seconds = segment.sequence, segment.duration_s
        self._session.gap(Gap(gap.kind, gap.detail, gap.track, number, number, seconds))

    def _init(self, track: str, resource: Resource) -> Part:
        if resource not in self._inits:
            self._inits[resource] = self._part(track, resource, "init", None)
        return self._inits[resource]

    def _opener(self, track: str, key: Key) -> Opener:
        if key.url not in self._keys:
            got = self._session.get(key.url, "key", track=track)
            data = got.content(self._session.limits.key_bytes) if got.fine else b""
            if len(data) != KEY_BYTES:
                why = f"{len(data)} bytes instead of 16" if got.fine else got.why
                raise Unreadable(f"its key: {why}")
            self._keys[key.url] = (data, got.number)
        data, number = self._keys[key.url]
        return Opener(data, key.iv, key.stated, number)

    def _part(self, track: str, resource: Resource, role: Role, segment: Segment | None) -> Part:
        about = {"track": track, "sequence": segment.sequence if segment else None}
        got = self._session.get(resource.url, role, headers=resource.headers, **about)
        what = "its init section: " if role == "init" else ""
        if not got.fine:
            raise Unreadable(what + got.why)
        return _cut(got, resource, what)


def _cut(got: Got, resource: Resource, what: str) -> Part:
    """A server may send just the range, or all of the file, or something else."""
    if resource.offset is None or resource.size is None:
        return Part(got)
    if got.status == 200:
        if got.size < resource.offset + resource.size:
            raise Unreadable(f"{what}the file ends before the range that was asked for")
        return Part(got, (resource.offset, resource.size))
    said = (got.header("content-range") or "").removeprefix("bytes ").partition("/")[0]
    if said != f"{resource.offset}-{resource.offset + resource.size - 1}":
        raise Unreadable(f"{what}another range than the one asked for: {said[:40]}")
    return Part(got)


def content_of(part: Part, cap: int) -> bytes:
    """The bytes that were asked for, without coding. Raises Unreadable, OSError."""
    data = part.got.content(cap)
    return data[part.cut[0] : sum(part.cut)] if part.cut else data


def raw_name(part: Part) -> str:
    """The file in the capture folder that holds it."""
    path = part.got.path or Path()
    return f"{path.parent.name}/{path.name}"
