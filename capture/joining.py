"""Playable files made of what was kept: derived, one for each stretch without a break.

Nothing is decoded: segments are put behind each other as they are, with their init section in
front, opened with their key if they have one. What was received stays beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from capture.keeping import Kept, Opener, Part, content_of, raw_name
from capture.session import Session
from capture.store import MEDIA
from capture.tracks import Track

_TS_PACKET = 188
_BOXES = {b"ftyp", b"styp", b"moof", b"sidx", b"moov", b"emsg", b"prft", b"free"}


@dataclass(slots=True)
class Joined:
    """One derived file, and what of it came from where and when."""

    track: str
    file: str = ""
    bytes: int = 0
    duration_s: float = 0.0
    init: dict[str, Any] | None = None
    parts: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "file": self.file,
            "derived": "parts joined in this order, each decrypted as it says; nothing decoded",
            "track": self.track,
            "duration_s": round(self.duration_s, 6),
            "init": self.init,
            "parts": self.parts,
        }


def join(session: Session, tracks: Iterable[Track]) -> list[Joined]:
    """Write the files of all tracks into the store."""
    made: list[Joined] = []
    for track in tracks:
        for number, run in enumerate(_runs(track.kept)):
            joined = _file(session, track.name, run, f"{MEDIA}/{track.name}-{number:03}")
            made.append(joined)
            session.store.log("derived", **joined.as_dict())
    return made


def _runs(kept: Iterable[Kept | None]) -> Iterator[list[Kept]]:
    """Stretches in which each segment continues the one before."""
    run: list[Kept] = []
    for one in kept:
        if run and (one is None or _breaks(run[-1], one)):
            yield run
            run = []
        if one is not None:
            run.append(one)
    if run:
        yield run


def _breaks(before: Kept, one: Kept) -> bool:
    changed = before.init != one.init or before.segment.run != one.segment.run
    return changed or one.segment.discontinuity


def _file(session: Session, track: str, run: list[Kept], stem: str) -> Joined:
    joined = Joined(track)
    with session.store.scratch() as file:
        suffix = _fill(session, joined, run, file)
        joined.file = session.store.keep(file, stem + suffix)
    return joined


def _fill(session: Session, joined: Joined, run: list[Kept], file: BinaryIO) -> str:
    """Write a run; the ending that a file of that kind has."""
    cap, head = session.limits.segment_bytes, b""
    if run[0].init is not None:
        head, recipe = _init(run[0].init, run[0].opener, cap)
        joined.init = recipe
        joined.bytes += file.write(head)
    for one in run:
        data = one.content(cap)
        head = head or data[: 3 * _TS_PACKET]
        joined.parts.append(_row(one, joined))
        joined.bytes += file.write(data)
        joined.duration_s += one.segment.duration_s
    return suffix_of(head)


def _init(part: Part, opener: Opener | None, cap: int) -> tuple[bytes, dict[str, Any]]:
    """An init section may be under the key as well; a plain one begins with a box."""
    data = content_of(part, cap)
    recipe: dict[str, Any] = {"raw": raw_name(part), "exchange": part.got.number, "cut": part.cut}
    if opener and opener.stated and data[4:8] not in _BOXES:
        return opener.opened(data), recipe | {"decrypted": _how(opener)}
    return data, recipe | {"decrypted": None}


def _row(one: Kept, joined: Joined) -> dict[str, Any]:
    """Where a segment lies in the file, and when it was received by the capture's clocks."""
    return {
        "sequence": one.segment.sequence,
        "raw": raw_name(one.part),
        "exchange": one.part.got.number,
        "cut": one.part.cut,
        "decrypted": _how(one.opener) if one.opener else None,
        "file_offset": joined.bytes,
        "media_s": round(joined.duration_s, 6),
        "duration_s": one.segment.duration_s,
        "received": one.part.got.ended,
        "program_date_time": one.segment.date_time,
    }


def _how(opener: Opener) -> dict[str, Any]:
    cipher = "AES-128-CBC, PKCS #7"
    return {"cipher": cipher, "key_exchange": opener.exchange, "iv": opener.iv.hex()}


def suffix_of(head: bytes) -> str:
    """The ending for a file by how it begins."""
    if head[4:8] in _BOXES:
        return ".mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return ".webm"
    if head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] in {b"G", b""}:
        return ".ts"
    if head[:3] == b"ID3" or head[:1] == b"\xff":
        return ".aac"
    return ".bin"
