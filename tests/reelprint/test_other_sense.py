"""A dub and a leak of the sound alone are each said to be what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Cut, picture, sound, through
from tests.reelprint.conftest import FILM, UNREGISTERED, CommandLine, work

pytestmark = pytest.mark.long  # films are made and found

START_S, SECONDS = 18.2, 11.0
CUT = Cut(work(FILM), START_S, START_S + SECONDS)
RACE = Cut(UNREGISTERED / "calm-race.ogg", 5.0, 5.0 + SECONDS)
POOR = Quality(crf=30)


@pytest.fixture(scope="module")
def said(
    reelprint: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """The most certain match of each suspect, by its name."""
    folder = tmp_path_factory.mktemp("exchanged")
    film = through(picture(CUT), "scale", w="480", h="270")
    grey = through(film, "drawbox", w="iw", h="ih", color="gray", t="fill")
    write(folder / "dub.mp4", film, sound(RACE), POOR)
    write(folder / "sound.mp4", grey, sound(CUT), POOR)
    answers = reelprint("identify", folder, "--json").objects
    return {Path(a["query"]["path"]).stem: a["matches"][0] for a in answers}


@pytest.mark.parametrize(
    ("name", "modality", "heard", "seen"),
    [
        ("dub", "video", "other", "same"),
        ("sound", "audio", "same", "none"),
    ],
)
def test_what_each_sense_does_is_said(
    said: dict[str, dict[str, Any]], name: str, modality: str, heard: str, seen: str
) -> None:
    match = said[name]
    assert match["work_id"] == FILM
    assert (match["modality"], match["sound"], match["picture"]) == (modality, heard, seen)
    assert match["reference"]["start_s"] - match["query"]["start_s"] == pytest.approx(18.2, abs=0.3)
