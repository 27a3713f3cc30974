"""Works stated as a whole, and listed a page at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from threading import Barrier, Thread

import pytest

from reference_catalog.catalog import Catalog
from reference_catalog.identifiers import parse
from reference_catalog.work import Work, WorkDetails
from tests.reference_catalog.builders import details, new_reference


def test_a_work_is_what_it_is_revised_to(catalog: Catalog) -> None:
    said = WorkDetails("w", "Title", "film", "Owner", (parse("isrc", "USRC17607839"),), "A series")
    made = catalog.revise("w", lambda _: said)
    assert (made.title, made.owner, made.series, made.references) == (
        "Title", "Owner", "A series", ()
    )  # fmt: skip
    catalog.add(details("w"), new_reference(1))
    plain = catalog.revise("w", lambda known: WorkDetails("w", "w"))
    assert (plain.title, plain.kind, plain.owner, plain.series) == ("w", "other", None, None)
    assert plain.identifiers == ()
    assert len(plain.references) == 1
    assert catalog.work("w") == plain


def test_nothing_is_changed_by_a_change_that_raises(catalog: Catalog) -> None:
    before = catalog.revise("w", lambda _: WorkDetails("w", "Title"))

    def refuse(known: Work | None) -> WorkDetails:
        assert known == before
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        catalog.revise("w", refuse)
    assert catalog.work("w") == before


def test_no_change_is_lost_between_two(catalog: Catalog) -> None:
    catalog.revise("w", lambda _: WorkDetails("w", "0"))
    begin = Barrier(2)

    def count() -> None:
        begin.wait()
        for _ in range(10):
            catalog.revise("w", _one_more)

    both = [Thread(target=count) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    found = catalog.work("w")
    assert found is not None
    assert found.title == "20"


def _one_more(known: Work | None) -> WorkDetails:
    assert known is not None
    return replace(WorkDetails("w", "x"), title=str(int(known.title) + 1))


def _stated(said: WorkDetails, _: Work | None) -> WorkDetails:
    return said


def test_pages_of_works(catalog: Catalog) -> None:
    names = ["A", "a", "b:1", "b:2", "é", "영화"]
    for name in names:
        said = WorkDetails(name, "T")
        catalog.revise(name, partial(_stated, said))
    first = catalog.works_after("", 4)
    second = catalog.works_after(first[-1].work_id, 4)
    assert [one.work_id for one in (*first, *second)] == names == sorted(names)
