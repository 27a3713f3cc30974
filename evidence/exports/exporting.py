"""The exports of a case: which files there are, and what makes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evidence.exports.case_json import case_json
from evidence.exports.case_uco import case_jsonld
from evidence.exports.certificate import CERTIFICATE, certificate_draft
from evidence.exports.contents import Contents, sound
from evidence.exports.matches_csv import matches_csv
from evidence.exports.notices import site_notices
from evidence.exports.sites_csv import sites_csv
from evidence.exports.stix import stix_bundle

FORMATS: Mapping[str, Callable[[Contents], bytes]] = {
    "bundle.stix.json": stix_bundle,
    "case.json": case_json,
    "case.jsonld": case_jsonld,
    "matches.csv": matches_csv,
    "sites.csv": sites_csv,
}


def exports(contents: Contents) -> dict[str, bytes]:
    """The files for `exports/`, by name; the same bytes for the same contents.

    Raises ValueError for a record that is damaged: see `contents.sound`.
    """
    checked = sound(contents)
    return {name: write(checked) for name, write in FORMATS.items()}


def notices(contents: Contents) -> dict[str, bytes]:
    """The files for `notices/`, by name, which may hold one folder. Raises ValueError."""
    return site_notices(sound(contents))


def certificate(contents: Contents) -> dict[str, bytes]:
    """The draft certificate, by its name; it stands beside the two folders. Raises ValueError."""
    return {CERTIFICATE: certificate_draft(sound(contents))}
