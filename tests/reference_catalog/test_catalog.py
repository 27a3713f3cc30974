from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from reference_catalog import rows
from reference_catalog.catalog import Catalog
from reference_catalog.errors import Duplicate, NoSuchFingerprint, NoSuchWork
from reference_catalog.models import FingerprintRow
from reference_catalog.place import Place
from reference_catalog.work import Identifier, NewReference, WorkDetails
from tests.reference_catalog.builders import (
    AUDIO,
    VIDEO,
    details,
    fingerprint,
    new_reference,
    sha256_of,
)


def blobs(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "fingerprints").rglob("*.npz")}


def test_a_reference_comes_back_as_it_was_added(catalog: Catalog) -> None:
    new = new_reference(1)
    added = catalog.add(details("a film"), new)
    assert (added.number, added.reference_id, added.work_id) == (1, "R000001", "a film")
    for field in ("sha256", "source", "duration_s", "losses"):
        assert getattr(added, field) == getattr(new, field)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", added.registered_at)
    assert catalog.reference(1) == catalog.by_sha256(new.sha256) == added
    work = catalog.work("a film")
    assert work is not None
    assert work.references == (added,)


def test_everything_is_there_after_opening_again(place: Place) -> None:
    said = WorkDetails("w", "제목 «T»", "film", "Owner", (Identifier("isrc", "USRC17607839"),))
    with Catalog.create(place) as catalog:
        catalog.add(said, new_reference(1))
        before = list(catalog.works())
    with Catalog.open(place) as catalog:
        assert list(catalog.works()) == before
    assert (before[0].title, before[0].kind, before[0].owner) == ("제목 «T»", "film", "Owner")
    assert before[0].identifiers == said.identifiers


def test_fingerprints_come_back_exactly(catalog: Catalog) -> None:
    new = new_reference(1)
    number = catalog.add(details("w"), new).number
    for expected in new.fingerprints:
        found = catalog.fingerprint(number, expected.scheme)
        assert found.scheme == expected.scheme
        for field in ("codes", "times", "quality"):
            np.testing.assert_array_equal(getattr(found, field), getattr(expected, field))


def test_an_unknown_fingerprint_is_told(catalog: Catalog) -> None:
    catalog.add(details("w"), new_reference(1))
    with pytest.raises(NoSuchFingerprint, match=r"reference 1 .* video-other-1"):
        catalog.fingerprint(1, "video-other-1")
    with pytest.raises(NoSuchFingerprint):
        catalog.fingerprint(2, VIDEO)


def test_the_same_file_is_refused_under_any_work(catalog: Catalog) -> None:
    first = catalog.add(details("w"), new_reference(1))
    for name in ("w", "another"):
        with pytest.raises(Duplicate, match="R000001 of work 'w'") as caught:
            catalog.add(details(name), new_reference(1))
        assert (caught.value.work_id, caught.value.reference) == ("w", first)
    assert [work.work_id for work in catalog.works()] == ["w"]
    assert catalog.numbers(VIDEO) == [1]


def test_a_work_has_many_references(catalog: Catalog) -> None:
    added = tuple(catalog.add(details("w"), new_reference(seed)) for seed in range(3))
    work = catalog.work("w")
    assert work is not None
    assert work.references == added
    assert catalog.duration_s() == 60.0


def test_details_that_say_nothing_overwrite_nothing(catalog: Catalog) -> None:
    isrc, isbn = Identifier("isrc", "USRC17607839"), Identifier("isbn", "9780306406157")
    catalog.add(WorkDetails("w", "Title", "film", "Owner", (isrc,)), new_reference(1))
    catalog.add(details("w"), new_reference(2))
    work = catalog.work("w")
    assert work is not None
    assert (work.title, work.kind, work.owner) == ("Title", "film", "Owner")
    assert work.identifiers == (isrc,)
    catalog.add(WorkDetails("w", "w", identifiers=(isbn,)), new_reference(3))
    work = catalog.work("w")
    assert work is not None
    assert work.identifiers == (isbn, isrc)


def test_details_that_say_something_new_are_taken_over(catalog: Catalog) -> None:
    old, new = Identifier("isrc", "USRC17607839"), Identifier("isrc", "USRC17607840")
    catalog.add(WorkDetails("w", "Titel", "film", "Ower", (old,)), new_reference(1))
    work = catalog.describe(WorkDetails("w", "Title", "tv", "Owner", (new,)))
    assert (work.title, work.kind, work.owner) == ("Title", "tv", "Owner")
    assert work.identifiers == (new,)
    assert catalog.work("w") == work


def test_only_a_known_work_can_be_described(catalog: Catalog) -> None:
    with pytest.raises(NoSuchWork, match="'w'"):
        catalog.describe(details("w"))
    assert list(catalog.works()) == []


