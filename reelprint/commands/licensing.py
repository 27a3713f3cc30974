"""`reelprint works license`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelprint.exits import FOUND, Usage
from reelprint.workspace import Workspace, default_home
from reference_catalog.licence import Licence, licence
from reference_catalog.licences import read_licences
from reference_catalog.work import Work


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as they were written."""

    distributor: str | None = None
    territories: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    nobody: bool = False
    unknown: bool = False

    @property
    def licence(self) -> Licence | None:
        """The licence that they mean; None if that nobody is licensed, or nothing known. Raises
        Usage, ValueError."""
        if [self.distributor is not None, self.nobody, self.unknown].count(True) != 1:
            raise Usage("say one of --distributor, --nobody and --unknown")
        if self.distributor is not None:
            return licence(self.distributor, " ".join(self.territories), self.start, self.end)
        if self.territories or self.start or self.end:
            raise Usage("territories and dates are of a distributor: name one with --distributor")
        return None


def license_one(work_id: str, asked: Asked, home: Path | None) -> int:
    """Add a licence of a work, or say that nobody has one; the exit code. Raises Usage."""
    new = asked.licence
    with Workspace.open(home or default_home()).catalog() as catalog:
        work = catalog.work(work_id)
        if work is None:
            raise Usage(f"no work has the work_id {work_id!r}")
        kept: Sequence[Licence] | None = None if asked.unknown else ()
        if new is not None:
            kept = [*(work.licences or ()), new]
        changed = catalog.license({work_id: kept})
    _print(changed)
    return FOUND


def license_all(manifest: Path, home: Path | None) -> int:
    """Take over the licences of all works that a CSV names; the exit code."""
    licences: Mapping[str, Sequence[Licence]] = read_licences(manifest)
    with Workspace.open(home or default_home()).catalog() as catalog:
        changed = catalog.license(licences)
    _print(changed)
    return FOUND


def rights_of(work: Work) -> Iterator[str]:
    """Who may show a work, a line each; nothing if nothing is known."""
    if work.licences is not None and not work.licences:
        yield "licensed: nobody"
    for one in work.licences or ():
        where = " ".join(one.territories) or "everywhere"
        start, end = (f" {word} {at}" if at else "" for word, at in _window(one))
        yield f"licensed: {one.distributor} {where}{start}{end}"


def _window(one: Licence) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from", one.start), ("to", one.end)


def _print(works: Sequence[Work]) -> None:
    for work in works:
        print(work.work_id)
        for line in rights_of(work) if work.licences is not None else ["licences: not known"]:
            print(f"  {line}")
