"""A fingerprint as bytes and back, exactly: a compressed npz without pickle.

Nearly all media times are whole multiples of 1/705,600,000 s (a "flick": it divides every usual
frame rate, sample rate and container time base), give or take the last bits of a float. So times
are kept as steps in flicks and the few last-bit corrections, which compress many times better
than the floats themselves; times that do not fit are kept as floats.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint

FLICKS = 705_600_000.0  # a second
_EXACT = 2.0**53  # the largest whole number up to which a float64 counts exactly
_INT8 = 127

F64 = NDArray[np.float64]
Arrays = dict[str, NDArray[np.generic]]


def encode(fingerprint: Fingerprint) -> bytes:
    """The same fingerprint gives the same bytes."""
    arrays: Arrays = {
        "scheme": np.array(fingerprint.scheme),
        "codes": fingerprint.codes,
        "quality": fingerprint.quality,
        **(_steps(fingerprint.times) or {"times": fingerprint.times}),
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def decode(data: bytes) -> Fingerprint:
    """What `encode` was given. Raises ValueError when these are not such bytes."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            times = arrays["times"] if "times" in arrays else _times(arrays)
            return Fingerprint(str(arrays["scheme"]), arrays["codes"], times, arrays["quality"])
    except (KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a stored fingerprint: {error}") from error


def _steps(times: F64) -> Arrays | None:
    """Times as `unit * cumsum(step)` flicks with last-bit corrections; None when they are not."""
    if len(times) == 0 or not np.all(np.abs(times) < _EXACT / FLICKS):
        return None
    flicks = np.rint(times * FLICKS).astype(np.int64)
    last_bits = times.view(np.int64) - (flicks / FLICKS).view(np.int64)
    if np.any((last_bits < -_INT8) | (last_bits > _INT8)):
        return None
    steps = np.diff(flicks, prepend=np.int64(0))
    unit = np.maximum(np.gcd.reduce(steps), 1)
    return {"unit": unit, "steps": _narrow(steps // unit), "last_bits": last_bits.astype(np.int8)}


def _times(arrays: np.lib.npyio.NpzFile) -> F64:
    flicks = np.cumsum(arrays["steps"], dtype=np.int64) * arrays["unit"]
    bits: NDArray[np.int64] = (flicks / FLICKS).view(np.int64) + arrays["last_bits"]
    return bits.view(np.float64)


def _narrow(steps: NDArray[np.int64]) -> NDArray[np.signedinteger]:
    """The same numbers in the smallest type that holds them."""
    wide = np.min_scalar_type(-int(np.abs(steps).max()) - 1)
    return steps.astype(wide)
