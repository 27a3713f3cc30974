"""Whether an organisation may have another capture, by the settings of this machine."""

from __future__ import annotations

from jobs.job import Job
from reelprint.service import config
from reelprint.working.context import Context


def require_room(context: Context, job: Job) -> None:
    """Raise NoRoom where the organisation whose job it is holds all that it may. What a capture
    becomes nobody knows beforehand: one that was begun is kept, however much it is."""
    quota = config.read(context.workspace.home).quota_of(job.organisation)
    context.room.require(job.organisation, quota)
