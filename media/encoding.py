"""How a file was encoded, read without decoding a frame: what tells one encode from another.

What a player never shows survives copying: key frames to the byte, the parameter sets, how often
there is a key frame, what the encoder wrote of itself. A new container changes none of it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from media.container import Media
from media.decoding import Demuxer
from media.nals import Packing, packing_of, parameter_sets
from media.streams import NOT_FILM

MOST_PACKETS = 200_000  # two hours at 25 frames a second
MOST_KEY_FRAMES = 512
# A black or empty picture becomes the same few bytes wherever the same settings are used.
LEAST_KEY_FRAME = 1024
_WRITTEN = re.compile(rb"[\x20-\x7e]{12,2000}")


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A key frame: when it is shown, and the SHA-256 of its slices, however they are packed."""

    at_s: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Encoding:
    """What is known of a file's picture and sound as they were encoded. None: there is no such."""

    codec: str | None  # of the picture, with its profile, size and pixel format
    rate: float | None  # frames a second, by their stamps
    cadence: tuple[int, ...]  # frames from key frame to key frame, the usual ones, most usual first
    parameters_sha256: str | None  # of the parameter sets
    written: str | None  # what the encoder says of itself and its settings
    sound: str | None  # codec, samples a second, channels
    key_frames: tuple[KeyFrame, ...]  # those large enough to be told apart, one for each content


def encoding_of(file: Path | BufferedReader) -> Encoding:
    """Read how a file was encoded: open it, or take over one that is open. Raises Unreadable."""
    media = Media(file)
    try:
        video = next((one for one in media.container.streams.video if _is_film(one)), None)
        sound = next(iter(media.container.streams.audio), None)
        seen = _Seen(video) if video is not None else None
        if seen is not None and video is not None:
            seen.take(Demuxer(media.container, [video]))
        return _described(seen, _sound(sound))
    finally:
        media.close()


def _is_film(stream: VideoStream) -> bool:
    return stream.codec_context is not None and not stream.disposition & NOT_FILM


class _Seen:
    """What the packets of a picture say."""

    def __init__(self, stream: VideoStream) -> None:
        context = stream.codec_context
        self.stream = stream
        self.extradata = bytes(context.extradata or b"")
        self.packing = packing_of(context.name, self.extradata)
        self.stamps: list[float] = []
        self.keys: list[int] = []  # which of the packets are key frames
        self.frames: dict[str, KeyFrame] = {}
        self.written: str | None = None

    def take(self, packets: Iterable[Packet[Stream]]) -> None:
        """Read on until there is enough."""
        for packet in packets:
            if len(self.stamps) >= MOST_PACKETS or len(self.keys) >= MOST_KEY_FRAMES:
                return
            self.stamps.append(float((packet.pts or 0) * (packet.time_base or 0)))
            if packet.is_keyframe:
                self._key(bytes(packet))

    def _key(self, data: bytes) -> None:
        self.keys.append(len(self.stamps) - 1)
        slices = _slices(self.packing, data)
        if self.written is None and self.packing is not None:
            self.written = _written(self.packing, data)
        if len(slices) >= LEAST_KEY_FRAME:
            sha256 = hashlib.sha256(slices).hexdigest()
            self.frames.setdefault(sha256, KeyFrame(round(self.stamps[-1], 3), sha256))


def _slices(packing: Packing | None, data: bytes) -> bytes:
    if packing is None:
        return data
    return b"\0\0\1".join(u for u in packing.units(data) if packing.kind(u) == "slice")


def _written(packing: Packing, data: bytes) -> str | None:
    """The longest text in what is neither picture nor parameters."""
    units = (u for u in packing.units(data) if packing.kind(u) == "information")
    texts = [text for unit in units for text in _WRITTEN.findall(unit)]
    return max(texts, key=len).decode("ascii") if texts else None


def _described(seen: _Seen | None, sound: str | None) -> Encoding:
    if seen is None:
        return Encoding(None, None, (), None, None, sound, ())
    between = Counter(b - a for a, b in zip(seen.keys, seen.keys[1:], strict=False))
    usual = sorted(between, key=lambda frames: (-between[frames], frames))
    return Encoding(
        codec=_codec(seen.stream),
        rate=_rate(seen.stamps),
        cadence=tuple(usual[:3]),
        parameters_sha256=_parameters(seen),
        written=seen.written,
        sound=sound,
        key_frames=tuple(seen.frames.values()),
    )


def _codec(stream: VideoStream) -> str:
    context = stream.codec_context
    size = f"{context.width}x{context.height}"
    return " ".join(
        str(part) for part in (context.name, context.profile, size, context.pix_fmt) if part
    )


def _rate(stamps: list[float]) -> float | None:
    length = max(stamps) - min(stamps) if stamps else 0.0
    return round((len(stamps) - 1) / length, 2) if length > 0 else None


def _parameters(seen: _Seen) -> str | None:
    sets = parameter_sets(seen.packing, seen.extradata) if seen.packing else []
    data = b"\0\0\1".join(sets) if seen.packing else seen.extradata
    return hashlib.sha256(data).hexdigest() if data else None


def _sound(stream: Any) -> str | None:
    if stream is None or stream.codec_context is None:
        return None
    context = stream.codec_context
    return f"{context.name} {context.sample_rate} Hz {context.layout.name}"
