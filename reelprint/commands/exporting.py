"""`reelprint export`: the package of a case, checked as soon as it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reelprint
from capture.clock import SystemClock, iso
from casework.store import Whole
from evidence.building import Sealed, Stamping
from evidence.checks import Verified
from evidence.contents import Entered
from evidence.signing import SigningKey
from evidence.verifying import Asked
from evidence.verifying import verify as verify_package
from reelprint.cases import acting, open_cases
from reelprint.commands.judging import licences_of
from reelprint.commands.keys import key_of
from reelprint.commands.stamping import book
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.proving.again import rederived
from reelprint.proving.judging import as_sealed, licences_as_dicts, verdicts
from reelprint.proving.sealing import Given, seal
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options, as they were written."""

    case_id: str
    out: Path
    key: Path | None
    tsa: str | None
    allow_private: bool
    by: str | None
    home: Path | None


def export_case(wanted: Wanted, as_json: bool) -> int:
    """Seal a case that is on record, and report; the exit code. Raises as `export`."""
    workspace = Workspace.open(wanted.home or default_home())
    key = key_of(wanted.key, wanted.home)
    stamps = book(workspace, wanted.tsa, wanted.allow_private)
    stamping = stamps.stamp if stamps.authority else None
    with open_cases(wanted.home) as store, workspace.catalog() as catalog:
        to = {"package": wanted.out.name, "signer": key.signer.fingerprint}
        whole = store.whole(wanted.case_id, acting(wanted.by), "exported", **to)
        folder = store.captures(wanted.case_id)
        known = licences_as_dicts(licences_of(whole.dossier, catalog))
    return export(_given(workspace, whole, folder, known), key, wanted.out, stamping, as_json)


def _given(
    workspace: Workspace, whole: Whole, captures: Path, licences: tuple[Mapping[str, Any], ...]
) -> Given:
    names = {sample.capture for sample in whole.dossier.samples if sample.capture}
    return Given(
        workspace,
        whole.dossier,
        tuple(verdicts(as_sealed(whole.dossier), licences)),
        whole.custody,
        tuple(Entered(one.n, one.kind, one.name, one.body) for one in whole.records),
        {name: captures / name for name in sorted(names)},
        iso(SystemClock().wall()),
        f"reelprint {reelprint.__version__}",
        licences,
    )


def export(
    given: Given, key: SigningKey, out: Path, stamping: Stamping | None, as_json: bool
) -> int:
    """Write the package of a case, check it, and report; the exit code, 1 if anything in it does
    not hold. Nothing is written over. Raises OSError, LookupError, ValueError, `Unreadable`."""
    if out.exists():
        raise FileExistsError(f"{out} is there already, and nothing is written over")
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            sealed = seal(given, key, file, stamping)
        found = verify_package(part, Asked(key.signer, deeper=(rederived,)))
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    print(json.dumps(_as_json(out, sealed, found))) if as_json else _tell(out, sealed, found)
    return FOUND if found.holds else NOTHING_FOUND


def _as_json(out: Path, sealed: Sealed, found: Verified) -> dict[str, object]:
    return {
        "package": str(out),
        "files": sealed.files,
        "signer": sealed.signer,
        "sums_sha256": sealed.sums_sha256,
        "time_stamped": sealed.stamped,
        **found.as_dict(),
    }


def _tell(out: Path, sealed: Sealed, found: Verified) -> None:
    state = "time-stamped" if sealed.stamped else "not yet time-stamped"
    print(plain(f"{out}: {sealed.files} files, {state}"))
    print(f"  signed with the key {sealed.signer}")
    print(f"  SHA-256 of SHA256SUMS: {sealed.sums_sha256}")
    for check in found.checks:
        if check.state == "fail":
            print(plain(f"  DOES NOT HOLD: {check.name}: {check.detail}"))
