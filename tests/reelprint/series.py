"""A series made of the shipped works: episodes of one intro and a body each."""

from __future__ import annotations

from pathlib import Path

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Cut, Stream, in_a_row, picture, sound, through
from tests.reelprint.conftest import work

SERIES = "Bunnies"
INTRO_S, BODY_S = 8.0, 5.0


def cut(name: str, start_s: float, seconds: float) -> Cut:
    """A piece of a shipped work, what lies before it not read."""
    return Cut(work(name), start_s, start_s + seconds, max(start_s - 1.0, 0.0))


INTRO = cut("big-buck-bunny", 14.0, INTRO_S)
BODIES = (
    *(cut("planet-blupi", 2.0 + i * BODY_S, BODY_S) for i in range(10)),
    *(cut("sintel-trailer", 1.0 + i * BODY_S, BODY_S) for i in range(10)),
)


def make_series(folder: Path, episodes: int = len(BODIES)) -> Path:
    """A folder with episodes, and the manifest that names them; the manifest."""
    lines = ["path,work_id,title,kind,series"]
    for number, body in enumerate(BODIES[:episodes], 1):
        name = f"ep{number:02d}"
        # No two are encoded alike, as no two episodes are.
        spliced([INTRO, body], folder / f"{name}.mp4", crf=24 + number % 5)
        lines.append(f"{name}.mp4,{name},Episode {number},episode,{SERIES}")
    manifest = folder / "series.csv"
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def spliced(cuts: list[Cut], to: Path, crf: int = 28) -> Path:
    """Pieces of films one after another, in a small picture."""
    shown = in_a_row("picture", *(_small(picture(cut)) for cut in cuts))
    write(to, shown, in_a_row("sound", *map(sound, cuts)), Quality(crf=crf))
    return to


def _small(stream: Stream) -> Stream:
    square = through(through(stream, "scale", width="320", height="180"), "setsar", sar="1")
    return through(through(square, "fps", fps="25"), "format", pix_fmts="yuv420p")
