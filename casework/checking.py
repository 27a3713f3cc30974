"""Whether a case is still what was recorded: its log, what is on record, and its captures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from capture.verifying import verify
from casework import reading
from casework.record import Sample
from casework.store import CaseStore


def problems(store: CaseStore, case_id: str, noted: str | None = None) -> list[str]:
    """What differs, one sentence each; every hash is computed anew. Nothing is written."""
    found = store.verify(case_id, noted)
    if found:
        return found  # what is on record cannot be relied on, so the captures are not looked at
    samples = reading.samples(store.records(case_id))
    return [one for sample in samples for one in _of_capture(store.captures(case_id), sample)]


def _of_capture(folder: Path, sample: Sample) -> Iterator[str]:
    if sample.capture is None:
        return
    try:
        found = verify(folder / sample.capture)
    except OSError as error:
        yield f"the capture of sample {sample.sample_id} cannot be read: {error}"
        return
    yield from (f"{sample.sample_id}: {problem}" for problem in found.problems)
    if found.manifest_sha256 != sample.manifest_sha256:
        yield f"{sample.sample_id}: its manifest is not the one that is on record"