def test_removal_takes_everything_along(catalog: Catalog, folder: Path) -> None:
    said = WorkDetails("w", "w", identifiers=(Identifier("isrc", "USRC17607839"),))
    for seed in (1, 2):
        catalog.add(said, new_reference(seed))
    kept = catalog.add(details("kept"), new_reference(3))
    assert len(blobs(folder)) == 6
    assert catalog.remove("w") == [1, 2]
    assert catalog.work("w") is None
    assert catalog.reference(1) is None
    assert catalog.by_sha256(sha256_of(2)) is None
    assert catalog.numbers(VIDEO) == catalog.numbers(AUDIO) == [kept.number]
    assert len(blobs(folder)) == 2
    assert [work.work_id for work in catalog.works()] == ["kept"]
    catalog.add(details("w"), new_reference(1))
    work = catalog.work("w")
    assert work is not None
    assert work.identifiers == ()


def test_an_unknown_work_cannot_be_removed(catalog: Catalog) -> None:
    with pytest.raises(NoSuchWork, match="'w'"):
        catalog.remove("w")


def test_numbers_are_never_reused(place: Place) -> None:
    with Catalog.create(place) as catalog:
        catalog.add(details("a"), new_reference(1))
        catalog.add(details("b"), new_reference(2))
        catalog.remove("b")
        catalog.remove("a")
    with Catalog.open(place) as catalog:
        assert catalog.add(details("b"), new_reference(2)).number == 3


def test_a_blob_that_another_reference_shares_is_kept(catalog: Catalog, folder: Path) -> None:
    shared = (fingerprint(7),)
    for seed, name in ((1, "a"), (2, "b")):
        new = dataclasses.replace(new_reference(seed), fingerprints=shared)
        catalog.add(details(name), new)
    assert len(blobs(folder)) == 1
    size = catalog.fingerprint_bytes()
    assert size == sum(path.stat().st_size for path in folder.rglob("*.npz"))
    catalog.remove("a")
    np.testing.assert_array_equal(catalog.fingerprint(2, VIDEO).codes, shared[0].codes)
    assert catalog.fingerprint_bytes() == size
    catalog.remove("b")
    assert blobs(folder) == set()
    assert catalog.fingerprint_bytes() == 0


def test_a_failure_before_the_commit_leaves_nothing_but_a_blob(
    catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("reference_catalog.rows.to_reference", fail)
        with pytest.raises(KeyboardInterrupt):
            catalog.add(details("w"), new_reference(1))
    assert catalog.work("w") is None
    assert catalog.numbers(VIDEO) == []
    assert len(blobs(folder)) == 2
    number = catalog.add(details("w"), new_reference(1)).number
    assert len(catalog.fingerprint(number, VIDEO)) == 40


def test_a_blob_that_is_removed_while_it_is_added_again_is_kept(
    catalog: Catalog, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.add(details("a"), new_reference(1))
    new_fingerprint = rows.new_fingerprint

    def meanwhile(one: Fingerprint, sha256: str, data: bytes) -> FingerprintRow:
        with Catalog.open(place) as another:
            if another.work("a"):
                another.remove("a")
        return new_fingerprint(one, sha256, data)

    monkeypatch.setattr(rows, "new_fingerprint", meanwhile)
    same_codes = dataclasses.replace(new_reference(1), sha256=sha256_of(2))
    number = catalog.add(details("b"), same_codes).number
    assert catalog.work("a") is None
    for scheme in (VIDEO, AUDIO):
        assert len(catalog.fingerprint(number, scheme)) > 0


def test_titles_of_many_numbers(catalog: Catalog) -> None:
    catalog.add(WorkDetails("a", "Title of a"), new_reference(1))
    catalog.add(WorkDetails("b", "Title of b"), new_reference(2))
    titles = catalog.titles(list(range(5000, 0, -1)))
    assert titles == {1: ("a", "Title of a"), 2: ("b", "Title of b")}
    assert catalog.titles([]) == {}


def test_a_long_listing_is_whole_and_in_order(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference_catalog.queries.PAGE", 3)
    names = sorted(f"work {seed}" for seed in range(10))
    for seed, name in enumerate(reversed(names)):
        catalog.add(details(name), new_reference(seed))
    assert [work.work_id for work in catalog.works()] == names
    assert all(len(work.references) == 1 for work in catalog.works())


def test_a_reference_without_fingerprints_is_kept(catalog: Catalog) -> None:
    catalog.add(details("w"), NewReference(sha256_of(1), "x", 0.0, (), ()))
    assert catalog.numbers(VIDEO) == []
    assert catalog.fingerprint_bytes() == 0


def test_a_path_that_is_not_unicode_is_kept_readable(catalog: Catalog) -> None:
    new = dataclasses.replace(new_reference(1), source="/m/caf\udce9.mp4")
    assert catalog.add(details("w"), new).source == "/m/caf\\udce9.mp4"


def test_an_empty_catalogue(catalog: Catalog) -> None:
    assert list(catalog.works()) == []
    assert catalog.duration_s() == 0.0
    assert catalog.work("w") is None
