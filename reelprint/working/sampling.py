"""The job `sample`: a source of a case, captured now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from capture.brake import Brake
from capture.capturing import Captured, Surroundings, Wanted
from capture.store import MANIFEST
from casework.record import Sample
from casework.store import CaseStore
from casework.taking import Sampler
from jobs.job import Job
from reelprint import __version__
from reelprint.prompting import WITHIN_S
from reelprint.stamping import book
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context, Stopped
from reelprint.working.quota import require_room
from reelprint.working.room import NoRoom

_LOOK_S = 2.0  # how often it is seen whether the job is still wanted


class JobBrake(Brake):
    """Stops a capture once nobody wants its job any more."""

    def __init__(self, context: Context, most_s: float | None) -> None:
        super().__init__()
        self._context = context
        self._most_s = most_s
        self._began = self._looked = time.monotonic()

    @contextmanager
    def free(self) -> Iterator[None]:
        """Here the capture waits, and may be ended."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_S:
            self._looked = now
            self._tell(now - self._began)
        with super().free():
            yield

    def _tell(self, passed_s: float) -> None:
        most = max(passed_s, self._most_s or 0.0)
        try:
            self._context.tell(int(passed_s), int(most), "capturing")
        except Stopped:
            self.press()


def sample(context: Context, job: Job) -> Mapping[str, Any]:
    """Take one sample of `source` on `site` for `case`, `duration_s` long.

    A job that was begun before and lost takes none again: its sample is recorded as one that was
    tried, for sources must not be tried until something is found. Raises ValueError where there is
    no room; Stopped, after the sample was ended and recorded."""
    case_id = str(job.payload["case"])
    with record_of(context.workspace) as store:
        begun = store.begun_by(case_id, job.id)
        if begun is not None:
            return _result(store.lost(case_id, job.actor, begun), None)
        _require_room(context, job)
        return _take(context, store, job)


def _require_room(context: Context, job: Job) -> None:
    try:
        require_room(context, job)
    except NoRoom as error:
        raise ValueError(str(error)) from error


def _take(context: Context, store: CaseStore, job: Job) -> Mapping[str, Any]:
    case_id, site = str(job.payload["case"]), str(job.payload["site"])
    policy = store.case(case_id).sampling
    for_s = job.payload.get("duration_s") or (None if policy.once else policy.seconds)
    network, brake = context.network, JobBrake(context, for_s)
    around = Surroundings(f"reelprint {__version__}", network.clock, network.resolver, brake)
    wanted = Wanted(str(job.payload["source"]), Path(), for_s, policy=network.policy)
    context.tell(0, int(for_s or 0), "capturing")
    taken = Sampler(store, case_id, job.actor, around, job.id).take_at_will(site, wanted)
    stamp(context, taken.captured)
    if brake.pressed:
        raise Stopped
    return _result(taken.sample, taken.captured)


def stamp(context: Context, captured: Captured | None) -> None:
    """Ask for a time stamp over a capture, where an authority is set; it may also come later."""
    stamps = book(context.workspace, None, context.network.policy.allow_private, WITHIN_S)
    if captured is not None and stamps.authority is not None:
        with suppress(OSError):
            stamps.stamp((captured.folder / MANIFEST).read_bytes())


def _result(sample: Sample, captured: Captured | None) -> Mapping[str, Any]:
    said = {name: value for name, value in sample.as_dict().items() if name != "segments"}
    whole = None if captured is None else captured.whole
    return {"sample": said, "whole": whole}
