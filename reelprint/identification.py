"""One suspect through index and matchers: the middle of the data flow, as short calls."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

import reelprint
from fingerprint.extract import MIRRORED, PLAIN
from fingerprint.registry import BESIDE, scheme_named
from fingerprint.scheme import Fingerprint, Metric
from fingerprint.video.orb import KEPT
from index.store import Index
from matchers import frames
from matchers.alignment import Kind, Segment
from matchers.attribution import OWN, Attribution, attribute
from matchers.calibration import calibration
from matchers.constellation import Peaks
from matchers.features import Pictures
from matchers.fusion import Claim, fuse, reported
from matchers.hypotheses import SOUND_HYPOTHESES
from matchers.joining import best, join
from matchers.match import Match
from matchers.outlining import Outline
from matchers.overlaps import Part, part_of
from matchers.settling import settle
from matchers.significance import Search, feature_search, picture_search, sound_search
from media.clip import Span, Unreadable
from media.digest import sha256
from reelprint.answer import Answer, Engine, Named, Status
from reelprint.crossing import Crossing, References
from reelprint.depth import passed_over, said
from reelprint.extraction import Extraction, extract_suspect
from reelprint.listening import Listener
from reelprint.searching import NotSearched, Outdated, Searcher
from reelprint.viewing import Viewer
from reelprint.watching import Watcher
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.work import reference_id

MIN_SUSPECT_S = 1.0
OUTLINE, LEARNED = "audio-outline-1", "audio-learned-1"
CACHED_REFERENCES = 128
REOPENED = 3  # times, for one suspect
# What matchers may raise of codes that came out of the cage, which were checked there: an error of
# ours, or more than memory holds. It ends this file and no other. What is wrong with a catalogue or
# an index is raised as other errors.
STUMBLES = (ArithmeticError, IndexError, MemoryError, ValueError)
INTERNAL = "an internal error of Reelprint, not of the file, kept it from being searched"
NO_EVIDENCE = "it carries no evidence: its picture is flat and its sound silent or none"
_log = logging.getLogger(__name__)
KINDS: Mapping[Metric, Kind] = {"hamming": "frames", "feature": "features", "landmark": "peaks"}


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a suspect, and how much was searched."""

    claims: tuple[Claim, ...]  # the most certain first
    segments: Mapping[Kind, Sequence[Segment]]  # of each kind apart
    searches: Mapping[Kind, Search]

    @property
    def matches(self) -> list[Match]:
        """What is reported."""
        return reported(self.claims)


