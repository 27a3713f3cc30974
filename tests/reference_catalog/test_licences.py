from __future__ import annotations

from pathlib import Path

import pytest

from reference_catalog.catalog import Catalog
from reference_catalog.errors import NoSuchWork
from reference_catalog.licence import Licence, host, licence, moment
from reference_catalog.licences import read_licences
from reference_catalog.manifest import ManifestError
from tests.reference_catalog.builders import details, new_reference

KOREA = licence("stream.example", "KR", "2026-01-01", "2027-01-01")
ANYWHERE = licence("vod.example", "", "", "")


def licences_of(catalog: Catalog, work_id: str) -> tuple[Licence, ...] | None:
    work = catalog.work(work_id)
    assert work is not None
    assert [one.licences for one in catalog.works() if one.work_id == work_id] == [work.licences]
    return work.licences


def test_nothing_is_known_until_it_is_said(catalog: Catalog) -> None:
    catalog.add(details("w"), new_reference(1))
    assert licences_of(catalog, "w") is None
    catalog.license({"w": []})
    assert licences_of(catalog, "w") == ()
    catalog.license({"w": [ANYWHERE, KOREA, KOREA]})
    assert licences_of(catalog, "w") == (KOREA, ANYWHERE)
    catalog.license({"w": [KOREA]})
    assert licences_of(catalog, "w") == (KOREA,)
    catalog.license({"w": None})
    assert licences_of(catalog, "w") is None


def test_describing_a_work_again_leaves_its_licences(catalog: Catalog) -> None:
    catalog.add(details("w"), new_reference(1))
    catalog.license({"w": [KOREA]})
    catalog.add(details("w"), new_reference(2))
    assert licences_of(catalog, "w") == (KOREA,)
    catalog.remove("w")
    catalog.add(details("w"), new_reference(1))
    assert licences_of(catalog, "w") is None


def test_all_works_are_there_or_none_is_changed(catalog: Catalog) -> None:
    catalog.add(details("w"), new_reference(1))
    with pytest.raises(NoSuchWork, match="'x'"):
        catalog.license({"w": [KOREA], "x": [KOREA]})
    assert licences_of(catalog, "w") is None


def test_a_manifest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "licences.csv"
    path.write_text(
        "work_id,distributor,territories,start,end\n"
        "w,stream.example,KR,2026-01-01,2027-01-01\n"
        "w,VOD.example.,,,\n"
        "x,nobody,,,\n"
    )
    assert read_licences(path) == {"w": [KOREA, ANYWHERE], "x": []}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("w,,,,", "the distributor is empty: name a host, or nobody"),
        (",stream.example,,,", "the work_id is empty"),
        ("w,nobody,KR,,", "nobody has neither territories nor dates"),
        ("w,a.example,,,\nw,nobody,,,", "w has licences on one line and nobody on another"),
        ("w,nobody,,,\nw,a.example,,,", "w has licences on one line and nobody on another"),
        ("w,a.example,UK,,", "'UK' is no ISO 3166-1 alpha-2 territory: write GB"),
        ("w,a.example,KR JA,,", "'JA' is no ISO 3166-1"),
        ("w,a.example,,2026-02-30,", "'2026-02-30' is not a date: write 2026-01-31"),
        ("w,a.example,,2026-01-01T12:00,", "names no time zone"),
        ("w,a.example,,2026-01-02,2026-01-02", "ends (2026-01-02) before it starts (2026-01-02)"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "licences.csv"
    path.write_text(f"work_id,distributor,territories,start,end\n{row}\n")
    with pytest.raises(ManifestError) as refused:
        read_licences(path)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "name",
    ["", ".", "example", "a..example", "-a.example", "a_b.example", "*.example", "a/b.example"],
)
def test_what_is_no_host_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"host name|whole domain"):
        host(name)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "x" * 999, "2026-13-01", "12:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        moment(text)
