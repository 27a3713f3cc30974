"""Small works and references, all different, from one number each."""

from __future__ import annotations

import hashlib

import numpy as np

from fingerprint.scheme import Fingerprint
from media.clip import Loss
from reference_catalog.work import NewReference, WorkDetails

VIDEO = "video-test-1"
AUDIO = "audio-test-1"


def sha256_of(seed: int) -> str:
    """The SHA-256 of the file that `new_reference(seed)` pretends to be."""
    return hashlib.sha256(f"file {seed}".encode()).hexdigest()


def fingerprint(seed: int, scheme: str = VIDEO, n: int = 40, rate: float = 2.0) -> Fingerprint:
    """Random codes at `rate` a second."""
    random = np.random.default_rng(seed)
    return Fingerprint(
        scheme,
        random.integers(0, 256, (n, 8), dtype=np.uint8),
        np.arange(n) / rate,
        random.integers(0, 101, n, dtype=np.uint8),
    )


def new_reference(seed: int) -> NewReference:
    """A file with a fingerprint of either scheme."""
    return NewReference(
        sha256=sha256_of(seed),
        source=f"/masters/{seed}.mp4",
        duration_s=20.0,
        losses=(Loss("truncated", "the file ends early", 19.5), Loss("timestamps", "none")),
        fingerprints=(fingerprint(seed), fingerprint(seed, AUDIO, 90, 62.5)),
    )


def details(work_id: str) -> WorkDetails:
    """A work of which only the name is known."""
    return WorkDetails(work_id, work_id)
