"""`reelprint links`: which sites draw on one source, for people and machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from casework.links import Links, Strength
from casework.links import links as find_links
from casework.record import Dossier, Sample
from reelprint.cases import acting, open_cases
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.gathering import facts_of
from reelprint.showing.plain import plain

FolderOf = Callable[[Dossier, Sample], Path | None]
_STYLES: dict[Strength, str] = {"strong": "bold red", "medium": "yellow", "weak": ""}


def links(cases: Sequence[str], by: str | None, as_json: bool, home: Path | None) -> int:
    """Look for links between the sites of some cases, or of all, and print them; the exit code."""
    with open_cases(home) as store:
        names = list(dict.fromkeys(cases)) or [one.case.case_id for one in store.cases()]
        dossiers = [store.dossier(name, acting(by), "linked") for name in names]
        folders = {name: store.captures(name) for name in names}
    return report(dossiers, lambda of, sample: _folder(folders[of.case.case_id], sample), as_json)


def report(dossiers: Sequence[Dossier], folder_of: FolderOf, as_json: bool) -> int:
    """Look for links in what is on record, and print them; the exit code."""
    facts = [one for of in dossiers for one in facts_of(of, partial(folder_of, of))]
    found = find_links(dossiers, facts)
    print(json.dumps(found.as_dict())) if as_json else _print(found)
    return FOUND if found.links else NOTHING_FOUND


def _folder(captures: Path, sample: Sample) -> Path | None:
    return captures / sample.capture if sample.capture else None


def _print(found: Links) -> None:
    console = Console(soft_wrap=True)
    many = f"{len(found.sites)} site(s), {len(found.sources)} source(s) by strong links"
    console.print(Text(many, style="bold"))
    for source in found.sources:
        console.print(Text(plain(f"  {', '.join(source)}")))
    for link in found.links:
        head = f"{' and '.join(link.sites)}: {link.kind}, {link.count} in common"
        console.print(Text(plain(head)), Text(link.strength, style=_STYLES[link.strength]))
        console.print(Text(plain(f"  {link.reason}")))
        for quote in link.evidence:
            console.print(Text(plain(f"    {quote}")))
    for name in found.unread:
        console.print(Text(plain(f"could not be read: {name}"), style="yellow"))
