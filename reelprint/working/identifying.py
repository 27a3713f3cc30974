"""The job `identify`: what does an upload carry?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.job import Job
from media.clip import Unreadable
from reelprint.answer import Answer
from reelprint.identification import Identifier
from reelprint.working.context import Context, told
from reelprint.working.files import Upload

STEPS = 2


def identify(context: Context, job: Job) -> Mapping[str, Any]:
    """The answer about `upload`, as `identify --json` gives it; with `fast`, by its key frames and
    sound. Raises NoSuchUpload."""
    upload = context.upload(job, job.payload["upload"])
    identifier = context.identifiers.get(context.workspace, bool(job.payload.get("fast")))
    answer = _answer(context, identifier, upload, job)
    return {"answer": told(answer.as_dict(), upload)}


def _answer(context: Context, identifier: Identifier, upload: Upload, job: Job) -> Answer:
    context.tell(0, STEPS, "reading")
    try:
        suspect = identifier.extract(upload.path)
    except Unreadable as error:
        context.upload(job, upload.id)  # what was deleted meanwhile could be read before
        return identifier.unreadable(upload.path, str(error))
    context.tell(1, STEPS, "searching")
    answer = identifier.searched(suspect)
    context.tell(STEPS, STEPS, "searched")
    return answer
