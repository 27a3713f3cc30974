"""Every scheme there is. Adding one costs its file and one line here."""

from __future__ import annotations

from fingerprint.audio.landmark import Landmark
from fingerprint.audio.learned import Learned
from fingerprint.audio.relief import Outline, Relief
from fingerprint.audio.ridges import Ridges
from fingerprint.scheme import Scheme
from fingerprint.video.dct256 import Dct256, Dct256Inside
from fingerprint.video.orb import Orb, OrbParts
from fingerprint.video.pdq import Pdq
from fingerprint.video.phash import PHash

SCHEMES: tuple[Scheme, ...] = (
    PHash(),
    Dct256(),
    Orb(),
    Orb("video-orbcompact-2"),
    Landmark(),
    Pdq(),
)
# Kept for the hash lists of others, if a workspace asks for them, and never searched as evidence:
# no measured model says how often chance gives their distances.
FOR_OTHERS = ("video-pdq-1",)

# What is read beside the codes that are searched for: of a suspect, and of a reference.
BESIDE: dict[str, tuple[Scheme, ...]] = {
    "audio-landmark-2": (Ridges(), Relief()),
    "video-dct256-1": (Dct256Inside(),),
    "video-orb-2": (OrbParts(),),
    "video-orbcompact-2": (OrbParts(),),
}
# Those of them that a network makes: kept if the workspace asks for it, weighed where it is there.
LEARNED = ("audio-learned-1",)
KEPT_BESIDE: dict[str, tuple[Scheme, ...]] = {"audio-landmark-2": (Outline(), Learned())}


def beside_all() -> tuple[Scheme, ...]:
    """Every scheme that is read beside another one."""
    return tuple(s for table in (BESIDE, KEPT_BESIDE) for row in table.values() for s in row)


def scheme_named(name: str) -> Scheme:
    """The scheme of that name.

    >>> scheme_named("video-phash-1").width
    8
    """
    for scheme in SCHEMES:
        if scheme.name == name:
            return scheme
    raise ValueError(f"no scheme is named {name!r}; there are {', '.join(s.name for s in SCHEMES)}")
