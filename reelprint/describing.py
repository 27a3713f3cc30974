"""What runs in the cage to tell encodes apart: an open file to how it was encoded."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader

from media.encoding import Encoding, encoding_of
from reelprint.cage.keeper import Asked
from reelprint.cage.parcel import Parcel

# What is told of how a file was encoded, in the order in which it is told.
PICTURE, RATE, CADENCE = "picture", "frames a second", "key frames every"
PARAMETERS, ENCODER, SOUND = "parameter sets", "encoder", "sound"
SETTINGS = (PICTURE, RATE, CADENCE, PARAMETERS, ENCODER, SOUND)


def encode(file: BufferedReader, asked: Asked) -> Parcel:
    """Its `key_frames` (SHA-256, seconds) and `settings` (name, value). Raises `Unreadable`."""
    one = encoding_of(file)
    frames = [[frame.sha256, frame.at_s] for frame in one.key_frames]
    return Parcel({"key_frames": frames, "settings": list(_settings(one))})


def _settings(one: Encoding) -> Iterator[tuple[str, str]]:
    """Of a picture whose encoder says something of itself; size and rate alone are everybody's."""
    if one.codec is None or one.parameters_sha256 is None:
        return
    said = {
        PICTURE: one.codec,
        RATE: one.rate,
        CADENCE: one.cadence[0] if one.cadence else None,
        PARAMETERS: one.parameters_sha256,
        ENCODER: one.written,
        SOUND: one.sound,
    }
    yield from ((name, str(value)) for name, value in said.items() if value is not None)
