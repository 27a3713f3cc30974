"""Frame signatures of MPEG-7 (ISO/IEC 15938-3 Amd 4), by ffmpeg's filter `signature`.

A frame is 380 comparisons of regions, each 0, 1 or 2. ffmpeg's own matcher decodes both films for
every pair and takes a second of processor time for it, so the signatures are compared here: at each
of a few speeds, at each offset, in each three seconds of the query, what share of frames is nearer
to the work's frame than ffmpeg's bar `th_xh`; a work matches from half of them (`th_it`). Every
offset is tried, which flatters it. Signatures are of ten frames a second.

ISCC video (ISO 24138) by `iscc-core` (PyPI, Apache-2.0) makes one code of a whole file from the
same signatures, five a second. It says no place: see "right work, any place".
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import lru_cache
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.spatial.distance import cdist

from benchmarks.baselines.exhaustive import Exhaustive
from benchmarks.metrics.records import MatchJson
from media.clip import F64, U8, Span

FPS = 10
NEAR = 116.0  # th_xh: the sum of absolute differences of two frames
SHARE, TOLD_SHARE = 0.5, 0.2
TIE = 1e-3
WINDOW = 30  # frames of the query that must lie on one line
SPEEDS = (0.75, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 1.33)
ISCC = "iscc_core"
ISCC_BITS = 256
ISCC_SHARE, ISCC_TOLD = 0.8, 0.6  # of equal bits
FRAME = re.compile(rb"<FrameSignature>([\s\d]*)</FrameSignature>")


def available() -> bool:
    """True when ffmpeg can be run."""
    return shutil.which("ffmpeg") is not None


def iscc_available() -> bool:
    """True when the package is installed."""
    return find_spec(ISCC) is not None


def mpeg7(jobs: int = 1) -> Exhaustive[U8]:
    """The signatures of frames."""
    return Exhaustive("MPEG-7 signature (ffmpeg)", "video", SHARE, signatures, _match, jobs)


def iscc_video(jobs: int = 1) -> Exhaustive[U8]:
    """One code for a file."""
    name = f"ISCC video, {ISCC_BITS} bits (iscc-core {metadata.version('iscc-core')})"
    return Exhaustive(name, "video", ISCC_SHARE, iscc_code, _alike, jobs)


@lru_cache(maxsize=8192)
def signatures(path: Path) -> U8:
    """Of ten frames a second, shape (n, 380); empty for a file without a picture."""
    with TemporaryDirectory() as folder:
        written = Path(folder) / "signature.xml"
        graph = f"fps={FPS},signature=format=xml:filename={written}"
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", graph, "-f", "null", "-"]
        subprocess.run(command, capture_output=True, check=False)
        text = written.read_bytes() if written.exists() else b""
    found = [np.array(words.split(), np.uint8) for words in FRAME.findall(text)]
    return np.array(found, np.uint8).reshape(-1, 380)


def iscc_code(path: Path) -> U8:
    """The code of a file as bytes; empty for a file without a picture."""
    frames = [tuple(int(word) for word in frame) for frame in signatures(path)[::2]]
    if not frames:
        return np.empty(0, np.uint8)
    return np.frombuffer(import_module(ISCC).soft_hash_video_v0(frames, ISCC_BITS), np.uint8)


def _match(work: str, reference: U8, suspect: U8) -> MatchJson | None:
    """The best line through the frames that are near."""
    if not len(reference) or not len(suspect):
        return None
    apart = cdist(suspect.astype(np.float64), reference.astype(np.float64), "cityblock")
    # Of lines with as many near frames, the one with the nearest.
    near = (apart <= NEAR) * (1 + TIE * (1 - apart / NEAR))
    share, first, start, speed = max((*_best(near, speed), speed) for speed in SPEEDS)
    if share < TOLD_SHARE:
        return None
    length = min(WINDOW, len(suspect)) / FPS
    return _told(work, Span(first / FPS, first / FPS + length), start / FPS, speed, share)


def _best(near: F64, speed: float) -> tuple[float, int, int]:
    """The greatest share of near frames on a line of that speed, and where it begins in both."""
    count, places = near.shape
    window = min(WINDOW, count)
    steps = np.round(np.arange(count) * speed).astype(int)
    # A row for each frame of the query, a column for each place that its first frame may have.
    lines = np.zeros((count + 1, places + int(steps[-1])))
    for k, step in enumerate(steps):
        lines[k + 1, steps[-1] - step : steps[-1] - step + places] = near[k]
    sums = np.cumsum(lines, axis=0)
    shares = (sums[window:] - sums[:-window]) / window
    first, column = np.unravel_index(int(shares.argmax()), shares.shape)
    start = int(column) - int(steps[-1]) + int(steps[first])
    return float(shares.max()), int(first), start


def _alike(work: str, reference: U8, suspect: U8) -> MatchJson | None:
    if not len(reference) or not len(suspect):
        return None
    share = 1 - float(np.bitwise_count(reference ^ suspect).sum()) / ISCC_BITS
    return _told(work, Span(0.0, 0.1), 0.0, 1.0, share) if share >= ISCC_TOLD else None


def _told(work: str, query: Span, begin: float, speed: float, share: float) -> MatchJson:
    start = max(begin, 0.0)
    return {
        "work_id": work,
        "query": {"start_s": query.start_s, "end_s": query.end_s},
        "reference": {"start_s": start, "end_s": start + query.duration_s * speed},
        "speed": speed,
        "score": share,
        "e_value": None,
    }
