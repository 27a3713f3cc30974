"""Playlists of HLS (RFC 8216), read by the library `m3u8`, as masters or listings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import m3u8
from m3u8.parser import ParseError

from capture.failures import Unreadable
from capture.protection import check_hls
from capture.segments import Key, Listing, Resource, Segment

_BROKEN = (
    *(ParseError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
)
_IV_BYTES = 16
# The library compares each key with all before it, and variants go with groups of sound: more than
# any stream has of them would take minutes of a processor.
_MOST = {"#EXT-X-KEY:": 6000, "#EXT-X-SESSION-KEY:": 200} | {
    "#EXT-X-STREAM-INF:": 200,
    "#EXT-X-MEDIA:": 200,
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """One way of a master: a playlist, and what the master says of it."""

    name: str
    url: str
    bandwidth: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Master:
    """The variants of a stream, and the sound that goes with each."""

    variants: tuple[Rendition, ...]
    audio: dict[str, tuple[Rendition, ...]]  # by the variant's URL


def parse(data: bytes, url: str) -> Master | Listing:
    """What a playlist says. Raises Unreadable, and Ended where it is protected."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    if not text.lstrip().startswith("#EXTM3U"):
        raise Unreadable("it does not begin with #EXTM3U")
    for tag, most in _MOST.items():
        if (count := text.count(tag)) > most:
            raise Unreadable(f"{count} lines of {tag}")
    check_hls(text)
    try:
        parsed = m3u8.loads(text, uri=url)
        return _master(parsed) if parsed.is_variant else _listing(parsed)
    except _BROKEN as error:
        raise Unreadable(f"a broken playlist: {str(error)[:200]}") from error


def _master(parsed: Any) -> Master:
    variants, audio = [], {}
    for one in parsed.playlists:
        info = one.stream_info
        said = f"bandwidth {info.bandwidth}, {info.resolution or ''} {info.codecs or ''}".strip()
        variant = Rendition("main", one.absolute_uri, int(info.bandwidth or 0), said)
        variants.append(variant)
        audio[variant.url] = tuple(_sound(parsed.media, info.audio))
    if not variants:
        raise Unreadable("a master playlist without variants")
    return Master(tuple(variants), audio)


def _sound(media: Any, group: str | None) -> Iterator[Rendition]:
    """What a group has besides the sound inside the variant itself."""
    of_group = [m for m in media if m.type == "AUDIO" and m.group_id == group and m.uri]
    for number, one in enumerate(of_group):
        said = f"{one.name or ''} {one.language or ''}".strip()
        yield Rendition(f"audio{number}", one.absolute_uri, 0, said)


def _listing(parsed: Any) -> Listing:
    target = _seconds(parsed.target_duration) or 6.0
    return Listing(tuple(_segments(parsed)), not parsed.is_endlist, target)


def _segments(parsed: Any) -> Iterator[Segment]:
    first = int(parsed.media_sequence or 0)
    ends: dict[str, int] = {}
    init_ends: dict[str, int] = {}
    for number, one in enumerate(parsed.segments, first):
        init = one.init_section
        yield Segment(
            _resource(one.absolute_uri, one.byterange, ends),
            sequence=number,
            after=number + 1,
            duration_s=_seconds(one.duration) or 0.0,
            init=_resource(init.absolute_uri, init.byterange, init_ends) if init else None,
            key=_key(one.key, number),
            discontinuity=bool(one.discontinuity),
            declared_missing=bool(one.gap_tag),
            date_time=one.program_date_time.isoformat() if one.program_date_time else None,
        )


def _resource(url: str, byterange: str | None, ends: dict[str, int]) -> Resource:
    """A range without an offset begins where the last one of the same file ended."""
    if not byterange:
        return Resource(url)
    size, _, offset = byterange.strip('"').partition("@")
    start = int(offset) if offset else ends.get(url, 0)
    if start < 0 or int(size) <= 0:
        raise ValueError(f"a range of {byterange[:40]}")
    ends[url] = start + int(size)
    return Resource(url, start, int(size))


def _key(key: Any, sequence: int) -> Key | None:
    if key is None or key.method == "NONE":
        return None
    if not key.iv:
        return Key(key.absolute_uri, sequence.to_bytes(_IV_BYTES, "big"), False)
    return Key(key.absolute_uri, int(key.iv, 16).to_bytes(_IV_BYTES, "big"), True)


def _seconds(value: float | None) -> float | None:
    if value is None or not math.isfinite(value) or value < 0:
        return None
    return float(value)
