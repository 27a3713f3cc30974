"""Matches of an answer as pages say them: in words of the reader's language, and as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from media.clip import Span
from reelprint.console.drawing import Lane, Timeline, bar, timeline
from reelprint.console.texts import Texts
from reelprint.console.words import clock

LEAST_SPEED = 0.0005  # less is not seen in three digits
LEAST_PITCH = 0.05  # semitones; less is not worth a word
MOST_POWER = 100  # beyond it no model of chance means anything
MOST_LANES = 12
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

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
            rarity(t, float(one["e_value"])),
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
        t("altered.faster", percent=f"{100 * (speed - 1):.1f}"): speed - 1 >= LEAST_SPEED,
        t("altered.slower", percent=f"{100 * (1 - speed):.1f}"): 1 - speed >= LEAST_SPEED,
        t("altered.higher", semitones=f"{pitch:.2f}"): has_sound and pitch >= LEAST_PITCH,
        t("altered.lower", semitones=f"{-pitch:.2f}"): has_sound and -pitch >= LEAST_PITCH,
        t("altered.mirrored"): has_picture and transform["mirrored"],
        t("altered.inverted"): has_picture and transform["inverted"],
        t("altered.cropped"): has_picture and transform["crop"] is not None,
        t("altered.inside"): has_picture and transform["picture"] is not None,
        t("altered.clockwise", degrees=f"{turned:.0f}"): has_picture and turned > 0,
        t("altered.anticlockwise", degrees=f"{-turned:.0f}"): has_picture and turned < 0,
    }
    return [*(words for words, is_so in said.items() if is_so), *_exchanged(t, one)]


def rarity(t: Texts, e_value: float) -> Markup:
    """What an E-value means; it never overstates.

    >>> from reelprint.console.texts import texts_of
    >>> str(rarity(texts_of("en"), 3.2e-19))
    'chance alone would give one match this good in about 10¹⁸ searches like this one'
    """
    if e_value <= 0:
        return t("rarity.least", most=_power(MOST_POWER))
    mantissa, exponent = f"{e_value:.0e}".split("e")
    power = -int(exponent) - (mantissa != "1")
    if power < 1:
        return t("rarity.common")
    if power > MOST_POWER:
        return t("rarity.least", most=_power(MOST_POWER))
    return t("rarity.rare", searches=_power(power))


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


def _power(power: int) -> str:
    return f"10{str(power).translate(_RAISED)}"

