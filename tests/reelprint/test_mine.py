"""`selftest --mine`: a user's own works are attacked, looked for, and left as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from matchers.match import Match
from matchers.view import Transform
from media.clip import Span
from reelprint.answer import Named
from reelprint.commands.mining import selftest_mine
from reelprint.demo.streams import Cut
from reelprint.exits import UNREADABLE, Usage
from reelprint.mine import run
from reelprint.mine.excerpts import Excerpt, excerpts, sources
from reelprint.mine.grid import GRID
from reelprint.pipeline import Item, register
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails
from tests.reelprint.conftest import FILM, MUSIC, SHORT, CommandLine, work

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def grey_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One distortion, so that a run is short."""
    monkeypatch.setattr(run, "GRID", [one for one in GRID if one.name == "picture: grey"])


def workspace(folder: Path, files: Iterable[Path]) -> Path:
    """A workspace of its own with these files, each as a work."""
    home = folder / "home"
    items = [Item(path, WorkDetails(path.stem, path.stem)) for path in files]
    outcomes = [done.outcome for done in register(Workspace.create(home), items, 1)]
    assert set(outcomes) == {"registered"}
    return home


def contents(home: Path) -> dict[Path, str]:
    """The digest of every file."""
    return {p: sha256(p.read_bytes()).hexdigest() for p in home.rglob("*") if p.is_file()}


@pytest.mark.long
def test_recall_is_told_by_distortion_and_the_workspace_is_left_alone(
    reelprint: CommandLine,
) -> None:
    before = contents(reelprint.home)
    ran = reelprint("selftest", "--mine", "--works", "3", "--queries", "1", "--json")
    assert ran.code == 0, ran
    (told,) = ran.objects
    assert [row["name"] for row in told["rows"]] == [one.name for one in GRID]
    assert sorted(told["works"]) == sorted([FILM, SHORT, MUSIC])
    assert sum(row["found"] for row in told["rows"]) >= len(GRID) - 1
    assert all(row["low"] <= row["share"] <= row["high"] for row in told["rows"])
    assert told["max_e_value"] == 1e-4
    assert told["ok"]
    assert contents(reelprint.home) == before


@pytest.mark.usefixtures("grey_alone")
def test_another_work_that_is_named_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original, twin = tmp_path / "original.mp4", tmp_path / "twin.mp4"
    shutil.copy(work(SHORT), original)
    shutil.copy(work(SHORT), twin)
    with twin.open("ab") as file:
        file.write(b"other bytes, same film")
    home = workspace(tmp_path, [original, twin])
    assert selftest_mine(1, 1, 1, True, home) == UNREADABLE
    told = json.loads(capsys.readouterr().out)
    (named,) = told["rows"][0]["wrong"]
    assert {named["work_id"], named["named"]} == {"original", "twin"}
    assert told["rows"][0]["nearest"] < 1e-4


def test_media_that_is_another_file_now_is_not_cut(tmp_path: Path) -> None:
    kept, changed = tmp_path / "kept.mp4", tmp_path / "changed.mp4"
    shutil.copy(work(SHORT), kept)
    changed.write_bytes(work(SHORT).read_bytes() + b"as it was")
    home = workspace(tmp_path, [kept, changed])
    changed.write_bytes(b"something else")
    of = sources(Workspace.open(home), 5)
    assert [source.reference.work_id for source in of.there] == ["kept"]
    assert of.missing == 1
    kept.unlink()
    with pytest.raises(Usage, match="of 2 references the file is gone"):
        selftest_mine(5, 1, 1, False, home)


def test_an_empty_workspace_says_so(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "home")
    with pytest.raises(Usage, match="nothing is registered"):
        selftest_mine(5, 1, 1, False, tmp_path / "home")


def test_excerpts_are_the_same_each_time_and_each_place_is_asked_in_every_way(
    reelprint: CommandLine,
) -> None:
    of = sources(Workspace.open(reelprint.home), 3)
    first, second = (list(excerpts(of.there, GRID, 2)) for _ in range(2))
    assert first == second
    assert len(first) == 2 * len(GRID)
    heard = {e.distortion.name: e.span for e in first if e.distortion.name.startswith("sound")}
    assert len(set(heard.values())) == 1
    assert all(e.span.end_s <= e.reference.duration_s for e in first)


def test_a_piece_that_is_sought_is_the_piece(tmp_path: Path) -> None:
    grey = next(one for one in GRID if one.name == "picture: grey")
    for name, seek_s in (("read", 0.0), ("sought", 15.0)):
        grey.make(Cut(work(FILM), 20.0, 21.0, seek_s), tmp_path / f"{name}.mp4")
    assert (tmp_path / "read.mp4").read_bytes() == (tmp_path / "sought.mp4").read_bytes()


def test_a_match_elsewhere_in_the_reference_is_not_found(reelprint: CommandLine) -> None:
    (source,) = sources(Workspace.open(reelprint.home), 1).there
    excerpt = Excerpt(GRID[0], source.reference, Span(2.0, 7.0))
    elsewhere = Excerpt(GRID[0], source.reference, Span(0.0, 5.0))
    named = _named(excerpt)
    assert run._is_right(excerpt, named)
    assert not run._is_right(elsewhere, named)


def _named(excerpt: Excerpt) -> Named:
    match = Match(
        excerpt.reference.number, "video", Span(0.0, 5.0), excerpt.span, 1.0, 0.0, Transform(),
        50.0, 1e-20,
    )  # fmt: skip
    reference = excerpt.reference
    return Named(reference.work_id, reference.work_id, reference.reference_id, match, ())
