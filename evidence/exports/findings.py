"""The nodes of CASE/UCO for what was found: works, matches, verdicts, and the tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.record import Finding
from casework.verdict import SiteVerdict, Tally, WorkVerdict
from evidence.exports.contents import Contents
from evidence.exports.graph import Graph, Node, Ref, packed, real, when

RESULT = "uco-analysis:AnalyticResult"


def tool_node(graph: Graph, software: str, engine: Mapping[str, Any] | None = None) -> Ref:
    """A program of a version; of the engine, with what else decides its answers."""
    name, _, version = software.strip().rpartition(" ")
    facet = None
    if engine is not None:
        kinds = ["reelprint:EngineFacet", "uco-core:Facet"]
        facet = graph.facet(kinds, ["tool", software, engine], own_engine=packed(engine))
    return graph.add(
        "uco-tool:Tool",
        ["tool", software, engine],
        core_name=name or version,
        tool_version=version if name else None,
        tool_toolType="content fingerprinting" if engine is not None else "capture",
        core_hasFacet=facet,
    )


def work_node(graph: Graph, contents: Contents, work_id: str, title: str) -> Ref:
    """A registered work, its identifiers, and its owner."""
    details = contents.works.get(work_id, {})
    node = graph.add(
        ["reelprint:Work", "uco-core:UcoObject"],
        ["work", work_id],
        core_name=details.get("title") or title,
        core_tag=[details["kind"]] if details.get("kind") else None,
        core_externalReference=[_reference(graph, "work_id", work_id)]
        + [_reference(graph, i["scheme"], i["value"]) for i in details.get("identifiers", ())],
    )
    if owner := details.get("owner"):
        holder = graph.add("uco-identity:Organization", ["owner", owner], core_name=owner)
        graph.relate(holder, "Registered", node)
    return node


def finding_node(graph: Graph, contents: Contents, finding: Finding) -> Ref:
    """A match as a result of analysis, and its relation to the work it names."""
    match = finding.match
    work = work_node(graph, contents, finding.work_id, str(match.get("title") or finding.work_id))
    node = graph.add(
        RESULT,
        ["finding", finding.finding_id],
        core_name=f"match {finding.finding_id}",
        core_objectCreatedTime=when(finding.found_at),
        core_hasFacet=graph.facet(
            ["reelprint:MatchFacet", "uco-core:Facet"],
            ["finding", finding.finding_id],
            **_spans(match),
            **_measures(match),
            own_maxEValue=real(finding.max_e_value),
            own_transform=packed(match["transform"]) if match.get("transform") else None,
        ),
    )
    graph.relate(node, "Matches", work)
    return node


def verdict_nodes(graph: Graph, contents: Contents, verdict: SiteVerdict) -> None:
    """What the samples say of a site, and of each work on it."""
    parts = [_work_verdict(graph, contents, verdict, work) for work in verdict.works]
    graph.add(
        RESULT,
        ["verdict", verdict.site],
        core_name=f"verdict on {verdict.site}",
        core_statement=[*verdict.reasons, *verdict.caveats],
        core_objectCreatedTime=when(contents.generated_at),
        analysis_resultContent=parts,
        core_hasFacet=graph.facet(
            ["reelprint:VerdictFacet", "uco-core:Facet"],
            ["verdict", verdict.site],
            own_site=verdict.site,
            own_policy=verdict.policy,
            own_enough=verdict.enough,
            own_state=verdict.state,
            **_counts(verdict.tally),
        ),
    )


def _work_verdict(graph: Graph, contents: Contents, verdict: SiteVerdict, work: WorkVerdict) -> Ref:
    key = ["verdict", verdict.site, work.work_id]
    node = graph.add(
        RESULT,
        key,
        core_name=f"verdict on {work.work_id} on {verdict.site}",
        core_statement=list(work.reasons),
        analysis_resultContent=[graph.ref(RESULT, ["finding", one]) for one in work.findings],
        core_hasFacet=graph.facet(
            ["reelprint:VerdictFacet", "uco-core:Facet"],
            key,
            own_site=verdict.site,
            own_workId=work.work_id,
            own_rights=work.rights,
            own_state=work.state,
            **_counts(work.tally),
        ),
    )
    graph.relate(node, "About", work_node(graph, contents, work.work_id, work.title))
    return node


def _reference(graph: Graph, scheme: str, value: str) -> Ref:
    return graph.add(
        "uco-core:ExternalReference",
        ["reference", scheme, value],
        core_definingContext=scheme,
        core_externalIdentifier=value,
    )


def _spans(match: Mapping[str, Any]) -> dict[str, Node | None]:
    query, reference = match.get("query") or {}, match.get("reference") or {}
    return {
        "own_sampleStart": real(query.get("start_s")),
        "own_sampleEnd": real(query.get("end_s")),
        "own_referenceStart": real(reference.get("start_s")),
        "own_referenceEnd": real(reference.get("end_s")),
    }


def _measures(match: Mapping[str, Any]) -> dict[str, Any]:
    names = {"referenceId": "reference_id", "modality": "modality", "attribution": "attribution"}
    numbers = {"speed": "speed", "pitch": "pitch_semitones", "score": "score", "eValue": "e_value"}
    return {
        "own_workId": match.get("work_id"),
        **{f"own_{term}": match.get(name) for term, name in names.items()},
        **{f"own_{term}": real(match.get(name)) for term, name in numbers.items()},
    }


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "own_samplesTried": tally.tried,
        "own_samplesReadable": tally.readable,
        "own_samplesMatched": tally.matched,
        "own_streamsReadable": tally.streams_readable,
        "own_streamsMatched": tally.streams_matched,
        "own_shareLow": real(tally.share.low),
        "own_shareHigh": real(tally.share.high),
        "own_chance": real(tally.chance),
    }
