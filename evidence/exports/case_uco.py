"""`case.jsonld`: the case as CASE 1.4.0 and UCO 1.4.0 have it, in JSON-LD.

What was done (captures, examinations, reviews), by whom, with which tool, on what and with what
result; exhibits with the digests of their files; matches and verdicts as results of analysis.
"""

from __future__ import annotations

from casework.record import Finding, Review, Sample
from evidence.exports import observables
from evidence.exports.contents import Contents
from evidence.exports.findings import RESULT, finding_node, tool_node, verdict_nodes
from evidence.exports.graph import Graph, Ref, packed, when
from evidence.exports.standing import samples

_ACTION = "case-investigation:InvestigativeAction"


def case_jsonld(contents: Contents) -> bytes:
    """The file."""
    graph = Graph(contents.dossier.case.case_id)
    body = _body(graph, contents)
    for sample in contents.dossier.samples:
        _capture(graph, contents, sample, body)
    taken = samples(contents)
    for finding in contents.dossier.findings:
        _examine(graph, contents, finding, taken[finding.sample_id], body)
    for number, review in enumerate(contents.dossier.reviews):
        _review(graph, number, review)
    for verdict in contents.verdicts:
        verdict_nodes(graph, contents, verdict)
    _investigation(graph, contents, body)
    return graph.document()


def _body(graph: Graph, contents: Contents) -> Ref | None:
    """Who investigates."""
    if contents.investigator is None:
        return None
    name = contents.investigator.name
    return graph.add("uco-identity:Organization", ["investigator", name], core_name=name)


def _capture(graph: Graph, contents: Contents, sample: Sample, body: Ref | None) -> None:
    files = observables.file_nodes(graph, contents, sample)
    made = [observables.exhibit(graph, contents, sample, files)]
    made += observables.peer_nodes(graph, contents, sample)
    receipt = contents.receipts.get(sample.capture or "")
    software = receipt.software if receipt else contents.software
    graph.add(
        _ACTION,
        ["capture", sample.sample_id],
        core_name="capture",
        core_description=_outcome(sample),
        action_startTime=when(sample.taken_at),
        action_endTime=when(sample.ended_at),
        action_performer=body,
        action_instrument=[tool_node(graph, software)],
        action_object=[observables.source_node(graph, sample)],
        action_result=[*files, *(one for one in made if one is not None)],
    )


def _outcome(sample: Sample) -> str:
    reason = f": {sample.reason}" if sample.reason else ""
    return f"Sample {sample.sample_id} of {sample.site}, {sample.outcome}{reason}"


def _examine(
    graph: Graph, contents: Contents, finding: Finding, sample: Sample, body: Ref | None
) -> None:
    """The search that led to a finding, in the file as it was analysed."""
    where = sample.capture or sample.sample_id
    suspect = observables.file_node(graph, where, finding.suspect_sha256, finding.media)
    result = finding_node(graph, contents, finding)
    graph.relate(result, "Found_In", suspect)
    graph.add(
        _ACTION,
        ["examination", finding.finding_id],
        core_name="examination",
        core_description="Search of a captured file for registered works",
        action_startTime=when(finding.found_at),
        action_endTime=when(finding.found_at),
        action_performer=body,
        action_instrument=[
            tool_node(graph, f"reelprint {finding.engine.get('version', '')}", finding.engine)
        ],
        action_object=[suspect],
        action_result=[result],
        investigation_wasInformedBy=[graph.ref(_ACTION, ["capture", sample.sample_id])],
    )


def _review(graph: Graph, number: int, review: Review) -> None:
    key = ["review", number, review.finding_id]
    finding = graph.ref(RESULT, ["finding", review.finding_id])
    said = graph.add(
        "uco-core:Annotation",
        ["said", *key],
        core_object=[finding],
        core_statement=[review.reason],
        core_tag=[review.disposition],
    )
    graph.add(
        _ACTION,
        key,
        core_name="review",
        core_description=f"{review.disposition}: {review.reason}",
        action_startTime=when(review.at),
        action_endTime=when(review.at),
        action_performer=graph.add(
            "uco-identity:Person", ["reviewer", review.by], core_name=review.by
        ),
        action_object=[finding],
        action_result=[said],
        investigation_wasInformedBy=[graph.ref(_ACTION, ["examination", review.finding_id])],
    )


def _investigation(graph: Graph, contents: Contents, body: Ref | None) -> None:
    case = contents.dossier.case
    authority = graph.add(
        "case-investigation:Authorization",
        ["authority"],
        investigation_authorizationIdentifier=[case.authority],
        core_name="authority",
    )
    rules = graph.facet(
        ["reelprint:CaseFacet", "uco-core:Facet"],
        ["case"],
        own_sampling=packed(case.sampling.as_dict()),
        own_judging=packed(case.judging),
        own_territory=case.territory,
        own_openedBy=case.opened_by,
    )
    graph.add(
        "case-investigation:Investigation",
        ["investigation"],
        core_name=case.case_id,
        core_createdBy=body,
        core_objectCreatedTime=when(case.opened_at),
        core_modifiedTime=[when(contents.generated_at)],
        core_hasFacet=rules,
        core_object=graph.objects,
        investigation_investigationForm="case",
        core_startTime=when(case.opened_at),
        investigation_focus=["Which registered works the sampled sites distribute"],
        investigation_relevantAuthorization=[authority],
    )
