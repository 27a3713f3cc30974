"""The units of an H.264 or HEVC stream, whichever way a container packs them: with start codes
(ISO/IEC 14496-10, annex B) or with lengths (ISO/IEC 14496-15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Codec = Literal["h264", "hevc"]
Kind = Literal["slice", "parameters", "information", "other"]
_CODECS: dict[str, Codec] = {"h264": "h264", "hevc": "hevc"}
_H264: dict[int, Kind] = {
    **dict.fromkeys(range(1, 6), "slice"),
    6: "information",
    **dict.fromkeys((7, 8), "parameters"),
}
_HEVC: dict[int, Kind] = {
    **dict.fromkeys(range(32), "slice"),
    **dict.fromkeys(range(32, 35), "parameters"),
    **dict.fromkeys((39, 40), "information"),
}
_START = re.compile(rb"\x00\x00\x01")


@dataclass(frozen=True, slots=True)
class Packing:
    """How units are told apart."""

    codec: Codec
    length_bytes: int | None  # None: by start codes

    def units(self, data: bytes) -> Iterator[bytes]:
        """The units in a packet, without what separates them."""
        return _by_start(data) if self.length_bytes is None else _by_length(data, self.length_bytes)

    def kind(self, unit: bytes) -> Kind:
        """What a unit holds."""
        if self.codec == "h264":
            return _H264.get(unit[0] & 0x1F, "other")
        return _HEVC.get(unit[0] >> 1 & 0x3F, "other")


def packing_of(codec: str, extradata: bytes) -> Packing | None:
    """How a stream of this codec is packed, by its extradata; None for other codecs."""
    known = _CODECS.get(codec)
    if known is None:
        return None
    at = 4 if known == "h264" else 21
    with_lengths = len(extradata) > at and extradata[0] == 1
    return Packing(known, (extradata[at] & 3) + 1 if with_lengths else None)


def parameter_sets(packing: Packing, extradata: bytes) -> list[bytes]:
    """The parameter sets in extradata, sorted; nothing if they are not there."""
    if packing.length_bytes is None:
        units = list(_by_start(extradata))
    elif packing.codec == "h264":
        units = _avc_record(extradata)
    else:
        units = _hevc_record(extradata)
    return sorted(unit for unit in units if packing.kind(unit) == "parameters")


def _by_start(data: bytes) -> Iterator[bytes]:
    starts = [match.end() for match in _START.finditer(data)]
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    for start, end in zip(starts, ends, strict=False):
        if unit := data[start:end].rstrip(b"\0"):
            yield unit


def _by_length(data: bytes, size: int) -> Iterator[bytes]:
    at = 0
    while at + size < len(data):
        length = int.from_bytes(data[at : at + size])
        at += size
        if unit := data[at : at + length].rstrip(b"\0"):
            yield unit
        at += length


def _avc_record(data: bytes) -> list[bytes]:
    units, at = _counted(data, 6, data[5] & 0x1F) if len(data) > 5 else ([], len(data))
    more = _counted(data, at + 1, data[at])[0] if at < len(data) else []
    return units + more


def _hevc_record(data: bytes) -> list[bytes]:
    units: list[bytes] = []
    at = 23
    for _ in range(data[22] if len(data) > 22 else 0):
        count = int.from_bytes(data[at + 1 : at + 3])
        some, at = _counted(data, at + 3, count)
        units += some
    return units


def _counted(data: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    units: list[bytes] = []
    for _ in range(count):
        length = int.from_bytes(data[at : at + 2])
        unit = data[at + 2 : at + 2 + length]
        at += 2 + length
        if not unit:
            break
        units.append(unit)
    return units, at
