"""A draft certificate under Rule 902(13) and (14) of the Federal Rules of Evidence.

It describes the process and the digests; a qualified person checks it, completes it and signs.
"""

from __future__ import annotations

from evidence.exports.contents import Contents
from evidence.exports.markdown import rendered

CERTIFICATE = "certificate-902-13-14.DRAFT.md"


def certificate_draft(contents: Contents) -> bytes:
    """The file."""
    return rendered("certificate.md.j2", contents=contents, engines=_engines(contents))


def _engines(contents: Contents) -> list[str]:
    """What gave the findings: version, index and calibration, each once."""
    engines = [finding.engine for finding in contents.dossier.findings]
    named = {
        f"{one.get('version')}, index {one.get('index')}, calibration {one.get('calibration')}"
        for one in engines
    }
    return sorted(named)
