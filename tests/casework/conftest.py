"""Cases on a real database, led by a clock that waits for nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from capture.capturing import Surroundings
from casework.place import Place
from casework.record import Finding, Sample
from casework.store import CaseStore
from casework.taking import Sampler
from reference_catalog import schema
from tests.capture.server import QuickClock, Site, serving
from tests.postgresql import Server

CASE, SOURCE, SITE = "C-1", "http://site.example/a.m3u8", "site.example"
MEDIA = "media/main-000.ts"


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk is most of what a capture does here, and shows nothing."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cases"


@pytest.fixture
def place(folder: Path) -> Place:
    """Where the record of this test is: in a file, unless a module says otherwise."""
    return Place(folder)


@pytest.fixture
def store(place: Place, clock: QuickClock) -> Iterator[CaseStore]:
    """With one case, opened by ann."""
    with CaseStore.create(place.folder, clock, url=place.url) as made:
        opened(made)
        yield made


@pytest.fixture(scope="session")
def with_tables(postgresql: Server) -> str:
    """The name of a database with the tables of a record: to copy it is quicker."""
    url = postgresql.new_database()
    with closing(Place(Path(), url).database()) as database:
        schema.create(database)
    return postgresql.name_of(url)


@pytest.fixture
def furnished_url(postgresql: Server, with_tables: str) -> Iterator[str]:
    """The URL of a database with the tables of a record."""
    url = postgresql.new_database(f"TEMPLATE {with_tables}")
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(folder: Path, request: pytest.FixtureRequest) -> Place:
    """Where a record can be made, in each database: for modules that take it as their `place`."""
    if request.param == "sqlite":
        return Place(folder)
    return Place(folder, request.getfixturevalue("furnished_url"))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def sampler(store: CaseStore, clock: QuickClock) -> Sampler:
    return Sampler(store, CASE, "ann", Surroundings("test", clock))


def opened(store: CaseStore, sampling: str = "each-once", case_id: str = CASE) -> None:
    store.open_case(case_id, "ann", "complaint 7", {"name": "standard"}, sampling, 5)


def answer(*works: str, status: str = "identified", **more: Any) -> dict[str, Any]:
    """What `identify --json` might say."""
    query = {"path": "/x", "sha256": "ab" * 32, "duration_s": 60.5, "losses": []}
    matches = [{"work_id": work, "title": work, "e_value": 3.2e-19} for work in works]
    engine = {"version": "0", "schemes": ["a"], "index": "i", "calibration": "c"}
    said = {"query": query, "status": status, "matches": matches}
    return {**said, "max_e_value": 1e-4, "engine": engine, **more}


def sample(store: CaseStore, outcome: Any = "unexamined") -> Sample:
    """A sample taken beside the plan, with one file to examine."""
    begun = store.begin(CASE, "ann", SITE, SOURCE)
    done = replace(begun, outcome=outcome, reason=None, media=(MEDIA,), capture="x", seconds=9.0)
    store.sampled(CASE, "ann", done)
    return done


def found(store: CaseStore, *works: str) -> list[Finding]:
    """The findings of a new sample that carries these works."""
    one = sample(store)
    return store.examined(CASE, "ann", one.sample_id, {MEDIA: answer(*works)})


def tamper(folder: Path, *statements: str) -> None:
    """What anybody can do who may write the file: drop the triggers, and change what they like."""
    with closing(sqlite3.connect(folder / "casework.db")) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()
