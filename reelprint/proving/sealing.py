"""A case as it is on record, to a sealed package: everything that has to be made for it is made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from capture.store import MANIFEST
from casework.record import Dossier
from casework.verdict import SiteVerdict
from evidence.building import Sealed, Stamping, build
from evidence.captured import Folder
from evidence.contents import Contents, Entered, Packed
from evidence.signing import SigningKey
from reelprint.identification import Identifier
from reelprint.proving.again import calibration_bytes
from reelprint.proving.comparing import Extract, compared, media_of, read_suspects
from reelprint.proving.exhibits import exhibits
from reelprint.reporting.reports import reports
from reelprint.reporting.writing import Reported
from reelprint.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Given:
    """What is on record of a case. `captures` are folders by the name that samples give them;
    `extract` reads a suspect, in a cage if there is one; `more` are exports and drafts of notices.
    """

    workspace: Workspace
    dossier: Dossier
    verdicts: tuple[SiteVerdict, ...]
    custody: tuple[bytes, ...]
    records: tuple[Entered, ...]
    captures: Mapping[str, Path]
    made_at: str
    software: str
    licences: tuple[Mapping[str, Any], ...] = ()
    more: tuple[Packed, ...] = ()
    extract: Extract | None = None


def seal(given: Given, key: SigningKey, out: BinaryIO, stamping: Stamping | None = None) -> Sealed:
    """Write the package of a case. Raises OSError, LookupError for a reference that is registered
    no more, ValueError for what does not fit together, `Unreadable`."""
    return build(contents_of(given, key, stamping), key, out, stamping)


def contents_of(given: Given, key: SigningKey, stamping: Stamping | None = None) -> Contents:
    """What goes into the package of a case, its reports included. Raises as `seal`."""
    findings = given.dossier.findings
    suspects = read_suspects(
        given.workspace, media_of(given.dossier, given.captures), given.extract
    )
    shown = exhibits(given.workspace, findings, suspects)
    contents = Contents(
        dossier=given.dossier,
        verdicts=given.verdicts,
        custody=given.custody,
        records=given.records,
        captures=given.captures,
        licences=given.licences,
        engine=_engine(given),
        calibration=calibration_bytes(),
        compared=compared(given.workspace, given.dossier, suspects),
        made_at=given.made_at,
        software=given.software,
        more=(*shown, *given.more),
        capture_stamps=_stamps(given.captures, stamping) if stamping else {},
    )
    gaps = {name: Folder.of(folder).gaps for name, folder in sorted(given.captures.items())}
    written = reports(Reported(contents, gaps, key.signer.fingerprint))
    return replace(contents, more=(*contents.more, *written))


def _engine(given: Given) -> Mapping[str, Any]:
    """What gave the answers; of a case without any, what would."""
    for finding in given.dossier.findings:
        return finding.engine
    with closing(Identifier(given.workspace)) as identifier:
        return {**asdict(identifier.engine)}


def _stamps(captures: Mapping[str, Path], stamping: Stamping) -> dict[str, bytes]:
    """Of captures that were sealed: one that was cut short has no manifest to be stamped."""
    found = {}
    for name, folder in sorted(captures.items()):
        sealed = folder / MANIFEST
        if sealed.is_file() and (answer := stamping(sealed.read_bytes())) is not None:
            found[name] = answer
    return found
