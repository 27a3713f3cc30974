"""The jobs `register` and `register_package`: uploads become references of works.

Repeated after a crash, each finds what it has registered already, and says the same as if it had
not been interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any, TypeVar

from jobs.job import Job
from media.clip import Unreadable
from reelprint import pool
from reelprint.commands.keys import key_of
from reelprint.fpk.taking import register as register_from
from reelprint.fpk.trust import Trust, trusted
from reelprint.pipeline import Item, Registered
from reelprint.pipeline import register as register_items
from reelprint.signing import KEY
from reelprint.working.context import Context, safe_name, told
from reelprint.working.files import Upload
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.identifiers import parse
from reference_catalog.work import WorkDetails

Result = TypeVar("Result")
_SECOND = len("2026-01-31T12:00:00")  # of a time, as far as both tell it
ELSEWHERE = "the same file is registered already, as a reference of another work"


def register(context: Context, job: Job) -> Mapping[str, Any]:
    """Make `upload` a reference of `work`, which the desk has checked and claimed. The file is
    removed afterwards, unless `keep_media`: then the catalogue names it as its reference's. Raises
    NoSuchUpload, and ValueError for what cannot be read."""
    upload = context.upload(job, job.payload["upload"])
    details = details_of(job.payload["work"])
    context.owning.require(job.organisation, details.work_id)
    keep = bool(job.payload.get("keep_media"))
    context.tell(0, 1, "reading")
    item = Item(upload.path, details, None if keep else safe_name(upload))
    (outcome,) = register_items(context.workspace, [item], elsewhere=_in_this_process)
    context.tell(1, 1, "registered")
    with context.workspace.catalog() as catalog:
        said = _said(outcome, job, catalog, upload.sha256)
    if not (keep and said["outcome"] == "registered"):
        context.afterwards.append(lambda: context.files.remove(upload.id))
    if outcome.outcome == "failed":
        raise ValueError(told(outcome.reason, upload))
    return {**told(said, upload), "sha256": upload.sha256}


def register_package(context: Context, job: Job) -> Mapping[str, Any]:
    """Register what a fingerprint package holds, as works of the organisation. Raises
    NoSuchUpload, ValueError."""
    upload = context.upload(job, job.payload["upload"])
    context.tell(0, 1, "checking")
    with closing(context.workspace.catalog()) as catalog:
        try:
            outcomes = list(_packaged(context, job, upload, catalog))
        except Unreadable as error:
            raise ValueError(told(str(error), upload)) from error
        context.tell(0, 1, "indexing")
        context.workspace.index(catalog)
        said = [_said(one, job, catalog) for one in outcomes]
    context.afterwards.append(lambda: context.files.remove(upload.id))
    return {"outcomes": told(said, upload), "sha256": upload.sha256}


def details_of(said: Mapping[str, Any]) -> WorkDetails:
    """What a payload says of a work. Raises ValueError."""
    named = dict(said)
    try:
        identifiers = tuple(parse(**one) for one in named.pop("identifiers", None) or ())
        return WorkDetails(**named, identifiers=identifiers)
    except TypeError as error:
        raise ValueError(f"this says nothing of a work: {error}") from error


def _packaged(context: Context, job: Job, upload: Upload, catalog: Catalog) -> Iterator[Registered]:
    names: dict[str, str] = {}

    def named(work_id: str) -> str:
        if work_id not in names:
            names[work_id] = context.owning.taken(job.organisation, work_id, catalog)
        return names[work_id]

    trust = _trust(context.workspace)
    for number, one in enumerate(register_from(context.workspace, upload.path, trust, named), 1):
        context.tell(number, 0, "registering")
        yield one


def _trust(workspace: Workspace) -> Trust:
    """The keys that are trusted here, and the workspace's own."""
    own = workspace.home / KEY
    mine = {key_of(own, None).signer.fingerprint: "this workspace"} if own.is_file() else {}
    return Trust({**mine, **trusted(workspace.home)})


def _is_of_before(registered_at: str, job: Job) -> bool:
    """Whether an attempt before this one may have registered it, as far as seconds tell."""
    began = job.started_at or ""
    return job.attempts > 1 and registered_at[:_SECOND] >= began[:_SECOND]


def _said(one: Registered, job: Job, catalog: Catalog, sha256: str | None = None) -> dict[str, Any]:
    """What became of one reference. Of a file that is another work's it is not said whose."""
    known = catalog.by_sha256(sha256) if sha256 else None
    mine = known is not None and known.work_id == one.work_id
    ours = mine and known is not None and _is_of_before(known.registered_at, job)
    return {
        "work_id": one.work_id,
        "outcome": "registered" if one.outcome == "unchanged" and ours else one.outcome,
        "reason": ELSEWHERE if one.outcome == "unchanged" and one.reason else one.reason,
        "reference_id": known.reference_id if mine and known else None,
        "duration_s": round(one.duration_s, 3),
        "losses": [asdict(loss) for loss in one.losses],
        "warnings": list(one.warnings),
    }


def _in_this_process(
    job: pool.Job[Item, Result], items: Sequence[Item], /
) -> Iterator[tuple[Item, Result | pool.Lost]]:
    """The work of the pipeline where it is called, which is in a worker already."""
    job.prepare(*job.prepare_with)
    yield from ((item, job.work(item)) for item in items)
