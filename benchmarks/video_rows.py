"""The rows of the video benchmark: what is done to an excerpt, and what is expected.

Targets are recall at the shipped threshold. `series` groups the rows for the tables; in rows of one
curve `amount` tells them apart. Rows without a target are attacks that the issue does not name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.presets import CROPS, PICTURE_SPEEDS, PIPS
from benchmarks.rows import Row

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class VideoRow(Row):
    """Excerpts under one attack. Where `seconds` is 0, each query has a length of its own."""

    series: str = ""
    amount: float | None = None  # seconds, percent, degrees, or a speed


def _row(
    name: str,
    preset: str,
    series: str,
    target: float | None = None,
    amount: float | None = None,
    seconds: float = SECONDS,
) -> VideoRow:
    return VideoRow(name, "video", seconds, preset, target=target, series=series, amount=amount)


def _light() -> Iterator[VideoRow]:
    """Length, codecs and colours: the frame stays where it is."""
    for seconds, target in ((2, 0.98), (5, 0.99), (10, 0.99)):
        yield _row(f"clip_{seconds}s", "plain", "length", target, seconds, seconds)
    for name, preset in (
        ("crf37", "crf37"),
        ("lines180", "lines180"),
        ("fps15", "fps15_seen"),
        ("grey", "grey_seen"),
        ("grade", "grade"),
        ("logo_subtitle", "logo_subtitle_seen"),
        ("blur", "blur_seen"),
    ):
        yield _row(name, preset, "light", 0.99)
    yield _row("noise", "noise_strong", "light", 0.98)
    yield _row("invert", "invert", "light", 0.97)
    for name in ("fps10", "blur_strong", "dim"):
        yield _row(name, name, "light")


def _geometry() -> Iterator[VideoRow]:
    """Bars, mirrors, crops and turns."""
    yield _row("letterbox", "letterbox17", "bars", 0.99)
    yield _row("pillarbox", "pillarbox20", "bars", 0.99)
    yield _row("caption", "caption", "bars", 0.98)
    yield _row("mirror", "mirror_seen", "mirror", 0.99)
    for share, target in zip(CROPS, (0.99, 0.98, 0.95), strict=True):
        yield _row(f"crop_{share}", f"crop{share}_anywhere", "crop", target, share)
        yield _row(f"crop_{share}_middle", f"crop{share}_middle", "crop in the middle", None, share)
    for degrees, preset, target in (
        (5, "rotate5", 0.98),
        (15, "rotate15", 0.97),
        (90, "rotate90", 0.97),
    ):
        yield _row(f"rotate_{degrees}", preset, "rotation", target, degrees)
    yield _row("rotate_180", "rotate180", "rotation", None, 180)
    yield _row("rotate_5_filled", "rotate5_filled", "rotation filled", None, 5)
    for name in ("squeeze", "zoom", "upright"):
        yield _row(name, name, "shape")


def _time() -> Iterator[VideoRow]:
    """Speed, and excerpts within something longer."""
    for speed in PICTURE_SPEEDS:
        yield _row(f"speed_{speed}", f"pace_{speed}", "speed", 0.99, float(speed))
    yield _row("splice_5s_in_30s", "splice", "splice", 0.98)
    yield _row("splice_hostile", "hostile_splice", "splice")


def _layouts() -> Iterator[VideoRow]:
    """The picture as a part of another, filmed, or all at once."""
    for share, target in zip(PIPS, (0.97, 0.88), strict=True):
        yield _row(f"pip_{share}", f"pip{share}", "picture in picture", target, share)
    yield _row("reaction", "reaction", "layout", 0.97)
    yield _row("halves", "halves", "layout")
    yield _row("camcorder", "camcorder_seen", "camcorder", 0.95)
    yield _row("hostile", "hostile_seen", "hostile", 0.97)
    for name in (
        "mirror_pip50",
        "mirror_reaction",
        "crop25_letterbox",
        "rotate5_grade",
        "caption_mirror",
        "crop25_mirror_grade",
        "camcorder_letterbox",
        "invert_mirror",
    ):
        yield _row(name, name, "combined")


def _negatives() -> Iterator[VideoRow]:
    """Works that are not registered, as they are and attacked, 2 to 10 s long."""
    for name in (
        "plain",
        "lines180",
        "blur_strong",
        "noise_strong",
        "invert",
        "letterbox17",
        "caption",
        "mirror_seen",
        "crop40_anywhere",
        "rotate15",
        "pip50",
        "reaction",
        "camcorder_seen",
        "hostile_seen",
        "splice",
    ):
        short = name.removesuffix("_seen").removesuffix("_anywhere")
        yield VideoRow(f"negative_{short}", "video", 0, name, negative=True, series="negative")


def _film() -> Iterator[VideoRow]:
    """A minute within two hours: made only when it is asked for by name, for it takes long."""
    yield _row("minute_in_two_hours", "in_two_hours", "film", 0.98, seconds=60)


# Real files that nobody here made, and films that carry nothing to find.
REAL_ROW = VideoRow("real_copies", "video", 0, "plain", target=1.0, series="real copies")
EMPTY_ROW = VideoRow("negative_empty", "video", 0, "plain", negative=True, series="negative")
CUT_ROWS: tuple[VideoRow, ...] = (*_light(), *_geometry(), *_time(), *_layouts(), *_negatives())
VIDEO_ROWS: tuple[VideoRow, ...] = (REAL_ROW, *CUT_ROWS, EMPTY_ROW)
FILM_ROWS: tuple[VideoRow, ...] = tuple(_film())
