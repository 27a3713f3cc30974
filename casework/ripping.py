"""What tells one copy of a work from another: how it was altered, and where it was cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from casework.record import Dossier, Finding
from casework.sifting import dispositions

SPEED = 5e-4  # of the speed; 25 for 24 frames a second is 0.042
PITCH = 0.1  # semitones
BOX = 0.02  # of the width or the height
CUT_S = 1.0  # of the work; ends of matches are known to about half a second
CONTINUES_S = 1.5  # of the suspect, between two matches that follow each other
LEAST_CUT_S = 2.0  # of the work; less may be how ends of matches lie
TELLING = 2  # alterations that one who copies does not happen to choose as well


@dataclass(frozen=True, slots=True)
class Same:
    """What two copies have in common."""

    strength: Literal["strong", "medium", "weak"]
    reason: str
    quotes: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether there is anything."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class Rip:
    """A work as one sample shows it."""

    work_id: str
    reference_id: str
    where: str
    traits: Mapping[str, tuple[float, ...]]  # alterations; those of an unaltered copy are not here
    cuts: tuple[tuple[float, float], ...]  # it goes from one time of the work on at another, in s

    def in_common(self, other: Rip) -> Same:
        """What another copy has of this one's peculiarities; nothing if any of them differs."""
        if (self.work_id, self.reference_id) != (other.work_id, other.reference_id):
            return _NOTHING
        alike = self.traits.keys() == other.traits.keys() and all(
            _near(self.traits[name], other.traits[name], _SLACK[name]) for name in self.traits
        )
        if not alike:
            return _NOTHING
        cuts = [cut for cut in self.cuts if any(_near(cut, one, CUT_S) for one in other.cuts)]
        quotes = (*(f"cut from {a:.1f} s to {b:.1f} s" for a, b in cuts), *self._traits())
        return _graded(len(cuts), len(self.traits), quotes)

    def _traits(self) -> Iterator[str]:
        for name, values in sorted(self.traits.items()):
            said = " ".join(f"{value:g}" for value in values)
            yield name if name in _FLAGS else f"{name} {said}"


_NOTHING = Same("weak", "", ())
_FLAGS = ("inverted", "mirrored")
_SLACK = {
    "speed": SPEED,
    "pitch in semitones": PITCH,
    "cropped to": BOX,
    "shown in": BOX,
    "turned by degrees": 1.0,
    **dict.fromkeys(_FLAGS, 0.0),
}


def rips_of(dossier: Dossier, site: str) -> Iterator[Rip]:
    """The works that a site's samples show, one for each file and reference."""
    here = {one.sample_id for one in dossier.samples if one.site == site}
    said = dispositions(dossier.reviews)
    groups: dict[tuple[str, str, str, str], list[Finding]] = defaultdict(list)
    for one in dossier.findings:
        if one.sample_id in here and said.get(one.finding_id) != "rejected":
            key = (one.sample_id, one.media, one.work_id, str(one.match["reference_id"]))
            groups[key].append(one)
    for (sample_id, media, work_id, reference_id), found in groups.items():
        where = f"{dossier.case.case_id}/{sample_id}/{media}"
        matches = sorted((one.match for one in found), key=lambda m: float(m["query"]["start_s"]))
        longest = max(matches, key=lambda m: float(m["query"]["end_s"] - m["query"]["start_s"]))
        yield Rip(work_id, reference_id, where, _traits_of(longest), tuple(_cuts(matches)))


def _traits_of(match: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    transform = match.get("transform") or {}
    found: dict[str, tuple[float, ...]] = {}
    if abs(match["speed"] - 1) > SPEED:
        found["speed"] = (float(match["speed"]),)
    # A copy played faster is higher by as much; only what its speed does not explain is a trait.
    if abs(match.get("pitch_semitones") or 0.0) > PITCH and "speed" not in found:
        found["pitch in semitones"] = (float(match["pitch_semitones"]),)
    for name, key in (("cropped to", "crop"), ("shown in", "picture")):
        if transform.get(key):
            found[name] = tuple(map(float, transform[key]))
    if abs(transform.get("rotation_deg") or 0.0) >= 1:
        found["turned by degrees"] = (float(transform["rotation_deg"]),)
    found.update({flag: (1.0,) for flag in _FLAGS if transform.get(flag)})
    return found


def _cuts(matches: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, float]]:
    """Where the suspect goes on at once and the work does not."""
    for one, two in pairwise(matches):
        wait = two["query"]["start_s"] - one["query"]["end_s"]
        end, start = float(one["reference"]["end_s"]), float(two["reference"]["start_s"])
        if abs(wait) <= CONTINUES_S and abs(start - end - wait * one["speed"]) >= LEAST_CUT_S:
            yield end, start


def _near(one: Sequence[float], two: Sequence[float], within: float) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, two, strict=True))


def _graded(cuts: int, traits: int, quotes: tuple[str, ...]) -> Same:
    if cuts >= TELLING or (cuts and traits >= TELLING):
        return Same("strong", "cut at the same places, to a second: one copy", quotes)
    if cuts or traits >= TELLING:
        return Same("medium", "altered in the same ways, which two may choose alike", quotes)
    return Same("weak", "altered in one way, which strangers choose too", quotes)
