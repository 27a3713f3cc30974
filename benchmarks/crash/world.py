"""What an index should hold and answer: a model in memory that is too simple to be wrong."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from fingerprint.scheme import Fingerprint
from index.store import Index
from tests.index.builders import SCHEMES, Hits, fingerprint, hits, naive

SUSPECTS = (1, 2)  # seeds of what is asked for under each scheme
SUSPECT_ROWS = 12


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A state of a reference: what its fingerprint is made from."""

    seed: int
    size: int

    @property
    def revision(self) -> str:
        """Its name in the index, from which a reader knows what the answers should be."""
        return f"{self.seed}.{self.size}"

    @classmethod
    def named(cls, revision: str) -> Version:
        """The version of that name."""
        seed, size = revision.split(".")
        return cls(int(seed), int(size))

    def of(self, scheme: str) -> Fingerprint:
        """Its fingerprint."""
        return _made(scheme, self)


@lru_cache(4096)
def _made(scheme: str, version: Version) -> Fingerprint:
    return fingerprint(scheme, version.seed, version.size)


Contents = Mapping[str, Mapping[int, Version]]  # by scheme and number; no scheme holds nothing


@dataclass(frozen=True, slots=True)
class State:
    """What the index holds, and what its latest snapshot holds, by name."""

    held: Contents
    kept: tuple[str, Contents] | None = None

    def with_held(self, held: Contents) -> State:
        """Other contents beside the same snapshot."""
        return replace(self, held={scheme: dict(some) for scheme, some in held.items() if some})


def seen(index: Index) -> Contents:
    """What an index says that it holds."""
    named = {scheme: index.revisions(scheme) for scheme in SCHEMES}
    return {s: {n: Version.named(r) for n, r in some.items()} for s, some in named.items() if some}


def digest(held: Contents) -> str:
    """A short name of contents."""
    plain = sorted((s, n, v.revision) for s, some in held.items() for n, v in some.items())
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def wrong(index: Index, held: Contents) -> list[str]:
    """How an index that should hold something does not: numbers, extents, answers."""
    return [fault for scheme in SCHEMES for fault in _wrong(index, scheme, held)]


def _wrong(index: Index, scheme: str, held: Contents) -> Iterable[str]:
    own = held.get(scheme, {})
    if index.numbers(scheme) != own.keys():
        yield f"{scheme}: holds {sorted(index.numbers(scheme))} and not {sorted(own)}"
        return
    if index.extent_s(scheme) != _extent_s(scheme, held):
        yield f"{scheme}: another extent"
    for seed in SUSPECTS:
        if hits(index, _suspect(scheme, seed)) != answer(scheme, seed, own):
            yield f"{scheme}: a wrong answer"


def answer(scheme: str, seed: int, own: Mapping[int, Version]) -> Hits:
    """All hits of a suspect in some references, in order."""
    return sorted(hit for n, version in own.items() for hit in _hits(scheme, seed, n, version))


@cache
def _suspect(scheme: str, seed: int) -> Fingerprint:
    return fingerprint(scheme, seed, SUSPECT_ROWS)


@cache
def _hits(
    scheme: str, seed: int, number: int, version: Version
) -> tuple[tuple[int, float, int, int], ...]:
    return tuple(naive(_suspect(scheme, seed), {number: version.of(scheme)}))


@cache
def _end_s(scheme: str, version: Version) -> float:
    times = version.of(scheme).times
    return float(times[-1]) if len(times) else 0.0


def _extent_s(scheme: str, held: Contents) -> float:
    """Of each reference, the most that any scheme saw."""
    return math.fsum(
        max(_end_s(s, some[number]) for s, some in held.items() if number in some)
        for number in held.get(scheme, {})
    )
