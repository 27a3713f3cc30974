"""What was done to a work, in words."""

from __future__ import annotations

from matchers.match import Match
from matchers.view import Transform

_SOUND = {"other": "other sound", "none": "no sound", "unsure": "sound not told"}
_PICTURE = {
    "other": "other picture",
    "still": "still picture",
    "none": "no picture",
    "unsure": "picture not told",
}


def exchanged(match: Match) -> list[str]:
    """What the sense does that takes no part in a match; nothing where the work has none there.

    >>> from media.clip import Span
    >>> spans = Span(0, 9), Span(0, 9)
    >>> exchanged(Match(1, "video", *spans, 1.0, 0.0, Transform(), 50, 1e-9, sound="other"))
    ['other sound']
    """
    if match.modality == "both":
        return []
    said = _SOUND.get(match.sound) if match.modality == "video" else _PICTURE.get(match.picture)
    return [said] if said else []


def altered(transform: Transform) -> list[str]:
    """Each thing that was done to the picture; nothing if it is as in the work.

    >>> altered(Transform(mirrored=True, rotation_deg=-15.2))
    ['mirrored', 'turned by 15 degrees anticlockwise']
    """
    said = {
        "mirrored": transform.mirrored,
        "in negative": transform.inverted,
        "cropped": transform.crop is not None,
        "inside another picture": transform.picture is not None,
        _turned(transform.rotation_deg): transform.rotation_deg != 0,
    }
    return [words for words, is_so in said.items() if is_so]


def _turned(degrees: float) -> str:
    way = "clockwise" if degrees > 0 else "anticlockwise"
    return f"turned by {abs(degrees):.0f} degrees {way}"
