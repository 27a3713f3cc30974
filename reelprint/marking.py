"""What is burnt into the picture of a captured file, found in the cage."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fingerprint.video.overlay import MOST_OVERLAYS, Overlay
from media.clip import Unreadable
from media.source import open_regular
from reelprint.cage import caged
from reelprint.cage.limits import Limits
from reelprint.cage.parcel import Array, Parcel, plain
from reelprint.extraction import deadline_s
from reelprint.glancing import burnt_in

ENOUGH_FRAMES = 20  # key frames: streams have one each second or two; if fewer, all are decoded


def overlays_of(path: Path) -> tuple[Overlay, ...]:
    """What is burnt into a media file's picture. Raises `Unreadable`."""
    found, frames = _looked(path, key_frames_only=True)
    return found if found or frames >= ENOUGH_FRAMES else _looked(path, key_frames_only=False)[0]


def _looked(path: Path, key_frames_only: bool) -> tuple[tuple[Overlay, ...], int]:
    asked = {"key_frames_only": key_frames_only}
    with open_regular(path) as file:
        return believed(caged.run(burnt_in, file, asked, Limits.within(deadline_s(path))))


def believed(parcel: Parcel) -> tuple[tuple[Overlay, ...], int]:
    """Overlays and the number of frames, if what came out of the cage has the form of them. Raises
    `Unreadable`."""
    try:
        places, frames = parcel.said["places"], parcel.said["frames"]
        if type(frames) is not int or len(places) > MOST_OVERLAYS:
            raise ValueError("there is more than was asked for")
        pairs = zip(places, parcel.arrays, strict=True)
        return tuple(_overlay(place, edges) for place, edges in pairs), frames
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the decoder gave what is no overlay: {plain(error)}") from error


def _overlay(place: object, edges: Array) -> Overlay:
    if not isinstance(place, list) or [type(one) for one in place] != [int, int]:
        raise ValueError("it has no place")
    if edges.dtype != np.uint8:
        raise ValueError("it has no edges")
    return Overlay(place[0], place[1], edges.view(np.int8))
