"""ORB and RANSAC, brute force: the upper reference of the field note, not a product.

Two frames a second of each work, 400 ORB features each (OpenCV); of a query one, or four if it is
short, as they are and mirrored. Each feature of the query asks for its nearest ones in all works
(FAISS, a tenth of its lists); the frames that most of them fall on are verified: mutual nearest
features and a similarity by RANSAC, counted on distinct cells of 3 pixels. A work matches with at
least 12 inliers in two frames of the query on one offset. There is no E-value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.baselines.exhaustive import answer
from benchmarks.baselines.threads import in_threads
from benchmarks.datasets import WorkFile
from benchmarks.excerpt import sampled
from benchmarks.metrics import Answer
from benchmarks.metrics.records import MatchJson
from benchmarks.systems import Modality
from media.clip import F32, F64, U8

Rows = NDArray[np.intp]

FEATURES = 400
WIDTH = 480
STEP_S = 0.5
# Frames of a query: one of two, but four of a short one and not too many of a long one.
EVERY, AT_LEAST, AT_MOST = 2, 4, 400
NEIGHBOURS, NEAR = 3, 64  # of a feature; bits
BITS = 256
CODES_A_LIST = 500
# Frames of works that are verified for each view of a frame of the query, and the features of it
# that must fall on one.
VERIFIED, VOTES = 20, 4
INLIERS, TOLD = 12, 8
RANSAC_PX, CELL_PX = 5.0, 3
AGREE_S = 1.0
# A speed is told from frames at least so far apart.
LINE_S, SPEEDS = 2.0, (0.7, 1.4)


@dataclass(frozen=True, slots=True)
class Features:
    """Of one frame."""

    points: F32  # (n, 2) pixels
    codes: U8  # (n, 32)


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame of a query seen in a frame of a work."""

    query_s: float
    reference_s: float
    inliers: int
    mirrored: bool


