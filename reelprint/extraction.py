"""One media file to fingerprints, for reference and suspect alike. It is decoded in the cage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np

from fingerprint.extract import MIRRORED, PLAIN, asked_for
from fingerprint.registry import (
    BESIDE,
    KEPT_BESIDE,
    LEARNED,
    SCHEMES,
    beside_all,
    scheme_named,
)
from fingerprint.scheme import BoundedScheme, Fingerprint, Scheme
from fingerprint.video.dct256 import Dct256, mirrored
from media.clip import Kind, Loss, Unreadable
from media.digest import sha256_of
from media.sampling import Sampling
from media.source import open_regular
from reelprint.cage import caged
from reelprint.cage.limits import MEMORY_BYTES, Limits
from reelprint.cage.parcel import Parcel, plain
from reelprint.decoding import read
from reference_catalog.work import Reference

FRAMES = Dct256().name
KNOWN = {scheme.name: scheme for scheme in (*SCHEMES, *beside_all())}
REFERENCE_SAMPLING = Sampling(frames_per_s=2.0, detail_per_s=2.0)
# Denser than the references, so that some frame lies near each of theirs whatever the cut.
SUSPECT_SAMPLING = Sampling(frames_per_s=16.0, detail_per_s=8.0)
# For screening: what decodes by itself, and not more of it than a reference keeps.
FAST_SAMPLING = Sampling(frames_per_s=2.0, detail_per_s=0.5, key_frames_only=True)
# For hashes of others: pictures as large as they are, up to that of a high-definition film.
WHOLE_SAMPLING = Sampling(frames_per_s=1.0, detail_per_s=1.0, detail_side=1920)

BEST_QUALITY = 100
LONGEST_S = 7 * 24 * 3600.0  # of what is believed to be one file
EDGE_S = 10.0  # codes may lie so far outside of what a file says that it lasts
DEADLINE_BASE_S = 60.0
DEADLINE_BYTES_PER_S = 200_000  # a 1 GB film may take an hour and a half, a small bomb a minute
KILL_AFTER_S = 30.0  # past its deadline, a decoder that does not come back is killed


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read of one file."""

    path: Path
    sha256: str
    kind: str  # "video", "audio" or "image"
    duration_s: float
    losses: tuple[Loss, ...]
    fingerprints: dict[tuple[str, str], Fingerprint]  # by (view, scheme name)

    @property
    def is_still(self) -> bool:
        """Whether it is a single picture."""
        return self.kind == "image"


def extract_reference(
    path: Path,
    schemes: Sequence[str],
    memory_bytes: int = MEMORY_BYTES,
    learned: bool = True,
) -> Extraction:
    """Fingerprints of a work, as thin as they are kept, with or without what a network has learned.
    Raises `Unreadable`."""
    beside = (s for s in _beside(KEPT_BESIDE, schemes) if learned or s.name not in LEARNED)
    named = [*map(scheme_named, schemes), *beside]
    read = _extract(path, named, REFERENCE_SAMPLING, (PLAIN,), memory_bytes)
    kept = {(PLAIN, s.name): s.kept(read.fingerprints[PLAIN, s.name]) for s in named}
    return replace(read, fingerprints=kept)


def extract_suspect(
    path: Path, schemes: Sequence[str], fast: bool = False, memory_bytes: int = MEMORY_BYTES
) -> Extraction:
    """Fingerprints of a suspect, its mirrored picture included, and what is read beside them; with
    `fast`, of the key frames of its picture alone.

    Raises `Unreadable`.
    """
    named = [*map(scheme_named, schemes), *_beside(BESIDE, schemes)]
    sampling = FAST_SAMPLING if fast else SUSPECT_SAMPLING
    return _extract(path, named, sampling, (PLAIN, MIRRORED), memory_bytes)


def extract_whole_pictures(
    path: Path,
    schemes: Sequence[str],
    views: Sequence[str] = (PLAIN, MIRRORED),
    memory_bytes: int = MEMORY_BYTES,
) -> Extraction:
    """Fingerprints of one picture a second, at its own size. Raises `Unreadable`."""
    return _extract(path, list(map(scheme_named, schemes)), WHOLE_SAMPLING, views, memory_bytes)


