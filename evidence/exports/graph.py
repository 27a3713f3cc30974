"""A graph of JSON-LD as CASE and UCO have it: nodes with types, facets and ids that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evidence.exports.forms import canonical, document, uuid_of

# Terms of ours, for what UCO 1.4.0 has none: docs/exports.md says what each means.
OWN = "urn:reelprint:case:1:"
CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "reelprint": OWN,
}
Node = dict[str, Any]
Ref = dict[str, str]


@dataclass(slots=True)
class Graph:
    """Nodes by id. What is said twice under one key is there once, as it was said first."""

    case_id: str
    nodes: dict[str, Node] = field(default_factory=dict)

    def add(self, kind: str | list[str], key: Any, **said: Any) -> Ref:
        """A node of a kind, named by a key within the case; `core_name` stands for uco-core:name.

        What is None or empty is left out.
        """
        ref = self.ref(kind, key)
        terms = {_term(name): value for name, value in said.items() if value not in (None, [], "")}
        self.nodes.setdefault(ref["@id"], {**ref, "@type": kind, **terms})
        return ref

    def ref(self, kind: str | list[str], key: Any) -> Ref:
        """What refers to a node that is added elsewhere."""
        return {"@id": f"urn:uuid:{uuid_of('case-uco', self.case_id, kind, key)}"}

    def facet(self, kind: str | list[str], owner: Any, **said: Any) -> list[Ref]:
        """The facet of what `owner` names, as the value of `core_hasFacet`."""
        return [self.add(kind, ["facet of", owner], **said)]

    def relate(self, source: Ref, kind: str, target: Ref) -> Ref:
        """A relationship from one node to another."""
        return self.add(
            "uco-core:Relationship",
            [source["@id"], kind, target["@id"]],
            core_source=source,
            core_target=target,
            core_kindOfRelationship=kind,
            core_isDirectional=True,
        )

    @property
    def objects(self) -> list[Ref]:
        """All that may be an object of a compilation."""
        held = (node for node in self.nodes.values() if not _is_part(node["@type"]))
        return [{"@id": node["@id"]} for node in held]

    def document(self) -> bytes:
        """The file: nodes in the order of their ids."""
        ordered = [self.nodes[identity] for identity in sorted(self.nodes)]
        return document({"@context": CONTEXT, "@graph": ordered})


def when(moment: str) -> Node:
    """A moment."""
    return {"@type": "xsd:dateTime", "@value": moment}


def real(value: float | None) -> Node | None:
    """A number; text, so that no reader takes a whole one for an integer."""
    return None if value is None else {"@type": "xsd:double", "@value": _decimal(value)}


def packed(value: Any) -> str:
    """A value of several parts as one text of canonical JSON."""
    return canonical(value).decode("utf-8")


def _decimal(value: float) -> str:
    return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(float(value)), repr(float(value)))


def _term(name: str) -> str:
    """`core_name` as `uco-core:name`, `own_speed` as `reelprint:speed`.

    >>> _term("investigation_focus"), _term("own_eValue"), _term("tool_version")
    ('case-investigation:focus', 'reelprint:eValue', 'uco-tool:version')
    """
    room, _, term = name.partition("_")
    prefix = {"own": "reelprint", "investigation": "case-investigation"}.get(room, f"uco-{room}")
    return f"{prefix}:{term}"


def _is_part(kind: str | list[str]) -> bool:
    """Facets, digests and references belong to an object and are none."""
    kinds = [kind] if isinstance(kind, str) else kind
    return any(one.endswith(("Facet", ":Hash", ":ExternalReference")) for one in kinds)
