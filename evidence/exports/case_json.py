"""`case.json`: the record of a case and its verdicts, whole, as canonical JSON (RFC 8785)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

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
            **{part.name: _shown(getattr(record, part.name)) for part in fields(record)},
            "verdicts": [one.as_dict() for one in contents.verdicts],
            "works": contents.works,
            "licences": contents.licences,
        }
    )


def _shown(part: Any) -> Any:
    """The case, or the values of one kind."""
    return [one.as_dict() for one in part] if isinstance(part, tuple) else part.as_dict()
