"""The job `lint`: works that share material, and stretches that say little."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from jobs.job import Job
from reelprint.commands.linting import as_dict
from reelprint.linting import Linter
from reelprint.working.context import Context


def lint(context: Context, job: Job) -> Mapping[str, Any]:
    """What `lint --json` says of `works`, or of all."""
    with closing(context.workspace.catalog()) as catalog:
        names = job.payload.get("works") or [one.work_id for one in catalog.works()]
    found: list[dict[str, object]] = []
    with closing(Linter(context.workspace)) as linter:
        for n, name in enumerate(names):
            context.tell(n, len(names), "looking over")
            found += map(as_dict, linter.lint(str(name)))
    return {"works": len(names), "findings": found}
