"""Sound and picture that agree on reference and time are one match with the evidence of both.

They count together only where that is more certain than the surer of them is alone: the second has
to bring more than what chance gives along a line (`significance.beside`). So two senses are never
less sure than one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from matchers.alignment import Hypothesis, Kind, Segment
from matchers.attribution import testimony
from matchers.joining import is_covered, overlap_s
from matchers.match import Match
from matchers.significance import LEAST_E, Search, among_kin, beside, e_value, sound_score
from matchers.view import Transform
from media.clip import Span

AGREE_S = 1.0  # of reference time, in the middle of what both cover
AGREE_SPEED = 0.03
SURE = 25.0  # nats
SPEED_KNOWN_S = 2.0  # a picture shorter than this fits any speed

WORTH_ASKING = 1.0  # E-value of a segment up to which the other sense is asked along its line …
MOST_ASKED = 16  # … of so many in one suspect

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
    across: Callable[[Segment], Sequence[Segment]] = lambda segment: (),
) -> list[Claim]:
    """Everything that was found and what becomes of it, the most certain first.

    `across` gives what the other sense is along the line of a segment. It is asked for segments
    that no other one agrees with, the most certain first, if chance hardly gives as good.
    """
    asking = _Asking(across, searches)
    claims: list[Claim] = []
    taken: set[int] = set()
    for a in sound:
        v = _partner(a, picture) or asking.partner(a)
        together = _together(a, v, searches) if v else None
        taken |= {id(v)} if together else set()
        claims.append(together or _claim([a], searches))
    for v in picture:
        if id(v) not in taken:
            heard = asking.partner(v)
            together = _together(heard, v, searches) if heard else None
            claims.append(together or _claim([v], searches))
    return judged(claims, max_e_value)


def judged(claims: Sequence[Claim], max_e_value: float) -> list[Claim]:
    """Claims with what becomes of them, the most certain first."""
    kept: list[Match] = []
    done: list[Claim] = []
    for claim in sorted(claims, key=_certainty):
        fate = _fate(claim.match, kept, max_e_value)
        kept += [claim.match] if fate == "reported" else []
        done.append(replace(claim, fate=fate))
    return [_with_sharing(claim, kept) for claim in done]


def _certainty(claim: Claim) -> tuple[float, float, int, Span]:
    match = claim.match
    return match.e_value, -match.score, match.reference, match.query


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


class _Asking:
    """Asks the other sense along the lines that one sense is about sure of."""

    def __init__(
        self, across: Callable[[Segment], Sequence[Segment]], searches: Mapping[Kind, Search]
    ) -> None:
        self._across = across
        self._searches = searches
        self._left = MOST_ASKED

    def partner(self, segment: Segment) -> Segment | None:
        """What the other sense knows of the same, if anything."""
        if self._left == 0 or _alone(segment, self._searches) > WORTH_ASKING:
            return None
        self._left -= 1
        found = sorted(self._across(segment), key=lambda s: -s.score)
        return next((o for o in found if _agree(*_sound_first(segment, o))), None)


def _together(sound: Segment, picture: Segment, searches: Mapping[Kind, Search]) -> Claim | None:
    """The claim of both, where it is more certain than either is alone."""
    claim = _claim([sound, picture], searches)
    alone = min(_alone(s, searches) for s in (sound, picture))
    return claim if claim.match.e_value < alone or claim.match.e_value == LEAST_E else None


def _alone(segment: Segment, searches: Mapping[Kind, Search]) -> float:
    return e_value(_score(segment), _charged(segment, searches))


def _charged(segment: Segment, searches: Mapping[Kind, Search]) -> Search:
    """What a segment is charged that was found by searching."""
    search = searches[segment.kind].under(segment.hypothesis)
    return among_kin(search, _score(segment)) if segment.kind == "peaks" else search


def _score(segment: Segment) -> float:
    return sound_score(segment) if segment.kind == "peaks" else segment.score


def _sound_first(a: Segment, b: Segment) -> tuple[Segment, Segment]:
    return (a, b) if a.kind == "peaks" else (b, a)


def _claim(parts: Sequence[Segment], searches: Mapping[Kind, Search]) -> Claim:
    """The claim of one segment, or of sound and picture that agree, in that order."""
    sound = next((s for s in parts if s.kind == "peaks"), None)
    picture = next((s for s in parts if s.kind != "peaks"), None)
    first = min(parts, key=lambda s: _alone(s, searches))
    search = _charged(first, searches)
    for second in (s for s in parts if s is not first):
        search = replace(search, beside=beside(_score(second), second.kind, first.query))
    # Sound knows time to milliseconds, if there is enough of it to be sure of.
    line = parts[0] if _score(parts[0]) >= SURE or len(parts) == 1 else parts[1]
    query = Span(min(p.query.start_s for p in parts), max(p.query.end_s for p in parts))
    score = sum(map(_score, parts))
    match = Match(
        reference=line.reference,
        modality="both" if len(parts) == 2 else "audio" if sound else "video",
        query=query,
        matched=Span(line.reference_time(query.start_s), line.reference_time(query.end_s)),
        speed=line.hypothesis.speed,
        pitch_semitones=12 * sound.hypothesis.pitch_octaves if sound else 0.0,
        transform=_transform(picture),
        score=score,
        e_value=e_value(score, search),
        testimonies=tuple(map(testimony, parts)),
        charge=search.nats - search.kinship,
        of_sound=first.kind == "peaks",
    )
    return Claim(match, sound, picture, first.kind, search)


def _transform(picture: Segment | None) -> Transform:
    if picture is None or picture.view is None:
        hypothesis = picture.hypothesis if picture else Hypothesis()
        return Transform(hypothesis.mirrored, hypothesis.inverted)
    return picture.view.transform
