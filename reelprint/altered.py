"""What was done to a picture, in words."""

from __future__ import annotations

from matchers.view import Transform


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
