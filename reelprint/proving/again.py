"""Whether the matches in a package follow from the fingerprints in it, and these from its media.

The references in a package are registered in a workspace of their own, and the packaged suspects
are searched for in it as if it were as large as the one that was searched then. Verification along
a line asks the same questions of the same numbers, so it gives the same score; which lines are
looked at depends on all that is registered, so a little may differ (decision 26 says how much).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import reelprint
from casework.record import Finding
from evidence.checks import Check, judged
from evidence.compared import Compared, Original, Suspect
from evidence.verifying import Opened
from fingerprint.registry import BESIDE, KEPT_BESIDE, scheme_named
from fingerprint.scheme import Fingerprint
from matchers.calibration import calibration
from media.clip import Span, Unreadable
from media.digest import sha256
from reelprint.answer import match_as_dict
from reelprint.extraction import Extraction, extract_suspect
from reelprint.identification import Identifier
from reelprint.proving.agreeing import agreement
from reelprint.workspace import Settings, Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.work import Exclusion, NewReference, WorkDetails, reference_id

NAME, OF_MEDIA = "re-derivation", "from media"
Match = Mapping[str, Any]


def rederived(opened: Opened) -> Iterator[Check]:
    """Each finding again, from the packaged fingerprints alone."""
    findings = opened.dossier.findings
    if others := _another_engine(opened):
        yield Check(NAME, "not checked", others)
        return
    _require_known(opened.compared)
    with TemporaryDirectory(prefix="reelprint-again-") as folder:
        numbers = _registered(Path(folder), opened.compared.originals)
        again = _Again(Path(folder), opened.compared, numbers)
        for finding in findings:
            yield again.check(finding)
    if not findings:
        yield Check(NAME, "ok", "there is no match to derive")


def _another_engine(opened: Opened) -> str | None:
    """Why this engine would not give the same answers; None if it is the same."""
    here = {"version": reelprint.__version__, "calibration": calibration().name}
    for finding in opened.dossier.findings:
        for what, is_here in here.items():
            was = finding.engine[what]
            if was != is_here:
                return f"not re-derived: {what} {is_here}, the package was made with {was}"
    if opened.calibration != calibration_bytes():
        return "not re-derived: the package holds another calibration than this engine"
    return None


def calibration_bytes() -> bytes:
    """The calibration that this engine uses, as a file."""
    return (files("matchers") / "calibration.json").read_bytes()


def _require_known(compared: Compared) -> None:
    """Raises ValueError for codes that no scheme of this engine has."""
    known = {s.name: s for table in (BESIDE, KEPT_BESIDE) for some in table.values() for s in some}
    every = [one for s in compared.suspects for one in s.fingerprints.values()]
    every += [one for o in compared.originals for one in o.fingerprints.values()]
    for one in every:
        scheme = known.get(one.scheme) or scheme_named(one.scheme)
        if one.codes.shape[1] != scheme.width or not np.isfinite(one.times).all():
            raise ValueError(f"these are no codes of {one.scheme}")


def _registered(home: Path, originals: Sequence[Original]) -> dict[str, str]:
    """Register the packaged references; their packaged ids by the ids they have here."""
    workspace = Workspace.create(home)
    with workspace.catalog() as catalog:
        return {reference_id(_added(catalog, one)): one.reference_id for one in originals}


def _added(catalog: Catalog, one: Original) -> int:
    details = WorkDetails(one.work_id, one.title, series=one.series)
    codes = tuple(one.fingerprints.values())
    added = catalog.add(details, NewReference(one.sha256, "", one.duration_s, (), codes))
    ranges = [Exclusion(added.number, Span(start, end), why) for start, end, why in one.excluded]
    catalog.exclude(ranges)
    return added.number


class _Again:
    """A catalogue of the packaged references, and what was found in it already."""

    def __init__(self, home: Path, compared: Compared, ids: Mapping[str, str]) -> None:
        self._home = home
        self._compared = compared
        self._ids = ids
        self._suspects = {(one.sha256, one.reading): one for one in compared.suspects}
        self._found: dict[tuple[str, str, tuple[str, ...], float], list[Match]] = {}

    def check(self, finding: Finding) -> Check:
        """Whether a finding follows."""
        said = f"{finding.finding_id}: {finding.match['work_id']}"
        suspect = self._suspects.get((finding.suspect_sha256, str(finding.engine["reading"])))
        if suspect is None:
            return Check(NAME, "fail", f"{said}: its suspect's fingerprints are not here")
        same_size = finding.engine["index"] == self._compared.index
        found = [
            agreement(finding.match, one, same_size) for one in self._matches(finding, suspect)
        ]
        best = min((one for one in found if one.agrees), key=lambda one: one.rank, default=None)
        if best is None:
            why = "; ".join(dict.fromkeys(one.says for one in found)) or "nothing is found"
            return Check(NAME, "fail", f"{said}: it does not follow: {why}")
        return Check(NAME, "ok", f"{said}: {best.says}")

    def _matches(self, finding: Finding, suspect: Suspect) -> list[Match]:
        schemes = tuple(map(str, finding.engine["schemes"]))
        key = (suspect.sha256, suspect.reading, schemes, float(finding.max_e_value))
        if key not in self._found:
            self._found[key] = self._identified(suspect, schemes, float(finding.max_e_value))
        return self._found[key]

    def _identified(self, suspect: Suspect, schemes: tuple[str, ...], bound: float) -> list[Match]:
        workspace = Workspace(self._home, Settings(bound, schemes))
        sizes = {name: (one.rows, one.extent_s) for name, one in self._compared.sizes.items()}
        read = Extraction(
            *(Path(suspect.sha256), suspect.sha256, suspect.kind, suspect.duration_s, ()),
            dict(suspect.fingerprints),
        )
        with closing(Identifier(workspace, suspect.reading == "fast")) as identifier:
            answer = identifier.as_large_as(sizes).answer(read)
        named = (match_as_dict(one) for one in answer.matches)
        return [{**one, "reference_id": self._ids[str(one["reference_id"])]} for one in named]


Extract = Callable[[Path, Sequence[str], bool], Extraction]


def from_media(extract: Extract = extract_suspect) -> Callable[[Opened], Iterator[Check]]:
    """A check that fingerprints follow from the packaged media, which it decodes."""

    def check(opened: Opened) -> Iterator[Check]:
        if others := _another_engine(opened):
            yield Check(OF_MEDIA, "not checked", others)
            return
        media = {sha256(path): path for path in _media(opened)}
        for suspect in opened.compared.suspects:
            yield from _of_media(suspect, media.get(suspect.sha256), opened, extract)

    return check


def _media(opened: Opened) -> Iterator[Path]:
    for sample in opened.dossier.samples:
        folder = opened.captures.get(sample.capture or "")
        paths = [folder / name for name in sample.media] if folder else []
        yield from (path for path in paths if path.is_file())


def _of_media(
    suspect: Suspect, path: Path | None, opened: Opened, extract: Extract
) -> Iterator[Check]:
    said = f"{suspect.sha256[:16]}…"
    if path is None:
        yield Check(OF_MEDIA, "fail", f"{said}: the package holds no such media")
        return
    schemes = next(
        tuple(map(str, one.engine["schemes"]))
        for one in opened.dossier.findings
        if one.suspect_sha256 == suspect.sha256
    )
    try:
        again = extract(path, schemes, suspect.reading == "fast")
    except Unreadable as error:
        yield Check(OF_MEDIA, "fail", f"{said}: it cannot be read: {error}")
        return
    differs = [
        f"{said}: {view} {scheme} is not what the media gives"
        for (view, scheme), one in sorted(again.fingerprints.items())
        if not _same(one, suspect.fingerprints.get((view, scheme)))
    ]
    if not math.isclose(again.duration_s, suspect.duration_s, abs_tol=1e-9):
        differs.append(f"{said}: the media has another length")
    yield from judged(OF_MEDIA, differs, f"{said}: its media gives these fingerprints, to the bit")


def _same(one: Fingerprint, other: Fingerprint | None) -> bool:
    return other is not None and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("codes", "times", "quality")
    )
