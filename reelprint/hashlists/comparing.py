"""What of a media file lies near the hashes of a list, by the field's own rule.

The rule is vPDQ's: hashes of a quality of 50 or more that differ in 31 bits at most. It is the
habit of those who share hashes. How often chance gives it has not been measured here, so nothing of
it is a match of Reelprint: no E-value, no place in a work, no finding of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.extract import MIRRORED, PLAIN
from fingerprint.scheme import Fingerprint
from fingerprint.video.pdq import FIELD_QUALITY, RADIUS_BITS, Pdq
from matchers.hashes import Near, near
from reelprint.extraction import Extraction
from reelprint.hashlists.entry import Entry

MOST_TIMES = 10


@dataclass(frozen=True, slots=True)
class Rule:
    """When two hashes are called near."""

    radius_bits: int = RADIUS_BITS
    least_quality: int = FIELD_QUALITY


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies near of all that a list has under one name, or of one hash without a name."""

    list_name: str
    name: str
    labels: tuple[str, ...]
    distance: int  # bits, the least
    hashes_near: int  # of the list's, this many lie near some frame
    hashes: int  # of as many
    frames_near: int  # of the file's frames
    mirrored: bool  # whether the least distance is that of the picture in a mirror
    at_s: tuple[float, ...]  # where in the file; the first few

    def as_dict(self) -> dict[str, object]:
        """Its JSON form."""
        return {
            "list": self.list_name,
            "id": self.name,
            "labels": list(self.labels),
            "distance_bits": self.distance,
            "hashes_near": self.hashes_near,
            "hashes": self.hashes,
            "frames_near": self.frames_near,
            "mirrored": self.mirrored,
            "at_s": list(self.at_s),
        }


class Listed:
    """A list, ready to be compared with."""

    def __init__(self, name: str, entries: Sequence[Entry], rule: Rule) -> None:
        self.name = name
        self._rule = rule
        self._entries = [e for e in entries if e.quality is None or e.quality >= rule.least_quality]
        self._hashes = _hashes(self._entries)
        keys = [one.name or one.hex for one in self._entries]
        self._groups, self._group = np.unique(np.array(keys, str), return_inverse=True)

    def hits(self, suspect: Extraction) -> list[Hit]:
        """What lies near, nearest first."""
        views = [suspect.fingerprints[view, Pdq().name] for view in (PLAIN, MIRRORED)]
        frames = [usable(one, self._rule) for one in views]
        found = [near(one.codes, self._hashes, self._rule.radius_bits) for one in frames]
        groups = np.unique(np.concatenate([self._group[one.listed] for one in found]))
        hits = [self._hit(int(group), found, frames) for group in groups]
        return sorted(hits, key=lambda hit: (hit.distance, -hit.hashes_near, hit.name))

    def _hit(self, group: int, found: Sequence[Near], frames: Sequence[Fingerprint]) -> Hit:
        own = [self._group[one.listed] == group for one in found]
        least = [int(n.distance[k].min(initial=257)) for n, k in zip(found, own, strict=True)]
        times = sorted(
            {
                t
                for n, k, f in zip(found, own, frames, strict=True)
                for t in f.times[n.query[k]].tolist()
            }
        )
        listed = {i for n, k in zip(found, own, strict=True) for i in n.listed[k].tolist()}
        first = self._entries[min(listed)]
        return Hit(
            self.name, first.name or first.hex,
            tuple(sorted({label for i in listed for label in self._entries[i].labels})),
            min(least), len(listed), int((self._group == group).sum()),
            len(times), least[1] < least[0], tuple(round(t, 3) for t in times[:MOST_TIMES]),
        )  # fmt: skip


def usable(one: Fingerprint, rule: Rule) -> Fingerprint:
    """The frames that the rule compares."""
    return one.take(one.quality >= rule.least_quality)


def entries_of(name: str, codes: Fingerprint, rule: Rule, still: bool) -> Iterator[Entry]:
    """The hashes of a file or a reference as entries of a list, each run of one hash once."""
    used = usable(codes, rule)
    changed = np.ones(len(used), bool)
    changed[1:] = (used.codes[1:] != used.codes[:-1]).any(axis=1)
    for code, time, grade in zip(
        used.codes[changed], used.times[changed], used.quality[changed], strict=True
    ):
        at_s = None if still else max(0.0, round(float(time), 3))
        yield Entry(code.tobytes(), name, (), int(grade), at_s)


def _hashes(entries: Sequence[Entry]) -> NDArray[np.uint8]:
    joined = b"".join(one.hash for one in entries)
    return np.frombuffer(joined, np.uint8).reshape(-1, Pdq().width)
