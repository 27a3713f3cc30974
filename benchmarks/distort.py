"""Named distortions: which operations, at which speed, in which codecs.

A `Distortion` is a value: two that are equal make the same file from the same source and seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benchmarks.picture_ops import PICTURE_OPS
from benchmarks.sound_ops import SOUND_OPS, Scene, resample
from media.clip import F32, U8

Step = tuple[str, float]  # name of an operation, its amount


@dataclass(frozen=True, slots=True)
class Distortion:
    """What happens to an excerpt between the work and the suspect file."""

    picture: tuple[Step, ...] | None = ()  # None: the picture is removed
    sound: tuple[Step, ...] | None = ()  # None: the sound is removed
    speed: Fraction = Fraction(1)  # reference seconds per second of the suspect
    fps: float | None = None  # None: as the source
    crf: int = 28  # libx264; greater is worse
    codec: str = "aac"  # of the sound: aac, libmp3lame, libopus
    bit_rate: int = 96_000  # of the sound

    @property
    def suffix(self) -> str:
        """The container that holds the streams."""
        if self.picture is not None:
            return ".mkv" if self.codec == "libopus" else ".mp4"
        return {"libmp3lame": ".mp3", "aac": ".m4a", "libopus": ".ogg"}[self.codec]

    @property
    def mixes(self) -> bool:
        """True when another sound is needed."""
        return any(name == "mix" for name, _ in self.sound or ())

    def frame(self, frame: U8, rng: np.random.Generator) -> U8:
        """Apply the picture operations to one RGB frame."""
        for name, amount in self.picture or ():
            frame = PICTURE_OPS[name](frame, amount, rng)
        return frame

    def samples(self, samples: F32, scene: Scene) -> F32:
        """Apply the speed, then the sound operations, to (channels, n)."""
        samples = resample(samples, self.speed)
        for name, amount in self.sound or ():
            samples = SOUND_OPS[name](samples, amount, scene)
        return samples


# A PAL transfer of a film runs at 25/24 of its speed.
PAL = Fraction(25, 24)

PRESETS: dict[str, Distortion] = {
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
