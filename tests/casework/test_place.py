"""Where the record is: a file or a database, what is missing there, and how it is moved."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from casework.errors import (
    CasesDamaged,
    CasesInTheWay,
    CasesLeft,
    CasesMissing,
    CasesMoved,
    CasesUnavailable,
)
from casework.moving import move
from casework.place import DATABASE, Place
from casework.store import CaseStore
from tests.capture.server import QuickClock
from tests.casework.conftest import CASE, found, opened, tamper


def test_a_lost_record_is_not_made_anew_beside_captures(store: CaseStore, folder: Path) -> None:
    store.captures(CASE).mkdir(parents=True)
    store.close()
    for path in folder.glob("casework.db*"):
        path.unlink()
    with pytest.raises(CasesDamaged, match="captures are kept beside it"):
        CaseStore.create(folder)


def test_what_is_no_record_of_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesMissing):
        CaseStore.open(tmp_path)
    (tmp_path / "casework.db").write_bytes(b"no database, but long enough to be one" * 40)
    with pytest.raises(CasesDamaged, match="not a record of cases"):
        CaseStore.open(tmp_path, QuickClock())


@pytest.fixture
def elsewhere(folder: Path, database_url: str) -> Place:
    """An empty database for the same captures."""
    return Place(folder, database_url)


def whole(place: Place) -> list[object]:
    """All of a record, to the byte."""
    with CaseStore.open(place.folder, url=place.url) as store:
        names = [one.case.case_id for one in store.cases()]
        return [(store.custody(name), store.records(name), store.verify(name)) for name in names]


def test_a_record_is_moved_to_the_byte_and_back(
    store: CaseStore, place: Place, elsewhere: Place, folder: Path
) -> None:
    (finding,) = found(store, "film")
    opened(store, case_id="C-2")
    before, used = whole(place), []
    assert move(place, elsewhere, lambda: used.append(True)) == 2
    assert (whole(elsewhere), used) == (before, [True])
    with pytest.raises(CasesMoved, match="nothing is written here"):
        store.dossier(CASE, "ann")  # it had it open
    with pytest.raises(CasesMoved):
        opened(store, case_id="C-3")
    with CaseStore.open(folder, url=elsewhere.url) as there:
        there.review(CASE, "bob", finding.finding_id, "confirmed", "seen")
        assert there.verify(CASE) == []
    after = whole(elsewhere)
    assert move(elsewhere, place, lambda: None) == 2
    assert whole(place) == after
    other = CaseStore.open(folder.parent, url=elsewhere.url)  # of a machine that shared it
    with pytest.raises(CasesMoved), other as there:
        there.dossier(CASE, "ann")


def test_a_move_that_was_stopped_is_done_again(
    store: CaseStore, place: Place, elsewhere: Place
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(place, elsewhere, stopped)
    found(store, "film")  # it is in use as before
    before = whole(place)
    assert move(place, elsewhere, lambda: None) == 1
    assert whole(elsewhere) == before


def test_another_case_is_not_written_over(
    store: CaseStore, place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    with CaseStore.create(tmp_path / "other", url=elsewhere.url) as other:
        opened(other, "each-once-90s")
        opened(other, case_id="C-9")
    with pytest.raises(CasesInTheWay, match="another case C-1"):
        move(place, elsewhere, lambda: None)
    found(store, "film")
    with pytest.raises(CasesInTheWay, match="already"):
        move(place, place, lambda: None)


def test_cases_of_several_workspaces_stay_beside_each_other(
    store: CaseStore, place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    with CaseStore.create(tmp_path / "other", url=elsewhere.url) as other:
        opened(other, case_id="C-9")
        assert move(place, elsewhere, lambda: None) == 1
        assert [one.case.case_id for one in other.cases()] == [CASE, "C-9"]


def test_what_was_changed_is_moved_as_it_is(
    store: CaseStore, place: Place, elsewhere: Place
) -> None:
    found(store, "film")
    tamper(place.folder, "UPDATE record SET body = 'no \u00fcmlaut' WHERE n = 4")
    move(place, elsewhere, lambda: None)
    assert whole(elsewhere) == whole(place)
    with CaseStore.open(place.folder, url=elsewhere.url) as there:
        assert there.verify(CASE) != []


def test_cases_that_were_left_are_not_forgotten(store: CaseStore, elsewhere: Place) -> None:
    for opening in (CaseStore.open, CaseStore.create):
        with pytest.raises(CasesLeft, match="reelprint case move"):
            opening(elsewhere.folder, url=elsewhere.url)


def test_a_file_without_cases_is_nothing_left(folder: Path, elsewhere: Place) -> None:
    CaseStore.create(folder).close()
    CaseStore.create(folder, url=elsewhere.url).close()


def test_a_database_without_a_record_is_told(elsewhere: Place) -> None:
    with pytest.raises(CasesMissing, match="no cases in postgresql://"):
        CaseStore.open(elsewhere.folder, url=elsewhere.url)
    with pytest.raises(CasesUnavailable):
        CaseStore.open(elsewhere.folder, url=f"{elsewhere.url}&dbname=none-of-this-name")


def test_a_record_of_the_first_form_is_brought_up_to_date(store: CaseStore, folder: Path) -> None:
    before = whole(Place(folder))
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("DROP TABLE moved")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    assert whole(Place(folder)) == before
