"""The catalogue as a list: searched, sorted and paged as one would by hand, in each database."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event

from reference_catalog.catalog import Catalog
from reference_catalog.listing import SORTS, Listed, Sort, Wanted
from reference_catalog.work import WorkDetails
from tests.reference_catalog.builders import new_reference

WORKS = (
    WorkDetails("w1", "Éclair 100%", "film", "zeta", series="First_Series"),
    WorkDetails("w2", "apple", "music", "Alpha"),
    WorkDetails("w3", "Zebra", "film", None),
    WorkDetails("w4", unicodedata.normalize("NFD", "사랑의 강"), "film", "Älpha"),
    WorkDetails("W5", "STRASSE/a_b", "episode", "alpha"),
    WorkDetails("w6", "apple", "film", "Alpha"),
    WorkDetails("w7", "x" * 5000, "film"),
)
FOUND = {
    "APPLE": ["w2", "w6"],
    "eclair": [],  # an accent is a letter
    "e\u0301CLAIR": ["w1"],
    "사랑": ["w4"],
    "straße": ["W5"],
    "  älph ": ["w4"],
    "t_s": ["w1"],
    "_": ["W5", "w1"],
    "%": ["w1"],
    "/a": ["W5"],
    "w5": ["W5"],
    "\n": ["W5", "w1", "w2", "w3", "w4", "w6", "w7"],
    "' OR 1=1": [],
}
# By each column as it is sorted: the smallest first, and alike ones by their names.
KEYS: Mapping[Sort, Callable[[Listed], Any]] = {
    "title": lambda one: unicodedata.normalize("NFKC", one.title).casefold()[:100],
    "work_id": lambda one: one.work_id,
    "kind": lambda one: one.kind,
    "owner": lambda one: "".join(c.lower() if c.isascii() else c for c in one.owner or ""),
    "references": lambda one: one.references,
    "duration": lambda one: one.duration_s,
    "registered": lambda one: one.registered_at or "",
}


def put(catalog: Catalog, one: WorkDetails) -> None:
    catalog.revise(one.work_id, lambda _: one)


@pytest.fixture
def filled(catalog: Catalog) -> Catalog:
    """A few works, of which some have references."""
    for one in WORKS:
        put(catalog, one)
    for seed, name in enumerate(("w2", "w2", "w4", "w7")):
        catalog.add(WorkDetails(name, name), replace(new_reference(seed), duration_s=20.0 - seed))
    return catalog


def test_each_column_sorts_both_ways_and_pages_leave_nothing_out(filled: Catalog) -> None:
    whole = filled.shelf(Wanted(sort="work_id")).works
    assert [one.work_id for one in whole] == ["W5", "w1", "w2", "w3", "w4", "w6", "w7"]
    for sort in SORTS:
        for down in (False, True):
            pages = [filled.shelf(Wanted("", "", sort, down, at, 3)) for at in (0, 3, 6, 9)]
            assert {(one.found, one.all) for one in pages} == {(7, 7)}
            by_key = sorted(whole, key=KEYS[sort], reverse=down)
            assert [one for page in pages for one in page.works] == by_key, (sort, down)


def test_texts_are_found_as_people_read_them(filled: Catalog) -> None:
    for text, found in FOUND.items():
        shelf = filled.shelf(Wanted(text, sort="work_id"))
        assert [one.work_id for one in shelf.works] == found, text
        assert (shelf.found, shelf.all) == (len(found), len(WORKS))


def test_only_what_may_be_looked_through_is_found_or_counted(filled: Catalog) -> None:
    some = ["w2", "w3", "w6", "nothing", "'); DROP TABLE work; --", "w" * 200]
    shelf = filled.shelf(Wanted(kind="film", text="e"), some * 400)
    assert ([one.work_id for one in shelf.works], shelf.found, shelf.all) == (["w6", "w3"], 2, 3)
    assert filled.shelf(Wanted(), []).all == 0
    assert [one.work_id for one in filled.works_named(["w3", "w1", "no"])] == ["w1", "w3"]


def test_what_is_said_anew_is_found_and_the_old_is_not(filled: Catalog) -> None:
    filled.revise("w3", lambda _: WorkDetails("w3", "Quagga"))
    assert [one.work_id for one in filled.shelf(Wanted("quagga")).works] == ["w3"]
    assert filled.shelf(Wanted("zebra")).works == ()
    filled.describe(WorkDetails("w3", "Okapi"))
    assert [one.work_id for one in filled.shelf(Wanted("okapi")).works] == ["w3"]


@pytest.mark.parametrize("sort", ["references", "duration", "registered"])
def test_totals_are_read_from_an_index_alone(folder: Path, sort: Sort) -> None:
    """A row has much beside, and a page adds up those of all works."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        asked.append((statement, values))

    with Catalog.create(folder) as catalog, listening(Engine, "before_cursor_execute", note):
        put_one = catalog.add(WorkDetails("w1", "apple"), new_reference(1))
        asked.clear()
        assert catalog.shelf(Wanted(sort=sort)).works[0].references == put_one.number
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        (sorting,) = [one for one in asked if "ORDER BY" in one[0]]
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sorting[0]}", sorting[1]).fetchall()
    (of_all,) = [str(one[-1]) for one in plan if "work_reference" in str(one[-1])]
    assert "USING COVERING INDEX" in of_all


@contextmanager
def listening(of: object, name: str, hears: Callable[..., None]) -> Iterator[None]:
    event.listen(of, name, hears)
    try:
        yield
    finally:
        event.remove(of, name, hears)


def test_an_older_catalogue_is_searched_and_sorted_too(folder: Path) -> None:
    with Catalog.create(folder) as catalog:
        for one in WORKS:
            put(catalog, one)
        new = [catalog.shelf(Wanted(text)) for text in ("", "사랑", "straße")]
    engine = create_engine(f"sqlite:///{folder / 'catalog.sqlite'}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "reference_catalog:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
    engine.dispose()
    with Catalog.open(folder) as catalog:
        assert [catalog.shelf(Wanted(text)) for text in ("", "사랑", "straße")] == new
