"""`reelprint site verdict`: what a case says of a site, for people and machines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from casework.judging import judge
from casework.record import Dossier
from casework.sifting import Licences
from casework.verdict import SiteVerdict, State, WorkVerdict
from reelprint.cases import acting, open_cases
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.proving.judging import licences_of
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home

_STYLES: dict[State, str] = {
    "confirmed": "bold red",
    "probable": "red",
    "undecided": "yellow",
    "cleared": "green",
}


def verdict(site: str, case_id: str, by: str | None, as_json: bool, home: Path | None) -> int:
    """Judge a site by the policy of its case, and print it; the exit code. Raises LookupError."""
    workspace = Workspace.open(home or default_home())
    with open_cases(home) as store, workspace.catalog() as catalog:
        dossier = store.dossier(case_id, acting(by), "judged", site=site)
        licences = licences_of(dossier, catalog)
    return report(dossier, site, licences, as_json)


def report(dossier: Dossier, site: str, licences: Licences, as_json: bool) -> int:
    """Judge a site by what is on record, and print it; the exit code. Raises LookupError."""
    found = judge(dossier, site, dossier.case.judging, licences)
    print(json.dumps(found.as_dict())) if as_json else print_verdict(found)
    return FOUND if found.state in ("confirmed", "probable") else NOTHING_FOUND


def print_verdict(found: SiteVerdict) -> None:
    """A verdict, for people."""
    console = Console(soft_wrap=True)
    state = Text(found.state, style=_STYLES[found.state])
    console.print(Text(plain(found.site), style="bold"), state, Text(f"policy {found.policy}"))
    share = found.tally.share
    console.print(
        Text(
            f"  {share.k} of {share.n} independent streams match"
            f" (95 %: {share.low:.0%} to {share.high:.0%})"
        )
    )
    if found.works:
        console.print(_table(found.works))
    _list(console, "because", found.reasons)
    _list(console, "mind", found.caveats)


def _table(works: Iterable[WorkVerdict]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2))
    for column in ("work", "verdict", "samples", "streams", "chance", "rights"):
        table.add_column(column, overflow="fold")
    for one in works:
        tally = one.tally
        cells = (
            plain(one.title),
            one.state,
            f"{tally.matched} of {tally.readable}",
            f"{tally.streams_matched} of {tally.streams_readable}",
            f"{tally.chance:.1e}",
            one.rights.replace("_", " "),
        )
        table.add_row(*map(Text, cells))
    return table


def _list(console: Console, word: str, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        console.print(Text(plain(f"  {word}: {sentence}")))
