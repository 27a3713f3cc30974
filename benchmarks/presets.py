"""Distortions by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from benchmarks.distort import Distortion, Step

# A PAL transfer of a film runs at 25/24 of its speed.
PAL = Fraction(25, 24)

_RECALL: dict[str, Distortion] = {
    "clean": Distortion(),
    "crf35_240p": Distortion((("scale", 240),), sound=None, crf=35),
    "mirror": Distortion((("scale", 360), ("mirror", 1)), sound=None),
    "crop10": Distortion((("scale", 360), ("crop", 0.10)), sound=None),
    "letterbox": Distortion((("scale", 360), ("letterbox", 0.12)), sound=None),
    "grey": Distortion((("scale", 360), ("grey", 1)), sound=None),
    "blur": Distortion((("scale", 360), ("blur", 2)), sound=None),
    "logo_subtitle": Distortion((("scale", 360), ("logo", 0.12), ("subtitle", 0.06)), sound=None),
    "fps15": Distortion((("scale", 360),), sound=None, fps=15),
    "speed_1.05": Distortion((("scale", 360),), sound=None, speed=Fraction(21, 20)),
    "mp3_32k": Distortion(None, codec="libmp3lame", bit_rate=32_000),
    "aac_64k": Distortion(None, bit_rate=64_000),
    "opus_24k": Distortion(None, codec="libopus", bit_rate=24_000),
    "music_6db": Distortion(None, sound=(("mix", 6),), bit_rate=64_000),
    "noise_10db": Distortion(None, sound=(("noise", 10),), bit_rate=64_000),
    "phone": Distortion(None, sound=(("phone", 1),), bit_rate=64_000),
    "speed_pal": Distortion(None, speed=PAL, bit_rate=64_000),
    "hostile": Distortion(
        (("scale", 360), ("mirror", 1), ("crop", 0.10), ("logo", 0.12), ("subtitle", 0.06)),
        sound=(("mix", 6),),
        speed=PAL,
        crf=32,
        bit_rate=64_000,
    ),
}


def _sound(*steps: Step, codec: str = "flac", bit_rate: int = 0) -> Distortion:
    """Sound alone; written without loss unless a codec is named, so that only `steps` happen."""
    return Distortion(None, sound=steps, codec=codec, bit_rate=bit_rate)


def percent(change: str) -> Fraction:
    """The factor of a change of speed or tempo.

    >>> percent("+2"), percent("-4.17")
    (Fraction(51, 50), Fraction(23, 24))
    """
    exact = {"+4.17": PAL, "-4.17": 2 - PAL}
    return exact.get(change, 1 + Fraction(change) / 100)


def _mixes(decibels: Iterable[int]) -> Iterable[tuple[str, Distortion]]:
    """Something on top, from far below to well above the work."""
    for db in decibels:
        yield f"pink_{db:+}db", _sound(("pink", db))
        yield f"music_{db:+}db", _sound(("mix", db))
        yield f"speech_{db:+}db", replace(_sound(("mix", db)), over="speech")


SNRS = (10, 5, 0, -5, -10)
TEMPOS = ("-10", "-5", "-2", "+2", "+5", "+10")
PITCHES = (-2, -1, 1, 2)
SPEEDS = (
    *("-15", "-10", "-8", "-7.1", "-4.17", "-4", "-3.3", "-2"),
    *("+2", "+3.3", "+4.17", "+8", "+12.6", "+15"),
)
LEAD_S = 8.0
# What a pirate's copy of a film on television goes through: sped up, talked over, through a small
# loudspeaker, coded.
_HOSTILE = replace(
    _sound(("mix", 10), ("phone", 1), codec="aac", bit_rate=64_000), speed=PAL, over="speech"
)
# Made to slip past a filter: raised, slowed down, under other music, coded poorly.
_HOSTILE_2 = replace(
    _sound(("mix", 6), codec="libmp3lame", bit_rate=48_000), tempo=0.97, semitones=1
)

_AUDIO: dict[str, Distortion] = {
    "lossless": _sound(),
    "reverb": _sound(("reverb", 0.6)),
    "phone_band": _sound(("phone", 1)),
    "camcorder": _sound(("camcorder", 1)),
    "compressed": _sound(("compress", 1)),
    "embedded": replace(_sound(), lead_s=LEAD_S),
    "embedded_fast": replace(
        _sound(codec="aac", bit_rate=64_000), speed=percent("+3.3"), lead_s=LEAD_S
    ),
    "hostile_sound": _HOSTILE,
    "hostile_sound_2": _HOSTILE_2,
    **dict(_mixes(SNRS)),
    **{f"tempo_{t}": replace(_sound(), tempo=float(percent(t))) for t in TEMPOS},
    **{f"pitch_{p:+}": replace(_sound(), semitones=p) for p in PITCHES},
    **{f"speed_{s}": replace(_sound(), speed=percent(s)) for s in SPEEDS},
}


def _seen(*steps: Step, lines: int = 360, **how: Any) -> Distortion:
    """Picture alone, of so many lines at most before anything is done to it."""
    return Distortion((("scale", lines), *steps), sound=None, exact=True, **how)


PICTURE_SPEEDS = ("0.75", "0.9", "1.05", "1.25")
# Shares of both sides that are lost.
CROPS = (10, 25, 40)
ROTATIONS = (5, 15)
PIPS = (50, 35)
# What an upload goes through that is made to slip past a filter.
_HOSTILE_PICTURE: tuple[Step, ...] = (
    *(("mirror", 1), ("window", 0.15), ("logo", 0.12), ("subtitle", 0.06)),
)
_CAMCORDER: Step = ("screen", 1)
# Frames around an excerpt of 5 s that make 30 s of it, and around one of a minute, two hours.
SPLICE_S, FILM_S = 12.5, 3570.0

_VIDEO: dict[str, Distortion] = {
    "plain": _seen(crf=23),
    "crf37": _seen(crf=37),
    "lines180": _seen(lines=180, crf=30),
    "fps15_seen": _seen(fps=15),
    "fps10": _seen(fps=10),
    "grey_seen": _seen(("grey", 1)),
    "grade": _seen(("grade", 1)),
    "logo_subtitle_seen": _seen(("logo", 0.12), ("subtitle", 0.06)),
    "blur_seen": _seen(("blur", 2)),
    "blur_strong": _seen(("blur", 5)),
    "noise_strong": _seen(("noise", 30)),
    "dim": _seen(("dim", 1.8)),
    "letterbox17": _seen(("letterbox", 0.17)),
    "pillarbox20": _seen(("pillarbox", 0.20)),
    "caption": _seen(("caption", 1)),
    "mirror_seen": _seen(("mirror", 1)),
    "invert": _seen(("invert", 1)),
    **{f"crop{p}_anywhere": _seen(("window", p / 100)) for p in CROPS},
    **{f"crop{p}_middle": _seen(("crop", p / 200)) for p in CROPS},
    **{f"rotate{degrees}": _seen(("rotate", degrees)) for degrees in ROTATIONS},
    "rotate5_filled": _seen(("rotate", 5), ("crop", 0.08)),
    "rotate90": _seen(("quarter", 1)),
    "rotate180": _seen(("quarter", 2)),
    **{f"pace_{s}": _seen(speed=Fraction(s)) for s in PICTURE_SPEEDS},
    **{f"pip{p}": _seen(("pip", p / 100)) for p in PIPS},
    "reaction": _seen(("panel", 0.62)),
    "camcorder_seen": _seen(_CAMCORDER),
    "hostile_seen": _seen(*_HOSTILE_PICTURE, speed=Fraction(21, 20), crf=32),
    "splice": _seen(lead_s=SPLICE_S),
    "in_two_hours": _seen(lines=240, fps=12, crf=32, lead_s=FILM_S),
    # What the issue does not name.
    "mirror_pip50": _seen(("mirror", 1), ("pip", 0.5)),
    "mirror_reaction": _seen(("mirror", 1), ("panel", 0.62)),
    "crop25_letterbox": _seen(("window", 0.25), ("letterbox", 0.17)),
    "rotate5_grade": _seen(("rotate", 5), ("grade", 1)),
    "caption_mirror": _seen(("mirror", 1), ("caption", 1)),
    "crop25_mirror_grade": _seen(("mirror", 1), ("window", 0.25), ("grade", 1)),
    "camcorder_letterbox": _seen(("letterbox", 0.12), _CAMCORDER),
    "invert_mirror": _seen(("invert", 1), ("mirror", 1)),
    "hostile_splice": _seen(*_HOSTILE_PICTURE, speed=Fraction(21, 20), crf=32, lead_s=SPLICE_S),
    "upright": _seen(("upright", 640)),
    "halves": _seen(("halves", 1), ("scale", 480)),
    "squeeze": _seen(("squeeze", 0.75)),
    "zoom": _seen(("zoom", 0.3)),
}

# Picture and sound, the same bytes each time.
_LIGHT: tuple[Step, ...] = (("crop", 0.05), ("logo", 0.12))


def _both(picture: Iterable[Step], sound: tuple[Step, ...] | None, **how: Any) -> Distortion:
    """Picture and sound, each as it is said."""
    shown = (("scale", 360), *picture)
    return Distortion(shown, sound, crf=28, bit_rate=64_000, exact=True, **how)


_BOTH = {
    "hostile_both": replace(_RECALL["hostile"], exact=True),
    "bad_sound": _both((), (("mix", -5), ("phone", 1))),
    "bad_picture": _both((("window", 0.25), _CAMCORDER), ()),
    "both_bad": _both((("window", 0.15), _CAMCORDER), (("mix", 0), ("phone", 1))),
    "other_music": _both(_LIGHT, (("instead", 0),)),
    "other_speech": _both(_LIGHT, (("instead", 0),), over="speech"),
    "under_music": _both(_LIGHT, (("mix", 0),)),
    "silenced": _both(_LIGHT, (("silence", 0),)),
    "no_sound": _both(_LIGHT, None),
    "blackened": _both((("black", 1),), (("mix", 10),)),
    "over_card": _both((("card", 1),), (("mix", 10),)),
    "over_film": _both((("instead", 1),), (("mix", 10),)),
}

PRESETS = _RECALL | _AUDIO | _VIDEO | _BOTH
