"""`case.json`: the record of a case and its verdicts, whole, as canonical JSON (RFC 8785)."""

from __future__ import annotations

from evidence.exports.contents import Contents
from evidence.exports.forms import document

FORMAT = "reelprint-case-1"


def case_json(contents: Contents) -> bytes:
    """The file."""
    record = contents.dossier
    return document(
        {
            "format": FORMAT,
            "generated_at": contents.generated_at,
            "software": contents.software,
            "case": record.case.as_dict(),
            "samples": [one.as_dict() for one in record.samples],
            "findings": [one.as_dict() for one in record.findings],
            "reviews": [one.as_dict() for one in record.reviews],
            "verdicts": [one.as_dict() for one in contents.verdicts],
            "works": contents.works,
            "licences": contents.licences,
        }
    )
