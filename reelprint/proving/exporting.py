"""A case on record to its package: gathered, sealed, and checked as soon as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import reelprint
from casework.store import CaseStore
from evidence.building import Sealed, Stamping
from evidence.checks import Verified
from evidence.contents import Entered
from evidence.signing import SigningKey
from evidence.verifying import Asked
from evidence.verifying import verify as verify_package
from reelprint.proving.again import rederived
from reelprint.proving.attaching import attached
from reelprint.proving.judging import as_sealed, licences_as_dicts, licences_of, verdicts
from reelprint.proving.sealing import Given, seal
from reelprint.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Exported:
    """A package that was written, and what a check of it says."""

    path: Path
    sealed: Sealed
    found: Verified


def gathered(
    workspace: Workspace, store: CaseStore, case_id: str, by: str, at: str, **to: str
) -> Given:
    """All that is sealed of a case; that it is exported, by whom and as what, is on record first.
    Raises OSError, LookupError, ValueError."""
    whole = store.whole(case_id, by, "exported", **to)
    names = {sample.capture for sample in whole.dossier.samples if sample.capture}
    captures = {name: store.captures(case_id) / name for name in sorted(names)}
    software = f"reelprint {reelprint.__version__}"
    with workspace.catalog() as catalog:
        licences = licences_of(whole.dossier, catalog)
        known = licences_as_dicts(licences)
        judged = tuple(verdicts(as_sealed(whole.dossier), known))
        more = attached(whole.dossier, judged, catalog, licences, captures, at, software)
        return Given(
            workspace,
            whole.dossier,
            judged,
            whole.custody,
            tuple(Entered(one.n, one.kind, one.name, one.body) for one in whole.records),
            captures,
            at,
            software,
            known,
            tuple(more),
        )


def write(given: Given, key: SigningKey, out: Path, stamping: Stamping | None) -> Exported:
    """Write a package and check it. Nothing is written over, and nothing half-written is left.
    Raises OSError, LookupError, ValueError, `Unreadable`."""
    if out.exists():
        raise FileExistsError(f"{out} is there already, and nothing is written over")
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            sealed = seal(given, key, file, stamping)
        found = verify_package(part, Asked(key.signer, deeper=(rederived,), judge=verdicts))
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    return Exported(out, sealed, found)
