from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.packed import Registry, deb, package, picture, sound, source, tarred, zipped
from training import manifest
from training.archives import HostileArchiveError
from training.fetch import DROPPED, fetch
from training.sources import KINDS, Source

MUSIC, MENU, STONE = sound(11, 1), sound(12, 2), picture(200)


@pytest.fixture
def game(tmp_path: Path) -> Path:
    inner = zipped({"music/b.wav": sound(13, 3), "textures/stone.png": STONE})
    doc = "usr/share/doc/game-music/copyright"
    files = {
        "usr/share/music/a.wav": MUSIC,
        "usr/share/music/menu.wav": MENU,
        "usr/share/music/short.wav": sound(1),
        "usr/share/music/no.wav": b"not media",
        "usr/share/game.pk3": inner,
        "usr/share/secret.wav": sound(14, 4),
        doc: b"CC0",
    }
    return deb(tmp_path / "made", files)


@pytest.fixture
def table(game: Path) -> list[Source]:
    its = package(game, "game-music")
    wanted = "usr/share/music/*.wav *.pk3::music/* -*/menu.wav"
    return [source(its, wanted), source(its, "*.pk3::*.png", "picture")]


def test_what_is_wanted_is_there_and_nothing_else(
    tmp_path: Path, game: Path, table: list[Source]
) -> None:
    rows = fetch(table, tmp_path / "cache", KINDS, download=Registry(**{"game-music": game}))
    root = "debian/game-music/usr/share"
    assert {row.path: (row.kind, row.seconds, row.width) for row in rows} == {
        f"{root}/game.pk3/music/b.wav": ("music", 13.0, 0),
        f"{root}/game.pk3/textures/stone.png": ("picture", 0.0, 200),
        f"{root}/music/a.wav": ("music", 11.0, 0),
    }
    assert (tmp_path / "cache" / root / "music" / "a.wav").read_bytes() == MUSIC
    left = {p.name for p in (tmp_path / "cache" / "debian").rglob("*") if p.is_file()}
    assert left == {"a.wav", "b.wav", "stone.png", "copyright", "rows.csv", "asked.txt"}
    assert manifest.read(tmp_path / "cache" / "manifest.csv") == rows
    assert [row.work for row in rows if row.kind == "picture"] == [
        "game-music/usr/share/game.pk3/textures/stone"
    ]
    assert {(r.source, r.licence, r.as_pinned) for r in rows} == {
        ("debian:game-music=1.0-1", "CC0-1.0", "yes")
    }


def test_what_is_there_is_not_fetched_again(
    tmp_path: Path, game: Path, table: list[Source]
) -> None:
    registry = Registry(**{"game-music": game})
    first = fetch(table, tmp_path / "cache", KINDS, download=registry)
    assert fetch(table, tmp_path / "cache", KINDS, download=registry) == first
    assert registry.asked == ["game-music"]


def test_what_the_table_says_otherwise_is_fetched_again(
    tmp_path: Path, game: Path, table: list[Source]
) -> None:
    registry = Registry(**{"game-music": game})
    fetch(table, tmp_path / "cache", KINDS, download=registry)
    [row] = fetch(table[1:], tmp_path / "cache", KINDS, download=registry)
    assert row.kind == "picture"
    assert not (tmp_path / "cache/debian/game-music/usr/share/music").exists()


def test_only_packages_of_the_kind_are_fetched(
    tmp_path: Path, game: Path, table: list[Source]
) -> None:
    registry = Registry(**{"game-music": game})
    assert fetch(table, tmp_path / "cache", ["speech"], download=registry) == []
    assert registry.asked == []


def test_after_a_failure_it_goes_on_from_there(
    tmp_path: Path, game: Path, table: list[Source]
) -> None:
    other = deb(tmp_path / "other", {"usr/b.wav": sound(15, 5)}, "other")
    both = [*table, source(package(other, "other"), "*.wav")]
    registry = Registry(**{"game-music": game})
    with pytest.raises(OSError, match="no package other"):
        fetch(both, tmp_path / "cache", KINDS, download=registry)
    registry.archives["other"] = other
    assert len(fetch(both, tmp_path / "cache", KINDS, download=registry)) == 4
    assert registry.asked == ["game-music", "other", "other"]


def test_a_hostile_package_leaves_nothing_behind(tmp_path: Path) -> None:
    evil = tmp_path / "evil.whl"
    evil.write_bytes(zipped({"a.wav": MUSIC, "../../../outside.wav": MENU}))
    its = package(evil, "evil", "pypi")
    with pytest.raises(HostileArchiveError):
        fetch([source(its, "*.wav")], tmp_path / "cache", KINDS, download=Registry(evil=evil))
    assert not list((tmp_path / "cache" / "pypi").iterdir())
    assert not list(tmp_path.rglob("outside.wav"))


def test_a_path_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tgz"
    evil.write_bytes(tarred({"a.wav": MUSIC, "./a.wav": MENU}))
    its = source(package(evil, "evil", "npm"), "*.wav")
    with pytest.raises(HostileArchiveError, match=r"holds a\.wav twice"):
        fetch([its], tmp_path / "cache", KINDS, download=Registry(evil=evil))


def test_the_same_content_is_listed_once(tmp_path: Path) -> None:
    made = deb(tmp_path, {"usr/a.wav": MUSIC, "usr/b.wav": MUSIC}, "twice")
    its = [source(package(made, "twice"), "*.wav")]
    [row] = fetch(its, tmp_path / "cache", KINDS, download=Registry(twice=made))
    assert row.path == "debian/twice/usr/a.wav"


def test_what_was_dropped_stays_out(tmp_path: Path, game: Path, table: list[Source]) -> None:
    registry = Registry(**{"game-music": game})
    first, *others = fetch(table, tmp_path / "cache", KINDS, download=registry)
    manifest.write(tmp_path / "cache" / DROPPED, [first])
    assert fetch(table, tmp_path / "cache", KINDS, download=registry) == others
