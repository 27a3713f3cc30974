"""The cells of the guard: what is done to an excerpt, at lengths where some are just found.

A cell where all is found tells of no small fall, so most lengths are the shortest at which the
engine still finds about nine in ten. Presets are those of the large benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.rows import Row


@dataclass(frozen=True, slots=True)
class GuardRow(Row):
    """A cell. Where `seconds` is 0, each query has a length of its own."""

    series: str = ""  # light, geometric, timed, mixed, hostile; of negatives "negative"


SOUND: dict[str, dict[str, float]] = {
    "light": {
        "lossless": 1,
        "mp3_32k": 1.5,
        "opus_24k": 1.5,
        "compressed": 1.5,
        "phone_band": 1,
        "reverb": 2,
    },
    "mixed": {
        "pink_+5db": 1.5,
        "pink_+0db": 2,
        "pink_-5db": 4,
        "music_+5db": 1.5,
        "music_+0db": 2,
        "music_-5db": 4,
    },
    "timed": {
        "tempo_-5": 2,
        "tempo_+10": 2,
        "pitch_-1": 2,
        "pitch_+2": 2,
        "speed_-8": 1.2,
        "speed_+4.17": 1.2,
        "speed_+15": 1.2,
    },
    "hostile": {"camcorder": 3, "embedded": 1.5, "hostile_sound_2": 4, "hostile_sound": 3},
}
PICTURE: dict[str, dict[str, float]] = {
    "light": {
        "plain": 1,
        "grey_seen": 1,
        "blur_strong": 1,
        "noise_strong": 1,
        "dim": 1,
        "invert": 1,
    },
    "geometric": {
        "letterbox17": 1,
        "caption": 1,
        "mirror_seen": 1,
        "crop25_anywhere": 1,
        "crop40_anywhere": 1,
        "rotate15": 1,
        "rotate90": 1,
        "pip50": 1,
        "pip35": 2,
        "reaction": 1.5,
    },
    "timed": {"pace_0.75": 1, "pace_1.25": 1},
    "hostile": {
        "camcorder_seen": 2,
        "camcorder_letterbox": 2,
        "hostile_seen": 1.5,
        "mirror_pip50": 1,
        "crop25_mirror_grade": 1,
    },
}
BOTH: dict[str, dict[str, float]] = {"hostile": {"hostile_both": 1}}
NEGATIVE_SOUND = ("lossless", "mp3_32k", "pink_+0db", "camcorder", "speed_+4.17", "hostile_sound_2")
NEGATIVE_PICTURE = ("plain", "blur_strong", "invert", "mirror_seen", "rotate15", "crop40_anywhere")


def _cells(modality: str, table: dict[str, dict[str, float]]) -> Iterator[GuardRow]:
    called = {"audio": "sound", "video": "picture", "both": "both"}[modality]
    for series, presets in table.items():
        for preset, seconds in presets.items():
            short = preset.removesuffix("_seen").removesuffix("_sound").removesuffix("_both")
            name = f"{called}_{short}_{seconds:g}s"
            yield GuardRow(name, modality, seconds, preset, series=series)


def _negatives() -> Iterator[GuardRow]:
    for modality, presets in (("audio", NEGATIVE_SOUND), ("video", NEGATIVE_PICTURE)):
        for preset in presets:
            name = f"negative_{modality}_{preset}"
            yield GuardRow(name, modality, 0, preset, negative=True, series="negative")


ROWS: tuple[GuardRow, ...] = (
    *_cells("audio", SOUND),
    *_cells("video", PICTURE),
    *_cells("both", BOTH),
    *_negatives(),
)
CELLS: tuple[GuardRow, ...] = tuple(row for row in ROWS if not row.negative)
