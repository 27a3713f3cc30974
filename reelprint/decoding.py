"""What runs in the cage: an open file to fingerprints. Nothing here can open or start anything."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from io import BufferedReader
from pkgutil import walk_packages

import av
import cv2

from fingerprint.extract import MIRRORED, PLAIN, asked_for, fingerprint_all
from fingerprint.registry import SCHEMES, beside_all
from fingerprint.synthetic import synthetic_clips
from media.reader import Reader
from media.sampling import Sampling
from reelprint.cage.keeper import Asked
from reelprint.cage.parcel import Parcel

_NOT_FOR_READING = {"av.__main__", "av.datasets"}  # a command line, downloads
_NAMED = {scheme.name: scheme for scheme in (*SCHEMES, *beside_all())}


def prepare() -> None:
    """Load what reading needs and make the tables that it makes once, for all files to share."""
    cv2.setNumThreads(1)  # a thread cannot be started in the cage
    for module in walk_packages(av.__path__, "av."):  # it loads some of itself when it meets them
        if module.name not in _NOT_FOR_READING:
            import_module(module.name)
    import_module("reelprint.describing")
    import_module("reelprint.glancing")
    import_module("reelprint.showing.looking")
    for clip in synthetic_clips().values():
        fingerprint_all([clip], list(_NAMED.values()), (PLAIN, MIRRORED))


def read(file: BufferedReader, asked: Asked) -> Parcel:
    """The fingerprints of a file. Raises `Unreadable`.

    The arrays are codes, times and quality of what `asked_for` names, in its order.
    """
    schemes = [_NAMED[name] for name in asked["schemes"]]
    views = asked["views"]
    with Reader(file, Sampling(**asked["sampling"]), asked["deadline_s"]) as reader:
        found = fingerprint_all(reader, schemes, views)
    said = {
        "kind": reader.kind,
        "duration_s": reader.duration_s,
        "losses": [list(asdict(loss).values()) for loss in reader.losses],
    }
    prints = (found[view, scheme.name] for view, scheme in asked_for(schemes, views))
    return Parcel(said, [part for one in prints for part in (one.codes, one.times, one.quality)])
