"""The verdicts of a package: from the dossier and the licences in it, and nothing else; and the
licences, from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.judging import judge
from casework.record import Dossier
from casework.sifting import Licences
from casework.verdict import SiteVerdict
from evidence import records
from evidence.canonical import canonical, strict
from reference_catalog.catalog import Catalog
from reference_catalog.licence import Licence, licence


def as_sealed(dossier: Dossier) -> Dossier:
    """A dossier as a reader of the package has it: whole numbers are written without a point."""
    return records.read(strict(canonical(records.as_dict(dossier))))


def licences_of(dossier: Dossier, catalog: Catalog) -> Licences:
    """What the catalogue knows of who may show the works that were found; a work that has been
    removed since is one of which nothing is known."""
    known: dict[str, tuple[Licence, ...] | None] = {}
    for work_id in sorted({finding.work_id for finding in dossier.findings}):
        work = catalog.work(work_id)
        known[work_id] = work.licences if work else None
    return known


def licences_as_dicts(licences: Licences) -> tuple[Mapping[str, Any], ...]:
    """What is known of works, as it is sealed; `licences` is null where nothing is."""
    return tuple(
        {
            "work_id": work_id,
            "licences": None if known is None else [one.as_dict() for one in known],
        }
        for work_id, known in sorted(licences.items())
    )


def verdicts(dossier: Dossier, said: Any) -> Iterator[SiteVerdict]:
    """The verdict on each site, by the policy in the dossier. Raises ValueError, LookupError and
    TypeError for licences that are none."""
    known = {str(one["work_id"]): _known(one["licences"]) for one in said}
    for site in dossier.sites:
        yield judge(dossier, site, dossier.case.judging, known)


def _known(said: Any) -> tuple[Licence, ...] | None:
    if said is None:
        return None
    return tuple(
        licence(
            str(one["distributor"]),
            " ".join(map(str, one["territories"])),
            str(one["start"] or ""),
            str(one["end"] or ""),
        )
        for one in said
    )
