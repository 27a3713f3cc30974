"""Sound and picture that agree on reference and time are one match with the evidence of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from matchers.alignment import Hypothesis, Kind, Segment
from matchers.attribution import testimony
from matchers.joining import is_covered, overlap_s
from matchers.match import Match, Modality
from matchers.significance import Search, e_value, sound_score
from matchers.view import Transform
from media.clip import Span

AGREE_S = 1.0  # of reference time, in the middle of what both cover
AGREE_SPEED = 0.03
SURE = 25.0  # nats
SPEED_KNOWN_S = 2.0  # a picture shorter than this fits any speed

Fate = Literal["reported", "above_bound", "covered"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What sound, picture or both say of one stretch, worth reporting or not."""

    match: Match
    sound: Segment | None
    picture: Segment | None
    charged: Kind  # of the search that its E-value is of
    search: Search
    # "above_bound": chance gives as good too often. "covered": a more certain claim of the same
    # reference takes most of its stretch.
    fate: Fate = "reported"

    def inside(self, duration_s: float) -> Claim:
        """The claim without what would lie outside the suspect or before the reference."""
        return replace(self, match=self.match.inside(duration_s))

    def outside(self, excluded: Sequence[Span]) -> Claim | None:
        """The claim so that it ends in no excluded range; None where nothing else is left of it."""
        match = self.match.outside(excluded)
        return None if match is None else replace(self, match=match)


def fuse(
    sound: Sequence[Segment],
    picture: Sequence[Segment],
    searches: Mapping[Kind, Search],
    max_e_value: float,
) -> list[Claim]:
    """Everything that was found and what becomes of it, the most certain first."""
    pairs = [(a, _partner(a, picture)) for a in sound]
    taken = {id(v) for _, v in pairs if v is not None}
    alone = [(None, v) for v in picture if id(v) not in taken]
    claims = [_claim(a, v, searches) for a, v in [*pairs, *alone]]
    claims.sort(key=lambda c: (c.match.e_value, -c.match.score, c.match.reference, c.match.query))
    kept: list[Match] = []
    judged: list[Claim] = []
    for claim in claims:
        fate = _fate(claim.match, kept, max_e_value)
        kept += [claim.match] if fate == "reported" else []
        judged.append(replace(claim, fate=fate))
    return [_with_sharing(claim, kept) for claim in judged]


def reported(claims: Sequence[Claim]) -> list[Match]:
    """The matches among some claims."""
    return [claim.match for claim in claims if claim.fate == "reported"]


def _fate(match: Match, kept: Sequence[Match], max_e_value: float) -> Fate:
    if match.e_value > max_e_value:
        return "above_bound"
    if is_covered(match.query, (k.query for k in kept if k.reference == match.reference)):
        return "covered"
    return "reported"


def _with_sharing(claim: Claim, kept: Sequence[Match]) -> Claim:
    if claim.fate != "reported":
        return claim
    return replace(claim, match=replace(claim.match, shared=_sharing(claim.match, kept)))


def _sharing(match: Match, matches: Sequence[Match]) -> tuple[int, ...]:
    """The other references that match most of the same stretch of the suspect."""
    others = {
        m.reference
        for m in matches
        if m.reference != match.reference and is_covered(match.query, [m.query])
    }
    return tuple(sorted(others))


def _partner(sound: Segment, picture: Sequence[Segment]) -> Segment | None:
    """The best picture segment that says the same as a sound segment."""
    return next((v for v in picture if _agree(sound, v)), None)


def _agree(a: Segment, v: Segment) -> bool:
    shared = overlap_s(a.query, v.query)
    if a.reference != v.reference or shared < 0:
        return False
    middle = max(a.query.start_s, v.query.start_s) + shared / 2
    apart = abs(a.reference_time(middle) - v.reference_time(middle))
    same_speed = abs(a.hypothesis.speed / v.hypothesis.speed - 1) <= AGREE_SPEED
    return apart <= AGREE_S and (same_speed or v.query.duration_s < SPEED_KNOWN_S)


def _claim(
    sound: Segment | None, picture: Segment | None, searches: Mapping[Kind, Search]
) -> Claim:
    parts = [s for s in (sound, picture) if s is not None]
    scores = [sound_score(sound)] if sound else []
    scores += [picture.score] if picture else []
    modality: Modality = "both" if len(parts) == 2 else "audio" if sound else "video"
    # A second sense that confirms costs no search of its own: the larger one counts.
    spaces = {p.kind: searches[p.kind].under(p.hypothesis) for p in parts}
    charged = max(spaces, key=lambda kind: spaces[kind].starting_points)
    # Sound knows time to milliseconds, if there is enough of it to be sure of.
    line = parts[0] if scores[0] >= SURE or len(parts) == 1 else parts[1]
    query = Span(min(p.query.start_s for p in parts), max(p.query.end_s for p in parts))
    start, end = line.reference_time(query.start_s), line.reference_time(query.end_s)
    pitch = 12 * sound.hypothesis.pitch_octaves if sound else 0.0
    match = Match(
        reference=line.reference,
        modality=modality,
        query=query,
        matched=Span(start, end),
        speed=line.hypothesis.speed,
        pitch_semitones=pitch,
        transform=_transform(picture),
        score=sum(scores),
        e_value=e_value(sum(scores), spaces[charged]),
        testimonies=tuple(map(testimony, parts)),
        charge=spaces[charged].nats,
    )
    return Claim(match, sound, picture, charged, spaces[charged])


def _transform(picture: Segment | None) -> Transform:
    if picture is None or picture.view is None:
        hypothesis = picture.hypothesis if picture else Hypothesis()
        return Transform(hypothesis.mirrored, hypothesis.inverted)
    return picture.view.transform
