"""How long a sound or film is, how large a picture, from their headers; nothing is decoded."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from media.clip import Unreadable
from media.container import MAX_PIXELS, Media
from training.sources import Kind

PICTURES: tuple[Kind, ...] = ("picture", "drawing")
# Shorter or smaller files teach nothing: seconds of a sound or film, pixels of the shorter side.
LEAST: dict[Kind, float] = {
    "music": 10.0,
    "speech": 0.5,
    "noise": 0.3,
    "film": 1.0,
    "picture": 128,
    "drawing": 128,
}
UNREADABLE = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a header states: seconds (0 for a picture), width and height (0 for a sound)."""

    seconds: float
    width: int = 0
    height: int = 0


def look(path: Path, kind: Kind) -> Look | None:
    """What the header of a file states; None where it says nothing, or too little or too much."""
    seen = _picture(path) if kind in PICTURES else _timed(path)
    if seen is None:
        return None
    size = min(seen.width, seen.height) if kind in PICTURES else seen.seconds
    return seen if size >= LEAST[kind] else None


def _picture(path: Path) -> Look | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                width, height = image.size
    except UNREADABLE:
        return None
    return Look(0.0, width, height) if width * height <= MAX_PIXELS else None


def _timed(path: Path) -> Look | None:
    try:
        media = Media(path)
    except Unreadable:
        return None
    try:
        return Look(round(media.stated_s or 0.0, 3))
    finally:
        media.close()
