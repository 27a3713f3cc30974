"""Chromaprint's raw fingerprints, aligned exhaustively at every offset.

`fpcalc` (Debian: libchromaprint-tools) makes them. A work matches where, at its best offset, at
most 10 of 32 bits differ on average: the bar of Chromaprint's own FingerprintMatcher. Up to 14 are
told, for the curve of errors; half of all bits differ by chance. It has no E-value and no speed
other than 1. The AcoustID service looks up less, so this flatters it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.baselines.exhaustive import Exhaustive
from benchmarks.metrics.records import MatchJson

MAX_BITS = 10.0
TOLD_BITS = 14.0
# Chromaprint's frame is 4096 samples at 11,025 Hz and steps by a third of that.
STEP_S = 4096 / 3 / 11_025

Prints = NDArray[np.uint32]


def available() -> bool:
    """True when `fpcalc` can be run."""
    return shutil.which("fpcalc") is not None


def chromaprint(jobs: int = 1) -> Exhaustive[Prints]:
    """The baseline."""
    return Exhaustive("Chromaprint, exhaustive", "audio", 32.0 - MAX_BITS, prints, _match, jobs)


def prints(path: Path) -> Prints:
    """One 32-bit word a step; empty where fpcalc finds no or too little sound."""
    command = ["fpcalc", "-raw", "-json", "-length", "0", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # fpcalc calls the end of a file an error (code 3) when it was to read all; its answer is whole.
    words = json.loads(done.stdout)["fingerprint"] if done.stdout.strip() else []
    return np.array(words, np.uint32)


def _match(work: str, reference: Prints, suspect: Prints) -> MatchJson | None:
    """The best offset at which the whole query lies in the work."""
    places = len(reference) - len(suspect) + 1
    if not len(suspect) or places < 1:
        return None
    bits = np.zeros(places)
    for k, word in enumerate(suspect):
        bits += np.bitwise_count(reference[k : k + places] ^ word)
    bits /= len(suspect)
    place = int(bits.argmin())
    if bits[place] > TOLD_BITS:
        return None
    length = len(suspect) * STEP_S
    return {
        "work_id": work,
        "query": {"start_s": 0.0, "end_s": length},
        "reference": {"start_s": place * STEP_S, "end_s": place * STEP_S + length},
        "speed": 1.0,
        "score": 32.0 - float(bits[place]),
        "e_value": None,
    }
