"""Whether the captures in a package are sound, are those the case speaks of, and hide no gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from capture.chain import read_log
from capture.exchange import is_hls
from capture.inside import amiss, digest_of, named, opened
from capture.store import LOG, MANIFEST
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


def strays(dossier: Dossier, folders: Mapping[str, Path]) -> Iterator[str]:
    """Names in records and logs that could lead out of a capture's folder. Nothing that they name
    is opened before this was asked. Raises OSError, and what logs lead to that are none."""
    for name in [name for sample in dossier.samples for name in sample.media]:
        if why := amiss(name):
            yield f"media {name[:80]!r}: {why}"
    for capture, path in folders.items():
        folder = Folder.of(path)
        for said in map(str, named(folder.entries, folder.manifest or {})):
            if why := amiss(said):
                yield f"{capture}: its log or manifest names {said[:80]!r}: {why}"


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
    """Segments that were neither received nor said to be missing, whatever the list of gaps says.

    What was asked for stands in the log and in the WARC beside it. Those of HLS are numbered
    without holes, so that a hole between two shows as well, unless numbers began anew; numbers of
    DASH may be times, which do not.
    """
    for track, (asked, received) in sorted(_segments(folder.entries).items()):
        gaps = [g for g in folder.gaps if g["track"] in (track, None) and g["first"] is not None]
        covered = _merged([(int(gap["first"]), int(gap["last"])) for gap in gaps])
        holes = [(number, number) for number in asked - received]
        if _is_hls(folder) and not any(gap["kind"] == "restarted" for gap in folder.gaps):
            ordered = sorted(asked | received)
            holes += [(a + 1, b - 1) for a, b in pairwise(ordered) if b > a + 1]
        silent = [h for h in sorted(holes) if not any(a <= h[0] and h[1] <= b for a, b in covered)]
        if silent:
            yield f"segment {silent[0][0]} of {track} is missing, and no gap says so"


def _segments(entries: Sequence[Entry]) -> dict[str, tuple[set[int], set[int]]]:
    """By track, the numbers that were asked for and those that were received."""
    found: dict[str, tuple[set[int], set[int]]] = {}
    for entry in entries:
        if entry.get("event") == "exchange" and entry.get("role") == "segment":
            asked, received = found.setdefault(str(entry["track"]), (set(), set()))
            asked.add(int(entry["sequence"]))
            whole = entry["failure"] is None and entry["body"]["file"] is not None
            if whole and entry["response"]["status"] in (200, 206):
                received.add(int(entry["sequence"]))
    return found


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Closed spans of numbers, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _is_hls(folder: Folder) -> bool:
    entry = next((e for e in folder.entries if e.get("role") == "entry"), None)
    if entry is None or not entry["body"]["file"]:
        return False
    with opened(folder.path, entry["body"]["file"]) as file:
        return is_hls(file.read(_HEAD))


def of_findings(dossier: Dossier, folders: Mapping[str, Path]) -> Iterator[str]:
    """Findings that are of no sample or of other bytes than they say, and reviews of none."""
    samples = {sample.sample_id: sample for sample in dossier.samples}
    digests: dict[Path, str | None] = {}
    for finding in dossier.findings:
        sample = samples.get(finding.sample_id)
        folder = folders.get(sample.capture or "") if sample else None
        if sample is None or folder is None or finding.media not in sample.media:
            yield f"finding {finding.finding_id}: there is no such media"
            continue
        path = folder / finding.media
        if path not in digests:
            digests[path] = _digest(folder, finding.media)
        if digests[path] != finding.suspect_sha256:
            yield f"finding {finding.finding_id}: it is of other bytes than the media has"
    known = {finding.finding_id for finding in dossier.findings}
    for review in dossier.reviews:
        if review.finding_id not in known:
            yield f"a review is of a finding that is not there: {review.finding_id}"


def _digest(folder: Path, media: str) -> str | None:
    """None for what is not there, or is no file of it."""
    try:
        return digest_of(folder, media)
    except OSError:
        return None
