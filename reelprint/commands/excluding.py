"""`reelprint exclude`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from media.clip import Span
from reelprint.commands.times import clock, seconds
from reelprint.exits import FOUND, NOTHING_FOUND, Usage
from reelprint.workspace import Workspace, default_home
from reference_catalog.catalog import Catalog
from reference_catalog.work import Exclusion, Reference, Work, reference_id, reference_number


def range_of(times: Sequence[str]) -> Span | None:
    """What two times on the command line mean; None if there are none. Raises Usage."""
    if not times:
        return None
    if len(times) != 2:
        raise Usage("a range is two times: where it starts and where it ends")
    start_s, end_s = map(seconds, times)
    if not 0 <= start_s < end_s:
        raise Usage(f"from {times[0]} to {times[1]} is not a range")
    return Span(start_s, end_s)


def exclude(
    work_id: str, span: Span | None, reference: str | None, reason: str, home: Path | None
) -> int:
    """Let a range count nothing; the exit code. Raises Usage."""
    if span is None:
        raise Usage("say from where to where")
    workspace = Workspace.open(home or default_home())
    with workspace.catalog() as catalog:
        chosen = _reference(_work(catalog, work_id), reference)
        if span.start_s >= chosen.duration_s:
            raise Usage(f"{chosen.reference_id} ends at {chosen.duration_s:.1f} s")
        new = catalog.exclude([Exclusion(chosen.number, span, reason)])
        workspace.index(catalog)
    print(f"{'excluded' if new else 'excluded already'}: {chosen.reference_id} {clock(span)}")
    return FOUND


def include(work_id: str, span: Span | None, reference: str | None, home: Path | None) -> int:
    """Let what was excluded of a work count again, or one range of it; the exit code."""
    workspace = Workspace.open(home or default_home())
    with workspace.catalog() as catalog:
        there = _of_work(catalog, _work(catalog, work_id), reference)
        count = catalog.include(one for one in there if span in (None, one.span))
        workspace.index(catalog)
    print(f"{count} range(s) of {work_id} count again")
    return FOUND if count else NOTHING_FOUND


def show(work_id: str | None, as_json: bool, home: Path | None) -> int:
    """List what is excluded, of one work or of all; the exit code."""
    with Workspace.open(home or default_home()).catalog() as catalog:
        if work_id is None:
            there = catalog.exclusions()
        else:
            there = _of_work(catalog, _work(catalog, work_id), None)
        names = catalog.titles({one.number for one in there})
    for one in there:
        print(_as_json(one, names[one.number][0]) if as_json else _line(one, names[one.number][0]))
    if not there and not as_json:
        print("nothing is excluded")
    return FOUND if there else NOTHING_FOUND


def _work(catalog: Catalog, work_id: str) -> Work:
    work = catalog.work(work_id)
    if work is None:
        raise Usage(f"no work has the work_id {work_id!r}")
    return work


def _reference(work: Work, reference: str | None) -> Reference:
    """The one that is named, or the only one."""
    if reference is None and len(work.references) > 1:
        names = ", ".join(one.reference_id for one in work.references)
        raise Usage(f"{work.work_id} has several references: say with --reference which of {names}")
    number = work.references[0].number if reference is None else reference_number(reference)
    for one in work.references:
        if one.number == number:
            return one
    raise Usage(f"{work.work_id} has no reference {reference}")


def _of_work(catalog: Catalog, work: Work, reference: str | None) -> list[Exclusion]:
    chosen = work.references if reference is None else (_reference(work, reference),)
    return [one for of in chosen for one in catalog.exclusions(of.number)]


def _line(one: Exclusion, work_id: str) -> str:
    reason = f"  {one.reason}" if one.reason else ""
    return f"{work_id}  {reference_id(one.number)}  {clock(one.span)}{reason}"


def _as_json(one: Exclusion, work_id: str) -> str:
    return json.dumps(
        {
            "work_id": work_id,
            "reference_id": reference_id(one.number),
            "start_s": one.span.start_s,
            "end_s": one.span.end_s,
            "reason": one.reason,
        }
    )
