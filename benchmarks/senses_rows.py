"""The rows of the benchmark of two senses: what is done to sound and picture, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmarks.distort import Distortion
from benchmarks.presets import PRESETS

# What a suspect does with one sense of the work: as `identify` says it, without what it may leave
# open.
Fact = Literal["same", "other", "still", "none"]
# Where the other sound comes from: works that are not registered, or another registered one.
Other = Literal["none", "foreign", "registered"]


@dataclass(frozen=True, slots=True)
class SensesRow:
    """Excerpts of works with sound and picture under one treatment."""

    name: str
    seconds: float
    preset: str
    sound: Fact
    picture: Fact
    kind: str  # what a person would call it
    other: Other = "foreign"
    target: float | None = None  # recall of the engine with both senses
    times: int = 1  # as many queries as of an ordinary row

    @property
    def how(self) -> Distortion:
        """The distortion."""
        return PRESETS[self.preset]


def _copy(name: str, seconds: float, preset: str) -> SensesRow:
    return SensesRow(name, seconds, preset, "same", "same", "copy")


SENSES_ROWS: tuple[SensesRow, ...] = (
    SensesRow("hostile_10s", 10, "hostile_both", "same", "same", "copy", target=0.99, times=12),
    _copy("hostile_5s", 5, "hostile_both"),
    _copy("bad_sound_10s", 10, "bad_sound"),
    _copy("bad_picture_10s", 10, "bad_picture"),
    _copy("both_bad_10s", 10, "both_bad"),
    _copy("both_bad_5s", 5, "both_bad"),
    _copy("under_music_10s", 10, "under_music"),
    SensesRow("other_music_10s", 10, "other_music", "other", "same", "re-scored"),
    SensesRow("other_music_5s", 5, "other_music", "other", "same", "re-scored"),
    SensesRow("other_speech_10s", 10, "other_speech", "other", "same", "dub"),
    SensesRow("other_work_10s", 10, "other_music", "other", "same", "dub", "registered"),
    SensesRow("no_sound_10s", 10, "no_sound", "none", "same", "picture only", "none"),
    SensesRow("silenced_10s", 10, "silenced", "none", "same", "picture only", "none"),
    SensesRow("blackened_10s", 10, "blackened", "same", "none", "sound only"),
    SensesRow("over_card_10s", 10, "over_card", "same", "still", "sound only"),
    SensesRow("over_film_10s", 10, "over_film", "same", "other", "other picture"),
    SensesRow("over_film_5s", 5, "over_film", "same", "other", "other picture"),
)
