"""Frames of a finding side by side: what the sample shows, and what the work shows at the time that
the finding says. They are looked up and not chosen: moments spread evenly over the stretch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from accounts.principal import Principal
from media.clip import Unreadable
from media.digest import sha256
from reelprint.desk.caseroom import SHOWN, case_for
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound
from reelprint.showing.stills import stills

MOMENTS = 4
_KEPT = 64  # files whose frames are kept in memory, about 100 kB each
_DECODING = Lock()  # one at a time: pages must not take the machine from those who identify


@dataclass(frozen=True, slots=True)
class Pair:
    """One moment in both, with its pictures as JPEG; None where there is none."""

    sample_s: float
    work_s: float
    sample: bytes | None
    work: bytes | None


def moments(match: Mapping[str, Any], count: int = MOMENTS) -> list[tuple[float, float]]:
    """Moments of a match, evenly spread: in the sample and in the work, in seconds.

    >>> at = {"query": {"start_s": 0, "end_s": 8}, "reference": {"start_s": 100, "end_s": 104}}
    >>> moments(at, 2)
    [(2.0, 101.0), (6.0, 103.0)]
    """
    shares = [(number + 0.5) / count for number in range(count)]
    return [(_along(match["query"], one), _along(match["reference"], one)) for one in shares]


def frames(desk: Desk, who: Principal, case_id: str, finding_id: str) -> list[Pair]:
    """The frames of a finding; nothing where its match is one of sound alone. That they were looked
    at stands in the case's log. Raises NotAllowed, NotFound."""
    facts = {"part": "frames", "finding": finding_id[:SHOWN]}
    with case_for(desk, who, "verdicts.read", case_id, **facts) as store:
        dossier = store.dossier(case_id, who.actor, "shown", **facts)
        finding = next((f for f in dossier.findings if f.finding_id == finding_id), None)
        if finding is None:
            raise NotFound(f"there is no finding {finding_id[:SHOWN]!r} in case {case_id}")
        if finding.match["modality"] == "audio":
            return []
        sample = next(s for s in dossier.samples if s.sample_id == finding.sample_id)
        media = store.captures(case_id) / str(sample.capture) / finding.media
    at = moments(finding.match)
    ours = _frames(media, finding.suspect_sha256, [one for one, _ in at])
    theirs = _of_work(desk, finding.match, [other for _, other in at])
    return [Pair(*times, a, b) for times, a, b in zip(at, ours, theirs, strict=True)]


def _along(span: Mapping[str, float], share: float) -> float:
    return float(span["start_s"] + share * (span["end_s"] - span["start_s"]))


def _of_work(desk: Desk, match: Mapping[str, Any], times: Sequence[float]) -> Sequence[bytes | None]:
    """Frames of the file that the reference was registered from, if it is here and unchanged."""
    work = desk.catalog.work(str(match["work_id"]))
    references = work.references if work else ()
    of = next((r for r in references if r.reference_id == match["reference_id"]), None)
    if of is None or of.origin is not None:
        return [None for _ in times]
    return _frames(Path(of.source), of.sha256, times)


def _frames(path: Path, digest: str, times: Sequence[float]) -> Sequence[bytes | None]:
    try:
        stat = path.stat()
    except OSError:
        return [None for _ in times]
    with _DECODING:
        return _read(path, (stat.st_size, stat.st_mtime_ns), digest, tuple(times))


@lru_cache(maxsize=_KEPT)
def _read(
    path: Path, state: tuple[int, int], digest: str, times: tuple[float, ...]
) -> tuple[bytes | None, ...]:
    """Frames of a file as it is in this state (bytes, time of change), if it has this SHA-256."""
    try:
        if sha256(path) != digest:
            return tuple(None for _ in times)
        return tuple(one.jpeg if one else None for one in stills(path, times))
    except (OSError, Unreadable):
        return tuple(None for _ in times)
