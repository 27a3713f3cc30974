"""The fingerprints that findings rest on, out of a workspace and suspect files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from casework.record import Dossier, Finding
from evidence.compared import Compared, Original, Size, Suspect
from fingerprint.registry import KEPT_BESIDE
from reelprint.extraction import Extraction
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import NoSuchFingerprint
from reference_catalog.work import Reference, reference_number

Extract = Callable[[Path, bool], Extraction]  # a suspect file; key frames of its picture alone


def media_of(dossier: Dossier, captures: Mapping[str, Path]) -> dict[tuple[str, str], Path]:
    """The suspect files that findings are of, by SHA-256 and reading. Raises LookupError."""
    samples = {sample.sample_id: sample for sample in dossier.samples}
    return {
        (one.suspect_sha256, str(one.engine["reading"])): captures[
            samples[one.sample_id].capture or ""
        ]
        / one.media
        for one in dossier.findings
    }


def read_suspects(
    workspace: Workspace, media: Mapping[tuple[str, str], Path], extract: Extract | None = None
) -> dict[tuple[str, str], Extraction]:
    """Suspect files, read again as they were. `extract` does it in a cage if there is one. Raises
    `Unreadable`, and ValueError for a file that is another now."""
    found = {}
    for (sha256, reading), path in sorted(media.items()):
        fast = reading == "fast"
        with closing(Identifier(workspace, fast)) as identifier:
            read = extract(path, fast) if extract else identifier.extract(path)
        if read.sha256 != sha256:
            raise ValueError(f"{path} is no longer what was found in it")
        found[sha256, reading] = read
    return found


def compared(
    workspace: Workspace, dossier: Dossier, suspects: Mapping[tuple[str, str], Extraction]
) -> Compared:
    """All that the findings of a dossier compared, and how large the catalogue is. Raises
    LookupError for a reference that is no longer registered."""
    with closing(Identifier(workspace)) as identifier, workspace.catalog() as catalog:
        return Compared(
            tuple(
                Suspect(sha256, read.kind, reading, read.duration_s, read.fingerprints)
                for (sha256, reading), read in sorted(suspects.items())
            ),
            tuple(_originals(workspace, catalog, dossier.findings)),
            identifier.engine.index,
            {name: Size(*size) for name, size in identifier.sizes.items()},
        )


def _originals(
    workspace: Workspace, catalog: Catalog, findings: Iterable[Finding]
) -> Iterator[Original]:
    numbers = {n for one in findings for n in _numbers(catalog, one)}
    for number in sorted(numbers):
        reference = catalog.reference(number)
        if reference is None:
            raise LookupError(f"reference {number}, which a finding names, is registered no more")
        yield _original(workspace, catalog, reference)


def _numbers(catalog: Catalog, finding: Finding) -> Iterator[int]:
    """The reference that a finding names, and those of the works that share its stretch."""
    yield reference_number(str(finding.match["reference_id"]))
    for work_id in finding.match["shared_with"]:
        work = catalog.work(str(work_id))
        yield from (one.number for one in work.references) if work else ()


def _original(workspace: Workspace, catalog: Catalog, reference: Reference) -> Original:
    work = catalog.work(reference.work_id)
    schemes = workspace.settings.searched
    beside = (kept.name for name in schemes for kept in KEPT_BESIDE.get(name, ()))
    read = {}
    for name in (*schemes, *beside):
        try:
            read[name] = catalog.fingerprint(reference.number, name)
        except NoSuchFingerprint:
            continue  # registered under other settings, or before there was this scheme
    excluded = catalog.exclusions(reference.number)
    return Original(
        reference.reference_id,
        reference.work_id,
        work.title if work else reference.work_id,
        work.series if work else None,
        reference.sha256,
        reference.duration_s,
        tuple((one.span.start_s, one.span.end_s, one.reason) for one in excluded),
        read,
    )
