"""imagehash.phash at one frame a second, in the rule of vPDQ.

Frames are near when at most 10 of 64 bits differ; a work matches when at least 80 % of the query's
frames are near to one of its frames (the defaults of ThreatExchange's vPDQ, with phash's distance).
The place is the median of the time differences of near frames. There is no E-value.
"""

from __future__ import annotations

from pathlib import Path

import imagehash
import numpy as np
from PIL import Image

from benchmarks.baselines.exhaustive import Exhaustive
from benchmarks.excerpt import frames
from benchmarks.metrics.records import MatchJson
from media.clip import F64, U8, Span

NEAR = 10
SHARE = 0.8
STEP_S = 1.0

Prints = tuple[U8, F64]  # (n, 8) bytes, (n,) seconds


def phash_1fps() -> Exhaustive[Prints]:
    """The baseline."""
    return Exhaustive("imagehash.phash, 1 frame/s", "video", SHARE, prints, _match)


def prints(path: Path) -> Prints:
    """Hashes of the frames at 0, 1, 2 … seconds."""
    codes: list[U8] = []
    times: list[float] = []
    for time, frame in frames(path, Span(0.0, float("inf"))):
        if time >= len(times) * STEP_S:
            codes.append(np.packbits(imagehash.phash(Image.fromarray(frame)).hash))
            times.append(time)
    return np.array(codes, np.uint8).reshape(-1, 8), np.array(times, np.float64)


def _match(work: str, reference: Prints, suspect: Prints) -> MatchJson | None:
    if not len(suspect[1]) or not len(reference[1]):
        return None
    distance = np.bitwise_count(suspect[0][:, None] ^ reference[0][None]).sum(axis=2)
    near = distance.min(axis=1) <= NEAR
    if near.mean() < SHARE:
        return None
    offset = float(np.median(reference[1][distance.argmin(axis=1)][near] - suspect[1][near]))
    start, end = float(suspect[1][near][0]), float(suspect[1][near][-1]) + STEP_S
    return {
        "work_id": work,
        "query": {"start_s": start, "end_s": end},
        "reference": {"start_s": start + offset, "end_s": end + offset},
        "speed": 1.0,
        "score": float(near.mean()),
        "e_value": None,
    }
