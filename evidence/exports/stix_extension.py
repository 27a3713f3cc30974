"""What STIX has no words for: matches in observed data, and the verdict on a site.

A property extension with a definition of its own, whose schema stands in the bundle.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from casework.record import Finding, Review
from casework.verdict import SiteVerdict, WorkVerdict
from evidence.exports.contents import Contents
from evidence.exports.forms import counts
from evidence.exports.standing import last_reviews
from evidence.exports.stix_parts import FIXED, Object

EXTENSION = "extension-definition--5f1f6c0e-6c0d-5b5c-8f4e-3d1b0a7f9c21"
_AUTHOR = "identity--3a8d1f52-0b7e-5c49-9d26-7e4f8b1c6a05"
_SCHEMA = "copy-match.schema.json"
_MATCH = (
    *("work_id", "title", "reference_id", "modality", "query", "reference", "speed"),
    *("pitch_semitones", "transform", "score", "e_value", "shared_with", "attribution"),
)


def definition() -> list[Object]:
    """The definition of the extension, and who wrote it: the same in all bundles."""
    fixed = {"spec_version": "2.1", "created": FIXED, "modified": FIXED}
    author = {"type": "identity", "id": _AUTHOR, **fixed, "name": "Reelprint"}
    schema = files("evidence.exports").joinpath(_SCHEMA).read_text(encoding="utf-8")
    return [
        {**author, "identity_class": "system"},
        {
            "type": "extension-definition",
            "id": EXTENSION,
            **fixed,
            "created_by_ref": _AUTHOR,
            "name": "Copies of registered works",
            "description": "Matches found in a sample, and the verdict on the site it is of.",
            "schema": schema,
            "version": "1.0.0",
            "extension_types": ["property-extension"],
        },
    ]


def of_findings(contents: Contents, findings: list[Finding]) -> dict[str, Any] | None:
    """For the observed data of a sample; None if nothing was found in it."""
    said = last_reviews(contents)
    if not findings:
        return None
    return _extension(matches=[_match(one, said.get(one.finding_id)) for one in findings])


def of_verdict(verdict: SiteVerdict) -> dict[str, Any]:
    """For the infrastructure that stands for a site."""
    works = [_work(work) for work in verdict.works]
    return _extension(
        verdict={
            "state": verdict.state,
            "policy": verdict.policy,
            "enough": verdict.enough,
            **counts(verdict.tally),
            "works": works,
            "reasons": list(verdict.reasons),
            "caveats": list(verdict.caveats),
        }
    )


def _extension(**said: Any) -> dict[str, Any]:
    return {EXTENSION: {"extension_type": "property-extension", **said}}


def _match(finding: Finding, review: Review | None) -> dict[str, Any]:
    """Without the name of who reviewed it: bundles go further than packages."""
    return {
        "finding_id": finding.finding_id,
        **{name: finding.match[name] for name in _MATCH if name in finding.match},
        "max_e_value": finding.max_e_value,
        "suspect_sha256": finding.suspect_sha256,
        "engine_version": str(finding.engine.get("version", "")),
        "disposition": review.disposition if review else "not_reviewed",
    }


def _work(work: WorkVerdict) -> dict[str, Any]:
    return {
        "work_id": work.work_id,
        "title": work.title,
        "state": work.state,
        "rights": work.rights,
        **counts(work.tally),
        "findings": list(work.findings),
    }
