"""What a package holds for other systems and readers: exports, and drafts for people to attest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from capture.chain import read_log
from capture.store import LOG, MANIFEST
from casework.record import Dossier
from casework.sifting import Licences
from casework.verdict import SiteVerdict
from evidence.contents import DOSSIER, VERDICT, Packed
from evidence.exports.contents import Contents, Figure
from evidence.exports.exporting import certificate, exports, notices
from evidence.exports.receipts import Receipt, receipt
from reference_catalog.catalog import Catalog
from reference_catalog.work import Work

BY = "reelprint export"
_TYPES = {".json": "application/json", ".jsonld": "application/ld+json", ".csv": "text/csv"}
# Word for word what the documents of this release say.
FIGURES = (
    Figure(
        "matches up to an E-value of 0.0001, the shipped bound, among 20,000 excerpts of sound"
        " of works that were not registered, 1 to 10 s, of 601 works",
        "3",
        "docs/decisions/0019-whether-e-values-are-true.md",
    ),
    Figure(
        "false matches among 5,004 excerpts of sound of works that were not registered",
        "none",
        "README.md",
    ),
    Figure(
        "false matches among 120 films that were not registered, and 636 attacked copies",
        "none",
        "README.md",
    ),
)


def attached(
    dossier: Dossier,
    verdicts: tuple[SiteVerdict, ...],
    catalog: Catalog,
    licences: Licences,
    captures: Mapping[str, Path],
    made_at: str,
    software: str,
) -> Iterator[Packed]:
    """The files, to be added to what is sealed. Raises OSError, ValueError."""
    contents = Contents(
        dossier=dossier,
        verdicts=verdicts,
        works=_works(catalog, licences),
        licences={name: [one.as_dict() for one in held or ()] for name, held in licences.items()},
        generated_at=made_at,
        software=software,
        receipts=dict(_receipts(captures)),
        figures=FIGURES,
    )
    for name, data in exports(contents).items():
        kind = _TYPES[Path(name).suffix]
        yield Packed(f"exports/{name}", data, "export", kind, (DOSSIER, VERDICT), BY)
    drafts = {f"notices/{name}": data for name, data in notices(contents).items()}
    for name, data in (drafts | certificate(contents)).items():
        yield Packed(name, data, "notice", "text/markdown", (DOSSIER, VERDICT), BY)


def _works(catalog: Catalog, named: Licences) -> dict[str, Mapping[str, Any]]:
    """What is known of the works that were found and are still registered."""
    works = ((name, catalog.work(name)) for name in named)
    return {name: _details(work) for name, work in works if work is not None}


def _details(work: Work) -> Mapping[str, Any]:
    identifiers = [{"scheme": one.scheme, "value": one.value} for one in work.identifiers]
    return {
        "title": work.title,
        "kind": work.kind,
        "owner": work.owner,
        "series": work.series,
        "identifiers": identifiers,
    }


def _receipts(captures: Mapping[str, Path]) -> Iterator[tuple[str, Receipt]]:
    """What captures say of themselves; one that was cut short has no manifest to say it."""
    for name, folder in captures.items():
        if (folder / MANIFEST).is_file():
            manifest = json.loads((folder / MANIFEST).read_bytes())
            yield name, receipt(manifest, read_log(folder / LOG).entries)
