"""What runs in the cage to find what is burnt into a picture."""

from __future__ import annotations

from io import BufferedReader

import numpy as np

from fingerprint.video.overlay import overlays
from media.glimpses import glimpses
from reelprint.cage.keeper import Asked
from reelprint.cage.parcel import Parcel

MOST_FRAMES, SIDE = 64, 640


def burnt_in(file: BufferedReader, asked: Asked) -> Parcel:
    """Where overlays lie, in cells, as `places`, and their edges as bytes, an array each; and how
    many `frames` were looked at. Raises `Unreadable`."""
    luma = glimpses(file, MOST_FRAMES, SIDE, bool(asked["key_frames_only"]))
    found = overlays(luma)
    places = [[one.left, one.top] for one in found]
    said = {"frames": len(luma), "places": places}
    return Parcel(said, [one.edges.view(np.uint8) for one in found])
