"""The job `examine`: the samples of a case that nobody looked at yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.errors import NotAllowed
from casework.store import CaseStore
from jobs.job import Job
from reelprint.examination import Examined
from reelprint.examination import examine as examined
from reelprint.working.caserecord import record_of
from reelprint.working.context import Context


def examine(context: Context, job: Job) -> Mapping[str, Any]:
    """Identify what the samples of `case` carry. What an earlier attempt recorded stays, and is
    not done again; so does what another job recorded meanwhile."""
    case_id = str(job.payload["case"])
    done: list[Examined] = []
    with record_of(context.workspace) as store:
        while left := len(store.unexamined(case_id)):
            try:
                _examine(context, store, job, done)
            except NotAllowed:  # another job was quicker with one: on with the others
                if len(store.unexamined(case_id)) >= left:
                    raise
    found = [one.finding_id for each in done for one in each.findings]
    return {
        "case": case_id,
        "samples": [one.sample.sample_id for one in done],
        "unreadable": [o.sample.sample_id for o in done if o.sample.outcome == "unreadable"],
        "findings": found,
    }


def _examine(context: Context, store: CaseStore, job: Job, done: list[Examined]) -> None:
    case_id, workspace = str(job.payload["case"]), context.workspace
    identifier = context.identifiers.get(workspace, False)
    total = len(done) + len(store.unexamined(case_id))
    context.tell(len(done), total, "examining")
    for one in examined(
        *(workspace, store, case_id, job.actor, None),
        lambda paths: map(identifier.identify, paths),
    ):
        done.append(one)
        context.tell(len(done), total, "examining")
