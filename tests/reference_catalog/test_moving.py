"""A catalogue that is moved is the same, or nothing happened."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest

from media.clip import Span
from reference_catalog.catalog import Catalog
from reference_catalog.errors import (
    CatalogMissing,
    CatalogMoved,
    CatalogUnavailable,
    DamagedBlob,
    NotEmpty,
)
from reference_catalog.licence import licence
from reference_catalog.moving import Moved, move
from reference_catalog.place import Place
from reference_catalog.work import Exclusion, Identifier, WorkDetails
from tests.postgresql import Server
from tests.reference_catalog.builders import AUDIO, VIDEO, details, new_reference

WORKS = 3
TITLE = 'O\'Brien "100 %" \\ %s :x ; -- 제목 \U0001f3b5 \u202e\n\t'


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue in SQLite with something of everything, of which the last work is gone."""
    folder = tmp_path_factory.mktemp("full")
    said = WorkDetails("w\\'%", TITLE, "film", "", (Identifier("isrc", "USRC17607839"),), "S")
    with Catalog.create(folder) as catalog:
        for seed in range(WORKS):
            catalog.add(said if seed == 0 else details(f"work {seed}"), new_reference(seed))
        catalog.add(details("work 1"), new_reference(10))
        catalog.license({said.work_id: [licence("vod.example", "KR JP", "2026-01-01", "")]})
        catalog.license({"work 2": []})
        catalog.exclude([Exclusion(1, Span(0.1, 1 / 3), TITLE), Exclusion(1, Span(1e-300, 2), "")])
        catalog.add(details("gone"), new_reference(11))
        catalog.remove("gone")
    return folder


@pytest.fixture
def old(full: Path, folder: Path) -> Place:
    """The same, where it may be changed."""
    return Place(shutil.copytree(full, folder))


@pytest.fixture
def new(tmp_path: Path, database_url: str) -> Place:
    """Where nothing is yet: a database, and another folder."""
    return Place(tmp_path / "new", database_url, tmp_path / "shared")


def moved(old: Place, new: Place, switch: Callable[[], None] = lambda: None) -> Moved:
    return move(old, new, switch, lambda done, total: None)


def all_of(place: Place) -> list[object]:
    """All that can be asked of a catalogue."""
    with Catalog.open(place) as catalog:
        stored = [
            (number, scheme, catalog.fingerprint(number, scheme).codes.tobytes())
            for scheme in (VIDEO, AUDIO)
            for number in catalog.numbers(scheme)
        ]
        facts = catalog.exclusions(), catalog.revisions(), catalog.fingerprint_bytes()
        return [catalog.identity(), list(catalog.works()), stored, *facts]


def test_all_of_it_is_moved_there_and_back(old: Place, new: Place, tmp_path: Path) -> None:
    before = all_of(old)
    said: list[tuple[int, int]] = []
    result = move(old, new, lambda: None, lambda done, total: said.append((done, total)))
    assert said == [(n, 8) for n in range(1, 9)]
    assert (result.fingerprints, result.fingerprint_bytes) == (8, before[-1])
    assert all_of(new) == before
    back = Place(tmp_path / "back")
    assert moved(new, back).rows == result.rows
    assert all_of(back) == all_of(old) == before


@pytest.mark.parametrize("removed", ["work 2", None])
def test_numbers_are_not_given_out_again(old: Place, new: Place, removed: str | None) -> None:
    if removed is not None:  # then the largest number that is there is not the largest given out
        with Catalog.open(old) as catalog:
            catalog.remove(removed)
    moved(old, new)
    back = Place(new.folder / "back")
    with Catalog.open(new) as catalog:
        assert catalog.add(details("new"), new_reference(20)).number == WORKS + 3
        catalog.remove("new")
    moved(new, back)
    with Catalog.open(back) as catalog:
        assert catalog.add(details("new"), new_reference(20)).number == WORKS + 4


def test_an_empty_catalogue_can_be_moved(folder: Path, new: Place) -> None:
    Catalog.create(folder).close()
    moved(Place(folder), new)
    with Catalog.open(new) as catalog:
        assert catalog.add(details("w"), new_reference(1)).number == 1


def test_fingerprints_may_stay_where_they_are(old: Place, new: Place) -> None:
    before = all_of(old)
    there = Place(old.folder, new.url)
    moved(old, there)
    assert all_of(there) == before
    moved(there, old)  # the same rows are there still
    assert all_of(old) == before
    with Catalog.open(old) as catalog:
        catalog.remove("work 1")


def test_where_it_was_nobody_writes_any_more(old: Place, new: Place) -> None:
    with Catalog.open(old) as open_before:
        moved(old, new)
        for write in (
            lambda: open_before.add(details("late"), new_reference(50)),
            lambda: open_before.remove("work 1"),
            lambda: open_before.describe(details("work 1")),
            lambda: open_before.exclude([Exclusion(1, Span(5, 6), "")]),
        ):
            with pytest.raises(CatalogMoved, match="moved to postgresql://"):
                write()
        assert open_before.moved_to() is not None
    with pytest.raises(CatalogMoved):
        moved(old, Place(new.folder / "elsewhere"))


