"""Stored fingerprints that our codec would not write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.reelprint.fpk.builders import FRAMES


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def codes(
    times: NDArray[np.float64] | None = None, width: int = 32, quality: int = 90, **more: Any
) -> bytes:
    """A stored fingerprint as our codec would not write it."""
    at = np.arange(40) / 2 if times is None else times
    arrays = {
        "scheme": np.array(FRAMES),
        "codes": np.zeros((len(at), width), np.uint8),
        "quality": np.full(len(at), quality, np.uint8),
        "times": at,
        **more,
    }
    return npz(**arrays)


def claiming(shape: str) -> bytes:
    """Codes whose head claims far more than is there."""
    with zipfile.ZipFile(io.BytesIO(codes())) as good:
        members = {n: good.read(n) for n in good.namelist()}
    head = members["codes.npy"]
    told = head.replace(b"(40, 32), }", f"({shape}), }}".encode())
    spare = len(told) - len(head)
    members["codes.npy"] = told.replace(b" " * spare + b"\n", b"\n", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bad:
        for name, data in members.items():
            bad.writestr(name, data)
    return out.getvalue()


STEPS = {
    "unit": np.int64(2**62),
    "steps": np.full(40, 2, np.int64),
    "last_bits": np.zeros(40, np.int8),
}
BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"no zip file",
    "pickle": lambda: npz(scheme=np.array([{}], object)),
    "no arrays": lambda: npz(),
    "other arrays": lambda: codes(more=np.zeros(1)),
    "a magic before it": lambda: b"\x93NUMPY" + codes(),
    "wrong width": lambda: codes(width=31),
    "no width": lambda: codes(width=0),
    "too good": lambda: codes(quality=255),
    "times back": lambda: codes(np.arange(40)[::-1] / 2),
    "NaN": lambda: codes(np.full(40, np.nan)),
    "NaN within": lambda: codes(np.where(np.arange(40) == 20, np.nan, np.arange(40) / 2)),
    "infinite": lambda: codes(np.full(40, np.inf)),
    "before it": lambda: codes(np.arange(40) / 2 - 100),
    "after it": lambda: codes(np.arange(40) / 2 + 100),
    "other floats": lambda: codes(np.arange(40).astype(np.float32) / 2),
    "all at once": lambda: codes(np.zeros(40)),
    "codes of text": lambda: codes(codes=np.full((40, 32), "x")),
    "codes of numbers": lambda: codes(codes=np.zeros((40, 32), np.uint64)),
    "codes in a row": lambda: codes(codes=np.zeros(1280, np.uint8)),
    "another scheme": lambda: codes(scheme=np.array("video-phash-1")),
    "many schemes": lambda: codes(scheme=np.array([FRAMES] * 2)),
    "times that overflow": lambda: npz(
        scheme=np.array(FRAMES), codes=np.zeros((40, 32), np.uint8),
        quality=np.full(40, 90, np.uint8), **STEPS
    ),
    "claims a petabyte": lambda: claiming("1000000000000000, 1"),
    "claims less than nothing": lambda: claiming("-40, 32"),
    "bomb": lambda: codes(np.arange(40) / 2, codes=np.zeros((1 << 24, 32), np.uint8)),
}  # fmt: skip
