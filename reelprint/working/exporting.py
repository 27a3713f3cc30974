"""The job `export`: a case as a sealed package, among the files of results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from capture.clock import iso
from evidence.signing import SigningKey
from jobs.job import Job
from media.digest import sha256
from reelprint.proving.exporting import Exported, gathered, write
from reelprint.proving.sealing import Given
from reelprint.signing import KEY, key_in
from reelprint.stamping import book
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context
from reelprint.workspace import Workspace

PACKAGE, NOTE = "package.zip", "package.json"
STEPS = 2


def export(context: Context, job: Job) -> Mapping[str, Any]:
    """Seal `case`, signed with the key of the workspace. A package that an earlier attempt made is
    whole, and is taken; each attempt that made none stands in the custody log, under one job."""
    made = context.files.result_folder(job.id) / NOTE
    if made.is_file():
        found: dict[str, Any] = json.loads(made.read_bytes())
        return found
    key = _key(context.workspace)
    case_id, now = str(job.payload["case"]), iso(context.network.clock.wall())
    to = {"package": _name(case_id), "signer": key.signer.fingerprint, "job": job.id}
    context.tell(0, STEPS, "gathering")
    with record_of(context.workspace) as store:
        given = gathered(context.workspace, store, case_id, job.actor, now, **to)
        context.tell(1, STEPS, "sealing")
        return _written(context, job, given, key)


def _key(workspace: Workspace) -> SigningKey:
    file = workspace.home / KEY
    if not file.is_file():
        raise ValueError("there is no key to sign with: `reelprint key new` makes one")
    return key_in(file)


def _written(context: Context, job: Job, given: Given, key: SigningKey) -> dict[str, Any]:
    stamps = book(context.workspace, None, context.network.policy.allow_private)
    stamping = stamps.stamp if stamps.authority else stamps.kept
    with context.files.making(job.id) as folder:
        done = write(given, key, folder / PACKAGE, stamping)
        said = _described(str(job.payload["case"]), done)
        (folder / NOTE).write_text(json.dumps(said), encoding="ascii")
    return said


def _described(case_id: str, done: Exported) -> dict[str, Any]:
    return {
        "case": case_id,
        "name": _name(case_id),
        "bytes": done.path.stat().st_size,
        "sha256": sha256(done.path),
        "files": done.sealed.files,
        "signer": done.sealed.signer,
        "sums_sha256": done.sealed.sums_sha256,
        "time_stamped": done.sealed.stamped,
        "holds": done.found.holds,
        "checks": [one.as_dict() for one in done.found.checks],
    }


def _name(case_id: str) -> str:
    """What the package is called: a case's id has no sign that a file's name must not have."""
    return f"{case_id}.evidence.zip"
