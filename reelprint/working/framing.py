"""The job `frames`: what a finding looks like, as small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from casework import reading
from casework.record import Finding
from jobs.job import Job
from media.clip import Unreadable
from media.digest import sha256
from reelprint.showing.stills import Still, stills
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context
from reelprint.workspace import Workspace

SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of a match, where it is looked at


def frames(context: Context, job: Job) -> Mapping[str, Any]:
    """Pictures of `finding` of `case` at some times of its match, and of the work at the same ones
    where the file that was registered is still there, as files of JPEG among the results."""
    case_id, finding_id = str(job.payload["case"]), str(job.payload["finding"])
    with record_of(context.workspace) as store:
        finding, media = _found(store.records(case_id), store.captures(case_id), finding_id)
    query, reference = finding.match["query"], finding.match["reference"]
    times = [_at(query, share) for share in SHARES]
    there = [_at(reference, share) for share in SHARES]
    context.tell(0, 2, "looking")
    shown = {"suspect": _stills(media, times)}
    context.tell(1, 2, "looking")
    shown["reference"] = _stills(_file_of(context.workspace, finding), there)
    with context.files.making(job.id) as folder:
        kept = [one for of, found in shown.items() for one in _kept(folder, of, found)]
    return {"case": case_id, "finding": finding_id, "frames": kept}


def _found(records: Sequence[Any], captures: Path, finding_id: str) -> tuple[Finding, Path]:
    """A finding, and its media."""
    dossier = reading.dossier(records)
    (finding,) = (one for one in dossier.findings if one.finding_id == finding_id)
    (sample,) = (one for one in dossier.samples if one.sample_id == finding.sample_id)
    return finding, captures / str(sample.capture) / finding.media


def _at(span: Mapping[str, float], share: float) -> float:
    return float(span["start_s"]) + share * (float(span["end_s"]) - float(span["start_s"]))


def _file_of(workspace: Workspace, finding: Finding) -> Path | None:
    """The file that a reference was registered from, if it is still there and still that file."""
    with workspace.catalog() as catalog:
        work = catalog.work(finding.work_id)
    for one in work.references if work else ():
        path = Path(one.source)
        if one.reference_id == finding.match["reference_id"] and one.origin is None:
            return path if path.is_file() and sha256(path) == one.sha256 else None
    return None


def _stills(path: Path | None, times: Sequence[float]) -> list[Still | None]:
    """None where there is no picture: of sound, or where it is damaged."""
    if path is None:
        return []
    try:
        return stills(path, times)
    except Unreadable:
        return []


def _kept(folder: Path, of: str, found: Sequence[Still | None]) -> Iterator[dict[str, Any]]:
    for number, still in enumerate(found):
        if still is not None:
            name = f"{of}-{number}.jpg"
            (folder / name).write_bytes(still.jpeg)
            size = {"width": still.width, "height": still.height}
            yield {"name": name, "of": of, "moment": number, "at_s": still.at_s, **size}
