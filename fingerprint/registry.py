"""Every scheme there is. Adding one costs its file and one line here."""

from __future__ import annotations

from fingerprint.audio.landmark import Landmark
from fingerprint.audio.ridges import Ridges
from fingerprint.scheme import Scheme
from fingerprint.video.dct256 import Dct256
from fingerprint.video.orb import Orb, OrbParts
from fingerprint.video.phash import PHash

SCHEMES: tuple[Scheme, ...] = (
    PHash(),
    Dct256(),
    Orb(),
    Landmark(),
)

# What a suspect is read for beside the codes that are searched for.
BESIDE: dict[str, Scheme] = {"audio-landmark-2": Ridges(), "video-orb-1": OrbParts()}


def scheme_named(name: str) -> Scheme:
    """The scheme of that name.

    >>> scheme_named("video-phash-1").width
    8
    """
    for scheme in SCHEMES:
        if scheme.name == name:
            return scheme
    raise ValueError(f"no scheme is named {name!r}; there are {', '.join(s.name for s in SCHEMES)}")
