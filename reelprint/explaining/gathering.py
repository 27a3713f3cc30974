"""Gathers an explanation: identifies a suspect as `identify` does, and keeps what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

from fingerprint.extract import MIRRORED, PLAIN, inverted
from fingerprint.registry import BESIDE, scheme_named
from fingerprint.scheme import Fingerprint
from matchers import material
from matchers.account import account, least_needed, runner_up, uncounted
from matchers.alignment import Kind, Line, Segment
from matchers.coincidences import answered, coincidences
from matchers.features import Pictures
from matchers.fusion import Claim
from matchers.moments import Moment, feature_moments, frame_moments
from media.clip import Unreadable
from media.digest import sha256
from reelprint.answer import Answer, Named
from reelprint.explaining.explanation import (
    Exhibit,
    Explained,
    Explanation,
    Listed,
    Medium,
    Needed,
    Opponent,
    Sounding,
    Wanted,
)
from reelprint.extraction import Extraction
from reelprint.identification import KINDS, Findings, Identifier
from reelprint.showing.stills import Still, stills
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog

MOMENTS = 4  # of a match that are shown
MOST_EXPLAINED = 20  # each brings pictures
MOST_LISTED = 20  # of what is not reported
NEAREST = 3


def gather(workspace: Workspace, path: Path, fast: bool, wanted: Wanted) -> Explanation:
    """What a suspect carries, and why. The answer is the one that `identify` gives."""
    with closing(Identifier(workspace, fast)) as identifier:
        try:
            suspect = identifier.extract(path)
        except Unreadable as error:
            return Explanation(identifier.unreadable(path, str(error)), wanted)
        return explained(workspace, identifier, suspect, wanted)


def explained(
    workspace: Workspace, identifier: Identifier, suspect: Extraction, wanted: Wanted
) -> Explanation:
    """The same of a suspect that has been read."""
    findings = identifier.findings(suspect)
    with workspace.catalog() as catalog:
        return _Gatherer(workspace, identifier, catalog, suspect, findings).explanation(wanted)


class _Gatherer:
    """One suspect that was searched for."""

    def __init__(
        self,
        workspace: Workspace,
        identifier: Identifier,
        catalog: Catalog,
        suspect: Extraction,
        findings: Findings,
    ) -> None:
        self._identifier = identifier
        self._catalog = catalog
        self._suspect = suspect
        self._findings = findings
        self._bound = workspace.settings.max_e_value
        self._schemes = _by_kind(workspace.settings.searched)
        self._media: dict[int, Medium | None] = {}

    def explanation(self, wanted: Wanted) -> Explanation:
        """All of it."""
        found = [(claim, name) for claim, name in self._named if wanted.covers(name)]
        matches = [(c, n) for c, n in found if c.fate == "reported"]
        others = [(c, n) for c, n in self._named if c.fate != "reported"]
        listed = [(c, n) for c, n in self._named if c.fate == "reported"] + others[:MOST_LISTED]
        given = self._material
        return Explanation(
            self._answer,
            wanted,
            given,
            tuple(material.lacking(given, self._suspect.is_still)),
            tuple(self._needed()),
            tuple(self._explained(c, n) for c, n in matches[:MOST_EXPLAINED]),
            max(0, len(matches) - MOST_EXPLAINED),
            () if matches else tuple(self._listed(c, n) for c, n in found[:NEAREST]),
            tuple(self._listed(c, n) for c, n in listed),
            max(0, len(others) - MOST_LISTED),
        )

    @cached_property
    def _answer(self) -> Answer:
        return self._identifier.answer(self._suspect, self._findings)

    @cached_property
    def _named(self) -> Sequence[tuple[Claim, Named]]:
        """Claims with the names of their works; without those that were removed meanwhile."""
        claims = self._findings.claims
        names = {id(n.match): n for n in self._identifier.named(claims)}
        return [(c, names[id(c.match)]) for c in claims if id(c.match) in names]

    @property
    def _material(self) -> material.Material:
        read = {kind: self._read(kind) for kind in self._schemes}
        return material.Material(
            material.heard(read["peaks"]) if "peaks" in read else None,
            material.seen(read["frames"]) if "frames" in read else None,
            material.detailed(read["features"]) if "features" in read else None,
        )

    def _needed(self) -> list[Needed]:
        return [
            Needed(kind, least_needed(search, kind, self._bound))
            for kind, search in self._findings.searches.items()
            if len(self._read(kind))
        ]

    def _listed(self, claim: Claim, named: Named) -> Listed:
        return Listed(named, claim.fate, account(claim, self._bound))

    def _explained(self, claim: Claim, named: Named) -> Explained:
        beside = uncounted(claim, self._findings.segments)
        return Explained(
            self._listed(claim, named),
            (beside.kind, beside.score) if beside else None,
            self._runner_up(claim, named),
            self._medium(claim.match.reference),
            tuple(self._exhibits(claim)),
            self._sounding(claim),
        )

    def _runner_up(self, claim: Claim, named: Named) -> Opponent | None:
        works = {id(c): n for c, n in self._named}
        claims = [c for c, _ in self._named]
        rival = runner_up(claim, claims, lambda c: works[id(c)].work_id != named.work_id)
        if rival is None:
            return None
        return Opponent(self._listed(rival.claim, works[id(rival.claim)]), rival.shared_s)

    def _exhibits(self, claim: Claim) -> list[Exhibit]:
        moments = self._moments(claim.picture) if claim.picture else []
        if not moments:
            return []
        ours = _stills(self._suspect.path, [m.suspect_s for m in moments])
        medium = self._medium(claim.match.reference)
        theirs: Sequence[Still | None] = [None for _ in moments]
        if medium is not None and medium.state == "there":
            theirs = _stills(Path(medium.source), [m.reference_s for m in moments])
        return [Exhibit(m, a, b) for m, a, b in zip(moments, ours, theirs, strict=True)]

    def _moments(self, picture: Segment) -> list[Moment]:
        scheme = self._schemes[picture.kind]
        reference = self._catalog.fingerprint(picture.reference, scheme)
        view = MIRRORED if picture.hypothesis.mirrored else PLAIN
        seen = self._suspect.fingerprints[view, scheme]
        if picture.kind == "frames":
            seen = inverted(seen) if picture.hypothesis.inverted else seen
            return frame_moments(picture, seen, reference, MOMENTS)
        parts = [self._suspect.fingerprints[view, beside.name] for beside in BESIDE[scheme]]
        ours = Pictures.of_both(seen, *parts)
        return feature_moments(picture, ours, Pictures.of(reference), MOMENTS)

    def _sounding(self, claim: Claim) -> Sounding | None:
        sound = claim.sound
        if sound is None:
            return None
        ours = self._read("peaks")
        theirs = self._catalog.fingerprint(sound.reference, self._schemes["peaks"])
        line = Line(sound.reference, sound.hypothesis, sound.offset_s, 0.0)
        return Sounding(
            answered(ours, theirs, sound),
            coincidences(ours, theirs, claim.match, known=line),
        )

    def _medium(self, number: int) -> Medium | None:
        if number not in self._media:
            self._media[number] = _medium_of(self._catalog, number)
        return self._media[number]

    def _read(self, kind: Kind) -> Fingerprint:
        return self._suspect.fingerprints[PLAIN, self._schemes[kind]]


def _by_kind(schemes: Sequence[str]) -> Mapping[Kind, str]:
    """The scheme of each kind of observation; of several the last, which the search is of."""
    return {KINDS[scheme_named(name).metric]: name for name in schemes}


def _medium_of(catalog: Catalog, number: int) -> Medium | None:
    """The file of a reference, its bytes compared with those that were registered."""
    reference = catalog.reference(number)
    if reference is None:
        return None
    if reference.origin is not None:
        return Medium(reference.sha256, reference.source, "never here")
    try:
        same = sha256(Path(reference.source)) == reference.sha256
    except OSError:
        return Medium(reference.sha256, reference.source, "missing")
    return Medium(reference.sha256, reference.source, "there" if same else "changed")


def _stills(path: Path, times: Sequence[float]) -> Sequence[Still | None]:
    try:
        return stills(path, times)
    except Unreadable:
        return [None for _ in times]