def test_others_may_register_and_remove_while_fingerprints_are_copied(
    old: Place, new: Place
) -> None:
    def meanwhile(done: int, total: int) -> None:
        if done == 1:
            with Catalog.open(old) as catalog:
                catalog.remove("work 1")
                catalog.add(details("late"), new_reference(30))

    result = move(old, new, lambda: None, meanwhile)
    with Catalog.open(new) as catalog:
        assert [work.work_id for work in catalog.works()] == ["late", "w\\'%", "work 2"]
    assert all_of(new) == all_of(old)
    assert result.fingerprints == 6


def test_a_move_that_is_stopped_changes_nothing_and_can_be_done_again(
    old: Place, new: Place
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = all_of(old)
    with pytest.raises(KeyboardInterrupt):
        move(old, new, lambda: None, stop)
    with pytest.raises(CatalogMissing):
        Catalog.open(new)
    with pytest.raises(KeyboardInterrupt):  # all is copied, and the settings cannot be written
        moved(old, new, stop)
    with Catalog.open(old) as catalog:
        assert catalog.moved_to() is None
        catalog.describe(details("work 1"))
    moved(old, new)
    assert all_of(new) == before


def test_another_state_of_the_same_catalogue_is_not_written_over(old: Place, new: Place) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moved(old, new, stop)
    with Catalog.open(old) as catalog:
        catalog.remove("work 1")
    with pytest.raises(NotEmpty, match="another state"):
        moved(old, new)


def test_another_catalogue_is_not_written_over(old: Place, new: Place) -> None:
    with Catalog.create(new) as catalog:
        catalog.add(details("theirs"), new_reference(5))
    with pytest.raises(NotEmpty, match="another catalogue is in postgresql://"):
        moved(old, new)
    with pytest.raises(NotEmpty, match="fingerprints of another catalogue"):
        moved(old, Place(new.folder, None, new.blobs))
    with pytest.raises(NotEmpty, match="already"):
        moved(old, old)
    with Catalog.open(new) as catalog:
        assert [work.work_id for work in catalog.works()] == ["theirs"]
        assert len(catalog.fingerprint(1, VIDEO)) == 40


def test_a_catalogue_that_was_made_and_not_used_is_written_over(old: Place, new: Place) -> None:
    before = all_of(old)
    Catalog.create(new).close()
    moved(old, new)
    assert all_of(new) == before


def test_a_damaged_fingerprint_is_not_carried_along(old: Place, new: Place) -> None:
    blob = next(old.blob_path.rglob("*.npz"))
    blob.write_bytes(blob.read_bytes()[:-1])
    with pytest.raises(DamagedBlob, match=blob.name):
        moved(old, new)
    with pytest.raises(CatalogMissing):
        Catalog.open(new)


def test_what_the_new_database_cannot_keep_stops_the_move(old: Place, new: Place) -> None:
    with closing(sqlite3.connect(old.folder / "catalog.sqlite")) as connection:
        connection.execute("UPDATE work SET title = 'a' || char(0) || 'b' WHERE id = 2")
        connection.commit()
    with pytest.raises(ValueError, match=r"cannot keep what is in work: .* NUL"):
        moved(old, new)
    with pytest.raises(CatalogMissing):
        Catalog.open(new)


def test_a_server_that_goes_away_stops_the_move(old: Place, new: Place, postgresql: Server) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'"
    moved(old, new)
    with pytest.raises(CatalogUnavailable, match="terminat"):
        moved(new, Place(new.folder / "back"), lambda: postgresql.execute(ended))
    with Catalog.open(new) as catalog:
        assert catalog.moved_to() is None


def test_a_catalogue_is_used_with_its_own_folder_alone(
    old: Place, new: Place, tmp_path: Path
) -> None:
    moved(old, new)
    assert new.url is not None
    for elsewhere in (Place(new.folder, new.url), Place(new.folder, new.url, tmp_path / "x")):
        for opened in (Catalog.create, Catalog.open):
            with pytest.raises(CatalogUnavailable, match=r"first kept in .*shared"):
                opened(elsewhere)
    other = Place(tmp_path / "other", None, new.blobs)
    with pytest.raises(OSError, match=r"beside it|are not in"):
        Catalog.create(other)


def test_a_folder_is_taken_only_with_all_fingerprints_in_it(old: Place, tmp_path: Path) -> None:
    named = Place(old.folder, None, tmp_path / "named")
    before = all_of(old)
    for opened in (Catalog.open, Catalog.create):
        with pytest.raises(CatalogUnavailable, match=r"are not in .*named"):
            opened(named)
    shutil.rmtree(tmp_path / "named")
    old.blob_path.rename(tmp_path / "named")
    Catalog.create(named).close()
    assert all_of(named) == before


def test_a_changed_copy_is_seen(old: Place, new: Place) -> None:
    """A trigger stands for whatever a server may do to rows on their way."""
    Catalog.create(new).close()
    assert new.url is not None
    with psycopg.connect(new.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION shorten() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.title := left(NEW.title, 3); RETURN NEW; END $$;"
            "CREATE TRIGGER shorten BEFORE INSERT ON work FOR EACH ROW EXECUTE FUNCTION shorten()"
        )
    with pytest.raises(OSError, match="does not keep work as it was written"):
        moved(old, new)
    with Catalog.open(new) as catalog:
        assert list(catalog.works()) == []
    assert np.all([path.is_file() for path in old.blob_path.rglob("*.npz")])
