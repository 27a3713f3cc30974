"""Frames and features that say the same of a picture are one segment.

Features prove more and tell how the picture lies; whole frames, seen twice a second and not every
two, know better when. Each gives what it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchers.alignment import Line, Segment
from matchers.joining import is_covered, overlap_s
from matchers.keyframes import Seed

SURE = 20.0  # nats from which frames know their line
APART_S, SPEED_APART = 0.8, 0.08
NEARLY_ALL = 0.8
NEAR_S = 1.0  # from a line of frames to a pair of frames that features agree on


def settle(frames: Sequence[Segment], features: Sequence[Segment]) -> list[Segment]:
    """All segments, those that agree as one."""
    settled: list[Segment] = []
    taken: set[int] = set()
    for feature in features:
        partner = next((f for f in frames if id(f) not in taken and agree(f, feature)), None)
        taken.add(id(partner))
        settled.append(feature if partner is None else _merged(partner, feature))
    alone = [f for f in frames if id(f) not in taken]
    return [*_unrivalled(settled, alone), *_unrivalled(alone, settled)]


def sure_lines(frames: Sequence[Segment], seed: Seed, mirrored: bool) -> list[Line]:
    """The lines that whole frames are sure of and that go near a pair of frames that features agree
    on."""
    return [
        Line(s.reference, s.hypothesis, s.offset_s, s.score)
        for s in frames
        if s.reference == seed.reference
        and s.score >= SURE
        and (s.hypothesis.mirrored, s.hypothesis.inverted) == (mirrored, False)
        and abs(s.reference_time(seed.query_s) - seed.reference_s) <= NEAR_S
    ]


def _unrivalled(segments: Sequence[Segment], others: Sequence[Segment]) -> list[Segment]:
    """Those that no other kind of evidence contradicts that proves more: how near frames come can
    be compared with frames alone."""
    return [
        s
        for s in segments
        if not is_covered(
            s.query,
            (o.query for o in others if o.reference == s.reference and o.score > s.score),
        )
    ]


def agree(frame: Segment, feature: Segment) -> bool:
    """Whether whole frames and features say the same of a picture."""
    shared = overlap_s(frame.query, feature.query)
    a, b = frame.hypothesis, feature.hypothesis
    if frame.reference != feature.reference or a.mirrored != b.mirrored or shared <= 0:
        return False
    middle = max(frame.query.start_s, feature.query.start_s) + shared / 2
    apart = abs(frame.reference_time(middle) - feature.reference_time(middle))
    return apart <= APART_S and abs(a.speed / b.speed - 1) <= SPEED_APART


def _merged(frame: Segment, feature: Segment) -> Segment:
    """The one that proves more, along the line of the frames if they are sure of it."""
    if frame.score >= feature.score:
        return replace(frame, view=feature.view)
    if frame.score < SURE:
        return feature
    covers = overlap_s(frame.query, feature.query) >= NEARLY_ALL * feature.query.duration_s
    return replace(
        feature,
        hypothesis=frame.hypothesis,
        offset_s=frame.offset_s,
        anchor=frame.anchor,
        query=frame.query if covers else feature.query,
    )
