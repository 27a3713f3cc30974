"""Matches in the words of a language: how rare they are, how fast, what was done to the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from reelprint.console.texts import Texts
from reelprint.showing.words import LEAST_PITCH, MOST_POWER, raised

LEAST_SPEED = 0.0005  # less is not worth a word


def rarity(e_value: float, t: Texts) -> Markup:
    """What an E-value means. It never overstates: 3e-19 is said as one in 10 to the power of 18."""
    mantissa, exponent = f"{e_value:.0e}".split("e")
    power = -int(exponent) - (mantissa != "1")
    if power < 1:
        return t("rarity.none")
    if power > MOST_POWER:
        return t("rarity.beyond")
    return t("rarity.one_in", searches=f"10{raised(power)}")


def speed(match: Mapping[str, Any], t: Texts) -> Markup:
    """How fast the sample runs through the work."""
    off = float(match["speed"]) - 1
    if abs(off) < LEAST_SPEED:
        return t("review.speed_same")
    key = "review.speed_faster" if off > 0 else "review.speed_slower"
    return t(key, percent=f"{100 * abs(off):.1f} %")


def pitch(match: Mapping[str, Any], t: Texts) -> Markup:
    """How far the sample's sound lies above the work's."""
    if match["modality"] == "video":
        return t("review.pitch_none")
    semitones = float(match["pitch_semitones"])
    if abs(semitones) < LEAST_PITCH:
        return t("review.pitch_same")
    key = "review.pitch_above" if semitones > 0 else "review.pitch_below"
    return t(key, semitones=f"{abs(semitones):.2f}")


def picture(match: Mapping[str, Any], t: Texts) -> str:
    """What was done to the picture."""
    if match["modality"] == "audio":
        return t("review.picture_none")
    said = list(_altered(match["transform"], t))
    return Markup(", ").join(said) if said else t("review.picture_same")


def _altered(transform: Mapping[str, Any], t: Texts) -> Iterator[Markup]:
    flags = {"mirrored": "mirrored", "inverted": "inverted", "crop": "cropped", "picture": "inset"}
    yield from (t(f"altered.{word}") for flag, word in flags.items() if transform.get(flag))
    if degrees := float(transform.get("rotation_deg") or 0.0):
        yield t("altered.turned", degrees=f"{degrees:.0f}")
