"""The rows of the recall benchmark: what is done to an excerpt, and what is expected.

A later benchmark adds its rows here; queries, systems, scores and report follow from the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.distort import Distortion
from benchmarks.presets import PRESETS


@dataclass(frozen=True, slots=True)
class Row:
    """Excerpts of one length under one distortion."""

    name: str
    modality: str  # what the source must have: "video", "audio" or "both"
    seconds: float
    preset: str
    negative: bool = False  # excerpts of works that are not registered
    target: float | None = None  # recall; None: reported without target

    @property
    def how(self) -> Distortion:
        """The distortion."""
        return PRESETS[self.preset]


ROWS: tuple[Row, ...] = (
    Row("video_crf35_240p_5s", "video", 5, "crf35_240p", target=0.99),
    Row("audio_mp3_32k_5s", "audio", 5, "mp3_32k", target=0.98),
    Row("video_mirror_5s", "video", 5, "mirror"),
    Row("video_crop10_5s", "video", 5, "crop10"),
    Row("video_logo_subtitle_5s", "video", 5, "logo_subtitle"),
    Row("video_speed_1.05_5s", "video", 5, "speed_1.05"),
    Row("audio_music_6db_5s", "audio", 5, "music_6db"),
    Row("audio_phone_5s", "audio", 5, "phone"),
    Row("audio_speed_pal_10s", "audio", 10, "speed_pal"),
    Row("av_hostile_5s", "both", 5, "hostile"),
    Row("negative_video_5s", "video", 5, "crf35_240p", negative=True),
    Row("negative_audio_5s", "audio", 5, "mp3_32k", negative=True),
)


AnyRow = TypeVar("AnyRow", bound=Row)


def choose(names: str, rows: Sequence[AnyRow], known: Sequence[AnyRow] = ()) -> list[AnyRow]:
    """The rows of a comma-separated list, or all of them for an empty one.

    `known` may hold rows beside those that are chosen when none is named.
    Raises ValueError for a name that is not a row.
    """
    table = {row.name: row for row in known or rows}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in table]
    if unknown:
        raise ValueError(f"not a row: {', '.join(unknown)}; rows are {', '.join(table)}")
    return [table[name] for name in wanted] or list(rows)
