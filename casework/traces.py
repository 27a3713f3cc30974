"""What a site showed by which it can be recognised elsewhere, gathered from its samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.record import Dossier, Sample
from casework.ripping import Rip, rips_of
from casework.sifting import dispositions
from fingerprint.video.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed first: SHA-256 of it and of its public key, and the hosts it is for."""

    sha256: str
    key_sha256: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encode:
    """How one media file of a sample was encoded."""

    file: str
    key_frames: tuple[tuple[str, float], ...]  # SHA-256 of those that can be told apart, seconds
    settings: tuple[tuple[str, str], ...]  # name and value, of what could be read


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is burnt into the picture of one media file of a sample."""

    file: str
    overlay: Overlay


@dataclass(frozen=True, slots=True)
class Facts:
    """What the capture of one sample says beside its record."""

    case_id: str
    sample_id: str
    encodes: tuple[Encode, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    segments: tuple[tuple[str, str], ...] = ()  # SHA-256 and file, of those in the record
    unread: tuple[str, ...] = ()  # media files whose encoding or picture could not be read
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A mark, where it was seen, and the works that were found in that file."""

    overlay: Overlay
    where: str
    works: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that a site showed, by which it can be recognised, and where."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a site."""

    site: str
    segments: tuple[Trace, ...]
    key_frames: tuple[Trace, ...]
    settings: tuple[Trace, ...]
    rips: tuple[Rip, ...]
    certificates: tuple[tuple[Certificate, str], ...]  # and the sample
    marks: tuple[Shown, ...]


_Facts = Mapping[tuple[str, str], Facts]  # by case and sample


def known_of(site: str, dossiers: Sequence[Dossier], facts: _Facts) -> Known:
    """All that some cases and the captures of their samples say of a site."""
    here = [
        (f"{dossier.case.case_id}/{one.sample_id}", one, _facts_of(dossier, one, facts))
        for dossier in dossiers
        for one in dossier.samples
        if one.site == site
    ]
    return Known(
        site,
        segments=tuple(trace for at, one, said in here for trace in _segments(at, one, said)),
        key_frames=tuple(trace for at, _, said in here for trace in _key_frames(at, said)),
        settings=tuple(trace for at, _, said in here for trace in _settings(at, said)),
        rips=tuple(rip for dossier in dossiers for rip in rips_of(dossier, site)),
        certificates=tuple((shown, at) for at, _, said in here for shown in said.certificates),
        marks=tuple(
            _shown(dossier, sample, mark, f"{dossier.case.case_id}/{sample.sample_id}")
            for dossier in dossiers
            for sample in dossier.samples
            if sample.site == site
            for mark in _facts_of(dossier, sample, facts).marks
        ),
    )


def _shown(dossier: Dossier, sample: Sample, mark: Mark, at: str) -> Shown:
    said = dispositions(dossier.reviews)
    works = {
        one.work_id
        for one in dossier.findings
        if (one.sample_id, one.media) == (sample.sample_id, mark.file)
        and said.get(one.finding_id) != "rejected"
    }
    return Shown(mark.overlay, f"{at}/{mark.file}", frozenset(works))


def _facts_of(dossier: Dossier, sample: Sample, facts: _Facts) -> Facts:
    key = dossier.case.case_id, sample.sample_id
    return facts.get(key, Facts(*key))


def _segments(at: str, sample: Sample, said: Facts) -> Iterator[Trace]:
    """Where the capture says which bodies were segments, only those: init sections and keys of
    strangers may be equal."""
    files = dict(said.segments)
    for sha256 in sample.segments:
        if not files or sha256 in files:
            yield Trace(sha256, f"{at}/{files.get(sha256, 'segment')}")


def _key_frames(at: str, said: Facts) -> Iterator[Trace]:
    for encode in said.encodes:
        for sha256, at_s in encode.key_frames:
            yield Trace(sha256, f"{at}/{encode.file} at {at_s:g} s")


def _settings(at: str, said: Facts) -> Iterator[Trace]:
    for encode in said.encodes:
        if encode.settings:
            value = "; ".join(f"{name} {said}" for name, said in encode.settings)
            yield Trace(value, f"{at}/{encode.file}")
