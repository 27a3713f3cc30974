"""Pictures without their sound, altered as people alter them: found, in place, and said how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from av.filter import Graph
from av.filter.context import FilterContext

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Cut, Stream, picture, through
from tests.reelprint.conftest import FILM, UNREGISTERED, CommandLine, work

pytestmark = pytest.mark.long  # films are made and found

START_S, SECONDS = 18.2, 8.0
POOR = Quality(crf=30)
HOST = Cut(UNREGISTERED / "crystal-rabbit-frog.mp4", 2.0, 2.0 + SECONDS)
WIDTH, HEIGHT = 640, 360


def sized(stream: Stream, width: int = WIDTH, height: int = HEIGHT) -> Stream:
    return through(through(stream, "scale", w=f"{width}", h=f"{height}"), "fps", fps="25")


def cropped(film: Stream) -> Stream:
    """A quarter of the width and of the height is lost."""
    return through(film, "crop", out_w="iw*0.75", out_h="ih*0.75", x="iw*0.15", y="ih*0.10")


def in_another(film: Stream) -> Stream:
    """Mirrored, half as wide and high, over another film."""
    small = sized(through(film, "hflip"), WIDTH // 2, HEIGHT // 2)

    def add(graph: Graph) -> FilterContext:
        over = graph.add("overlay", x=f"{WIDTH * 0.45:.0f}", y=f"{HEIGHT * 0.4:.0f}")
        sized(picture(HOST))(graph).link_to(over, 0, 0)
        small(graph).link_to(over, 0, 1)
        return over

    return add


def turned(film: Stream) -> Stream:
    return through(sized(film), "rotate", angle="15*PI/180")


def between_bars(film: Stream) -> Stream:
    """Under and over bars of white, as captions stand on, mirrored."""
    small = through(sized(through(film, "hflip"), WIDTH, 360), "setsar", sar="1")
    return through(small, "pad", w="iw", h="ih*1.5", y="ih/5*1.5", color="white")


def negative(film: Stream) -> Stream:
    return through(film, "negate")


MADE: Mapping[str, Callable[[Stream], Stream]] = {
    "cropped": cropped,
    "in_another": in_another,
    "turned": turned,
    "negative": negative,
    "between_bars": between_bars,
}


@pytest.fixture(scope="module")
def matches(
    reelprint: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """The best match of each altered picture."""
    folder = tmp_path_factory.mktemp("pictures")
    film = picture(Cut(work(FILM), START_S, START_S + SECONDS))
    for name, alter in MADE.items():
        write(folder / f"{name}.mp4", alter(film), None, POOR)
    ran = reelprint("identify", folder, "--json")
    assert ran.code == 0, ran
    return {Path(a["query"]["path"]).stem: a["matches"][0] for a in ran.objects}


@pytest.mark.parametrize("name", MADE)
def test_the_work_is_found_where_it_was_cut(matches: dict[str, Any], name: str) -> None:
    match = matches[name]
    assert (match["work_id"], match["modality"]) == (FILM, "video")
    assert (match["sound"], match["picture"]) == ("none", "same")
    query, reference = match["query"], match["reference"]
    for end in ("start_s", "end_s"):
        assert reference[end] - query[end] == pytest.approx(START_S, abs=0.5)
    assert query["end_s"] - query["start_s"] > 0.6 * SECONDS


def as_it_is(**altered: Any) -> dict[str, Any]:
    """What is said of a picture that was altered only so."""
    unaltered = {"mirrored": False, "inverted": False, "crop": None, "picture": None}
    return {**unaltered, "rotation_deg": 0.0, **altered}


def box(*edges: float) -> Any:
    return pytest.approx(list(edges), abs=0.06)


@pytest.mark.parametrize(
    ("name", "transform"),
    [
        ("cropped", as_it_is(crop=box(0.15, 0.10, 0.90, 0.85))),
        ("in_another", as_it_is(mirrored=True, picture=box(0.45, 0.40, 0.95, 0.90))),
        ("turned", as_it_is(rotation_deg=pytest.approx(15.0, abs=0.6))),
        ("negative", as_it_is(inverted=True)),
        ("between_bars", as_it_is(mirrored=True, picture=box(0, 0.2, 1, 0.867))),
    ],
)
def test_it_is_said_how_the_picture_was_altered(
    matches: dict[str, Any], name: str, transform: dict[str, Any]
) -> None:
    assert matches[name]["transform"] == transform


def test_a_picture_in_another_is_not_found_without_its_work(tmp_path: Path) -> None:
    """The other film proves nothing, and is itself not registered."""
    home = CommandLine(tmp_path / "home")
    home("init")
    home("register", work("city-time-lapse"))
    write(tmp_path / "host.mp4", sized(picture(HOST)), None, POOR)
    assert home("identify", tmp_path / "host.mp4").code == 1


@pytest.mark.long
def test_a_compact_workspace_keeps_less_and_finds_a_cropped_picture(tmp_path: Path) -> None:
    compact = CommandLine(tmp_path / "compact")
    assert compact("init", "--preset", "compact").code == 0
    assert compact("register", work(FILM)).code == 0
    film = picture(Cut(work(FILM), START_S, START_S + SECONDS))
    write(tmp_path / "cropped.mp4", cropped(film), None, POOR)
    ran = compact("identify", tmp_path / "cropped.mp4", "--json")
    (answer,) = ran.objects
    assert answer["engine"]["schemes"][1] == "video-orbcompact-2"
    assert answer["matches"][0]["transform"]["crop"] == box(0.15, 0.10, 0.90, 0.85)
