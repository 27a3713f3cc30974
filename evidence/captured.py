"""Whether the captures in a package are sound, are those the case speaks of, and hide no gap."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from capture.chain import read_log
from capture.exchange import is_hls
from capture.store import LOG, MANIFEST, digest
from capture.verifying import verify
from casework.record import Dossier, Sample
from evidence.canonical import strict

Entry = dict[str, Any]
_HEAD = 4096
_MEDIA = frozenset({"segment", "file", "entry"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A capture, unpacked: its log, its own manifest if it was sealed."""

    path: Path
    entries: Sequence[Entry]
    manifest: Mapping[str, Any] | None

    @classmethod
    def of(cls, path: Path) -> Folder:
        """Read a capture whose form was checked. Raises OSError, ValueError."""
        sealed = path / MANIFEST
        manifest = strict(sealed.read_bytes()) if sealed.is_file() else None
        return cls(path, read_log(path / LOG).entries, manifest)

    @property
    def gaps(self) -> list[Mapping[str, Any]]:
        """The gaps that its log tells of."""
        frame = {"n", "event", "at", "before"}
        told = (entry for entry in self.entries if entry.get("event") == "gap")
        return [{k: v for k, v in entry.items() if k not in frame} for entry in told]

    @property
    def ended_at(self) -> str | None:
        """The last moment that its log names."""
        return str(self.entries[-1]["at"]["wall"]) if self.entries else None


def of_dossier(dossier: Dossier, folders: Mapping[str, Path]) -> Iterator[str]:
    """What is wrong with captures and what samples say of them, in sentences."""
    named = {sample.capture for sample in dossier.samples if sample.capture}
    for extra in sorted(folders.keys() - named):
        yield f"{extra}: a capture that no sample speaks of"
    for sample in dossier.samples:
        if sample.capture is None:
            continue
        if sample.capture not in folders:
            yield f"sample {sample.sample_id}: its capture is missing"
        else:
            said = _of_sample(sample, folders[sample.capture])
            yield from (f"{sample.capture}: {one}" for one in said)


def _of_sample(sample: Sample, folder: Path) -> Iterator[str]:
    try:
        found = verify(folder)
        yield from found.problems
        if found.manifest_sha256 != sample.manifest_sha256:
            yield "it is not the capture that the sample speaks of"
        if not found.problems:
            yield from _said(sample, Folder.of(folder))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        yield f"it cannot be read: {error}"


def _said(sample: Sample, folder: Folder) -> Iterator[str]:
    bodies = [e["body"]["sha256"] for e in folder.entries if _is_media(e)]
    for one in sample.segments:
        if one not in bodies:
            yield f"segment {one[:16]}… of the sample was not received"
    playable = {one["file"] for one in (folder.manifest or {}).get("media", [])}
    for name in sample.media:
        if folder.manifest is not None and name not in playable:
            yield f"{name} is no playable file of it"


def _is_media(entry: Entry) -> bool:
    return entry.get("event") == "recording" or (
        entry.get("event") == "exchange" and entry.get("role") in _MEDIA
    )


def unlisted_gaps(said: Any, folders: Mapping[str, Path]) -> Iterator[str]:
    """Gaps that captures show and the package's list does not, or not as they are."""
    if not isinstance(said, dict) or said.keys() != folders.keys():
        yield "the list of gaps is not one of these captures"
        return
    for name, path in folders.items():
        try:
            folder = Folder.of(path)
            told = folder.gaps
            if said[name] != told or (folder.manifest or {}).get("gaps", told) != told:
                yield f"{name}: its log tells of other gaps than the package lists"
            yield from (f"{name}: {one}" for one in _silent(folder))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            yield f"{name}: it cannot be read: {error}"


def _silent(folder: Folder) -> Iterator[str]:
    """Numbers of an HLS stream that were neither received nor said to be missing.

    Its segments are numbered without holes, so that a hole shows even where a log that was written
    anew says nothing of it. Numbers of DASH may be times, which do not.
    """
    if not _is_hls(folder):
        return
    for track, received in sorted(_received(folder.entries).items()):
        covered = [
            range(gap["first"], gap["last"] + 1)
            for gap in folder.gaps
            if gap["track"] in (track, None) and gap["first"] is not None
        ]
        missing = _holes(received, covered)
        if missing:
            yield f"segments of {track} from number {missing[0]} on are missing, and no gap says so"


def _received(entries: Sequence[Entry]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for entry in entries:
        is_segment = entry.get("event") == "exchange" and entry.get("role") == "segment"
        fine = is_segment and entry["failure"] is None and entry["body"]["file"] is not None
        if fine and entry["response"]["status"] in (200, 206):
            found.setdefault(str(entry["track"]), set()).add(int(entry["sequence"]))
    return found


def _holes(received: set[int], covered: Sequence[range]) -> list[int]:
    ordered = sorted(received)
    holes = (range(a + 1, b) for a, b in pairwise(ordered) if b > a + 1)
    # A hole is looked at by its ends alone: a hostile log may claim one of any length.
    return [h.start for h in holes if not any(h[0] in c and h[-1] in c for c in covered)]


def _is_hls(folder: Folder) -> bool:
    entry = next((e for e in folder.entries if e.get("role") == "entry"), None)
    if entry is None or not entry["body"]["file"]:
        return False
    with (folder.path / entry["body"]["file"]).open("rb") as file:
        return is_hls(file.read(_HEAD))


def of_findings(dossier: Dossier, folders: Mapping[str, Path]) -> Iterator[str]:
    """Findings that are of no sample or of other bytes than they say, and reviews of none."""
    samples = {sample.sample_id: sample for sample in dossier.samples}
    digests: dict[Path, str] = {}
    for finding in dossier.findings:
        sample = samples.get(finding.sample_id)
        folder = folders.get(sample.capture or "") if sample else None
        if sample is None or folder is None or finding.media not in sample.media:
            yield f"finding {finding.finding_id}: there is no such media"
            continue
        path = folder / finding.media
        if path not in digests:
            digests[path] = digest(path) if path.is_file() else hashlib.sha256().hexdigest()
        if digests[path] != finding.suspect_sha256:
            yield f"finding {finding.finding_id}: it is of other bytes than the media has"
    known = {finding.finding_id for finding in dossier.findings}
    for review in dossier.reviews:
        if review.finding_id not in known:
            yield f"a review is of a finding that is not there: {review.finding_id}"
