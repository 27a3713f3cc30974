"""The nouns that leave this room: a fingerprint, and the protocol that every scheme follows.

A scheme is frozen under its versioned name: when its output changes, it gets a new name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.spectrum import Spectrum
from media.clip import Clip, Span

Modality = Literal["audio", "video"]
# "inner": vectors of float16; "inner-compact": the same, in less room, found less surely; "beside":
# of suspects, not indexed
Metric = Literal["hamming", "inner", "inner-compact", "landmark", "feature", "beside"]

MIN_QUALITY = 10  # codes under this, of black, flat and noise frames, match anything: no evidence


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Codes of one scheme, in order of time."""

    scheme: str
    codes: NDArray[np.uint8]  # (n, width) bytes
    times: NDArray[np.float64]  # (n,) seconds, never decreasing
    quality: NDArray[np.uint8]  # (n,) 0 carries no evidence … 100 carries much

    def __post_init__(self) -> None:
        if self.codes.ndim != 2 or self.codes.dtype != np.uint8:
            raise ValueError("codes must be uint8 of shape (n, width)")
        n = len(self.codes)
        if self.times.shape != (n,) or self.times.dtype != np.float64:
            raise ValueError("times must be float64 of shape (n,)")
        if self.quality.shape != (n,) or self.quality.dtype != np.uint8:
            raise ValueError("quality must be uint8 of shape (n,)")
        if np.any(np.diff(self.times) < 0):
            raise ValueError("times must not decrease")

    @classmethod
    def empty(cls, scheme: str, width: int) -> Fingerprint:
        """A fingerprint without codes."""
        none = np.empty(0, np.uint8)
        return cls(scheme, np.empty((0, width), np.uint8), np.empty(0, np.float64), none)

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, keep: NDArray[np.bool_]) -> Fingerprint:
        """The codes where `keep`, of shape (n,), is true."""
        return Fingerprint(self.scheme, self.codes[keep], self.times[keep], self.quality[keep])

    def within(self, span: Span) -> Fingerprint:
        """The codes whose time lies in the half-open span."""
        return self.take((self.times >= span.start_s) & (self.times < span.end_s))


class Scheme(Protocol):
    """A frozen way from a clip to codes; the same call for reference and suspect."""

    @property
    def name(self) -> str:
        """The versioned name, such as `video-phash-1`."""
        ...

    @property
    def modality(self) -> Modality:
        """Which part of a clip it reads."""
        ...

    @property
    def metric(self) -> Metric:
        """How codes are compared, and so which index holds them."""
        ...

    @property
    def width(self) -> int:
        """Bytes in a code."""
        ...

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """Codes of a clip; empty when the clip has nothing that this scheme reads."""
        ...

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """What is kept of a reference's fingerprint; a suspect's may be denser."""
        ...


@runtime_checkable
class SpectralScheme(Scheme, Protocol):
    """A scheme that sees nothing of a clip but the spectrum of its sound, so that the spectrum is
    made once for all such schemes."""

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """What `fingerprint` gives of the clip that the spectrum was made of."""
        ...


@runtime_checkable
class BoundedScheme(Scheme, Protocol):
    """A scheme that gives only some of the codes there are. Matchers may rely on it, so what comes
    from elsewhere is asked first."""

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """Whether it could have given these codes, of its width, with this quality."""
        ...


@runtime_checkable
class TwinScheme(Scheme, Protocol):
    """A scheme that reads a picture and the same picture in a mirror for less than each alone."""

    def twins(self, clip: Clip) -> tuple[Fingerprint, Fingerprint]:
        """What `fingerprint` gives of a clip and of its mirror image."""
        ...
