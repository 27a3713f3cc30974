"""Hashes of single frames in the rule of vPDQ, as ThreatExchange has it.

Two frames are near when few of their bits differ; a work matches when at least 80 % of the query's
frames that are fit to be compared are near to one of its frames. The place is the median of the
time differences of near frames. Frames are taken once a second, of queries and of works. There is
no E-value and no speed other than 1. Shares down to 20 % are told, for the curve of errors.

imagehash (BSD): phash and dhash with 10 of 64 bits, whash with 8. PDQ by `pdqhash` (PyPI; the
binding is MIT, PDQ itself BSD): 31 of 256 bits, and frames of a quality below 50 are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from PIL import Image

from benchmarks.baselines.exhaustive import Exhaustive
from benchmarks.excerpt import sampled
from benchmarks.metrics.records import MatchJson
from media.clip import F64, U8

SHARE, TOLD_SHARE = 0.8, 0.2
STEP_S = 1.0
PDQ = "pdqhash"
PDQ_QUALITY = 50

Prints = tuple[U8, F64]  # (n, bytes), (n,) seconds
Encode = Callable[[U8], U8 | None]  # a frame as bytes; None when it is not fit to be compared


@dataclass(frozen=True, slots=True)
class Hash:
    """One way to hash a frame."""

    name: str
    near: int  # at most so many bits differ
    encode: Encode

    def baseline(self, jobs: int = 1) -> Exhaustive[Prints]:
        """The hash in the rule of vPDQ."""
        match = partial(_match, self.near)
        read = partial(prints, self.encode)
        return Exhaustive(self.name, "video", SHARE, read, match, jobs)


def imagehashes() -> list[Hash]:
    """Those of the package imagehash."""
    named = (("phash", imagehash.phash, 10), ("dhash", imagehash.dhash, 10))
    return [
        Hash(f"imagehash.{name}, 1 frame/s", near, partial(_packed, function))
        for name, function, near in (*named, ("whash", imagehash.whash, 8))
    ]


def pdq_available() -> bool:
    """True when the package is installed."""
    return find_spec(PDQ) is not None


def pdq() -> Hash:
    """PDQ as vPDQ uses it."""
    compute = import_module(PDQ).compute
    name = f"PDQ in the vPDQ rule ({PDQ} {metadata.version(PDQ)})"
    return Hash(name, 31, partial(_pdq, compute))


def prints(encode: Encode, path: Path) -> Prints:
    """Hashes of the frames at 0, 1, 2 … seconds."""
    codes: list[U8] = []
    times: list[float] = []
    for time, frame in sampled(path, STEP_S):
        if (code := encode(frame)) is not None:
            codes.append(code)
            times.append(time)
    width = len(codes[0]) if codes else 0
    return np.array(codes, np.uint8).reshape(-1, max(width, 1)), np.array(times, np.float64)


def _packed(function: Callable[[Image.Image], Any], frame: U8) -> U8:
    return np.packbits(function(Image.fromarray(frame)).hash)


def _pdq(compute: Callable[[U8], tuple[Any, int]], frame: U8) -> U8 | None:
    bits, quality = compute(np.ascontiguousarray(frame))
    return np.packbits(bits.astype(np.uint8)) if quality >= PDQ_QUALITY else None


def _match(near: int, work: str, reference: Prints, suspect: Prints) -> MatchJson | None:
    if not len(suspect[1]) or not len(reference[1]):
        return None
    distance = np.bitwise_count(suspect[0][:, None] ^ reference[0][None]).sum(axis=2)
    close = distance.min(axis=1) <= near
    if close.mean() < TOLD_SHARE:
        return None
    offset = float(np.median(reference[1][distance.argmin(axis=1)][close] - suspect[1][close]))
    start, end = float(suspect[1][close][0]), float(suspect[1][close][-1]) + STEP_S
    return {
        "work_id": work,
        "query": {"start_s": start, "end_s": end},
        "reference": {"start_s": start + offset, "end_s": end + offset},
        "speed": 1.0,
        "score": float(close.mean()),
        "e_value": None,
    }
