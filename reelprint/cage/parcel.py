"""What comes out of the cage: words and arrays, in a plain form that is parsed strictly.

A little-endian length, a JSON object of that length, then the bytes of each array that it
announces, each beginning at a multiple of 64, and nothing behind them. Nothing in it is run, and
none of it is believed: it may be of a process that was taken over.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.uint8] | NDArray[np.float64]
_DTYPES: dict[str, np.dtype[Any]] = {"u1": np.dtype(np.uint8), "f8": np.dtype("<f8")}
_LENGTH = struct.Struct("<I")
_ALIGN = 64
_MOST_HEADER = 1 << 20
_MOST_DIMENSIONS = 3
_MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a piece of work gives."""

    said: Mapping[str, Any]
    arrays: Sequence[Array] = field(default_factory=tuple)  # uint8 or float64

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Its bytes, one after another."""
        announced = [[_name(a), list(a.shape)] for a in self.arrays]
        header = json.dumps({"said": self.said, "arrays": announced}).encode()
        start = _LENGTH.pack(len(header)) + header
        yield start + bytes(-len(start) % _ALIGN)
        for array in self.arrays:
            if array.size:
                yield np.ascontiguousarray(array).data.cast("B")
                yield bytes(-array.nbytes % _ALIGN)


def parse(data: bytes | bytearray) -> Parcel:
    """The parcel that these bytes are. Raises ValueError if they are none, to the last byte."""
    try:
        (length,) = _LENGTH.unpack_from(data)
        start = _LENGTH.size + length
        if length > _MOST_HEADER or start > len(data):
            raise ValueError("its header is too long")
        header = json.loads(bytes(data[_LENGTH.size : start]), parse_constant=_no_number)
        return Parcel(_object(header["said"]), _arrays(header["arrays"], data, _aligned(start)))
    except (struct.error, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it has not the form of one: {error}") from error


def plain(words: object) -> str:
    """Words from inside as one printable line that is not long."""
    shown = str(words)[:_MOST_WORDS]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def _name(array: Array) -> str:
    return next(name for name, dtype in _DTYPES.items() if dtype == array.dtype)


def _arrays(announced: object, data: bytes | bytearray, at: int) -> tuple[Array, ...]:
    if not isinstance(announced, list):
        raise ValueError("its arrays are no list")
    arrays: list[Array] = []
    for name, shape in announced:
        dtype, size = _DTYPES[name], _size(shape)
        if at + size * dtype.itemsize > len(data):
            raise ValueError("it ends within an array")
        arrays.append(np.frombuffer(data, dtype, size, min(at, len(data))).reshape(shape))
        at = _aligned(at + size * dtype.itemsize)
    if at != len(data):
        raise ValueError("something stands behind its arrays")
    return tuple(arrays)


def _aligned(at: int) -> int:
    return at + -at % _ALIGN


def _size(shape: object) -> int:
    if not isinstance(shape, list) or not 1 <= len(shape) <= _MOST_DIMENSIONS:
        raise ValueError("an array has an impossible shape")
    if any(type(side) is not int or side < 0 for side in shape):
        raise ValueError("an array has an impossible size")
    return math.prod(shape)


def _object(said: object) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise ValueError("what it says is no object")
    return said


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")
