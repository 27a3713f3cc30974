"""Facts of a media file without decoding it: duration, streams, sha256."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import av

from benchmarks.cache import FactCache


@dataclass(frozen=True, slots=True)
class Facts:
    """What a container says. A file that does not open has duration 0 and no streams."""

    sha256: str
    duration_s: float
    has_video: bool
    has_audio: bool
    height: int


def probe(path: Path, cache: FactCache) -> Facts:
    """Facts of one file, from the cache when it has not changed."""
    known = cache.get(path)
    if known is not None:
        return Facts(**known)  # type: ignore[arg-type]  # written by the line below
    facts = read_facts(path)
    cache.put(path, asdict(facts))
    return facts


def read_facts(path: Path) -> Facts:
    """Facts of one file as it is now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        # Tags in another encoding than UTF-8 are common in old files and not our concern.
        with av.open(path, metadata_errors="replace") as container:
            video = container.streams.video
            duration = (container.duration or 0) / av.time_base
            height = video[0].codec_context.height if video else 0
            return Facts(digest, duration, bool(video), bool(container.streams.audio), height)
    except av.error.FFmpegError:
        return Facts(digest, 0.0, False, False, 0)
