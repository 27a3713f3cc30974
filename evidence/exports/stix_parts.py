"""The pieces of STIX 2.1: ids, domain objects, observables, markings.

Observables have the ids that the standard lays down; domain objects have ids of their names within
a case, so that a later export of the case is a later version of the same objects.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence.exports.contents import Contents, Tlp, moment
from evidence.exports.forms import canonical, uuid_of

Object = dict[str, Any]
_OASIS = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # STIX 2.1, section 2.9
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
# The objects that OASIS published for TLP 2.0 (cti-stix-common-objects).
_TLP: Mapping[Tlp, str] = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
FIXED = "2026-11-23T00:00:00.000Z"  # when what is the same in all exports was written


def marking(tlp: Tlp) -> Object:
    """The marking definition of TLP 2.0."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{_TLP[tlp]}",
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp.upper()}",
        "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    }


def observable(kind: str, by: Sequence[str], **said: Any) -> Object:
    """A cyber-observable object whose id follows from what it says under the names `by`."""
    named = canonical({name: said[name] for name in by if name in said}).decode("utf-8")
    identity = f"{kind}--{uuid.uuid5(_OASIS, named)}"
    return {"type": kind, "spec_version": "2.1", "id": identity, **said}


def stamp(text: str) -> str:
    """A moment to the millisecond, rounded down, as STIX versions are counted."""
    return moment(text).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Bundle:
    """The objects of one bundle, each once, marked and versioned alike."""

    contents: Contents
    held: dict[str, Object] = field(default_factory=dict)

    def add(self, made: Object) -> str:
        """An object as it is; its id."""
        self.held.setdefault(made["id"], made)
        return str(made["id"])

    def observe(self, kind: str, by: Sequence[str], **said: Any) -> str:
        """A cyber-observable object; its id."""
        marked = {"object_marking_refs": [self._marking]}
        return self.add({**observable(kind, by, **said), **marked})

    def domain(self, kind: str, key: Any, **said: Any) -> str:
        """A domain object or a relationship, named by a key within the case; its id.

        What is None or empty is left out.
        """
        case = self.contents.dossier.case
        made = {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--{uuid_of('stix', case.case_id, kind, key)}",
            "created": stamp(case.opened_at),
            "modified": stamp(self.contents.generated_at),
            "object_marking_refs": [self._marking],
        }
        return self.add(made | {name: v for name, v in said.items() if v not in (None, [], "")})

    def relate(self, source: str, kind: str, target: str, **said: Any) -> str:
        """A relationship; its id."""
        refs = {"source_ref": source, "target_ref": target}
        key = [source, kind, target]
        return self.domain("relationship", key, relationship_type=kind, **refs, **said)

    def as_dict(self) -> Object:
        """The bundle, its objects in the order of their ids."""
        ordered = [self.held[identity] for identity in sorted(self.held)]
        identity = uuid_of("stix bundle", ordered)
        return {"type": "bundle", "id": f"bundle--{identity}", "objects": ordered}

    @property
    def _marking(self) -> str:
        return f"marking-definition--{_TLP[self.contents.tlp]}"
