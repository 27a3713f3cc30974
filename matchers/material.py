"""How much there is in a suspect that could be recognised, and what is lacking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from matchers.frames import informative

MOST = 0.5  # of the frames
HARDLY_NEW = (
    2.0  # frames of a film that count as no more than this show one picture, or little else
)
LEAST_FEATURES = 20.0  # a frame; a few of each region of the picture count, five places are needed

Lack = Literal["no_sound", "no_picture", "flat_picture", "mostly_flat", "still", "few_features"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sound of a suspect gives."""

    seconds: int  # whole seconds in which there is any spectral peak
    peaks: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the whole frames of a suspect give."""

    frames: int  # that were read
    telling: int  # that are not black, flat or noise
    new: float  # wholly new frames that these are worth


@dataclass(frozen=True, slots=True)
class Detailed:
    """What the features of a suspect give."""

    frames: int  # that have any
    features: float  # of such a frame, the median


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to go by; None for what the workspace does not look at."""

    heard: Heard | None
    seen: Seen | None
    detailed: Detailed | None


def heard(peaks: Fingerprint) -> Heard:
    """What a fingerprint of peaks holds."""
    return Heard(len(np.unique(np.floor(peaks.times))), len(peaks))


def seen(frames: Fingerprint) -> Seen:
    """What a fingerprint of whole frames holds."""
    telling = int((frames.quality >= MIN_QUALITY).sum())
    return Seen(len(frames), telling, informative(frames) if telling else 0.0)


def detailed(features: Fingerprint) -> Detailed:
    """What a fingerprint of features holds."""
    _, counts = np.unique(features.times, return_counts=True)
    return Detailed(len(counts), float(np.median(counts)) if len(counts) else 0.0)


def lacking(material: Material, is_still: bool) -> Sequence[Lack]:
    """What a suspect lacks; `is_still` of one that is a single picture."""
    return [*_lacking_sound(material.heard, is_still), *_lacking_picture(material, is_still)]


def _lacking_sound(heard: Heard | None, is_still: bool) -> list[Lack]:
    return ["no_sound"] if heard and not heard.peaks and not is_still else []


def _lacking_picture(material: Material, is_still: bool) -> list[Lack]:
    seen, detailed = material.seen, material.detailed
    if seen is None:
        return []
    if not seen.frames:
        return ["no_picture"]
    if not seen.telling:
        return ["flat_picture"]
    lacks: list[Lack] = []
    if seen.telling < MOST * seen.frames:
        lacks.append("mostly_flat")
    if is_still or seen.new < HARDLY_NEW:
        lacks.append("still")
    if detailed is not None and detailed.features < LEAST_FEATURES:
        lacks.append("few_features")
    return lacks
