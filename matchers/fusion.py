"""Sound and picture that agree on reference and time are one match with the evidence of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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


def fuse(
    sound: Sequence[Segment],
    picture: Sequence[Segment],
    searches: Mapping[Kind, Search],
    max_e_value: float,
) -> list[Match]:
    """The matches under the bound, the most certain first."""
    pairs = [(a, _partner(a, picture)) for a in sound]
    taken = {id(v) for _, v in pairs if v is not None}
    alone = [(None, v) for v in picture if id(v) not in taken]
    matches = [_match(a, v, searches) for a, v in [*pairs, *alone]]
    certain = [m for m in matches if m.e_value <= max_e_value]
    kept: list[Match] = []
    for match in sorted(certain, key=lambda m: (m.e_value, -m.score, m.reference, m.query)):
        if not is_covered(match.query, (k.query for k in kept if k.reference == match.reference)):
            kept.append(match)
    return [replace(match, shared=_sharing(match, kept)) for match in kept]


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


def _match(
    sound: Segment | None, picture: Segment | None, searches: Mapping[Kind, Search]
) -> Match:
    parts = [s for s in (sound, picture) if s is not None]
    scores = [sound_score(sound)] if sound else []
    scores += [picture.score] if picture else []
    modality: Modality = "both" if len(parts) == 2 else "audio" if sound else "video"
    spaces = [searches["peaks"].under(sound.hypothesis)] if sound else []
    spaces += [searches[picture.kind].under(picture.hypothesis)] if picture else []
    # Sound knows time to milliseconds, if there is enough of it to be sure of.
    space = max(spaces, key=lambda s: s.starting_points)
    line = parts[0] if scores[0] >= SURE or len(parts) == 1 else parts[1]
    query = Span(min(p.query.start_s for p in parts), max(p.query.end_s for p in parts))
    start, end = line.reference_time(query.start_s), line.reference_time(query.end_s)
    pitch = 12 * sound.hypothesis.pitch_octaves if sound else 0.0
    return Match(
        reference=line.reference,
        modality=modality,
        query=query,
        matched=Span(start, end),
        speed=line.hypothesis.speed,
        pitch_semitones=pitch,
        transform=_transform(picture),
        score=sum(scores),
        # A second sense that confirms costs no search of its own: the larger one counts.
        e_value=e_value(sum(scores), space),
        testimonies=tuple(map(testimony, parts)),
        charge=space.nats,
    )


def _transform(picture: Segment | None) -> Transform:
    if picture is None or picture.view is None:
        hypothesis = picture.hypothesis if picture else Hypothesis()
        return Transform(hypothesis.mirrored, hypothesis.inverted)
    return picture.view.transform