def from_stored(
    reference: Reference, stored: Mapping[str, Fingerprint], schemes: Sequence[str]
) -> Extraction:
    """A reference as a suspect: what is kept of it, by scheme, and nothing of what is read of
    suspects alone but for the codes of its mirrored frames."""
    named = [*map(scheme_named, schemes), *_beside(BESIDE, schemes)]
    nothing = {s.name: Fingerprint.empty(s.name, s.width) for s in named}
    read = {(PLAIN, name): stored.get(name, empty) for name, empty in nothing.items()}
    read |= {(MIRRORED, name): empty for name, empty in nothing.items()}
    if FRAMES in stored:
        read[MIRRORED, FRAMES] = mirrored(stored[FRAMES])
    moments = {time for one in stored.values() for time in one.times.tolist()}
    kind = "image" if len(moments) == 1 else "video"
    return Extraction(
        Path(reference.source), reference.sha256, kind, reference.duration_s, (), read
    )


def _beside(table: Mapping[str, Sequence[Scheme]], schemes: Sequence[str]) -> Iterator[Scheme]:
    return (scheme for name in schemes for scheme in table.get(name, ()))


def deadline_s(path: Path) -> float:
    """How long reading a file may take, in seconds."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return DEADLINE_BASE_S + size / DEADLINE_BYTES_PER_S


def _extract(
    path: Path,
    schemes: Sequence[Scheme],
    sampling: Sampling,
    views: Sequence[str],
    memory_bytes: int,
) -> Extraction:
    """The file is opened here and read in the cage, which is given nothing but the open file."""
    seconds = deadline_s(path)
    limits = Limits.within(seconds + KILL_AFTER_S, memory_bytes)
    asked = {
        "schemes": [scheme.name for scheme in schemes],
        "views": list(views),
        "sampling": asdict(sampling),
        "deadline_s": seconds,
    }
    with open_regular(path) as file:
        parcel = caged.run(read, file, asked, limits)
        return _believed(path, sha256_of(file), parcel, asked_for(schemes, views))


def _believed(
    path: Path, digest: str, parcel: Parcel, wanted: Sequence[tuple[str, Scheme]]
) -> Extraction:
    """What came out of the cage, if it has the form of what was asked for. Raises `Unreadable`."""
    said = parcel.said
    try:
        fingerprints = dict(_fingerprints(parcel, wanted))
        losses = tuple(_loss(*one) for one in said["losses"])
        kind, duration_s = str(said["kind"]), float(said["duration_s"])
        if kind not in get_args(Kind) or not 0 <= duration_s <= LONGEST_S:
            raise ValueError("its kind or its duration is impossible")
        for one in fingerprints.values():
            require_possible(one, duration_s)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the decoder gave what is no fingerprint: {error}") from error
    return Extraction(path, digest, kind, duration_s, losses, fingerprints)


def _fingerprints(
    parcel: Parcel, wanted: Sequence[tuple[str, Scheme]]
) -> Iterator[tuple[tuple[str, str], Fingerprint]]:
    thirds = (parcel.arrays[k::3] for k in range(3))
    for (view, scheme), codes, times, quality in zip(wanted, *thirds, strict=True):
        if codes.shape[1:] != (scheme.width,) or quality.max(initial=0) > BEST_QUALITY:
            raise ValueError(f"codes of {scheme.name} have another width, or are too good")
        if not np.isfinite(times).all():
            raise ValueError(f"codes of {scheme.name} have impossible times")
        yield (view, scheme.name), Fingerprint(scheme.name, codes, times, quality)


def require_possible(one: Fingerprint, duration_s: float) -> None:
    """Raises ValueError for what no decoder gives, and matchers may therefore not expect."""
    if len(one) and not -EDGE_S <= one.times[0] <= one.times[-1] <= duration_s + EDGE_S:
        raise ValueError(f"codes of {one.scheme} lie outside of the file")
    scheme = KNOWN[one.scheme]
    if isinstance(scheme, BoundedScheme) and not scheme.could_give(one):
        raise ValueError(f"{one.scheme} gives no such codes")


def _loss(kind: str, detail: str, at_s: float | None) -> Loss:
    return Loss(plain(kind), plain(detail), None if at_s is None else float(at_s))
