"""Every scheme there is. Adding one costs its file and one line here."""

from __future__ import annotations

from fingerprint.audio.landmark import Landmark
from fingerprint.scheme import Scheme
from fingerprint.video.dct256 import Dct256
from fingerprint.video.phash import PHash

SCHEMES: tuple[Scheme, ...] = (
    PHash(),
    Dct256(),
    Landmark(),
)


def scheme_named(name: str) -> Scheme:
    """The scheme of that name.

    >>> scheme_named("video-phash-1").width
    8
    """
    for scheme in SCHEMES:
        if scheme.name == name:
            return scheme
    raise ValueError(f"no scheme is named {name!r}; there are {', '.join(s.name for s in SCHEMES)}")
