"""`reelprint lint`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.text import Text

from matchers.overlaps import Shared
from reelprint.commands.times import clock
from reelprint.exits import FOUND, NOTHING_FOUND, UNREADABLE, Usage
from reelprint.linting import Failed, Finding
from reelprint.linting import lint as lint_works
from reelprint.workspace import Workspace, default_home
from reference_catalog.work import Work, reference_id

SHOWN = 3  # works that share a stretch, named in a line


def lint(
    work_ids: Sequence[str], apply: bool, jobs: int | None, as_json: bool, home: Path | None
) -> int:
    """Look works over and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    works = _chosen(workspace, work_ids)
    progress = track(
        lint_works(workspace, works, jobs),
        description="looking over",
        total=len(works),
        console=Console(stderr=True),
        transient=True,
        disable=as_json,
    )
    findings: list[Finding] = []
    failed = 0
    for work, found in progress:
        if isinstance(found, Failed):
            failed += 1
            Console(stderr=True).print(Text(f"{found.work_id}: {found.reason}", style="red"))
            continue
        findings += found
        _print(work, found, as_json)
    if apply:
        _apply(workspace, findings)
    if not (findings or failed or as_json):
        print("nothing is amiss")
    if failed:
        return UNREADABLE
    return FOUND if findings else NOTHING_FOUND


def _chosen(workspace: Workspace, work_ids: Sequence[str]) -> list[Work]:
    """Those named, or all. Raises Usage."""
    with workspace.catalog() as catalog:
        if not work_ids:
            return list(catalog.works())
        known = {work_id: catalog.work(work_id) for work_id in work_ids}
    missing = [work_id for work_id, work in known.items() if work is None]
    if missing:
        raise Usage(f"no work has the work_id {missing[0]!r}")
    return [work for work in known.values() if work is not None]


def _apply(workspace: Workspace, findings: Iterable[Finding]) -> None:
    """Exclude all that is proposed, at once: done one by one, what works share would be found no
    more when the last of them is looked at."""
    proposed = [one for f in findings if (one := f.exclusion)]
    with workspace.catalog() as catalog:
        new = catalog.exclude(proposed)
        workspace.index(catalog)
    Console(stderr=True).print(f"{new} range(s) excluded; `reelprint exclude --list` names them")


def _print(work: Work, findings: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        for one in findings:
            print(json.dumps(as_dict(one)), flush=True)
        return
    if not findings:
        return
    console = Console(soft_wrap=True)
    console.print(Text(work.work_id, style="bold"))
    for one in findings:
        console.print(Text(f"  {_line(one)}"))


def _line(one: Finding) -> str:
    parts = [one.reference.reference_id, clock(one.span), one.kind]
    if one.others:
        works = list(dict.fromkeys(work_id for work_id, _ in one.others))
        named = ", ".join(works[:SHOWN]) + (" …" if len(works) > SHOWN else "")
        first = one.others[0][1]
        at = f" {clock(first.span)}" if len(one.others) == 1 else ""
        speed = f", {first.speed:.3f} x speed" if one.altered else ""
        mirrored = ", mirrored" if first.mirrored else ""
        best = min(shared.e_value for _, shared in one.others)
        parts.append(f"with {named}{at} ({len(works)} works{speed}{mirrored}, E-value {best:.0e})")
    remedy = f"proposed: exclude {clock(one.exclude)}" if one.exclude else one.advice
    return f"{'  '.join(parts)}: {remedy}"


def as_dict(one: Finding) -> dict[str, object]:
    """A finding in the JSON of `lint --json`."""
    return {
        "work_id": one.work_id,
        "reference_id": one.reference.reference_id,
        "kind": one.kind,
        "span": _span(one.span.start_s, one.span.end_s),
        "shared_with": [_plain_shared(work_id, shared) for work_id, shared in one.others],
        "exclude": _span(one.exclude.start_s, one.exclude.end_s) if one.exclude else None,
        "advice": one.advice,
    }


def _plain_shared(work_id: str, shared: Shared) -> dict[str, object]:
    return {
        "work_id": work_id,
        "reference_id": reference_id(shared.number),
        "span": _span(shared.span.start_s, shared.span.end_s),
        "speed": round(shared.speed, 5),
        "modality": shared.modality,
        "mirrored": shared.mirrored,
        "e_value": float(f"{shared.e_value:.3g}"),
    }


def _span(start_s: float, end_s: float) -> dict[str, float]:
    return {"start_s": round(start_s, 3), "end_s": round(end_s, 3)}
