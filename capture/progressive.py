"""One long file over HTTP; where the connection breaks, the rest is asked for from there."""

from __future__ import annotations

from typing import Any, BinaryIO

from capture.failures import Ended
from capture.gaps import Gap
from capture.session import Got, Session
from capture.store import MEDIA

_RESUMABLE = frozenset({"dropped", "silent", "connect", "resolve"})
_PIECE = 1 << 20


def take(session: Session, entry: Got, parts: list[Got]) -> None:
    """Go on with a file whose first exchange is `entry`. Always raises Ended; fills `parts`."""
    parts.append(entry)
    tries, last = 0, entry
    while last.failure is not None and last.failure.kind in _RESUMABLE:
        if tries >= session.limits.resumes or entry.header("content-encoding"):
            _lose(session, parts)
        session.pause(session.limits.pause_s)
        last = _more(session, parts)
        tries = 0 if last.size else tries + 1
    if last.failure is None:
        said = "" if entry.header("content-length") else "; how long it is, the server did not say"
        raise Ended("finished", f"the file was received{said}")
    _stop(session, last)


def _more(session: Session, parts: list[Got]) -> Got:
    """Ask for the rest; what comes is appended, if it is the rest."""
    have, first = sum(one.size for one in parts), parts[0]
    headers = [("Range", f"bytes={have}-")]
    validator = first.header("etag") or first.header("last-modified")
    if validator and not validator.startswith("W/"):
        headers.append(("If-Range", validator))
    got = session.get_once(first.url, "file", headers)
    if got.path is None:
        return got
    if got.status == 206 and (got.header("content-range") or "").startswith(f"bytes {have}-"):
        session.gap(Gap("resumed", f"the connection broke at byte {have}; the rest was fetched"))
        parts.append(got)
    elif got.status == 200:
        session.gap(Gap("resumed", f"it broke at byte {have}; the server began anew"))
        parts[:] = [got]
    else:
        _lose(session, parts)
    return got


def _lose(session: Session, parts: list[Got]) -> None:
    have = sum(one.size for one in parts)
    session.gap(Gap("dropped", f"the connection broke at byte {have}; the rest was not to be had"))
    raise Ended("lost", f"the file breaks off after {have} bytes")


def _stop(session: Session, last: Got) -> None:
    kind = last.failure.kind if last.failure else None
    if kind == "interrupted":
        raise Ended("interrupted", "it was stopped")
    if kind == "timeout":
        session.gap(Gap("cut", "the time for it was over before its end"))
        raise Ended(session.then, "its time is over")
    session.gap(Gap("cut", last.why))
    raise Ended("limit" if kind == "too_large" else "lost", last.why)


def joined(session: Session, parts: list[Got]) -> dict[str, Any] | None:
    """The playable file: the one received, or what was received put together."""
    paths = [one.path for one in parts if one.path is not None]
    if not paths:
        return None
    name = f"raw/{paths[0].name}"
    if len(paths) == 1:
        return {"file": name, "derived": None, "track": "main"}
    with session.store.scratch() as file:
        for path in paths:
            _append(file, path.open("rb"))
        name = session.store.keep(file, f"{MEDIA}/main-000{paths[0].suffix}")
    how = "the received pieces joined in this order"
    rows = [
        {"raw": f"raw/{one.path.name}", "exchange": one.number, "received": one.ended}
        for one in parts
        if one.path is not None
    ]
    facts = {"file": name, "derived": how, "track": "main", "parts": rows}
    session.store.log("derived", **facts)
    return facts


def _append(out: BinaryIO, source: BinaryIO) -> None:
    with source:
        while piece := source.read(_PIECE):
            out.write(piece)
