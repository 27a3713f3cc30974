"""What captures say of how their media were made and who served them, for `casework.links`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from capture.shown import certificates_of, segments_of
from casework.record import Dossier, Sample
from casework.traces import Certificate, Encode, Facts, Mark
from media.clip import Unreadable
from media.encoding import Encoding, encoding_of
from reelprint.marking import overlays_of


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
            encodes.append(_encode(name, encoding_of(folder / name)))
            marks.extend(Mark(name, one) for one in overlays_of(folder / name))
        except Unreadable:
            unread.append(name)
    shown = [Certificate(one.sha256, one.key_sha256, one.names) for one in certificates_of(folder)]
    segments = tuple(segments_of(folder).items())
    ids = case_id, sample.sample_id
    return Facts(*ids, tuple(encodes), tuple(shown), segments, tuple(unread), tuple(marks))


def _encode(name: str, one: Encoding) -> Encode:
    frames = tuple((frame.sha256, frame.at_s) for frame in one.key_frames)
    return Encode(name, frames, tuple(_settings(one)))


def _settings(one: Encoding) -> Iterator[tuple[str, str]]:
    """Of a picture whose encoder says something of itself; size and rate alone are everybody's."""
    if one.codec is None or one.parameters_sha256 is None:
        return
    said = {
        "picture": one.codec,
        "frames a second": one.rate,
        "key frames every": one.cadence[0] if one.cadence else None,
        "parameter sets": one.parameters_sha256,
        "encoder": one.written,
        "sound": one.sound,
    }
    yield from ((name, str(value)) for name, value in said.items() if value is not None)
