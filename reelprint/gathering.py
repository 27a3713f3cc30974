"""What captures say of how their media were made and who served them, for `casework.links`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from capture.shown import certificates_of, segments_of
from casework.record import Dossier, Sample
from casework.traces import Certificate, Encode, Facts, Mark
from media.clip import Unreadable
from media.source import open_regular
from reelprint.cage import caged
from reelprint.cage.limits import Limits
from reelprint.cage.parcel import Parcel, plain
from reelprint.describing import SETTINGS, encode
from reelprint.extraction import deadline_s
from reelprint.marking import overlays_of

MOST_KEY_FRAMES = 512  # as many as are read of a file
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def facts_of(dossier: Dossier, folder_of: Callable[[Sample], Path | None]) -> Iterator[Facts]:
    """The facts of each sample that has a capture. Raises OSError."""
    for sample in dossier.samples:
        folder = folder_of(sample)
        if folder is not None:
            yield _facts(dossier.case.case_id, sample, folder)


def _facts(case_id: str, sample: Sample, folder: Path) -> Facts:
    encodes, unread = [], []
    marks: list[Mark] = []
    for name in sample.media:
        try:
            encodes.append(encode_of(name, folder / name))
            marks.extend(Mark(name, one) for one in overlays_of(folder / name))
        except Unreadable:
            unread.append(name)
    shown = [Certificate(one.sha256, one.key_sha256, one.names) for one in certificates_of(folder)]
    segments = tuple(segments_of(folder).items())
    ids = case_id, sample.sample_id
    return Facts(*ids, tuple(encodes), tuple(shown), segments, tuple(unread), tuple(marks))


def encode_of(name: str, path: Path) -> Encode:
    """How a media file was encoded, read in the cage. Raises `Unreadable`."""
    limits = Limits.within(deadline_s(path))
    with open_regular(path) as file:
        return believed(name, caged.run(encode, file, {}, limits))


def believed(name: str, parcel: Parcel) -> Encode:
    """What came out of the cage, if it has the form of an encode. Raises `Unreadable`."""
    try:
        frames, settings = parcel.said["key_frames"], parcel.said["settings"]
        if parcel.arrays or len(frames) > MOST_KEY_FRAMES:
            raise ValueError("there is more than was asked for")
        return Encode(name, tuple(_frame(*one) for one in frames), tuple(_told(settings)))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the decoder gave what is no encode: {plain(error)}") from error


def _frame(sha256: Any, at_s: Any) -> tuple[str, float]:
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ValueError("a key frame has no hash")
    if not isinstance(at_s, float) or not math.isfinite(at_s):
        raise ValueError("a key frame has no time")
    return sha256, at_s


def _told(settings: Any) -> Iterator[tuple[str, str]]:
    """Each at most once, and in their order, so that the same settings are the same value."""
    said = dict(settings)
    if len(said) != len(settings) or not said.keys() <= set(SETTINGS):
        raise ValueError("there are settings of another kind")
    if not all(isinstance(value, str) for value in said.values()):
        raise ValueError("a setting is no text")
    yield from ((name, plain(said[name])) for name in SETTINGS if name in said)
