"""The job `links`: what the sites of some cases have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from casework.links import links as find_links
from casework.record import Dossier, Sample
from jobs.job import Job
from reelprint.gathering import facts_of
from reelprint.working.caserecord import consulted, record_of
from reelprint.working.context import Context


def links(context: Context, job: Job) -> Mapping[str, Any]:
    """What `links --json` says of `cases`; their captures are decoded, in the cage."""
    names = [str(one) for one in job.payload["cases"]]
    with record_of(context.workspace) as store:
        dossiers = [consulted(store, name) for name in names]
        folders = {name: store.captures(name) for name in names}
    looking = _Looking(context, folders, sum(len(one.samples) for one in dossiers))
    facts = [one for of in dossiers for one in facts_of(of, partial(looking.folder_of, of))]
    return {"cases": names, **find_links(dossiers, facts).as_dict()}


@dataclass(slots=True)
class _Looking:
    """Says where captures lie, and how many were looked at."""

    context: Context
    captures: Mapping[str, Path]  # of each case
    samples: int
    done: int = 0

    def folder_of(self, dossier: Dossier, sample: Sample) -> Path | None:
        self.context.tell(self.done, self.samples, "looking")
        self.done += 1
        captures = self.captures[dossier.case.case_id]
        return captures / sample.capture if sample.capture else None
