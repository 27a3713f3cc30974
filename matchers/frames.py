"""Verification of pictures: is each frame of the reference seen when the line says it should be?

Every reference frame on the line is compared with the suspect frame nearest to its time. The
distance gives a log-likelihood ratio, weighted by novelty: a frame that looks like one of the last
few proves little that those have not proved already, so that a still scene counts about once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from matchers.alignment import UNITS_PER_S, Line, Segment, middle_of
from matchers.calibration import calibration
from matchers.confirming import confirmed
from matchers.polishing import fitted, nearest, polish
from matchers.runs import best_runs, runs
from media.clip import Span

NEAREST_S = 0.35  # a suspect frame further than this from the line is no witness
RECENT = 16  # frames that a new one is compared with
KNOWN_BITS, NEW_BITS = 8, 48  # of 256: as good as seen already … wholly new
SLOPES = (0.0, -0.004, 0.004, -0.008, 0.008, -0.012, 0.012)
OFFSETS_S = tuple(k / 16 for k in (0, *(s * k for k in range(1, 9) for s in (-1, 1))))
SPEED_COST = 40.0  # nats for a change of speed: a still scene fits them all
# Between rival lines, each bit nearer than this counts a little, novelty or not.
CLOSE_BITS, NATS_PER_BIT = 64, 0.3
NATS_PER_S = 1.0  # and each moment between a frame and its witness against
# Nats of a frame that proves nothing new, so that a stretch reaches to where it really ends.
PRESENCE = 1e-6
LEAST_LEFT = 0.2  # of the bits that tell anything, in the worst copies
TELLING, UNLIKE_BITS = 0.1, 100  # novelty from which a frame's distance counts, and up to where
MOVING = 0.3  # novelty from which a frame knows its moment
SAME_BITS = 4  # distances no further apart than this are alike
MIN_FIT = 4  # frames
FITS = 3
SHRINK_S = 0.4  # of spread that the speed found before is worth
NEARER = 0.5  # of the fall of a distance below that on either side, within which frames count
MIN_RUN = 5.0  # nats
STILL_NATS = 14.0  # that one picture of a film proves by itself at most

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def verify(query: Fingerprint, reference: Fingerprint, line: Line) -> list[Segment]:
    """The stretches of a line along which the suspect shows the reference's frames."""
    part = _near(query, reference, line)
    if not len(part) or not len(query):
        return []
    weight, bits = novelty(part), _bits_apart(part, query)
    speeds, offsets_s = _nearby(query, line)
    judged = _judge(query, part, bits, weight, speeds, offsets_s)
    best = judged.preferred(speeds)
    if best_runs(judged.evidence[best])[2] < MIN_RUN:
        return []
    straight = _turned(line, speeds, offsets_s, best)
    for _ in range(FITS):
        straight = _straighten(query, part, weight, straight)
    straight = _polished(query, part, weight, bits, straight)
    return _segments(query, part, straight, _settled(query, part, bits, weight, straight))


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What each reference frame says of each of some lines."""

    evidence: F64  # (lines, n) nats
    closeness: F64  # (lines, n) how near the suspect's frame is, in nats that only compare lines

    def preferred(self, speeds: F64) -> int:
        """The position of the best line; the first of equal ones."""
        first, end, score = best_runs(self.evidence)
        close = [c[a:b].sum() for c, a, b in zip(self.closeness, first, end, strict=True)]
        return int(np.argmax(score + np.array(close) - SPEED_COST * np.abs(speeds - 1)))


def novelty(frames: Fingerprint) -> F64:
    """How much each frame differs from the last few, 0 … 1; shape (n,)."""
    closest = np.full(len(frames), float(NEW_BITS))
    bits = 256 / (8 * frames.codes.shape[1])
    for back in range(1, min(RECENT, len(frames) - 1) + 1):
        differ = np.bitwise_count(frames.codes[back:] ^ frames.codes[:-back]).sum(axis=1) * bits
        closest[back:] = np.minimum(closest[back:], differ)
    return np.asarray(np.clip((closest - KNOWN_BITS) / (NEW_BITS - KNOWN_BITS), 0, 1))


def informative(query: Fingerprint) -> float:
    """How many wholly new frames a suspect is worth; at least one."""
    return max(1.0, float(novelty(query.take(query.quality >= MIN_QUALITY)).sum()))


def _near(query: Fingerprint, reference: Fingerprint, line: Line) -> Fingerprint:
    """The reference frames with evidence in the time that the line may cross."""
    if not len(query):
        return reference.take(np.zeros(len(reference), bool))
    ends = line.offset_s + line.hypothesis.speed * query.times[[0, -1]]
    slack = 2 * max(OFFSETS_S) + (ends[1] - ends[0]) * max(SLOPES)
    part = reference.within(Span(float(ends[0] - slack), float(ends[1] + slack)))
    return part.take(part.quality >= MIN_QUALITY)


def _nearby(query: Fingerprint, line: Line) -> tuple[F64, F64]:
    """Speeds and offsets of lines about the one voted for, the nearest first so that ties change
    nothing; of shape (lines,)."""
    middle = float(query.times[[0, -1]].mean())
    speed = line.hypothesis.speed
    slope, shift = (g.ravel() for g in np.meshgrid(SLOPES, OFFSETS_S, indexing="ij"))
    return speed * (1 + slope), line.offset_s + shift - speed * slope * middle


def _alone(line: Line) -> tuple[F64, F64]:
    return np.array([line.hypothesis.speed]), np.array([line.offset_s])


def _turned(line: Line, speeds: F64, offsets_s: F64, which: int) -> Line:
    hypothesis = replace(line.hypothesis, speed=float(speeds[which]))
    return replace(line, hypothesis=hypothesis, offset_s=float(offsets_s[which]))


def _bits_apart(part: Fingerprint, query: Fingerprint) -> I64:
    """How far each reference frame is from each of the suspect's, in bits of 256."""
    differ = np.bitwise_count(part.codes[:, None, :] ^ query.codes).sum(axis=2, dtype=np.int64)
    return np.asarray(differ * (32 // part.codes.shape[1]))


def _judge(
    query: Fingerprint, part: Fingerprint, bits: I64, weight: F64, speeds: F64, offsets_s: F64
) -> _Judgement:
    """Each reference frame's evidence, under the kind of damage that speaks most for a match.

    At more than its own speed, a reference runs more frames by in the same time than the suspect
    can show apart; they count for less, or the fastest line would always win.
    """
    at = (part.times - offsets_s[:, None]) / speeds[:, None]
    witness = nearest(query.times, at)
    apart = np.abs(query.times[witness] - at)
    seen = (apart <= NEAREST_S) & (query.quality[witness] >= MIN_QUALITY)
    distance = bits[np.arange(len(part)), witness]
    share = seen * np.minimum(1.0, 1 / speeds[:, None])
    models = [model[distance] for model in calibration().frame_models]
    tried = np.stack([(m * weight + np.sign(m) * PRESENCE) * share for m in models])
    best = np.argmax(best_runs(tried)[2], axis=0)
    close = np.maximum(CLOSE_BITS - distance, 0) * NATS_PER_BIT - apart * NATS_PER_S
    return _Judgement(tried[best, np.arange(len(speeds))], close * share)


def _settled(
    query: Fingerprint, part: Fingerprint, bits: I64, weight: F64, line: Line
) -> _Judgement:
    """What each reference frame says of the one line that is left, shape (1, n).

    A frame that fits its witness hardly better than the witnesses of the last few proves no more
    than they did: grain makes a still picture look new at every moment, but not at its own. It
    still tells the right line from others.
    """
    judged = _judge(query, part, bits, weight, *_alone(line))
    offered = np.maximum(judged.evidence[0], 0)
    at = (part.times - line.offset_s) / line.hypothesis.speed
    witness = nearest(query.times, at)
    early = int(np.count_nonzero(at < query.times[0]))
    left = [offered * _share_anew(bits, witness, weight, told) for told in _orders(len(at), early)]
    known = offered - max(left, key=np.sum)
    proved = judged.evidence - known + PRESENCE * (judged.evidence > 0)
    return _Judgement(proved, judged.closeness + known)


def _orders(count: int, early: int) -> Iterator[I64]:
    """Orders in which so many reference frames, the first few of them before the suspect begins,
    are held to what was shown before: by time, and with the first within it told before these. The
    suspect's first frame is witness to all of them, and new for one."""
    by_time = np.arange(count)
    yield by_time
    if 0 < early < count:
        yield np.concatenate([[early], by_time[:early], by_time[early + 1 :]])


def _share_anew(bits: I64, witness: I64, weight: F64, told: I64) -> F64:
    """What is left of each frame's evidence when they are told in an order, shape (n,)."""
    anew = np.empty(len(told))
    anew[told] = _anew(bits[told], witness[told])
    return np.minimum(1.0, anew / np.maximum(weight, PRESENCE))


def _anew(bits: I64, witness: I64) -> F64:
    """How much nearer each reference frame is to its witness than to other ones of the last few, in
    0 … 1 as `novelty` is, shape (n,). Bits that damage has turned tell nothing either way."""
    row = np.arange(len(witness))
    own = bits[row, witness]
    before = np.full(len(witness), 256)
    for back in range(1, min(RECENT, len(witness) - 1) + 1):
        earlier = bits[row[back:], witness[:-back]]
        other = np.where(witness[:-back] != witness[back:], earlier, 256)
        before[back:] = np.minimum(before[back:], other)
    nearer = (before - own) / np.maximum(1 - 2 * own / 256, LEAST_LEFT)
    return np.asarray(np.clip((nearer - KNOWN_BITS) / (NEW_BITS - KNOWN_BITS), 0, 1))


def _straighten(query: Fingerprint, part: Fingerprint, weight: F64, line: Line) -> Line:
    """The least-squares line through the moments at which moving frames fit best, shrunk towards
    the speed it had; a still scene has no such moments and leaves the line alone."""
    at = (part.times - line.offset_s) / line.hypothesis.speed
    pairs = [
        (moment, float(part.times[i]))
        for i in np.flatnonzero(weight >= MOVING)
        if (moment := _moment(query, part.codes[i], float(at[i]))) is not None
    ]
    if len(pairs) < MIN_FIT:
        return line
    shown, real = np.array(pairs).T
    return fitted(line, shown, real, SHRINK_S)


def _moment(query: Fingerprint, code: NDArray[np.uint8], at: float) -> float | None:
    """The suspect time, near `at`, when it is nearest to a code, by all frames that are about as
    near; None if none is near or the ends are as near as the middle."""
    first, last = np.searchsorted(query.times, [at - NEAREST_S, at + NEAREST_S])
    if last - first < 3:
        return None
    codes = query.codes[first:last]
    distance = np.bitwise_count(codes ^ code).sum(axis=1, dtype=np.int64) * (32 // len(code))
    least, around = distance.min(), min(distance[0], distance[-1])
    if least > CLOSE_BITS or around <= least + SAME_BITS:
        return None
    weight = np.maximum(least + NEARER * (around - least) - distance, 0.0)
    return float(query.times[first:last] @ weight / weight.sum())


def _polished(query: Fingerprint, part: Fingerprint, weight: F64, bits: I64, line: Line) -> Line:
    """The line nearby along which the distances of frames that prove something are least."""
    telling = weight >= TELLING
    unlike = np.minimum(bits[telling], UNLIKE_BITS) * weight[telling, None]
    return polish(line, query.times, part.times[telling], unlike)


def _segments(
    query: Fingerprint, part: Fingerprint, line: Line, judged: _Judgement
) -> list[Segment]:
    """The runs of one line that are worth keeping."""
    offered, closeness = judged.evidence[0], judged.closeness[0]
    evidence = offered
    if len(query) > 1:
        evidence = confirmed(offered, np.arange(len(offered)), STILL_NATS)
    at = (part.times - line.offset_s) / line.hypothesis.speed
    at = np.clip(at, query.times[0], query.times[-1])  # witnesses may lie a little to one side
    found = []
    for first, end in runs(evidence, MIN_RUN):
        span = Span(float(at[first]), float(at[end - 1]))
        found.append(
            Segment(
                reference=line.reference,
                hypothesis=line.hypothesis,
                offset_s=line.offset_s,
                query=span,
                anchor=middle_of(span, line),
                units=np.rint(part.times[first:end] * UNITS_PER_S).astype(np.int64),
                evidence=evidence[first:end],
                closeness=closeness[first:end],
                kind="frames",
                unlimited=offered[first:end],
            )
        )
    return found
