"""What is done to excerpts of a user's works: one thing at a time, and at last all at once.

Picture and sound are tried apart, so that neither covers for the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import (
    RATE,
    Cut,
    Stream,
    mixed,
    picture,
    pink_noise,
    sound,
    through,
)

Change = Callable[[Stream], Stream]
LINES = 360  # of a suspect's picture at most, as of an ordinary upload
FASTER = 1.05
SLOWER = 0.95
POOR = Quality(crf=32, bits_per_s=48_000)
NOISE_SEED = 11


@dataclass(frozen=True, slots=True)
class Distortion:
    """What is done; the stream that it names is looked for alone, where it names one alone."""

    name: str
    what: str  # for people
    suffix: str
    picture: Change | None = None  # None: there is no picture in the suspect
    sound: Change | None = None
    speed: float = 1.0  # seconds of the work in a second of the suspect
    quality: Quality = POOR

    def make(self, cut: Cut, to: Path) -> None:
        """Write the suspect. Raises `av.FFmpegError` when the source cannot be cut."""
        shown = self.picture(_small(picture(cut))) if self.picture else None
        heard = self.sound(sound(cut)) if self.sound else None
        write(to, _even(shown) if shown else None, heard, self.quality)


def _small(stream: Stream) -> Stream:
    return through(stream, "scale", w="-2", h=f"min({LINES},ih)")


def _even(stream: Stream) -> Stream:
    """With sides that a codec takes."""
    return through(stream, "scale", w="trunc(iw/2)*2", h="trunc(ih/2)*2")


def _as_it_is(stream: Stream) -> Stream:
    return stream


def _tiny(stream: Stream) -> Stream:
    return through(stream, "scale", w="-2", h="min(180,ih)")


def _mirrored(stream: Stream) -> Stream:
    return through(stream, "hflip")


def _cropped(stream: Stream) -> Stream:
    """A tenth lost on each side."""
    return through(stream, "crop", out_w="iw*0.8", out_h="ih*0.8")


def _grey(stream: Stream) -> Stream:
    return through(stream, "hue", s="0")


def _inside(stream: Stream) -> Stream:
    """Two thirds as wide as the picture that it lies in."""
    place = {"x": "(ow-iw)*0.8", "y": "(oh-ih)*0.3", "color": "0x306080"}
    return through(stream, "pad", width="iw*1.5", height="ih*1.5", **place)


def _quicker(stream: Stream) -> Stream:
    return through(stream, "setpts", expr=f"PTS/{FASTER:g}")


def _higher(stream: Stream) -> Stream:
    """Played faster, so that the pitch rises with it."""
    played = through(stream, "asetrate", sample_rate=f"{RATE * FASTER:.0f}")
    return through(played, "aresample", sample_rate=f"{RATE}")


def _drawn_out(stream: Stream) -> Stream:
    return through(stream, "atempo", tempo=f"{SLOWER:g}")


def _through_a_telephone(stream: Stream) -> Stream:
    return through(through(stream, "highpass", f="300"), "lowpass", f="3400")


def _in_noise(stream: Stream) -> Stream:
    """Under pink noise of the same power, as long as any excerpt."""
    return mixed(stream, pink_noise(60.0, NOISE_SEED))


def _attacked(stream: Stream) -> Stream:
    return _quicker(_cropped(_mirrored(stream)))


def _drowned(stream: Stream) -> Stream:
    return _in_noise(_higher(stream))


MONO = Quality(bits_per_s=32_000, layout="mono")
GRID: tuple[Distortion, ...] = (
    Distortion("picture: pressed", "180 lines, CRF 32", ".mp4", _tiny),
    Distortion("picture: grey", "without colour", ".mp4", _grey),
    Distortion("picture: mirrored", "left and right exchanged", ".mp4", _mirrored),
    Distortion("picture: cropped", "a tenth lost on each side", ".mp4", _cropped),
    Distortion("picture: inside another", "two thirds as wide as the frame", ".mp4", _inside),
    Distortion("picture: faster", "1.05 times as fast", ".mp4", _quicker, speed=FASTER),
    Distortion("sound: pressed", "MP3, mono, 32 kbit/s", ".mp3", sound=_as_it_is, quality=MONO),
    Distortion("sound: telephone", "300 to 3400 Hz", ".ogg", sound=_through_a_telephone),
    Distortion("sound: noise", "pink noise of the same power", ".ogg", sound=_in_noise),
    Distortion("sound: faster", "1.05 times as fast and high", ".ogg", None, _higher, FASTER),
    Distortion("sound: slower", "0.95 times as fast, same pitch", ".ogg", None, _drawn_out, SLOWER),
    Distortion(
        "all at once",
        "mirrored, cropped, faster; noise of the same power",
        ".mp4",
        _attacked,
        _drowned,
        FASTER,
    ),
)
