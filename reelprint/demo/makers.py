"""What is done to a work before it is shown elsewhere, each as one small function."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import (
    RATE,
    Cut,
    Stream,
    in_a_row,
    mixed,
    picture,
    pink_noise,
    sound,
    through,
)

NOISE_SEED = 7
POOR_FILM = Quality(crf=32, bits_per_s=48_000)
POOR_SOUND = Quality(bits_per_s=32_000, layout="mono")


def film(cut: Cut, to: Path) -> None:
    """Picture and sound as they are, re-encoded."""
    write(to, picture(cut), sound(cut))


def music(cut: Cut, to: Path) -> None:
    """Sound only, at a poor rate."""
    write(to, None, sound(cut), POOR_SOUND)


def mirrored(cut: Cut, to: Path) -> None:
    """Left and right exchanged, small, and pressed hard."""
    write(to, _scaled(through(picture(cut), "hflip"), 426, 240), sound(cut), POOR_FILM)


def cropped(cut: Cut, share: float, to: Path) -> None:
    """A share of the picture cut off on each side."""
    kept = f"{1 - 2 * share:g}"
    inner = through(picture(cut), "crop", out_w=f"iw*{kept}", out_h=f"ih*{kept}")
    write(to, inner, sound(cut))


def faster(cut: Cut, by: float, to: Path) -> None:
    """Played faster, so that the pitch rises with it."""
    quick_picture = through(picture(cut), "setpts", expr=f"PTS/{by:g}")
    quick_sound = through(sound(cut), "asetrate", sample_rate=f"{RATE * by:.0f}")
    write(to, quick_picture, through(quick_sound, "aresample", sample_rate=f"{RATE}"))


def with_music_under_it(cut: Cut, other: Cut, to: Path) -> None:
    """Another piece mixed into the sound at the same power."""
    write(to, picture(cut), mixed(sound(cut), sound(other)))


def with_another_sound(cut: Cut, other: Cut, to: Path) -> None:
    """The picture only; the sound is another's."""
    write(to, picture(cut), sound(other))


def cut_together(cuts: Sequence[Cut], to: Path) -> None:
    """Pieces of several films one after another, all brought to one size."""
    pictures = [_scaled(picture(cut), 640, 360) for cut in cuts]
    write(to, in_a_row("picture", *pictures), in_a_row("sound", *map(sound, cuts)))


def medley(cuts: Sequence[Cut], to: Path) -> None:
    """Pieces of music one after another."""
    write(to, None, in_a_row("sound", *map(sound, cuts)))


def in_noise(cut: Cut, to: Path) -> None:
    """Under pink noise of the same power."""
    write(to, None, mixed(sound(cut), pink_noise(cut.duration_s, NOISE_SEED)))


def cut_short(cut: Cut, share: float, to: Path) -> None:
    """Only the first part of the file's bytes, as after a broken download."""
    film(cut, to)
    data = to.read_bytes()
    to.write_bytes(data[: int(len(data) * share)])


def no_film(to: Path) -> None:
    """A text that claims to be a film."""
    to.write_text("This is a text file, and no film at all.\n" * 100, encoding="utf-8")


def _scaled(stream: Stream, width: int, height: int) -> Stream:
    # Pieces that are joined must agree in everything, frame rate and pixel shape included.
    sized = through(stream, "scale", w=f"{width}", h=f"{height}")
    return through(
        through(through(sized, "setsar", sar="1"), "fps", fps="25"), "format", pix_fmts="yuv420p"
    )
