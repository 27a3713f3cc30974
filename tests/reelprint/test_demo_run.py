from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from media.clip import Span
from reelprint.demo import makers
from reelprint.demo.copies import HERE
from reelprint.demo.run import DemoResult, show
from reelprint.demo.streams import Cut
from reelprint.demo.suspect import Expected, Suspect

FILM = Cut(HERE / "works" / "big-buck-bunny.mp4", 12, 18)
MUSIC = Cut(HERE / "works" / "snodom.ogg", 30, 36)
SUSPECTS = (
    Suspect(
        "mirrored.mp4",
        "A mirrored film",
        "mirrored",
        partial(makers.mirrored, FILM),
        (Expected("big-buck-bunny", Span(0, 6), Span(12, 18)),),
    ),
    Suspect(
        "music.mp3",
        "Music",
        "squeezed",
        partial(makers.music, MUSIC),
        (Expected("snodom", Span(0, 6), Span(30, 36)),),
    ),
    Suspect("text.mp4", "A text", "nothing", makers.no_film, readable=False),
)


def manifest(folder: Path) -> Path:
    path = folder / "works.csv"
    rows = ["path,title", *(f"{cut.path},{cut.path.stem.title()}" for cut in (FILM, MUSIC))]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, said: list[str]) -> DemoResult:
    folder = tmp_path_factory.mktemp("demo")
    return show(folder / "out", manifest(folder), SUSPECTS, 2, said.append)


def test_every_copy_is_found_and_nothing_else(result: DemoResult) -> None:
    assert result.ok
    assert [one.label for one in result.shown] == [one.label for one in SUSPECTS]
    assert [one.answer.status for one in result.shown] == ["identified", "identified", "unreadable"]
    assert result.shown[0].answer.matches[0].match.transform.mirrored


def test_the_page_shows_frames_and_peaks(result: DemoResult) -> None:
    page = result.page.read_text(encoding="utf-8")
    assert page.count("<section") == 3
    assert page.count("data:image/jpeg") == 6
    assert page.count('class="along"') == 2
    assert 'class="badge bad"' not in page
    assert "2 works" in page


def test_progress_is_told(result: DemoResult, said: list[str]) -> None:
    assert any("2 works" in line for line in said)
    assert any("3 suspects" in line for line in said)
    assert result.seconds > 0


def test_a_copy_that_is_not_found_is_not_ok(result: DemoResult) -> None:
    first = result.shown[0]
    elsewhere = Expected("big-buck-bunny", Span(0, 6), Span(2, 8))
    assert not replace(first, suspect=replace(first.suspect, expected=(elsewhere,))).as_expected


@pytest.mark.long
def test_it_can_be_run_again_in_its_own_folder(result: DemoResult, tmp_path: Path) -> None:
    out = result.page.parent
    (out / "suspects" / "stale.mp4").touch()
    works = tmp_path / "works.csv"
    works.write_text(f"path\n{HERE / 'works' / 'city-time-lapse.mp4'}\n", encoding="utf-8")
    assert show(out, works, SUSPECTS[2:], 1, lambda line: None).ok
    assert [path.name for path in (out / "suspects").iterdir()] == ["text.mp4"]


def test_the_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "suspects").mkdir()
    (tmp_path / "suspects" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds other files"):
        show(tmp_path, manifest(tmp_path), SUSPECTS, 1, lambda line: None)
    assert (tmp_path / "suspects" / "mine.txt").read_text() == "mine"
