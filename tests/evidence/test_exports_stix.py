"""The STIX bundle, held against the `stix2` package."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import stix2
from hypothesis import given, settings

from evidence.exports.contents import Contents, Tlp
from evidence.exports.exporting import exports
from evidence.exports.stix import KIND
from evidence.exports.stix_extension import EXTENSION
from tests.evidence.exports_builder import MADE, contents, dossier
from tests.evidence.exports_strange import strange

SCOS = {"url", "domain-name", "ipv4-addr", "ipv6-addr", "file", "x509-certificate"}


def bundle(made: Contents) -> dict[str, Any]:
    """As JSON."""
    read: dict[str, Any] = json.loads(exports(made)["bundle.stix.json"])
    return read


def of_kind(read: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The objects of one type."""
    return [one for one in read["objects"] if one["type"] == kind]


def test_it_is_stix_without_custom_objects() -> None:
    parsed = stix2.parse(bundle(contents()), allow_custom=False)
    kinds = {one["type"] for one in parsed.objects}
    assert kinds >= SCOS | {"identity", "infrastructure", "observed-data", "sighting", "report"}
    assert kinds >= {"relationship", "marking-definition", "extension-definition"}


def test_observables_have_the_ids_that_the_standard_gives_them() -> None:
    found = [one for one in bundle(contents())["objects"] if one["type"] in SCOS]
    for one in found:
        bare = {name: value for name, value in one.items() if name != "id"}
        assert stix2.parse(bare).id == one["id"]
    assert len(found) > 10


def test_every_reference_is_to_an_object_of_the_bundle() -> None:
    _check_references(bundle(contents()))


def test_a_site_is_infrastructure_with_its_verdict() -> None:
    sites = {one["name"]: one for one in of_kind(bundle(contents()), "infrastructure")}
    pirate = sites["pirate.example"]
    assert pirate["infrastructure_types"] == [KIND]
    verdict = pirate["extensions"][EXTENSION]["verdict"]
    assert (verdict["state"], verdict["chance"]) == ("confirmed", 3e-6)
    assert [work["rights"] for work in verdict["works"]] == [
        *("unlicensed_indicated", "rights_unknown"),
    ]
    assert KIND not in sites["vod.example"]["infrastructure_types"]


def test_a_match_stands_with_the_sample_it_is_of() -> None:
    observed = of_kind(bundle(contents()), "observed-data")
    extensions = [one["extensions"][EXTENSION] for one in observed if "extensions" in one]
    matches = {m["finding_id"]: m for one in extensions for m in one["matches"]}
    assert sorted(matches) == ["F1", "F2", "F3", "F4"]
    first = matches["F1"]
    assert (first["speed"], first["e_value"], first["score"]) == (1.042, 3.2e-81, 214.6)
    assert [matches[f"F{n}"]["disposition"] for n in (2, 3)] == ["rejected", "not_reviewed"]


def test_owners_are_named_only_where_a_notice_may_speak() -> None:
    read = bundle(contents())
    carried = [
        one
        for one in of_kind(read, "relationship")
        if one["relationship_type"] == "carries-works-of"
    ]
    names = {one["id"]: one.get("name") for one in read["objects"]}
    assert [(names[one["source_ref"]], names[one["target_ref"]]) for one in carried] == [
        ("pirate.example", "Studio A")
    ]


def test_an_address_is_resolved_as_the_capture_saw_it() -> None:
    read = bundle(contents())
    values = {one["id"]: one.get("value") for one in read["objects"]}
    resolved = {
        one["value"]: [values[ref] for ref in one.get("resolves_to_refs", [])]
        for one in of_kind(read, "domain-name")
    }
    assert resolved["pirate.example"] == ["192.0.2.7"]
    assert resolved["cdn.pirate.example"] == ["2001:db8::7"]
    assert resolved["vod.example"] == []
    assert "198.51.100.9" not in resolved


def test_nobody_who_works_on_the_case_is_named() -> None:
    made = replace(contents(), dossier=_staffed())
    assert b"Someone" not in exports(made)["bundle.stix.json"]
    assert b"Someone" in exports(made)["case.jsonld"]


@pytest.mark.parametrize("tlp", ["clear", "green", "amber", "amber+strict", "red"])
def test_everything_of_the_case_is_marked(tlp: Tlp) -> None:
    read = bundle(contents(tlp=tlp))
    marking = of_kind(read, "marking-definition")
    assert [one["name"] for one in marking] == [f"TLP:{tlp.upper()}"]
    unmarked = {one["type"] for one in read["objects"] if "object_marking_refs" not in one}
    assert unmarked == {"marking-definition", "extension-definition", "identity"}
    assert {one.get("name") for one in of_kind(read, "identity") if not _marked(one)} == {
        "Reelprint"
    }


def test_a_later_export_is_a_later_version_of_the_same_objects() -> None:
    first = {one["id"]: one for one in bundle(contents())["objects"]}
    later = "2026-10-10T12:00:00.000000Z"
    second = {one["id"]: one for one in bundle(contents(generated_at=later))["objects"]}
    assert first.keys() == second.keys()
    site = next(one for one in second if one.startswith("infrastructure--"))
    assert first[site]["created"] == second[site]["created"]
    assert first[site]["modified"] < second[site]["modified"]


def test_the_schema_of_the_extension_names_what_stands_in_it() -> None:
    definition = of_kind(bundle(contents()), "extension-definition")[0]
    parts = json.loads(definition["schema"])["$defs"]
    for one in bundle(contents())["objects"]:
        said = one.get("extensions", {}).get(EXTENSION, {})
        for match in said.get("matches", ()):
            assert match.keys() <= parts["match"]["properties"].keys()
            assert set(parts["match"]["required"]) <= match.keys()
        if verdict := said.get("verdict"):
            known = parts["verdict"]["properties"] | parts["counts"]["properties"]
            assert verdict.keys() <= known.keys()


@given(strange())
@settings(max_examples=20, deadline=None)
def test_any_texts_make_a_bundle_that_is_read_back(made: Contents) -> None:
    read = bundle(made)
    stix2.parse(read, allow_custom=False)
    _check_references(read)


def _check_references(read: dict[str, Any]) -> None:
    ids = {one["id"] for one in read["objects"]}
    for one in read["objects"]:
        refs = [v for name, v in one.items() if name.endswith("_ref")]
        refs += [ref for name, v in one.items() if name.endswith("_refs") for ref in v]
        assert set(refs) <= ids


def _marked(one: dict[str, Any]) -> bool:
    return "object_marking_refs" in one


def _staffed() -> Any:
    record = dossier()
    reviews = tuple(replace(one, by="Someone Reviewing") for one in record.reviews)
    return replace(record, case=replace(record.case, opened_by="Someone"), reviews=reviews)


def test_a_case_is_not_exported_before_it_was_opened() -> None:
    with pytest.raises(ValueError, match="before its case was opened"):
        exports(contents(generated_at=MADE.replace("2026", "2025")))
