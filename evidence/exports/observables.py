"""The nodes of CASE/UCO for what was captured: addresses, files, servers, exhibits."""

from __future__ import annotations

from collections.abc import Sequence

from casework.record import Sample
from evidence.exports.contents import Contents
from evidence.exports.graph import Graph, Ref, packed
from evidence.exports.hosts import ip_version, is_name, is_url
from evidence.exports.receipts import Peer

_VERSIONS = {4: "IPv4Address", 6: "IPv6Address"}


def source_node(graph: Graph, sample: Sample) -> Ref:
    """Where a sample was taken: a URL, or a file that was at hand."""
    kind, term = ("URL", "fullValue") if is_url(sample.source) else ("File", "filePath")
    facet = graph.facet(
        f"uco-observable:{kind}Facet",
        ["source", sample.source],
        **{f"observable_{term}": sample.source},
    )
    return graph.add(f"uco-observable:{kind}", ["source", sample.source], core_hasFacet=facet)


def file_nodes(graph: Graph, contents: Contents, sample: Sample) -> list[Ref]:
    """The files of a sample's capture: all of them if its receipt is there."""
    if sample.capture is None:
        return []
    if receipt := contents.receipts.get(sample.capture):
        return [
            file_node(graph, sample.capture, file.sha256, file.path, file.size)
            for file in receipt.files
        ]
    named = [(sample.manifest_sha256, "manifest.json")] if sample.manifest_sha256 else []
    nameless: Sequence[tuple[str, str | None]] = [(digest, None) for digest in sample.segments]
    return [file_node(graph, sample.capture, *one) for one in (*named, *nameless)]


def file_node(
    graph: Graph, capture: str, sha256: str, path: str | None = None, size: int | None = None
) -> Ref:
    """A file of a capture by its digest; a path if it is known."""
    key = ["file", capture, sha256, path]
    facets = graph.facet(
        "uco-observable:ContentDataFacet",
        ["content", *key],
        observable_hash=[_hash(graph, sha256)],
        observable_sizeInBytes=size,
    )
    if path is not None:
        facets += graph.facet("uco-observable:FileFacet", key, observable_filePath=path)
    return graph.add("uco-observable:File", key, core_hasFacet=facets)


def exhibit(graph: Graph, contents: Contents, sample: Sample, files: list[Ref]) -> Ref | None:
    """The record of provenance of a sample's capture."""
    if sample.capture is None:
        return None
    receipt = contents.receipts.get(sample.capture)
    facet = receipt and graph.facet(
        ["reelprint:CaptureFacet", "uco-core:Facet"],
        ["exhibit", sample.capture],
        own_whole=receipt.whole,
        own_gaps=packed(receipt.gaps),
    )
    return graph.add(
        "case-investigation:ProvenanceRecord",
        ["exhibit", sample.capture],
        core_hasFacet=facet,
        investigation_exhibitNumber=f"{contents.dossier.case.case_id}/{sample.capture}",
        core_description=f"Capture of sample {sample.sample_id}",
        core_object=files,
    )


def peer_nodes(graph: Graph, contents: Contents, sample: Sample) -> list[Ref]:
    """The servers that a sample came from: address, name and certificate of each."""
    receipt = contents.receipts.get(sample.capture or "")
    return [node for peer in (receipt.peers if receipt else ()) for node in _peer(graph, peer)]


def _peer(graph: Graph, peer: Peer) -> list[Ref]:
    nodes = [_address(graph, peer.address)]
    if is_name(peer.host):
        key = ["domain", peer.host]
        facet = graph.facet("uco-observable:DomainNameFacet", key, observable_value=peer.host)
        name = graph.add("uco-observable:DomainName", key, core_hasFacet=facet)
        nodes += [name, graph.relate(name, "Resolved_To", nodes[0])]
    return nodes + [_certificate(graph, digest) for digest in peer.chain[:1]]


def _address(graph: Graph, address: str) -> Ref:
    kind = _VERSIONS.get(ip_version(address), "DigitalAddress")
    key = ["address", address]
    facet = graph.facet(f"uco-observable:{kind}Facet", key, observable_addressValue=address)
    return graph.add(f"uco-observable:{kind}", key, core_hasFacet=facet)


def _certificate(graph: Graph, sha256: str) -> Ref:
    key = ["certificate", sha256]
    facet = graph.facet(
        "uco-observable:X509CertificateFacet",
        key,
        observable_thumbprintHash=_hash(graph, sha256),
    )
    return graph.add("uco-observable:X509Certificate", key, core_hasFacet=facet)


def _hash(graph: Graph, sha256: str) -> Ref:
    return graph.add(
        "uco-types:Hash",
        sha256,
        types_hashMethod="SHA256",
        types_hashValue={"@type": "xsd:hexBinary", "@value": sha256},
    )
