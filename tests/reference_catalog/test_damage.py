from __future__ import annotations

import dataclasses
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from reference_catalog.catalog import Catalog
from reference_catalog.errors import (
    CatalogDamaged,
    CatalogMissing,
    CatalogUnavailable,
    DamagedBlob,
)
from tests.reference_catalog.builders import AUDIO, VIDEO, details, new_reference

WORKS = 6


def database(folder: Path) -> Path:
    return folder / "catalog.sqlite"


def filled(folder: Path) -> None:
    with Catalog.create(folder) as catalog:
        for seed in range(WORKS):
            catalog.add(details(f"work {seed}"), new_reference(seed))


def blob(folder: Path, scheme: str) -> Path:
    """The file with the fingerprint of reference 1."""
    with closing(sqlite3.connect(database(folder))) as connection:
        query = "SELECT blob_sha256 FROM fingerprint WHERE number = 1 AND scheme = ?"
        sha256: str = connection.execute(query, (scheme,)).fetchone()[0]
    return folder / "fingerprints" / sha256[:2] / f"{sha256}.npz"


def test_a_missing_catalogue_is_not_made_by_opening(folder: Path) -> None:
    with pytest.raises(CatalogMissing, match="no catalogue in"):
        Catalog.open(folder)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"not a database " * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_database_is_told(folder: Path, content: bytes) -> None:
    folder.mkdir()
    database(folder).write_bytes(content)
    for opened in (Catalog.open, Catalog.create):
        with pytest.raises(CatalogDamaged, match=r"catalog\.sqlite is damaged"):
            opened(folder)
    assert database(folder).read_bytes() == content


def test_damage_inside_is_told_when_it_is_met(folder: Path) -> None:
    filled(folder)
    data = bytearray(database(folder).read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    database(folder).write_bytes(data)
    with pytest.raises(CatalogDamaged, match="malformed"), Catalog.open(folder) as catalog:
        list(catalog.works())


def test_a_lost_table_is_told(folder: Path) -> None:
    filled(folder)
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("DROP TABLE fingerprint")
    with Catalog.open(folder) as catalog:
        with pytest.raises(CatalogDamaged, match="no such table"):
            catalog.numbers(VIDEO)
        with pytest.raises(CatalogDamaged, match="no such table"):
            catalog.add(details("new"), new_reference(99))
        assert catalog.work("new") is None


@pytest.mark.parametrize("emptied", [True, False])
def test_an_emptied_or_lost_database_is_not_taken_for_a_new_one(
    folder: Path, emptied: bool
) -> None:
    filled(folder)
    if emptied:
        database(folder).write_bytes(b"")
        with pytest.raises(CatalogDamaged, match="no schema version"):
            Catalog.open(folder)
    else:
        database(folder).unlink()
    with pytest.raises(CatalogDamaged, match="fingerprints are kept beside it"):
        Catalog.create(folder)


def test_another_sqlite_file_is_not_a_catalogue(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(CatalogDamaged, match="not a catalogue"):
        Catalog.open(folder)


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_blob_is_never_returned(folder: Path, damage: str) -> None:
    filled(folder)
    path = blob(folder, VIDEO)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes({"flipped": bytes(data), "cut": bytes(data[:-9]), "gone": b""}[damage])
    if damage == "gone":
        path.unlink()
    with Catalog.open(folder) as catalog:
        with pytest.raises(DamagedBlob, match=path.name):
            catalog.fingerprint(1, VIDEO)
        assert len(catalog.fingerprint(1, AUDIO)) == 90
        assert len(catalog.fingerprint(2, VIDEO)) == 40


def test_adding_the_same_again_heals_a_damaged_blob(folder: Path) -> None:
    filled(folder)
    blob(folder, VIDEO).write_bytes(b"damaged")
    with Catalog.open(folder) as catalog:
        catalog.add(details("again"), dataclasses.replace(new_reference(0), sha256="0" * 64))
        assert len(catalog.fingerprint(1, VIDEO)) == 40


def test_a_removal_with_lost_blobs_still_works(folder: Path) -> None:
    filled(folder)
    blob(folder, VIDEO).unlink()
    with Catalog.open(folder) as catalog:
        assert catalog.remove("work 0") == [1]


def test_a_stuck_writer_is_told_and_readers_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(folder)
    monkeypatch.setattr("reference_catalog.backend.BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(database(folder))) as stuck, Catalog.open(folder) as catalog:
        stuck.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogUnavailable, match="locked"):
            catalog.add(details("new"), new_reference(99))
        assert len(list(catalog.works())) == WORKS
        stuck.rollback()
        assert catalog.add(details("new"), new_reference(99)).number == WORKS + 1


def test_making_a_catalogue_waits_for_another_that_is_making_it(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(database(folder), check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.rollback)
        release.start()
        Catalog.create(folder).close()
        release.join()
