"""What there is to look at for one match: frames side by side, and the peaks that fall together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprint.extract import PLAIN
from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from matchers.coincidences import Coincidences, coincidences
from matchers.match import Match
from reelprint.answer import Answer
from reelprint.demo.suspect import place
from reelprint.extraction import extract_suspect
from reelprint.showing.stills import Still, stills
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog

MOMENTS = (1 / 6, 1 / 2, 5 / 6)  # of a match


@dataclass(frozen=True, slots=True)
class Pair:
    """A frame of the suspect beside the frame of the work that it matches."""

    suspect: Still
    work: Still


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The evidence of one match."""

    pairs: tuple[Pair, ...]  # none when the picture took no part
    sound: Coincidences | None  # None when the sound took no part


def exhibits(workspace: Workspace, suspect: Path, answer: Answer) -> tuple[Exhibit, ...]:
    """One exhibit for each match of an answer, in its order."""
    if not answer.matches:
        return ()
    with workspace.catalog() as catalog:
        peaks = _peaks_of(workspace, suspect, answer)
        return tuple(
            Exhibit(
                tuple(_pairs(catalog, suspect, named.match)),
                None if named.match.modality == "video" else peaks(catalog, named.match),
            )
            for named in answer.matches
        )


def _peaks_of(
    workspace: Workspace, suspect: Path, answer: Answer
) -> Callable[[Catalog, Match], Coincidences | None]:
    """Finds the coincidences of a match; the suspect's sound is read once, and only if needed."""
    scheme = next((s for s in workspace.settings.schemes if _hears(s)), None)
    if scheme is None or all(named.match.modality == "video" for named in answer.matches):
        return lambda catalog, match: None
    ours: Fingerprint = extract_suspect(suspect, [scheme]).fingerprints[PLAIN, scheme]
    return lambda catalog, match: coincidences(
        ours, catalog.fingerprint(match.reference, scheme), match
    )


def _hears(scheme: str) -> bool:
    return scheme_named(scheme).metric == "landmark"


def _pairs(catalog: Catalog, suspect: Path, match: Match) -> Iterator[Pair]:
    """Frames at times that belong together; none when a file is gone."""
    reference = catalog.reference(match.reference)
    if match.modality == "audio" or reference is None:
        return
    times = [match.query.start_s + share * match.query.duration_s for share in MOMENTS]
    there = [place(at_s, match.query, match.matched) for at_s in times]
    try:
        shown = zip(stills(suspect, times), stills(Path(reference.source), there), strict=True)
    except OSError:
        return
    for ours, theirs in shown:
        if ours is not None and theirs is not None:
            yield Pair(ours, theirs)
