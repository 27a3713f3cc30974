"""How much faster our batched perceptual hash is than imagehash, on the same luma.

`python -m benchmarks.hashing [--json FILE]` times both in turn on frames of textures, in seconds
of processor time, and gives the median of the rounds. Both give the same bits; the run stops if
they do not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprint.video.phash import phash

SIZES = ((144, 256), (90, 160))  # height, width
FRAMES = 240  # two minutes at the rate of references
ROUNDS = 15
SEED = 1

# One process per core is how media is read; threads of the matrix library would only spin, and it
# reads their number when it is loaded.
THREADS = "OPENBLAS_NUM_THREADS"
COMMAND = (sys.executable, "-m", "benchmarks.hashing")

U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Speed:
    """What a frame costs at one size, in microseconds of processor time."""

    height: int
    width: int
    frames: int
    rounds: int
    imagehash_us: float
    reelprint_us: float
    ratio: float  # median over the rounds of imagehash / ours


def textures(height: int, width: int) -> U8:
    """Frames of moving waves with grain, shape (FRAMES, height, width)."""
    rng = np.random.default_rng(SEED)
    y, x = np.mgrid[:height, :width]
    frames = np.empty((FRAMES, height, width), np.uint8)
    for k, frame in enumerate(frames):
        waves = np.sin((x + 3 * k) / 17) * np.cos((y - 2 * k) / 11) + np.sin((x + y) / 29 + k)
        frame[:] = (128 + 45 * waves + rng.normal(0, 6, (height, width))).clip(0, 255)
    return frames


def theirs(luma: U8) -> U8:
    """The hashes by imagehash, one frame at a time, as it must be called."""
    return np.stack([np.packbits(imagehash.phash(Image.fromarray(f)).hash) for f in luma])


def measure(height: int, width: int) -> Speed:
    """Both hashes on the same frames, in turn."""
    luma = textures(height, width)
    if not np.array_equal(theirs(luma), phash(luma)):
        raise RuntimeError(f"the bits differ at {width} x {height}")
    costs = [(_cost_us(theirs, luma), _cost_us(phash, luma)) for _ in range(ROUNDS)]
    return Speed(
        height,
        width,
        FRAMES,
        ROUNDS,
        median(them for them, _ in costs),
        median(us for _, us in costs),
        median(them / us for them, us in costs),
    )


def _cost_us(hash_all: Callable[[U8], U8], luma: U8) -> float:
    started = time.process_time()
    hash_all(luma)
    return (time.process_time() - started) / len(luma) * 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a line for each size, and write JSON when asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hashing", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    target = parser.parse_args(arguments).json
    speeds = [measure(*size) for size in SIZES]
    for s in speeds:
        print(
            f"{s.width} x {s.height}: imagehash {s.imagehash_us:.0f} µs a frame, "
            f"reelprint {s.reelprint_us:.0f} µs, {s.ratio:.1f} times as fast"
        )
    if target:
        target.write_text(json.dumps([asdict(s) for s in speeds], indent=1), encoding="utf-8")


if __name__ == "__main__":
    if os.environ.get(THREADS) != "1":
        os.execve(sys.executable, [*COMMAND, *sys.argv[1:]], {**os.environ, THREADS: "1"})
    main()
