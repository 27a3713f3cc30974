"""Which excerpts of a catalogue are cut: of media that is where it was, where there is something
to see or hear. The same catalogue gives the same excerpts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from media.clip import Span
from media.digest import sha256
from reelprint.demo.streams import Cut
from reelprint.mine.grid import Distortion
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.work import Reference

SECONDS = 5.0  # of the work, in each excerpt
RUN_UP_S = 20.0  # a seek lands at a key frame at or before this long before an excerpt
SHORTEST_S = 2.0  # a reference that is shorter is passed over
DRAWS = 8  # places that are tried before an empty one is taken
LEAST = 4.0  # codes with something in them, a second, that make a place worth asking about
LEAST_FRAMES = 1.0  # of two a second


@dataclass(frozen=True, slots=True)
class Source:
    """A reference whose media is there, and what can be seen and heard of it."""

    reference: Reference
    streams: Mapping[str, Fingerprint]  # "picture", "sound": those that there are

    def carries(self, distortion: Distortion) -> bool:
        """Whether it has all that the distortion is about."""
        wanted = {"picture": distortion.picture, "sound": distortion.sound}
        return all(name in self.streams for name, change in wanted.items() if change)


@dataclass(frozen=True, slots=True)
class Sources:
    """What excerpts can be cut from, and how many references had to be passed over."""

    there: tuple[Source, ...]
    missing: int  # the file is gone, or is another one now
    unfit: int  # shorter than `SHORTEST_S`, a still picture, or without evidence


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One suspect to be made."""

    distortion: Distortion
    reference: Reference
    span: Span  # of the reference

    @property
    def cut(self) -> Cut:
        """In the stamps of the file, which need not begin at 0."""
        path = Path(self.reference.source)
        with av.open(str(path), metadata_errors="replace") as container:
            origin_s = max(container.start_time or 0, 0) / av.time_base
        seek_s = max(self.span.start_s - RUN_UP_S, 0.0)
        return Cut(path, self.span.start_s + origin_s, self.span.end_s + origin_s, seek_s)


def sources(workspace: Workspace, most: int) -> Sources:
    """Up to so many works, each by its longest reference that is there, in an order by digest."""
    there: list[Source] = []
    missing = unfit = 0
    with workspace.catalog() as catalog:
        works = sorted(catalog.works(), key=lambda work: _draw(work.work_id))
        for work in works:
            if len(there) == most:
                break
            for reference in sorted(work.references, key=lambda r: (-r.duration_s, r.number)):
                streams = _streams(workspace, catalog, reference)
                if reference.duration_s < SHORTEST_S or not streams:
                    unfit += 1
                elif not _is_there(reference):
                    missing += 1
                else:
                    there.append(Source(reference, streams))
                    break
    return Sources(tuple(there), missing, unfit)


def excerpts(of: Sequence[Source], grid: Sequence[Distortion], queries: int) -> Iterator[Excerpt]:
    """`queries` of each distortion, one work after another; the k-th of all is one place."""
    for distortion in grid:
        fit = [source for source in of if source.carries(distortion)]
        for k in range(queries if fit else 0):
            source = fit[k % len(fit)]
            yield Excerpt(distortion, source.reference, _place(source, distortion, k // len(fit)))


def _is_there(reference: Reference) -> bool:
    try:
        return sha256(Path(reference.source)) == reference.sha256
    except OSError:
        return False


def _streams(
    workspace: Workspace, catalog: Catalog, reference: Reference
) -> dict[str, Fingerprint]:
    """What was kept of whole frames and of sound, if there is something in it."""
    found = {}
    for scheme in workspace.settings.searched:
        metric = scheme_named(scheme).metric
        if metric == "feature":
            continue
        try:
            read = catalog.fingerprint(reference.number, scheme)
        except (NoSuchFingerprint, DamagedBlob):
            continue
        if read.quality.any():
            found["sound" if metric == "landmark" else "picture"] = read
    return found


def _place(source: Source, distortion: Distortion, k: int) -> Span:
    """A place with something to be found in each stream, if one of a few draws is such a place."""
    duration = source.reference.duration_s
    length = min(SECONDS, duration)
    seed = f"{source.reference.sha256}/{k}"
    for attempt in range(DRAWS):
        start = round(_draw(f"{seed}/{attempt}") * (duration - length), 3)
        span = Span(start, start + length)
        if _shows(source, distortion, span):
            break
    return span


def _shows(source: Source, distortion: Distortion, span: Span) -> bool:
    wanted = {"picture": (distortion.picture, LEAST_FRAMES), "sound": (distortion.sound, LEAST)}
    return all(
        int((source.streams[name].within(span).quality > 0).sum()) >= least * span.duration_s
        for name, (change, least) in wanted.items()
        if change
    )


def _draw(seed: str) -> float:
    """A number in [0, 1) that only the seed decides."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48
