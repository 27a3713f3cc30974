"""One media file to fingerprints, for reference and suspect alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprint.extract import MIRRORED, PLAIN, fingerprint_all
from fingerprint.registry import BESIDE, KEPT_BESIDE, scheme_named
from fingerprint.scheme import Fingerprint, Scheme
from fingerprint.video.dct256 import Dct256, mirrored
from media.clip import Loss
from media.digest import sha256
from media.reader import Reader
from media.sampling import Sampling
from reference_catalog.work import Reference

FRAMES = Dct256().name
REFERENCE_SAMPLING = Sampling(frames_per_s=2.0, detail_per_s=2.0)
# Denser than the references, so that some frame lies near each of theirs whatever the cut.
SUSPECT_SAMPLING = Sampling(frames_per_s=16.0, detail_per_s=8.0)
# For screening: what decodes by itself, and not more of it than a reference keeps.
FAST_SAMPLING = Sampling(frames_per_s=2.0, detail_per_s=0.5, key_frames_only=True)

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


def extract_reference(path: Path, schemes: Sequence[str]) -> Extraction:
    """Fingerprints of a work, as thin as they are kept. Raises `Unreadable`."""
    named = [*map(scheme_named, schemes), *_beside(KEPT_BESIDE, schemes)]
    read = _extract(path, named, REFERENCE_SAMPLING, (PLAIN,))
    kept = {(PLAIN, s.name): s.kept(read.fingerprints[PLAIN, s.name]) for s in named}
    return replace(read, fingerprints=kept)


def extract_suspect(path: Path, schemes: Sequence[str], fast: bool = False) -> Extraction:
    """Fingerprints of a suspect, its mirrored picture included, and what is read beside them; with
    `fast`, of the key frames of its picture alone.

    Raises `Unreadable`.
    """
    named = [*map(scheme_named, schemes), *_beside(BESIDE, schemes)]
    sampling = FAST_SAMPLING if fast else SUSPECT_SAMPLING
    return _extract(path, named, sampling, (PLAIN, MIRRORED))


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
    path: Path, schemes: Sequence[Scheme], sampling: Sampling, views: Sequence[str]
) -> Extraction:
    with Reader(path, sampling, deadline_s(path)) as reader:
        fingerprints = fingerprint_all(reader, schemes, views)
    return Extraction(
        path, sha256(path), reader.kind, reader.duration_s, reader.losses, fingerprints
    )
