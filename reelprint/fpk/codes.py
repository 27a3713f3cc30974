"""Fingerprints out of a stranger's package, believed only if a scheme could have given them.

A stored fingerprint is a zip file of arrays (`reference_catalog.codec`). Before any of it is read
each array's own head is held against its size, so that nothing small becomes large; then come its
codes, times and quality, and how many there are at once.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

import numpy as np
from numpy.typing import NDArray

from fingerprint.registry import KEPT_BESIDE, scheme_named
from fingerprint.scheme import Fingerprint, Scheme
from fingerprint.video.orb import KEPT
from reelprint.extraction import BEST_QUALITY, KNOWN, require_possible
from reference_catalog import codec

MOST_STORED = MOST_DECODED = 512 << 20  # bytes: a day and night of pictures
# Codes a second of reference, at most: two frames, two key frames of so many features (and some as
# strong as the weakest), seven peaks a band in half a second, an outline each 208 ms.
MOST_PER_S: Mapping[str, float] = {
    "video-phash-1": 2.0,
    "video-dct256-1": 2.0,
    "video-pdq-1": 2.0,
    **{name: 4.0 * kept for name, kept in KEPT.items()},
    "audio-landmark-2": 70.0,
    "audio-outline-1": 5.0,
    "audio-learned-1": 5.0,
}
WINDOW_S, SPARE_S = 10.0, 2.0  # in any window, as many as of so much more
_ALWAYS = {"scheme.npy", "codes.npy", "quality.npy"}
_TIMES = ({"times.npy"}, {"unit.npy", "steps.npy", "last_bits.npy"})
_KINDS = {
    "scheme.npy": "U",
    "codes.npy": "u",
    "quality.npy": "u",
    "times.npy": "f",
    "unit.npy": "i",
    "steps.npy": "i",
    "last_bits.npy": "i",
}
_MOST_HEAD = 10_000
_NOT_ONE = (
    *(ValueError, TypeError, LookupError, OverflowError, MemoryError, RecursionError, EOFError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, AttributeError),
)


def needed(schemes: tuple[str, ...]) -> tuple[str, ...]:
    """The schemes of which a reference of a workspace has a fingerprint, those beside included.

    >>> needed(("audio-landmark-2",))
    ('audio-landmark-2', 'audio-outline-1', 'audio-learned-1')
    """
    beside = (kept.name for name in schemes for kept in KEPT_BESIDE.get(name, ()))
    return (*(scheme_named(name).name for name in schemes), *beside)


def decoded(data: bytes, scheme: str, duration_s: float, count: int) -> Fingerprint:
    """The fingerprint of a reference, of one scheme. Raises ValueError for what is none."""
    try:
        _require_small(data)
        with np.errstate(all="ignore"):  # times that overflow are seen below
            one = codec.decode(data)
    except _NOT_ONE as error:
        raise ValueError(f"no fingerprint of {scheme}: {_said(error)}") from error
    if one.scheme != scheme or len(one) != count:
        raise ValueError(f"another scheme, or another number of codes, than of {scheme} is said")
    require_of(KNOWN[scheme], one, duration_s)
    return one


def require_of(scheme: Scheme, one: Fingerprint, duration_s: float) -> None:
    """Raises ValueError for codes that no reference has."""
    if one.codes.shape[1:] != (scheme.width,) or one.quality.max(initial=0) > BEST_QUALITY:
        raise ValueError(f"codes of {scheme.name} have another width, or are too good")
    if not np.isfinite(one.times).all() or np.any(np.diff(one.times) < 0):
        raise ValueError(f"codes of {scheme.name} have impossible times")
    require_possible(one, duration_s)
    if len(scheme.kept(one)) != len(one):
        raise ValueError(f"{scheme.name}: more than is kept of a reference")
    if _crowded(one.times, MOST_PER_S[scheme.name]):
        raise ValueError(f"{scheme.name}: more codes at once than it gives")


def _crowded(times: NDArray[np.float64], per_s: float) -> bool:
    """Whether some window of time has more codes than a rate allows."""
    most = int(per_s * (WINDOW_S + SPARE_S)) + 1
    return bool(np.any(times[most:] - times[: max(len(times) - most, 0)] < WINDOW_S))


def _require_small(data: bytes) -> None:
    """Small files can hold endless arrays; and a zip file can mean two things."""
    if not data.startswith(b"PK\x03\x04"):
        raise ValueError("it does not begin as one")
    with zipfile.ZipFile(io.BytesIO(data)) as arrays:
        members = arrays.infolist()
        names = {one.filename for one in members}
        if names not in [_ALWAYS | times for times in _TIMES] or len(members) != len(names):
            raise ValueError("it has other arrays")
        if sum(one.file_size for one in members) > MOST_DECODED:
            raise ValueError("its arrays are too large")
        for one in members:
            with arrays.open(one) as array:
                _require_as_long(array, one)


def _require_as_long(array: IO[bytes], one: zipfile.ZipInfo) -> None:
    """An array is allocated as its head says: that has to be what is there."""
    if np.lib.format.read_magic(array) != (1, 0):
        raise ValueError(f"{one.filename} is of another version")
    shape, _, dtype = np.lib.format.read_array_header_1_0(array, max_header_size=_MOST_HEAD)
    if dtype.kind != _KINDS[one.filename] or dtype.hasobject or len(shape) > 2:
        raise ValueError(f"{one.filename} is of another kind")
    if one.filename in ("scheme.npy", "unit.npy") and shape:
        raise ValueError(f"{one.filename} is no single value")
    size = dtype.itemsize
    for length in shape:
        size *= int(length)
    if array.tell() + size != one.file_size or min(shape, default=0) < 0:
        raise ValueError(f"{one.filename} is not as long as it says")


def _said(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
