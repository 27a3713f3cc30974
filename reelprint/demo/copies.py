"""The suspects of the demo: hostile copies of shipped works, and files that must not be found."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from media.clip import Span
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.demo.suspect import Expected, Suspect

HERE = Path(__file__).parent
MANIFEST = HERE / "works" / "works.csv"
FASTER = 1.05


def work_piece(name: str, start_s: float, end_s: float) -> Cut:
    """A piece of a work that the demo registers."""
    return Cut(HERE / "works" / name, start_s, end_s)


def other_piece(name: str, start_s: float, end_s: float) -> Cut:
    """A piece of a work that it does not."""
    return Cut(HERE / "unregistered" / name, start_s, end_s)


def _found(cut: Cut, at_s: float = 0.0, speed: float = 1.0) -> Expected:
    """A piece that stands in the suspect from a time on; works are named by the stem."""
    suspect = Span(at_s, at_s + cut.duration_s / speed)
    return Expected(cut.path.stem, suspect, Span(cut.start_s, cut.end_s))


_BUNNY = work_piece("big-buck-bunny.mp4", 3, 28)
_SINTEL = work_piece("sintel-trailer.mp4", 20, 45)
_BLUPI = work_piece("planet-blupi.mp4", 12, 43.5)
_SINTEL_LATER = work_piece("sintel-trailer.mp4", 15, 43)
_BUNNY_DUBBED = work_piece("big-buck-bunny.mp4", 2, 27)
_EXCERPT = work_piece("sintel-trailer.mp4", 24, 35)
_BLUPI_START = work_piece("planet-blupi.mp4", 5, 35)
_HOST_BEFORE = other_piece("crystal-rabbit-frog.mp4", 0, 12)
_HOST_AFTER = other_piece("crystal-rabbit-frog.mp4", 12, 26)
_SNODOM = work_piece("snodom.ogg", 30, 38)
_FOUNDERS = work_piece("founders.ogg", 40, 50)
_ARMYGEDDON = work_piece("armygeddon.ogg", 10, 28)
_KNOLLS = other_piece("the-knolls-of-doldesh.ogg", 20, 35)
_MUSICBOX = work_piece("musicbox.ogg", 15, 35)
_RACE = other_piece("calm-race.ogg", 5, 33)

SUSPECTS = (
    Suspect(
        "mirrored.mp4",
        "Mirrored film",
        "Left and right exchanged, scaled to 240 lines, re-encoded at CRF 32.",
        partial(makers.mirrored, _BUNNY),
        (_found(_BUNNY),),
    ),
    Suspect(
        "cropped.mp4",
        "Cropped film",
        "5 % of the picture cut off on each side, re-encoded.",
        partial(makers.cropped, _SINTEL, 0.05),
        (_found(_SINTEL),),
    ),
    Suspect(
        "faster.mp4",
        "Film played faster",
        "Picture and sound 1.05 times as fast; the pitch rises with it.",
        partial(makers.faster, _BLUPI, FASTER),
        (_found(_BLUPI, speed=FASTER),),
    ),
    Suspect(
        "music-under-it.mp4",
        "Film with other music under it",
        "A piece of music that is not registered, mixed into the sound at equal power.",
        partial(makers.with_music_under_it, _SINTEL_LATER, _RACE),
        (_found(_SINTEL_LATER),),
    ),
    Suspect(
        "dubbed.mp4",
        "Film with another sound track",
        "Only the picture is the work's; all of the sound is a piece that is not registered.",
        partial(makers.with_another_sound, _BUNNY_DUBBED, other_piece(_KNOLLS.path.name, 20, 45)),
        (_found(_BUNNY_DUBBED),),
    ),
    Suspect(
        "excerpt-in-other-film.mp4",
        "Excerpt inside another film",
        "11 seconds of a registered film cut into the middle of films that are not registered.",
        partial(makers.cut_together, (_HOST_BEFORE, _EXCERPT, _HOST_AFTER)),
        (_found(_EXCERPT, at_s=_HOST_BEFORE.duration_s),),
    ),
    Suspect(
        "squeezed.mp3",
        "Short excerpt of music, MP3",
        "8 seconds, mono, MP3 at 32 kbit/s.",
        partial(makers.music, _SNODOM),
        (_found(_SNODOM),),
    ),
    Suspect(
        "noisy.ogg",
        "Music in noise",
        "10 seconds under pink noise of the same power.",
        partial(makers.in_noise, _FOUNDERS),
        (_found(_FOUNDERS),),
    ),
    Suspect(
        "medley.ogg",
        "Medley",
        "Two registered pieces of music, and between them one that is not registered.",
        partial(makers.medley, (_ARMYGEDDON, _KNOLLS, _MUSICBOX)),
        (
            _found(_ARMYGEDDON),
            _found(_MUSICBOX, at_s=_ARMYGEDDON.duration_s + _KNOLLS.duration_s),
        ),
    ),
    Suspect(
        "other-film.mp4",
        "A film that is not registered",
        "Nothing of it is registered, so nothing may be found.",
        partial(makers.film, other_piece("crystal-rabbit-frog.mp4", 1, 27)),
    ),
    Suspect(
        "other-music.mp3",
        "Music that is not registered",
        "Nothing of it is registered, so nothing may be found. MP3 at 32 kbit/s.",
        partial(makers.music, other_piece("calm-race.ogg", 10, 40)),
    ),
    Suspect(
        "text.mp4",
        "A text called .mp4",
        "A text file with the name of a film.",
        makers.no_film,
        readable=False,
    ),
    Suspect(
        "broken-download.mp4",
        "A broken download",
        "Re-encoded, then only the first 60 % of the file's bytes kept.",
        partial(makers.cut_short, _BLUPI_START, 0.6),
        (_found(_BLUPI_START),),
    ),
)
