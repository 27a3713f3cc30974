"""The CASE/UCO graph, held against the published ontologies and another reader of JSON-LD."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from case_utils.case_validate import validate
from hypothesis import given, settings

from evidence.exports.contents import Contents, spelled
from evidence.exports.exporting import exports
from tests.evidence.exports_builder import contents, digest
from tests.evidence.exports_strange import strange

# What case-utils and rdflib call is deprecated; nothing of ours can change it.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def nodes(made: Contents) -> list[dict[str, Any]]:
    """Those of the graph."""
    found: list[dict[str, Any]] = json.loads(exports(made)["case.jsonld"])["@graph"]
    return found


def actions(made: Contents, name: str) -> list[dict[str, Any]]:
    """The investigative actions of a name."""
    return [
        one
        for one in nodes(made)
        if one["@type"] == "case-investigation:InvestigativeAction" and one["uco-core:name"] == name
    ]


@pytest.mark.long
def test_it_conforms_to_case_and_uco(tmp_path: Path) -> None:
    """Offline, with the shapes of CASE 1.4.0; nothing but conformance, not even a remark."""
    file = tmp_path / "case.jsonld"
    file.write_bytes(exports(contents())["case.jsonld"])
    result = validate(str(file), case_version="case-1.4.0", inference="none")
    assert not result.undefined_concepts
    assert result.conforms, result.text


def test_what_was_done_is_told_with_tool_and_time() -> None:
    made = contents()
    by_id = {one["@id"]: one for one in nodes(made)}
    assert [len(actions(made, one)) for one in ("capture", "examination", "review")] == [4, 4, 4]
    capture = actions(made, "capture")[0]
    tool = by_id[capture["uco-action:instrument"][0]["@id"]]
    assert (tool["uco-core:name"], tool["uco-tool:version"]) == ("reelprint", "0.1.0")
    performer = by_id[capture["uco-action:performer"]["@id"]]
    assert performer["uco-core:name"] == "Copyright Agency"


def test_each_capture_is_an_exhibit_with_the_digests_of_its_files() -> None:
    by_id = {one["@id"]: one for one in nodes(contents())}
    exhibits = {
        one["case-investigation:exhibitNumber"]: one
        for one in by_id.values()
        if one["@type"] == "case-investigation:ProvenanceRecord"
    }
    assert sorted(exhibits) == [f"OP-2026-014/capture-{n}" for n in (1, 2, 3)]
    held = exhibits["OP-2026-014/capture-2"]["uco-core:object"]
    facets = [by_id[ref["@id"]]["uco-core:hasFacet"][0]["@id"] for ref in held]
    hashes = [by_id[by_id[one]["uco-observable:hash"][0]["@id"]] for one in facets]
    values = {one["uco-types:hashValue"]["@value"] for one in hashes}
    assert values == {digest("manifest 2"), digest("segment 2")}


def test_a_match_says_where_how_fast_and_how_surely() -> None:
    found = [one for one in nodes(contents()) if "reelprint:MatchFacet" in one["@type"]]
    assert len(found) == 4
    said = {name: v["@value"] for name, v in found[0].items() if isinstance(v, dict)}
    assert said["reelprint:eValue"] == "3.2e-81"
    assert (said["reelprint:sampleStart"], said["reelprint:referenceStart"]) == ("3.1", "601.4")
    assert said["reelprint:speed"] == "1.042"


def test_every_reference_is_to_a_node() -> None:
    _check_references(nodes(contents()))


@given(strange())
@settings(max_examples=8, deadline=None)
def test_any_texts_make_a_graph_that_another_reader_understands(made: Contents) -> None:
    data = exports(made)["case.jsonld"]
    _check_references(json.loads(data)["@graph"])
    graph = rdflib.Graph().parse(data=data, format="json-ld")
    literals = {str(one) for one in graph.objects() if isinstance(one, rdflib.Literal)}
    assert {spelled(one.reason) for one in made.dossier.reviews if one.reason} <= literals
    strangers = {one for one in graph.all_nodes() if isinstance(one, rdflib.URIRef)}
    assert all(
        str(one).startswith(("urn:uuid:", "urn:reelprint:", "https://ontology."))
        for one in strangers
    )


def _check_references(found: list[dict[str, Any]]) -> None:
    ids = {one["@id"] for one in found}
    for one in found:
        for value in one.values():
            for ref in value if isinstance(value, list) else [value]:
                assert not isinstance(ref, dict) or ref.get("@id", one["@id"]) in ids
