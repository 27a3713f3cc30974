"""Taking a sample: a capture among those of the case, with its beginning and end on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.clock import iso
from capture.shown import segments_of
from capture.store import MANIFEST, digest
from casework import names
from casework.journal import Head
from casework.record import Sample
from casework.store import CaseStore


@dataclass(frozen=True, slots=True)
class Taken:
    """A sample, the capture that it is unless none could be made, and the log's head."""

    sample: Sample
    captured: Captured | None
    head: Head


@dataclass(frozen=True, slots=True)
class Sampler:
    """Takes samples for a case, in the name of a person."""

    store: CaseStore
    case_id: str
    by: str
    around: Surroundings
    job: str | None = None  # of a service, that takes the samples
    alone: bool = False  # while no other sample of the site is being taken

    def take(self, site: str, wanted: Wanted, planned_at: str | None = None) -> Taken:
        """Take one sample. Whatever comes of it is recorded as one that was tried. Raises
        NotAllowed for a moment that is not planned; ValueError, OSError before it is begun."""
        begun = self.store.begin(
            *(self.case_id, self.by, site, wanted.source, planned_at, self.job, self.alone)
        )
        wanted = replace(wanted, parent=self.store.captures(self.case_id))
        try:
            captured = capture(wanted, self.around)
            sample = _captured(begun, captured)
        except OSError as error:
            captured = None
            sample = replace(begun, reason=names.told(f"it could not be captured: {error}"))
        sample = replace(sample, ended_at=iso(self.around.clock.wall()))
        return Taken(sample, captured, self.store.sampled(self.case_id, self.by, sample))

    def take_at_will(self, site: str, wanted: Wanted) -> Taken:
        """Take a sample that somebody asked for now: beside the plan, except where the policy has
        each source tried once and this is the first time, and as much as it says is wanted."""
        policy = self.store.case(self.case_id).sampling
        if not policy.once or wanted.for_s not in {None, policy.seconds}:
            return self.take(site, wanted)
        self.store.plan(self.case_id, self.by, site, wanted.source)
        for moment in self.store.due(self.case_id, self.by, wanted.source):
            return self.take(site, replace(wanted, for_s=policy.seconds), moment)
        return self.take(site, wanted)


def site_of(source: str, given: str | None) -> str:
    """The site that a source is on: the one given, or the host of a URL. Raises ValueError."""
    if given is not None:
        return names.site(given)
    host = urlsplit(source).hostname if "://" in source else None
    if not host:
        raise ValueError(f"{source!r} does not say from which site it is: name one with --site")
    return names.site(host)


def sealed(folder: Path, sample: Sample) -> dict[str, str]:
    """The SHA-256 of each of a sample's media, as its capture's manifest seals them. Raises OSError
    if the manifest is not the one that is on record."""
    path = folder / str(sample.capture) / MANIFEST
    if digest(path) != sample.manifest_sha256:
        raise OSError(f"{path} is not what was recorded of sample {sample.sample_id}")
    files = json.loads(path.read_bytes())["files"]
    return {name: str(files[name]["sha256"]) for name in sample.media}


def _captured(begun: Sample, captured: Captured) -> Sample:
    manifest = json.loads((captured.folder / MANIFEST).read_bytes())
    media = manifest["media"]
    why = names.told(f"{manifest['outcome']}: {manifest['why']}")
    return replace(
        begun,
        seconds=_declared_s(media),
        outcome="unexamined" if media else "empty",
        reason=None if media else why,
        capture=captured.folder.name,
        manifest_sha256=captured.manifest_sha256,
        segments=tuple(segments_of(captured.folder)),
        media=tuple(one["file"] for one in media),
    )


def _declared_s(media: list[Mapping[str, Any]]) -> float:
    """The longest track; of tracks that play at once, and are files of their own, not the sum."""
    tracks: dict[str, float] = {}
    for one in media:
        tracks[one["track"]] = tracks.get(one["track"], 0.0) + float(one.get("duration_s", 0.0))
    return max(tracks.values(), default=0.0)
