"""`reelprint export`: the package of a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from capture.clock import SystemClock, iso
from reelprint.cases import acting, open_cases
from reelprint.commands.keys import key_of
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.proving.exporting import Exported, gathered, write
from reelprint.showing.plain import plain
from reelprint.stamping import book
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
    """Seal a case that is on record, and report; the exit code, 1 if anything in the package does
    not hold. Raises OSError, LookupError, ValueError, `Unreadable`."""
    workspace = Workspace.open(wanted.home or default_home())
    key = key_of(wanted.key, wanted.home)
    stamps = book(workspace, wanted.tsa, wanted.allow_private)
    stamping = stamps.stamp if stamps.authority else stamps.kept
    to = {"package": wanted.out.name, "signer": key.signer.fingerprint}
    with open_cases(wanted.home) as store:
        now = iso(SystemClock().wall())
        given = gathered(workspace, store, wanted.case_id, acting(wanted.by), now, **to)
    done = write(given, key, wanted.out, stamping)
    print(json.dumps(as_dict(done))) if as_json else _tell(done)
    return FOUND if done.found.holds else NOTHING_FOUND


def as_dict(done: Exported) -> dict[str, object]:
    """What is said of a package, for machines."""
    return {
        "package": str(done.path),
        "files": done.sealed.files,
        "signer": done.sealed.signer,
        "sums_sha256": done.sealed.sums_sha256,
        "time_stamped": done.sealed.stamped,
        **done.found.as_dict(),
    }


def _tell(done: Exported) -> None:
    state = "time-stamped" if done.sealed.stamped else "not yet time-stamped"
    print(plain(f"{done.path}: {done.sealed.files} files, {state}"))
    print(f"  signed with the key {done.sealed.signer}")
    print(f"  SHA-256 of SHA256SUMS: {done.sealed.sums_sha256}")
    for check in done.found.checks:
        if check.state == "fail":
            print(plain(f"  DOES NOT HOLD: {check.name}: {check.detail}"))