class Identifier:
    """An open workspace, ready for one suspect after another."""

    def __init__(
        self,
        workspace: Workspace,
        fast: bool = False,
        search: Callable[[Index], Searcher] = Searcher,
    ) -> None:
        """With `fast`, only key frames of a suspect's picture are read. `search` makes the searcher
        of an index, if its segments are to be searched elsewhere."""
        self._workspace = workspace
        self._fast = fast
        self._search_of = search
        self._catalog: Catalog = workspace.catalog()
        self._index: Index = workspace.index(self._catalog)
        self._searcher = search(self._index)
        self._reference = lru_cache(CACHED_REFERENCES)(self._catalog.fingerprint)
        self._peaks = lru_cache(CACHED_REFERENCES)(self._sound_of)
        self._features = lru_cache(CACHED_REFERENCES)(self._features_of)
        self._outline = lru_cache(CACHED_REFERENCES)(self._outline_of)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalog.close()

    def refresh(self) -> None:
        """Take over what was registered, removed or excluded since; only between suspects. Views
        that were made of this one before are of no use then."""
        self._workspace.refresh(self._index, self._catalog)

    def reading(self, fast: bool) -> Identifier:
        """The same, reading only key frames of a suspect's picture, or all of it."""
        view = copy.copy(self)
        view._fast = fast
        return view

    def leaving_out(self, numbers: Iterable[int]) -> Identifier:
        """The same, as if some references were not registered."""
        view = copy.copy(self)
        view._index = self._index.leaving_out(numbers)
        view._searcher = self._search_of(view._index)
        return view

    def as_large_as(self, sizes: Mapping[str, tuple[int, float]]) -> Identifier:
        """The same, as if what is registered were part of a catalogue of other sizes: rows and
        seconds of reference by scheme, on which E-values depend."""
        view = copy.copy(self)
        view._index = self._index.as_large_as(sizes)
        view._searcher = self._search_of(view._index)
        return view

    @property
    def sizes(self) -> dict[str, tuple[int, float]]:
        """Rows and seconds of reference that a search runs through, by scheme."""
        names = self._workspace.settings.searched
        return {name: (self._index.rows(name), self._index.extent_s(name)) for name in names}

    @property
    def engine(self) -> Engine:
        """What gives the answers."""
        return Engine(
            reelprint.__version__,
            self._workspace.settings.searched,
            self._index.identity,
            calibration().name,
            "fast" if self._fast else "full",
        )

    def identify(self, path: Path) -> Answer:
        """What a suspect file carries."""
        try:
            suspect = self.extract(path)
        except Unreadable as error:
            return self.unreadable(path, str(error))
        return self.searched(suspect)

    def searched(self, suspect: Extraction) -> Answer:
        """What a suspect that has been read carries."""
        path = suspect.path
        try:
            return self._answered(suspect)
        except NotSearched as error:
            return self.unreadable(path, f"it was not searched for: {error}")
        except STUMBLES as error:
            _log.exception("%s could not be searched: this is an error of Reelprint", path)
            return self.unreadable(path, f"{INTERNAL}: {type(error).__name__}: {error}")

    def _answered(self, suspect: Extraction) -> Answer:
        """The answer; if the index changes elsewhere meanwhile, that of its new state."""
        for _ in range(REOPENED):
            try:
                return self.answer(suspect)
            except Outdated:
                self._index = self._workspace.index(self._catalog)
                self._searcher = self._search_of(self._index)
        return self.answer(suspect)

    def unreadable(self, path: Path, reason: str) -> Answer:
        """The answer for a file that gave nothing."""
        settings = self._workspace.settings
        return Answer(
            str(path), _digest(path), None, "unreadable", reason, (), (),
            settings.max_e_value, self.engine,
        )  # fmt: skip

    def extract(self, path: Path) -> Extraction:
        """What a suspect file is identified by. Raises `Unreadable`."""
        settings = self._workspace.settings
        return extract_suspect(path, settings.searched, self._fast, settings.decoder_memory_bytes)

    def findings(self, suspect: Extraction, in_full: bool = True) -> Findings:
        """Everything that was found of registered works, reported or not; `in_full` says of matches
        by one sense what the other does."""
        found: dict[Kind, list[Segment]] = {"peaks": [], "frames": [], "features": []}
        searches: dict[Kind, Search] = {}
        for name in sorted(self._workspace.settings.searched, key=_whole_frames_first):
            kind = KINDS[scheme_named(name).metric]
            more = self._segments(suspect, name, found["frames"])
            found[kind] = join([*found[kind], *more])
            searches[kind] = self._search(suspect, name)
        bound = self._workspace.settings.max_e_value
        picture = best(settle(found["frames"], found["features"]))
        crossing = Crossing(suspect, self._schemes, self._references)
        claims = fuse(found["peaks"], picture, searches, bound, crossing.across)
        inside = (claim.inside(suspect.duration_s) for claim in claims)
        kept = [c for one in inside if (c := one.outside(self._excluded(one.match.reference)))]
        told = (crossing.told(c) if in_full and c.fate == "reported" else c for c in kept)
        return Findings(tuple(told), found, searches)

    @property
    def _schemes(self) -> dict[Kind, str]:
        return {KINDS[scheme_named(n).metric]: n for n in self._workspace.settings.searched}

    @property
    def _references(self) -> References:
        """What is kept of references, as the schemes of the workspace see them."""
        name = self._schemes
        return References(
            lambda number: self._peaks(name["peaks"], number),
            self._outline,
            lambda number: self._reference(number, scheme=name["frames"]),
            lambda number: self._features(name["features"], number),
        )

    def _segments(
        self, suspect: Extraction, name: str, frames: Sequence[Segment]
    ) -> Iterator[Segment]:
        read = suspect.fingerprints
        beside = [scheme.name for scheme in BESIDE.get(name, ())]
        match KINDS[scheme_named(name).metric]:
            case "peaks":
                listener = Listener(self._searcher, partial(self._peaks, name), self._outline)
                yield from listener.segments(*(read[PLAIN, n] for n in (name, *beside)))
            case "features":
                watcher = Watcher(self._searcher, partial(self._features, name), frames)
                for view in (PLAIN, MIRRORED):
                    whole, parts = (read[view, n] for n in (name, *beside))
                    yield from watcher.segments(whole, parts, view == MIRRORED)
            case "frames":
                viewer = Viewer(self._searcher, partial(self._reference, scheme=name))
                inside = [read[view, n] for n in beside for view in (PLAIN, MIRRORED)]
                yield from viewer.segments(read[PLAIN, name], read[MIRRORED, name], inside)

    def _sound_of(self, scheme: str, number: int) -> Peaks:
        return Peaks.of(self._catalog.fingerprint(number, scheme))

    def _features_of(self, scheme: str, number: int) -> Pictures:
        return Pictures.of(self._catalog.fingerprint(number, scheme))

    def _outline_of(self, number: int) -> Outline | None:
        outline = self._kept_of(number, OUTLINE)
        if outline is None:
            return None
        return Outline.of(outline, partial(self._kept_of, number, LEARNED))

    def _kept_of(self, number: int, scheme: str) -> Fingerprint | None:
        """None for a reference of a version that did not keep it, and for a damaged one, which
        `doctor` names."""
        try:
            return self._catalog.fingerprint(number, scheme)
        except (NoSuchFingerprint, DamagedBlob):
            return None

    def _excluded(self, number: int) -> list[Span]:
        return [one.span for one in self._catalog.exclusions(number)]

    def _part(self, match: Match) -> Part:
        reference = self._catalog.reference(match.reference)
        return part_of(match.matched, reference.duration_s if reference else 0.0)

    def _search(self, suspect: Extraction, name: str) -> Search:
        codes = suspect.fingerprints[PLAIN, name]
        match KINDS[scheme_named(name).metric]:
            case "peaks":
                return sound_search(len(codes), self._index.extent_s(name), len(SOUND_HYPOTHESES))
            case "features":
                key_frames = self._index.rows(name) / KEPT[name]
                return feature_search(len(np.unique(codes.times)), key_frames)
            case "frames":
                new = frames.informative(codes)
                return picture_search(new, self._index.rows(name), suspect.is_still)

    def answer(self, suspect: Extraction, findings: Findings | None = None) -> Answer:
        """What is said of a suspect that has been read, and, if it has been searched, of what was
        found in it."""
        findings = findings or self.findings(suspect)
        status, reason = _status(suspect, findings.matches)
        if status == "no_match" and reason is not None:
            reason = said(reason, self._passed_over(suspect))
        return Answer(
            str(suspect.path), suspect.sha256, suspect.duration_s, status, reason, suspect.losses,
            tuple(self.named(c for c in findings.claims if c.fate == "reported")),
            self._workspace.settings.max_e_value, self.engine,
        )  # fmt: skip

    def _passed_over(self, suspect: Extraction) -> float:
        """How much of a suspect's sound was not asked for, as a share."""
        name = self._schemes.get("peaks", "")
        peaks = suspect.fingerprints.get((PLAIN, name))
        return 0.0 if peaks is None else passed_over(self._searcher.prices(name), peaks)

    def named(self, claims: Iterable[Claim]) -> list[Named]:
        """Claims with the names of the works, and whose those are that are reported; without those
        of works that were removed meanwhile."""
        claims = list(claims)
        numbers = {n for claim in claims for n in (claim.match.reference, *claim.match.shared)}
        titles = self._catalog.titles(numbers)
        known = [claim for claim in claims if claim.match.reference in titles]
        owners = self._owners(reported(known), titles)
        return [
            Named(
                *titles[m.reference],
                reference_id(m.reference),
                m,
                _works(m, titles),
                owners.get(id(m), OWN),
                self._part(m),
            )
            for m in (claim.match for claim in known)
        ]

    def _owners(
        self, matches: Sequence[Match], titles: Mapping[int, tuple[str, str]]
    ) -> dict[int, Attribution]:
        """Whose each of the matches that are reported is, by the match's identity."""
        works = {number: work_id for number, (work_id, _) in titles.items()}
        series, bound = self._catalog.series(titles), self._workspace.settings.max_e_value
        owners = attribute(matches, works, series, bound)
        return {id(match): owner for match, owner in zip(matches, owners, strict=True)}


def _whole_frames_first(name: str) -> bool:
    """Features follow lines that whole frames know; the order of schemes is kept otherwise."""
    return KINDS[scheme_named(name).metric] != "frames"


def _works(match: Match, titles: Mapping[int, tuple[str, str]]) -> tuple[str, ...]:
    """The other works among the references that share a match's stretch."""
    works = {titles[n][0] for n in match.shared if n in titles}
    return tuple(sorted(works - {titles[match.reference][0]}))


def _digest(path: Path) -> str | None:
    """The sha256 of what could not be read, if it is a file with anything in it."""
    try:
        return sha256(path)
    except OSError:
        return None


def _status(suspect: Extraction, matches: list[Match]) -> tuple[Status, str | None]:
    if matches:
        return "identified", None
    if not suspect.is_still and suspect.duration_s < MIN_SUSPECT_S:
        return "too_short", f"{suspect.duration_s:.2f} s is less than {MIN_SUSPECT_S:g} s"
    if not any(f.quality.any() for f in suspect.fingerprints.values()):
        return "no_match", NO_EVIDENCE
    return "no_match", "no registered work was found under the bound"
