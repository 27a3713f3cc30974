"""What happens to an excerpt: which operations, at which speed, in which codecs.

A `Distortion` is a value: two that are equal make the same file from the same source and seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import log2
from typing import Literal

import numpy as np

from benchmarks.metrics.placement import Placement, mapped, within
from benchmarks.picture_maps import PICTURE_MAPS, scaled
from benchmarks.picture_ops import FOREIGN, PICTURE_OPS
from benchmarks.picture_scene import Shot, Size
from benchmarks.retime import retime
from benchmarks.sound_ops import SOUND_OPS
from benchmarks.sound_scene import Scene, embedded
from media.clip import F32, U8

Step = tuple[str, float]  # name of an operation, its amount
SUFFIXES = {"libmp3lame": ".mp3", "aac": ".m4a", "libopus": ".ogg", "flac": ".flac"}


@dataclass(frozen=True, slots=True)
class Distortion:
    """What happens to an excerpt between the work and the suspect file."""

    picture: tuple[Step, ...] | None = ()  # None: the picture is removed
    sound: tuple[Step, ...] | None = ()  # None: the sound is removed
    speed: Fraction = Fraction(1)  # reference seconds per second of the suspect
    fps: float | None = None  # None: as the source
    crf: int = 28  # libx264; greater is worse
    codec: str = "aac"  # of the sound: aac, libmp3lame, libopus, flac
    bit_rate: int = 96_000  # of the sound
    # Of the sound alone, after `speed`. Not shown: `make` names files by what is shown, and adds
    # these where they are used, so that files made before there were these keep their names.
    tempo: float = field(default=1.0, repr=False)  # times as fast at the same pitch
    semitones: float = field(default=0.0, repr=False)  # raised at the same tempo
    lead_s: float = field(default=0.0, repr=False)  # of other music or footage before and after
    # x264's macroblock tree reads what it has not written, so that the same frames may give other
    # bytes; without it they do not.
    exact: bool = field(default=False, repr=False)
    over: Literal["music", "speech"] = field(default="music", repr=False)  # what `mix` lays on top

    @property
    def suffix(self) -> str:
        """The container that holds the streams."""
        if self.picture is not None:
            return ".mkv" if self.codec == "libopus" else ".mp4"
        return SUFFIXES[self.codec]

    @property
    def pace(self) -> float:
        """Reference seconds per second of the suspect."""
        return float(self.speed) * self.tempo

    @property
    def raised(self) -> float:
        """How many semitones the suspect's sound lies above the work's."""
        return 12 * log2(float(self.speed)) + self.semitones

    @property
    def mixes(self) -> bool:
        """True when another sound is needed."""
        around = self.lead_s > 0 and self.sound is not None
        return around or any(name in ("mix", "instead") for name, _ in self.sound or ())

    @property
    def needs_footage(self) -> bool:
        """True when other footage is needed, beside the picture or before and after it."""
        names = {name for name, _ in self.picture or ()}
        return bool(names & FOREIGN) or (self.picture is not None and self.lead_s > 0)

    def frame(self, frame: U8, shot: Shot) -> U8:
        """Apply the picture operations to one RGB frame."""
        for name, amount in self.picture or ():
            frame = PICTURE_OPS[name](frame, amount, shot)
        return frame

    def where(self, size: Size, shot: Shot) -> Placement:
        """Where a frame of that size is shown at the time of the shot."""
        matrix, now = np.eye(3), size
        outline = np.array([[0, 0], [now[1], 0], [now[1], now[0]], [0, now[0]]], np.float64)
        for name, amount in self.picture or ():
            if name in PICTURE_MAPS:
                step, now = PICTURE_MAPS[name](now, amount, shot)
                matrix, outline = step @ matrix, within(mapped(step, outline), *now)
        unit = scaled(1 / now[0], 1 / now[1]) @ matrix @ scaled(*size)
        inverted = sum(name == "invert" for name, _ in self.picture or ()) % 2 == 1
        return Placement(
            tuple(float(number) for number in (unit / unit[2, 2]).ravel()),
            tuple(float(number) for number in (outline / (now[1], now[0])).ravel()),
            (size[1] / size[0], now[1] / now[0]),
            inverted,
        )

    def samples(self, samples: F32, scene: Scene) -> F32:
        """Apply speed, tempo and pitch, then the sound operations, to (2, n)."""
        samples = retime(samples, scene.rate, self.speed, self.tempo, self.semitones)
        for name, amount in self.sound or ():
            samples = SOUND_OPS[name](samples, amount, scene)
        return embedded(samples, round(self.lead_s * scene.rate), scene)
