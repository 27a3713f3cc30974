"""What a learned descriptor of frames finds beside the engine, on the rows of the video benchmark.

A suspect's frames are described whole and in windows, those of a reference whole, all by
`fingerprint.video.learned_net`. What is flat, a whole frame or a window, is like nothing. A work's
score is the greatest mean, over all offsets in time, of the likeness of each frame of the suspect
and the reference's frames about its moment. It is held against what the engine answered to the same
queries: the JSON of `python -m benchmarks video`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import WorkFile
from benchmarks.make import Made
from benchmarks.video import Sitting
from fingerprint.scheme import MIN_QUALITY
from fingerprint.video.learned_net import LENGTH, SIDE, Weights, by_weights
from fingerprint.video.thumbnail import quality, thumbnails
from media.reader import Reader
from media.sampling import Sampling

REFERENCES = Sampling(frames_per_s=2.0, long_side=256)
SUSPECTS = Sampling(frames_per_s=1.0, long_side=512)
NEAR_S = 0.51  # a reference's frames so near a moment speak for it
STEP_S = 0.5  # between offsets
RIGHT_S = 1.5  # an offset this near is the right one
FIRST = 5  # works that a proposer would hand on
# Windows: left, top and side, as shares of the frame.
WHOLE = ((0.0, 0.0, 1.0),)
PARTS = tuple((x, y, 0.62) for x, y in ((0, 0), (0.38, 0), (0, 0.38), (0.38, 0.38), (0.19, 0.19)))
CORNERS = tuple((x * 0.55 / 3, y * 0.55 / 3, 0.45) for y in range(4) for x in range(4))
WINDOWS = (*WHOLE, *PARTS, *CORNERS)

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Described:
    """Unit vectors, shape (n, windows, 128), and times in seconds, shape (n,)."""

    vectors: F32
    times: F64


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a work is at best, and where: reference seconds less suspect seconds."""

    score: float
    offset_s: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its row, its work if it has one, the right offset, and each work's likeness."""

    query: str
    work: str | None
    offset_s: float
    likeness: Mapping[str, Likeness]

    @property
    def row(self) -> str:
        """The name of its row."""
        return self.query.partition("/")[0]

    @property
    def wrong(self) -> float:
        """The greatest score of another work."""
        return max((v.score for k, v in self.likeness.items() if k != self.work), default=-1.0)

    def above(self, floor: float) -> bool:
        """Whether its work's score is over a floor."""
        return self.work is not None and self.likeness[self.work].score > floor

    @property
    def proposed(self) -> bool:
        """Whether its work is among the first few, at the right time."""
        if self.work is None:
            return False
        right = self.likeness[self.work]
        better = sum(other.score > right.score for other in self.likeness.values())
        return better < FIRST and abs(right.offset_s - self.offset_s) <= RIGHT_S


def ask(sittings: Iterable[Sitting], weights: Weights, windows: bool) -> Iterator[Asked]:
    """All queries of the sittings, by whole frames alone or in windows too."""
    places = WINDOWS if windows else WHOLE
    for sitting in sittings:
        works = [(w.work_id, described(w.path, REFERENCES, WHOLE, weights)) for w in films(sitting)]
        for made in sitting.made:
            yield _asked(made, works, described(made.path, SUSPECTS, places, weights))


def films(sitting: Sitting) -> list[WorkFile]:
    """The works of a sitting that have pictures."""
    return [work for work in sitting.works if work.carries("video")]


def described(
    path: Path, sampling: Sampling, windows: Sequence[tuple[float, float, float]], weights: Weights
) -> Described:
    """The frames of a file in windows."""
    vectors, times = [np.empty((0, len(windows), LENGTH), np.float32)], [np.empty(0)]
    with Reader(path, sampling) as reader:
        for clip in reader:
            if clip.frames is not None:
                views = np.stack([seen(f, w) for f in clip.frames.luma for w in windows])
                vectors.append(telling(views, weights).reshape(-1, len(windows), LENGTH))
                times.append(clip.frames.times)
    return Described(np.concatenate(vectors), np.concatenate(times))


def telling(views: U8, weights: Weights) -> F32:
    """Unit vectors, shape (n, 128), of views that tell anything, and zeros of others."""
    vectors = by_weights(views, weights)
    vectors[quality(thumbnails(views)) < MIN_QUALITY] = 0.0
    return vectors


def seen(frame: U8, window: tuple[float, float, float]) -> U8:
    """A window of a frame as the network sees it, shape (128, 128)."""
    (height, width), (x, y, side) = frame.shape, window
    top, left = round(y * height), round(x * width)
    part = frame[top : round((y + side) * height), left : round((x + side) * width)]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def alike(suspect: Described, reference: Described) -> Likeness:
    """The best offset in time, by the mean over the suspect's frames."""
    if not len(suspect.times) or not len(reference.times):
        return Likeness(-1.0, 0.0)
    every = np.einsum("fwd,rd->fwr", suspect.vectors, reference.vectors[:, 0]).max(axis=1)
    first = reference.times[0] - suspect.times[-1]
    offsets = np.arange(first, reference.times[-1] - suspect.times[0] + STEP_S, STEP_S)
    moments = suspect.times[:, None] + offsets
    near = np.abs(reference.times - moments[..., None]) <= NEAR_S
    best = np.where(near, every[:, None], -1.0).max(axis=2)
    means = np.where(near.any(axis=2), best, 0.0).mean(axis=0)
    return Likeness(float(means.max()), float(offsets[means.argmax()]))


def figures(asked: Sequence[Asked], missed: frozenset[str]) -> dict[str, object]:
    """For the result: the floor of no false match on these queries, and each row over it."""
    floor = max((one.wrong for one in asked), default=1.0)
    positive = [one for one in asked if one.work is not None]
    rows = dict.fromkeys(one.row for one in positive)
    return {
        "floor": round(floor, 4),
        "worst": [one.query for one in sorted(asked, key=lambda a: -a.wrong)[:5]],
        "rows": {row: _row([a for a in positive if a.row == row], floor, missed) for row in rows},
        "all": _row(positive, floor, missed),
    }


def missed_by_engine(result: Path) -> frozenset[str]:
    """The queries whose work the engine did not find in its place, of a result of `video`."""
    wrong = json.loads(result.read_text(encoding="utf-8"))["systems"][0]["wrong"]
    return frozenset(one["id"] for one in wrong if not one["found"])


def _row(asked: Sequence[Asked], floor: float, missed: frozenset[str]) -> dict[str, int]:
    lost = [one for one in asked if one.query in missed]
    found = sum(one.above(floor) for one in asked)
    return {
        "queries": len(asked),
        "engine": len(asked) - len(lost),
        "learned": found,
        "both": len(asked) - len(lost) + sum(one.above(floor) for one in lost),
        "proposed": sum(one.proposed for one in asked),
        "proposed_of_missed": sum(one.proposed for one in lost),
    }


def _asked(made: Made, works: Sequence[tuple[str, Described]], suspect: Described) -> Asked:
    truth = made.truth
    told = {name: alike(suspect, reference) for name, reference in works}
    return Asked(truth.query_id, truth.work, truth.reference.start_s - truth.query.start_s, told)
