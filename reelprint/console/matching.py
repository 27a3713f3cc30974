"""Matches of an answer as pages say them: in words of the reader's language, and as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from media.clip import Span
from reelprint.console.drawing import Lane, Timeline, bar, timeline
from reelprint.console.rarity import rarity
from reelprint.console.texts import Texts
from reelprint.console.words import clock

LEAST_SPEED = 0.0005  # less is not seen in three digits
LEAST_PITCH = 0.05  # semitones; less is not worth a word
MOST_LANES = 12

Match = Mapping[str, Any]  # one of `matches` of `identify --json`


@dataclass(frozen=True, slots=True)
class Shown:
    """A match with what pages say of it."""

    number: int  # from 1, the most certain first
    of: Match
    query: Span
    reference: Span
    href: str
    altered: str  # what was done to it, in words
    rarity: Markup  # what its E-value means

    @property
    def speed(self) -> float:
        """Seconds of the work a second of the suspect."""
        return float(self.of["speed"])


def shown(t: Texts, job_id: str, matches: Sequence[Match]) -> list[Shown]:
    """The matches of an answer, in its order."""
    return [
        Shown(
            number,
            one,
            span(one["query"]),
            span(one["reference"]),
            f"/suspects/{job_id}/matches/{number}",
            ", ".join(altered(t, one)),
            rarity(float(one["e_value"]), t),
        )
        for number, one in enumerate(matches, start=1)
    ]


def bars(t: Texts, matches: Sequence[Shown], duration_s: float | None) -> Timeline | None:
    """Where in the suspect works were found: a row for each work, the most certain first."""
    if not duration_s:
        return None
    rows: dict[str, list[Shown]] = {}
    for one in matches:
        rows.setdefault(one.of["work_id"], []).append(one)
    lanes = [
        Lane(
            str(some[0].of["title"]),
            tuple(
                bar(one.query, duration_s, "match", _says(t, one), one.number, one.href)
                for one in some
            ),
        )
        for some in list(rows.values())[:MOST_LANES]
    ]
    return timeline(duration_s, lanes)


def altered(t: Texts, one: Match) -> list[str]:
    """Each thing that was done to what matches; nothing if it is as in the work."""
    transform, speed = one["transform"], float(one["speed"])
    has_picture, has_sound = one["modality"] != "audio", one["modality"] != "video"
    pitch, turned = float(one["pitch_semitones"]), float(transform["rotation_deg"])
    said = {
        t("altering.faster", percent=f"{100 * (speed - 1):.1f}"): speed - 1 >= LEAST_SPEED,
        t("altering.slower", percent=f"{100 * (1 - speed):.1f}"): 1 - speed >= LEAST_SPEED,
        t("altering.higher", semitones=f"{pitch:.2f}"): has_sound and pitch >= LEAST_PITCH,
        t("altering.lower", semitones=f"{-pitch:.2f}"): has_sound and -pitch >= LEAST_PITCH,
        t("altering.mirrored"): has_picture and transform["mirrored"],
        t("altering.inverted"): has_picture and transform["inverted"],
        t("altering.cropped"): has_picture and transform["crop"] is not None,
        t("altering.inside"): has_picture and transform["picture"] is not None,
        t("altering.clockwise", degrees=f"{turned:.0f}"): has_picture and turned > 0,
        t("altering.anticlockwise", degrees=f"{-turned:.0f}"): has_picture and turned < 0,
    }
    return [*(words for words, is_so in said.items() if is_so), *_exchanged(t, one)]


def span(said: Mapping[str, float]) -> Span:
    """A stretch of the contract."""
    return Span(float(said["start_s"]), float(said["end_s"]))


def _says(t: Texts, one: Shown) -> str:
    return t("match.bar", n=one.number, title=one.of["title"], range=clock(one.query)).striptags()


def _exchanged(t: Texts, one: Match) -> list[str]:
    """What the sense does that takes no part in the match."""
    if one["modality"] == "both":
        return []
    sense = "sound" if one["modality"] == "video" else "picture"
    standing = one[sense]
    return [] if standing in ("same", "not_registered") else [t(f"exchanged.{sense}.{standing}")]
