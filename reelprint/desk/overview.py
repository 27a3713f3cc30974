"""Suspects as a list shows them, and the explanations that were made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from jobs.job import Job
from reelprint.desk import queue
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.results import results_of
from reelprint.desk.suspects import IDENTIFY
from reelprint.desk.uploads import EXPLAIN
from reelprint.working.files import NoSuchResult, NoSuchUpload

MOST_LOOKED_AT = 1000  # explanations of an organisation, the newest
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A suspect in a list."""

    job: queue.Seen
    name: str | None  # of its file; None when neither file nor answer is kept
    answer: dict[str, Any] | None  # as the principal may see it


def lines(
    desk: Desk, who: Principal, before: str | None = None, limit: int = 50
) -> tuple[list[Line], str | None]:
    """What the organisation asked, newest first, with what was said of it. Raises NotAllowed,
    NotFound."""
    need(desk, who, "suspects.read", "suspects")
    with recorded(desk, who, "suspects.read", "suspects", before=before):
        found, after = queue.page(desk, who, IDENTIFY, None, before, limit, results=True)
        results = results_of(desk, who, found)
        return [_line(desk, *both) for both in zip(found, results, strict=True)], after


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation of one match that was made."""

    job: queue.Seen
    facts: dict[str, Any]  # as `reelprint.explaining.facts` has them
    alignment: dict[str, Any] | None  # peaks of sound, of the first match that is explained
    pictures: frozenset[str]  # among the names of files that are there


def explained(
    desk: Desk, who: Principal, job_id: str, match: Mapping[str, Any] | None
) -> queue.Seen | None:
    """The newest job that explains a match of an answer, or with None all of it, if somebody asked
    for that. Raises NotAllowed, NotFound."""
    need(desk, who, "suspects.read", job_id)
    upload = queue.job_of(desk, who, job_id, IDENTIFY).payload["upload"]
    about = (one for one in _explanations(desk, who) if _is_about(one, upload, match))
    found = next(about, None)
    return None if found is None else queue.seen(found)


def told(desk: Desk, who: Principal, explanation_id: str) -> Told:
    """What a job explained. Raises NotAllowed, NotFound, also while it has not."""
    need(desk, who, "suspects.read", explanation_id)
    with recorded(desk, who, "suspects.read", explanation_id, explanation=True):
        job = queue.job_of(desk, who, explanation_id, EXPLAIN)
        facts = _read(desk, job.id, "explanation.json")
        if facts is None:
            raise NotFound("there is no explanation yet")
        alignment = _read(desk, job.id, "alignment-1.json")
        return Told(queue.seen(job), facts, alignment, desk.files.result_names(job.id))


def _line(desk: Desk, job: Job, result: Mapping[str, Any] | None) -> Line:
    answer: dict[str, Any] | None = (result or {}).get("answer")
    return Line(queue.seen(job), _name(desk, job, answer), answer)


def _name(desk: Desk, job: Job, answer: dict[str, Any] | None) -> str | None:
    if answer is not None:
        return str(answer["query"]["path"])
    try:
        return desk.files.upload(str(job.payload["upload"])).name
    except NoSuchUpload:
        return None


def _explanations(desk: Desk, who: Principal) -> Iterator[Job]:
    before: str | None = None
    for _ in range(MOST_LOOKED_AT // _PAGE):
        found, before = desk.queue.list(
            who.organisation, EXPLAIN, None, before, _PAGE, results=False
        )
        yield from found
        if before is None:
            return


def _is_about(job: Job, upload: str, match: Mapping[str, Any] | None) -> bool:
    wanted = job.payload.get("match")
    if job.state == "cancelled" or job.payload["upload"] != upload:
        return False
    if match is None or wanted is None:
        return match is None and wanted is None
    span, at_s = match["query"], float(wanted.get("at_s", -1))
    is_there: bool = span["start_s"] <= at_s <= span["end_s"]
    return is_there and wanted.get("work_id") == match["work_id"]


def _read(desk: Desk, job_id: str, name: str) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads(desk.files.result(job_id, name).read_bytes())
    except NoSuchResult:
        return None
    return said
