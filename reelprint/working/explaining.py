"""The job `explain`: why does an upload match, or not? What there is to look at becomes files.

In the job's folder: `explanation.json`, the facts; `alignment-<n>.json`, of match n, the peaks of
sound that fall together; `match-<n>-<k>-suspect.jpg` and `…-work.jpg`, the pictures of its moment
k; and, where everything may be seen, `explanation.html`, a page that needs nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.job import Job
from media.clip import Unreadable
from reelprint.answer import Answer, Named
from reelprint.explaining.explanation import (
    Exhibit,
    Explained,
    Explanation,
    Listed,
    Medium,
    Sounding,
    Wanted,
)
from reelprint.explaining.facts import as_dict
from reelprint.explaining.gathering import explained
from reelprint.explaining.page import render
from reelprint.identification import NO_EVIDENCE
from reelprint.working.context import Context, told
from reelprint.working.files import Files, Upload

STEPS = 3


def explain(context: Context, job: Job) -> Mapping[str, Any]:
    """Explain what was or was not found in `upload`: all, or what `match` names, `{"work_id":
    …, "at_s": …}`. With `works`, as if no other works were registered. Raises NoSuchUpload."""
    upload = context.upload(job, job.payload["upload"])
    wanted = Wanted(**(job.payload.get("match") or {}))
    only = job.payload.get("works")
    found = _gathered(context, job, upload, wanted)
    shown = _named(found if only is None else _seen(found, frozenset(only)), upload, context.files)
    context.tell(2, STEPS, "drawing")
    facts = told(json.loads(json.dumps(as_dict(shown))), upload)
    facts = facts if only is None else _without_others(facts)
    with context.files.making(job.id) as folder:
        for name, data in _files(shown, facts, page=only is None):
            (folder / name).write_bytes(data)
        names = sorted(path.name for path in folder.iterdir())
    context.tell(STEPS, STEPS, "drawn")
    return {"status": shown.answer.status, "explained": len(shown.explained), "files": names}


def _gathered(context: Context, job: Job, upload: Upload, wanted: Wanted) -> Explanation:
    identifier = context.identifiers.get(context.workspace, bool(job.payload.get("fast")))
    context.tell(0, STEPS, "reading")
    try:
        suspect = identifier.extract(upload.path)
    except Unreadable as error:
        context.upload(job, upload.id)  # what was deleted meanwhile could be read before
        return Explanation(identifier.unreadable(upload.path, str(error)), wanted)
    context.tell(1, STEPS, "searching")
    return explained(context.workspace, identifier, suspect, wanted)


def _files(shown: Explanation, facts: Any, page: bool) -> Iterator[tuple[str, bytes]]:
    """Each file with its name."""
    yield "explanation.json", _json(facts)
    if page:
        yield "explanation.html", render(shown).encode("utf-8", "replace")
    for n, one in enumerate(shown.explained, start=1):
        if one.sounding is not None:
            yield f"alignment-{n}.json", _json(_alignment(one.sounding))
        for k, exhibit in enumerate(one.exhibits, start=1):
            yield from _pictures(f"match-{n}-{k}", exhibit)


def _pictures(name: str, exhibit: Exhibit) -> Iterator[tuple[str, bytes]]:
    for side, still in (("suspect", exhibit.suspect), ("work", exhibit.reference)):
        if still is not None:
            yield f"{name}-{side}.jpg", still.jpeg


def _alignment(sounding: Sounding) -> dict[str, Any]:
    """Dots (suspect s, reference s), on the line of the match and off it."""
    dots = sounding.dots
    return {
        "suspect": [dots.suspect.start_s, dots.suspect.end_s],
        "reference": [dots.reference.start_s, dots.reference.end_s],
        "line": dots.line,
        "along": dots.along,
        "elsewhere": dots.elsewhere,
        "peaks": dots.peaks,
        "found": dots.found,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")


def _named(found: Explanation, upload: Upload, files: Files) -> Explanation:
    """An explanation that names no path of this machine."""
    reason = told(found.answer.reason, upload)
    answer = replace(found.answer, path=upload.name, reason=reason)
    explained = tuple(replace(one, medium=_medium(one.medium, files)) for one in found.explained)
    return replace(found, answer=answer, explained=explained)


def _medium(medium: Medium | None, files: Files) -> Medium | None:
    if medium is None:
        return None
    path = Path(medium.source)
    upload = files.upload_at(path)
    return replace(medium, source=upload.name if upload else path.name)


def _seen(found: Explanation, own: Collection[str]) -> Explanation:
    """An explanation without what says anything of other works."""
    explained = tuple(_own(one, own) for one in found.explained if _is_own(one.listed, own))
    return replace(
        found,
        answer=_own_answer(found.answer, own),
        explained=explained,
        unexplained=0,
        nearest=_listed(found.nearest, own),
        considered=_listed(found.considered, own),
        left_out=0,
    )


def _own_answer(answer: Answer, own: Collection[str]) -> Answer:
    matches = tuple(_alone(one, own) for one in answer.matches if one.work_id in own)
    if matches or answer.status in ("unreadable", "too_short"):
        return replace(answer, matches=matches)
    # The reason must be the same whether others were found or not, but for what is in no suspect.
    is_empty = (answer.reason or "").startswith(NO_EVIDENCE)
    reason = NO_EVIDENCE if is_empty else "none of these works was found"
    return replace(answer, matches=(), status="no_match", reason=reason)


def _own(one: Explained, own: Collection[str]) -> Explained:
    return replace(one, listed=_listed((one.listed,), own)[0], runner_up=None)


def _listed(listed: Collection[Listed], own: Collection[str]) -> tuple[Listed, ...]:
    return tuple(replace(one, named=_alone(one.named, own)) for one in listed if _is_own(one, own))


def _is_own(listed: Listed, own: Collection[str]) -> bool:
    """Whether it is found in one of these works, and nothing better is in its place."""
    return listed.named.work_id in own and listed.fate != "covered"


def _without_others(facts: Any) -> Any:
    """Facts without what is said of other works: whose a stretch is, and who came next."""
    match facts:
        case dict():
            hidden = {"attribution", "series", "runner_up", "runner_up_says"}
            return {
                key: None if key in hidden else _without_others(one) for key, one in facts.items()
            }
        case list():
            return [_without_others(one) for one in facts]
    return facts


def _alone(named: Named, own: Collection[str]) -> Named:
    """A match that names none of the others that share its stretch."""
    return replace(named, shared_with=tuple(one for one in named.shared_with if one in own))
