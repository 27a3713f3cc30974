"""`reelprint case new`, `list`, `show` and `log`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from casework import checking, policies
from casework.journal import Head
from casework.record import Dossier, Finding, Plan, Review, Sample
from reelprint.cases import acting, create_cases, open_cases
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.showing.plain import plain


def new(
    case_id: str,
    authority: str,
    territory: str | None,
    sampling: str,
    policy: str,
    seed: int | None,
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Open a case."""
    judging, who = policies.load(policy), acting(by)
    with create_cases(home) as store:
        case = store.open_case(case_id, who, authority, judging, sampling, seed, territory)
        head = store.head(case_id)
    if as_json:
        print(json.dumps({"case": case.as_dict(), "custody": head.as_dict()}))
        return
    print(plain(f"case {case.case_id} is open, sampling {sampling} with seed {case.sampling.seed}"))
    print_head(head)


def show_all(as_json: bool, home: Path | None) -> int:
    """List the cases; the exit code."""
    with open_cases(home) as store:
        found = store.cases()
    for one in found:
        counts = {"samples": one.samples, "findings": one.findings, **one.head.as_dict()}
        case = one.case
        if as_json:
            opened = {"opened_at": case.opened_at, "opened_by": case.opened_by}
            print(json.dumps({"case_id": case.case_id, **opened, **counts}))
        else:
            said = f"{one.samples} samples, {one.findings} findings"
            print(plain(f"{case.case_id}  {case.opened_at}  by {case.opened_by}: {said}"))
    return FOUND if found else NOTHING_FOUND


def show(case_id: str, by: str | None, as_json: bool, home: Path | None) -> None:
    """Show all that is on record of a case, which stands in its log from then on."""
    with open_cases(home) as store:
        dossier = store.dossier(case_id, acting(by))
        head = store.head(case_id)
    if as_json:
        print(json.dumps({**as_dict(dossier), "custody": head.as_dict()}))
    else:
        _print(dossier)
        print_head(head)


def log(case_id: str, by: str | None, as_json: bool, home: Path | None) -> None:
    """Show the custody log; as JSON its lines to the byte."""
    with open_cases(home) as store:
        lines = store.custody(case_id, acting(by))
        head = store.head(case_id)
    for line in lines:
        sys.stdout.write(line.decode("ascii")) if as_json else print(_entry(json.loads(line)))
    if not as_json:
        print_head(head)


def verify(case_id: str, noted: str | None, as_json: bool, home: Path | None) -> int:
    """Check log, record and captures of a case; the exit code."""
    with open_cases(home) as store:
        problems = checking.problems(store, case_id, noted)
        head = store.head(case_id)
    if as_json:
        said = {"case_id": case_id, "sound": not problems, "problems": problems}
        print(json.dumps({**said, "custody": head.as_dict()}))
    else:
        print(plain(f"{case_id}: {'differs' if problems else 'sound'}"))
        for problem in problems:
            print(plain(f"  {problem}"))
        print_head(head)
    return NOTHING_FOUND if problems else FOUND


def as_dict(dossier: Dossier) -> dict[str, Any]:
    """All of a case, for machines."""
    return {
        "case": dossier.case.as_dict(),
        "plans": [one.as_dict() for one in dossier.plans],
        "samples": [one.as_dict() for one in dossier.samples],
        "findings": [one.as_dict() for one in dossier.findings],
        "reviews": [one.as_dict() for one in dossier.reviews],
    }


def print_head(head: Head) -> None:
    """What is to be noted down after every writing, for the end of a log can be cut off unseen."""
    print(f"custody log: {head.entries} entries, head {head.sha256}")


def _print(dossier: Dossier) -> None:
    case, console = dossier.case, Console(soft_wrap=True)
    where = f", for {case.territory}" if case.territory else ""
    console.print(Text(plain(case.case_id), style="bold"), Text(plain(case.authority + where)))
    console.print(Text(plain(f"  opened {case.opened_at} by {case.opened_by}")))
    console.print(Text(plain(f"  sampling {case.sampling.name}, seed {case.sampling.seed}")))
    for plan in dossier.plans:
        console.print(Text(plain(f"  {_planned(plan, dossier)}")))
    for sample in dossier.samples:
        console.print(Text(plain(f"  {sampled(sample)}")))
    if dossier.findings:
        console.print(_table(dossier))


def _planned(plan: Plan, dossier: Dossier) -> str:
    tried = sum(one.source == plan.source and bool(one.planned_at) for one in dossier.samples)
    said = f"{tried} of {len(plan.moments)} planned samples tried"
    return f"{plan.plan_id}  {plan.begin}  {plan.site}  {plan.source}  {said}"


def sampled(sample: Sample) -> str:
    """A sample in one line."""
    beside = "" if sample.planned_at else ", beside the plan"
    why = f": {sample.reason}" if sample.reason else ""
    outcome = f"{sample.outcome}, {sample.seconds:.0f} s{beside}{why}"
    return f"{sample.sample_id}  {sample.taken_at}  {sample.site}  {sample.source}  {outcome}"


def _table(dossier: Dossier) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2))
    for column in ("finding", "sample", "work", "E-value", "review"):
        table.add_column(column, overflow="fold")
    reviews = {one.finding_id: one for one in dossier.reviews}
    for finding in dossier.findings:
        cells = _cells(finding, reviews.get(finding.finding_id))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def _cells(finding: Finding, review: Review | None) -> tuple[str, ...]:
    said = f"{review.disposition} by {review.by}: {review.reason}" if review else "-"
    match = finding.match
    work = f"{match['title']} [{finding.work_id}]"
    e_value = f"{float(match['e_value']):.0e}"
    return (finding.finding_id, finding.sample_id, work, e_value, said)


def _entry(entry: Mapping[str, Any]) -> str:
    frame = {"n", "event", "case", "at", "by", "record", "before"}
    facts = ", ".join(f"{k} {_said(v)}" for k, v in entry.items() if k not in frame)
    name = entry.get("record", {}).get("name", "")
    return plain(f"{entry['n']:5}  {entry['at']}  {entry['by']}  {entry['event']} {name}  {facts}")


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
