"""A catalogue looked over: each reference searched for among the others, as a suspect is.

Nothing but stored fingerprints is read, so the media may be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fingerprint.scheme import Fingerprint
from matchers.condition import Condition, Stretch, excludable, of_picture, of_sound
from matchers.joining import is_covered
from matchers.outlining import Outline
from matchers.overlaps import Kind, Overlap, Shared, overlaps
from media.clip import Span
from reelprint.extraction import from_stored
from reelprint.identification import OUTLINE, Identifier
from reelprint.pool import Job, Lost, cores, run
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.work import Exclusion, Reference, Work

SOUND, FRAMES = "audio-landmark-2", "video-dct256-1"
BASE_S, PER_S = 600.0, 20.0  # that a work may take, and more for each second of it

ADVICE: Mapping[Kind | Condition, str] = {
    "duplicate": "register it once, as references of one work",
    "sped-up duplicate": "register it once, or both as references of one work",
    "excerpt": "an excerpt or trailer: make it a reference of the work that it is cut from",
    "contains": "another reference is an excerpt of it",
    "shared intro": "exclude it, so that no episode stands for the others",
    "shared credits": "exclude them, so that no episode stands for the others",
    "shared material": "stock or borrowed material: exclude it where it is not the work's own",
    "silence": "says nothing",
    "tone": "a tone could be anybody's",
    "noise": "noise could be anybody's",
    "flat": "black, flat or noise: says nothing",
    "still": "a still picture proves little",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a reference that its owner should know."""

    work_id: str
    reference: Reference
    kind: Kind | Condition
    span: Span
    others: tuple[tuple[str, Shared], ...]  # works that share it, and where
    exclude: Span | None  # what to exclude, where that is the remedy

    @property
    def altered(self) -> bool:
        """Whether it runs at another speed in the others."""
        return self.kind == "sped-up duplicate"

    @property
    def advice(self) -> str:
        """What to do about it."""
        return ADVICE[self.kind]

    @property
    def exclusion(self) -> Exclusion | None:
        """The proposal, with its reason."""
        if self.exclude is None:
            return None
        works = sorted({work_id for work_id, _ in self.others})
        reason = f"{self.kind} ({len(works) + 1} works)" if works else self.kind
        return Exclusion(self.reference.number, self.exclude, reason)


@dataclass(frozen=True, slots=True)
class Failed:
    """A work that could not be looked over."""

    work_id: str
    reason: str


class Linter:
    """An open workspace, ready for one work after another."""

    def __init__(self, workspace: Workspace) -> None:
        self._schemes = workspace.settings.searched
        self._identifier = Identifier(workspace)
        self._catalog: Catalog = workspace.catalog()

    def close(self) -> None:
        """Let go of the catalogue."""
        self._identifier.close()
        self._catalog.close()

    def lint(self, work_id: str) -> list[Finding]:
        """What is found about a work, by reference; nothing if it was removed."""
        work = self._catalog.work(work_id)
        if work is None:
            return []
        elsewhere = self._identifier.leaving_out(one.number for one in work.references)
        return [f for one in work.references for f in self._findings(work, one, elsewhere)]

    def _findings(
        self, work: Work, reference: Reference, elsewhere: Identifier
    ) -> Iterator[Finding]:
        stored = dict(self._stored(reference.number))
        yield from self._little(work, reference, stored)
        suspect = from_stored(reference, stored, self._schemes)
        matches = elsewhere.findings(suspect, in_full=False).matches
        numbers = {reference.number, *(m.reference for m in matches)}
        found = overlaps(matches, reference.number, self._seconds(numbers))
        names = self._catalog.titles(numbers)
        series = self._catalog.series(numbers)
        yield from (_shared(work, reference, one, names, series) for one in found)

    def _little(
        self, work: Work, reference: Reference, stored: Mapping[str, Fingerprint]
    ) -> Iterator[Finding]:
        """Stretches that say little, but for what is excluded, which looks as if it were silent."""
        nothing = Fingerprint.empty("", 1)
        peaks, frames = (stored.get(name, nothing) for name in (SOUND, FRAMES))
        stretches = little(stored)
        known = [one.span for one in self._catalog.exclusions(reference.number)]
        for one in stretches:
            whole = one.span.to_the_ends_of(reference.duration_s)
            if not is_covered(one.span, known):
                proposed = whole if excludable(one, stretches, peaks, frames) else None
                yield Finding(work.work_id, reference, one.condition, whole, (), proposed)

    def _stored(self, number: int) -> Iterator[tuple[str, Fingerprint]]:
        for name in (*self._schemes, OUTLINE):
            try:
                yield name, self._catalog.fingerprint(number, name)
            except (NoSuchFingerprint, DamagedBlob):  # `doctor` names damaged ones
                continue

    def _seconds(self, numbers: Iterable[int]) -> dict[int, float]:
        known = (self._catalog.reference(number) for number in numbers)
        return {one.number: one.duration_s for one in known if one}


def little(stored: Mapping[str, Fingerprint]) -> list[Stretch]:
    """The stretches of a reference that say little by themselves, by what is kept of it."""
    nothing = Fingerprint.empty("", 1)
    peaks, frames = (stored.get(name, nothing) for name in (SOUND, FRAMES))
    heard = of_sound(peaks, Outline.of(stored[OUTLINE])) if OUTLINE in stored else []
    return [*heard, *of_picture(frames)]


def _shared(
    work: Work,
    reference: Reference,
    one: Overlap,
    names: Mapping[int, tuple[str, str]],
    series: Mapping[int, str],
) -> Finding:
    of_one_series = {series.get(s.number) for s in one.others} == {work.series or ""}
    others = tuple((names[s.number][0], s) for s in one.others if s.number in names)
    whole = one.span.to_the_ends_of(reference.duration_s)
    proposed = whole if one.of_many or (one.of_titles and of_one_series) else None
    return Finding(work.work_id, reference, one.kind, one.span, others, proposed)


def lint(
    workspace: Workspace, works: Sequence[Work], jobs: int | None = None
) -> Iterator[tuple[Work, list[Finding] | Failed]]:
    """What is found about each work, in the order given."""
    with workspace.catalog() as catalog:
        workspace.index(catalog)  # up to date before the others open it
    job = Job(_prepare, (workspace,), _lint, _seconds)
    for work, found in run(job, works, min(jobs or cores(), max(1, len(works)))):
        yield work, Failed(work.work_id, found.reason) if isinstance(found, Lost) else found


# What runs in the other processes.

_linter: Linter | None = None


def _prepare(workspace: Workspace) -> None:
    global _linter
    _linter = Linter(workspace)


def _lint(work: Work) -> list[Finding]:
    if _linter is None:
        raise RuntimeError("the process was not prepared")
    return _linter.lint(work.work_id)


def _seconds(work: Work) -> float:
    return BASE_S + PER_S * sum(one.duration_s for one in work.references)