class Orb:
    """All features of all works in one exact index."""

    name = "ORB + RANSAC, brute force"
    modality: Modality = "video"
    floor = float(INLIERS)

    def __init__(self, jobs: int = 1) -> None:
        self._jobs = jobs
        self._frames: list[tuple[str, float, Features]] = []
        self._known: dict[Path, list[tuple[float, Features]]] = {}

    def register(self, works: Sequence[WorkFile]) -> None:
        """Keep the features of each work that has a picture, and forget other works."""
        seen = [work for work in works if work.carries("video")]
        new = list(dict.fromkeys(w.path for w in seen if w.path not in self._known))
        self._known |= zip(new, in_threads(_read, new, self._jobs), strict=True)
        self._frames = [(w.work_id, time, f) for w in seen for time, f in self._known[w.path]]
        owners = [np.full(len(f.codes), k) for k, (_, _, f) in enumerate(self._frames)]
        self._owner = np.concatenate(owners)
        codes = np.concatenate([f.codes for _, _, f in self._frames])
        lists = max(len(codes) // CODES_A_LIST, 1)
        self._quantizer = faiss.IndexBinaryFlat(BITS)
        self._index = faiss.IndexBinaryIVF(self._quantizer, BITS, lists)
        self._index.nprobe = max(lists // 10, 1)
        self._index.train(codes)
        self._index.add(codes)

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """The works that frames of each query are seen in."""
        return in_threads(self._answer, queries, self._jobs)

    def _answer(self, query: Path) -> Answer:
        hits: dict[str, list[Hit]] = defaultdict(list)
        shown = list(sampled(query, STEP_S))
        step = max(min(len(shown) // AT_LEAST, EVERY), len(shown) // AT_MOST, 1)
        for time, frame in shown[::step]:
            for work, hit in self._hits(time, frame):
                hits[work].append(hit)
        return answer(m for work, seen in hits.items() if (m := _match(work, seen)))

    def _hits(self, time: float, frame: U8) -> Iterator[tuple[str, Hit]]:
        for mirrored in (False, True):
            features = _features(frame[:, ::-1] if mirrored else frame)
            for k in self._candidates(features):
                work, reference_s, kept = self._frames[k]
                inliers = _inliers(features, kept)
                if inliers >= TOLD:
                    yield work, Hit(time, reference_s, inliers, mirrored)

    def _candidates(self, features: Features) -> list[int]:
        """The frames of works that most features fall on."""
        if not len(features.codes):
            return []
        bits, rows = self._index.search(features.codes, NEIGHBOURS)
        near = rows[(bits <= NEAR) & (rows >= 0)]
        votes = np.bincount(self._owner[near], minlength=len(self._frames))
        best = np.argsort(-votes, kind="stable")[:VERIFIED]
        return [int(k) for k in best if votes[k] >= VOTES]


def _read(path: Path) -> list[tuple[float, Features]]:
    """Of the frames of a work."""
    return [(time, _features(frame)) for time, frame in sampled(path, STEP_S)]


def _features(frame: U8) -> Features:
    height = round(frame.shape[0] * WIDTH / frame.shape[1])
    grey = cv2.cvtColor(cv2.resize(frame, (WIDTH, height)), cv2.COLOR_RGB2GRAY)
    # Made anew each time: OpenCV does not promise that threads may share one.
    orb = cv2.ORB_create(FEATURES)  # type: ignore[attr-defined]  # not in its stubs
    points, codes = orb.detectAndCompute(grey, None)
    if codes is None:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8))
    return Features(np.array([p.pt for p in points], np.float32), codes)


def _inliers(a: Features, b: Features) -> int:
    """Distinct cells with a feature that a similarity of both frames accounts for."""
    first, second = mutual(a.codes, b.codes)
    if len(first) < TOLD:
        return 0
    there = b.points[second]
    _, kept = cv2.estimateAffinePartial2D(
        a.points[first], there, method=cv2.RANSAC, ransacReprojThreshold=RANSAC_PX, maxIters=500
    )
    if kept is None:
        return 0
    cells = np.unique((there[kept.ravel() > 0] / CELL_PX).astype(int), axis=0)
    return len(cells)


def mutual(a: U8, b: U8) -> tuple[Rows, Rows]:
    """Rows of codes that are nearest to each other, the first of equals.

    As `BFMatcher` of OpenCV 5 finds them with `crossCheck`, in under half of its time.
    """
    apart = np.zeros((len(b), len(a)), np.uint16)
    for here, there in zip(a.view(np.uint64).T, b.view(np.uint64).T, strict=True):
        apart += np.bitwise_count(there[:, None] ^ here[None])
    nearest = apart.argmin(axis=0)
    kept = np.flatnonzero(apart.argmin(axis=1)[nearest] == np.arange(len(a)))
    return kept, nearest[kept]


def _match(work: str, hits: Sequence[Hit]) -> MatchJson | None:
    """The best offset that two frames of the query agree on; its score is the second best's."""
    best: list[Hit] = []
    for anchor in hits:
        offset = anchor.reference_s - anchor.query_s
        near = [h for h in hits if abs(h.reference_s - h.query_s - offset) <= AGREE_S]
        agreeing = _one_each([h for h in near if h.mirrored == anchor.mirrored])
        best = max(best, agreeing, key=_second)
    if len(best) < 2:
        return None
    times = np.array([h.query_s for h in best])
    places = np.array([h.reference_s for h in best])
    speed = _speed(times, places)
    start, end = float(times.min()), float(times.max()) + STEP_S
    begin = float(np.median(places - speed * times)) + speed * start
    return {
        "work_id": work,
        "query": {"start_s": start, "end_s": end},
        "reference": {"start_s": begin, "end_s": begin + speed * (end - start)},
        "speed": speed,
        "score": float(_second(best)),
        "e_value": None,
        "transform": {"mirrored": best[0].mirrored},
    }


def _speed(times: F64, places: F64) -> float:
    """The slope of the line through frames that are seen, if they are far enough apart."""
    if len(times) < 3 or np.ptp(times) < LINE_S:
        return 1.0
    return float(np.clip(np.polyfit(times, places, 1)[0], *SPEEDS))


def _one_each(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each frame of the query."""
    by_frame: dict[float, Hit] = {}
    for hit in hits:
        if hit.query_s not in by_frame or hit.inliers > by_frame[hit.query_s].inliers:
            by_frame[hit.query_s] = hit
    return list(by_frame.values())


def _second(hits: Sequence[Hit]) -> int:
    """How many inliers the second best frame has."""
    return sorted((h.inliers for h in hits), reverse=True)[1] if len(hits) > 1 else 0
