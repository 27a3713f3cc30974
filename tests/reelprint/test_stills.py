from __future__ import annotations

from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from media.clip import Unreadable
from reelprint.showing.looking import TALLEST
from reelprint.showing.stills import Still, stills
from tests.media.build import (
    add_video,
    cut_in_half,
    film,
    silent_film,
    song,
    tone,
    write_frames,
)

STEP = 6  # of brightness from one frame to the next
TIMES_MS = [0, 40, 80, 120, 500, 540, 1500, 1540, 1580, 1620]
BRIGHT = [20 + STEP * number for number in range(len(TIMES_MS))]


@pytest.fixture(scope="module")
def flat_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames at uneven times, each a little brighter than the one before."""
    frames = [np.full((96, 160, 3), value, np.uint8) for value in BRIGHT]
    path = tmp_path_factory.mktemp("stills") / "flat.mp4"
    return silent_film(path, TIMES_MS, pictures=frames, options={"crf": "10", "bf": "2"})


def brightness(still: Still | None) -> float:
    """The mean of the picture in the JPEG."""
    assert still is not None
    with av.open(BytesIO(still.jpeg), "r", format="mjpeg") as container:
        return float(next(container.decode(video=0)).to_ndarray(format="gray").mean())


@pytest.mark.parametrize(
    ("at_s", "number"),
    [(0.0, 0), (0.039, 0), (0.04, 1), (0.13, 3), (0.499, 3), (0.5, 4), (1.49, 5), (1.58, 8)],
)
def test_a_still_is_the_frame_on_screen(flat_film: Path, at_s: float, number: int) -> None:
    (still,) = stills(flat_film, [at_s])
    assert still is not None
    assert still.at_s == pytest.approx(TIMES_MS[number] / 1000)
    assert brightness(still) == pytest.approx(BRIGHT[number], abs=STEP / 2.5)


def test_several_times_in_any_order(flat_film: Path) -> None:
    found = stills(flat_film, [1.6, 0.05, 0.51])
    assert [still and round(still.at_s, 3) for still in found] == [1.58, 0.04, 0.5]


def test_time_counts_from_the_start_of_a_film_that_begins_late(tmp_path: Path) -> None:
    late = silent_film(tmp_path / "late.ts", range(5000, 7000, 40))
    (still,) = stills(late, [1.0])
    assert still is not None
    assert still.at_s == pytest.approx(1.0, abs=0.001)


def test_a_frame_far_from_a_key_frame_is_exact(tmp_path: Path) -> None:
    options = {"preset": "veryfast", "g": "500", "bf": "3"}
    path = silent_film(tmp_path / "long.mp4", range(0, 12_000, 40), options=options)
    (still,) = stills(path, [9.99])
    assert still is not None
    assert still.at_s == pytest.approx(9.96)


def test_before_the_start_and_without_a_picture_there_is_none(
    flat_film: Path, tmp_path: Path
) -> None:
    assert stills(flat_film, [-1.0]) == [None]
    assert stills(song(tmp_path / "a.ogg", tone(1), "libopus"), [0.5, 0.6]) == [None, None]


def test_a_damaged_film_gives_what_it_can(tmp_path: Path) -> None:
    path = film(tmp_path / "whole.mkv", 4.0)
    cut = cut_in_half(path)
    early, late = stills(cut, [0.5, 3.9])
    assert early is not None
    assert late is None or late.at_s < 3.0


def test_what_is_no_film_is_an_error(tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no film")
    with pytest.raises(Unreadable):
        stills(text, [0.0])


def test_a_name_is_never_read_as_an_address() -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        stills(Path("http://127.0.0.1:9/film.mp4"), [0.0])


def test_a_very_tall_picture_stays_small(tmp_path: Path) -> None:
    tall = np.full((4000, 16, 3), 90, np.uint8)
    path = silent_film(tmp_path / "tall.mp4", [0, 40], pictures=[tall, tall], size=(16, 4000))
    (still,) = stills(path, [0.0])
    assert still is not None
    with av.open(BytesIO(still.jpeg), "r", format="mjpeg") as container:
        assert next(container.decode(video=0)).height == TALLEST


def test_a_film_that_players_turn_is_shown_as_they_show_it(tmp_path: Path) -> None:
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = add_video(container)
        stream.set_display_rotation(90)  # anticlockwise; the bright corner was at the upper left
        write_frames(container, stream, [0, 40])
    (still,) = stills(path, [0.0])
    assert still is not None
    with av.open(BytesIO(still.jpeg), "r", format="mjpeg") as container:
        shown = next(container.decode(video=0)).to_ndarray(format="gray")
    assert shown.shape[0] > shown.shape[1]
    assert shown[-20, 20] > 200
    assert shown[20, 20] < 200
