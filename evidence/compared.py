"""The fingerprints that were compared, as files of a package, and read back from a stranger's."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.canonical import canonical
from fingerprint.scheme import Fingerprint
from reference_catalog import codec

FOLDER = "fingerprints"
INDEX = f"{FOLDER}/compared.json"
FORMAT = "reelprint-compared-1"
MOST_DECODED = 1 << 30  # bytes of one fingerprint's arrays: days of sound, hours of pictures
MOST_INDEX = 64 << 20

Read = Callable[[str, int], bytes]


@dataclass(frozen=True, slots=True)
class Suspect:
    """What was read of one suspect file."""

    sha256: str
    kind: str  # "video", "audio" or "image"
    reading: str  # "full" or "fast"
    duration_s: float
    fingerprints: Mapping[tuple[str, str], Fingerprint]  # by (view, scheme name)

    @property
    def folder(self) -> str:
        """Where its fingerprints lie."""
        return f"{FOLDER}/suspects/{self.sha256}-{self.reading}"


@dataclass(frozen=True, slots=True)
class Original:
    """What is registered of one reference that suspects were compared with."""

    reference_id: str
    work_id: str
    title: str
    series: str | None
    sha256: str  # of the file it was registered from
    duration_s: float
    excluded: tuple[tuple[float, float, str], ...]  # ranges in seconds that count nothing, and why
    fingerprints: Mapping[str, Fingerprint]  # by scheme name

    @property
    def folder(self) -> str:
        """Where its fingerprints lie."""
        return f"{FOLDER}/references/{self.reference_id}"


@dataclass(frozen=True, slots=True)
class Size:
    """How much a search under one scheme ran through, which E-values depend on."""

    rows: int
    extent_s: float  # seconds of reference


@dataclass(frozen=True, slots=True)
class Compared:
    """All of both, and how large the catalogue was that was searched."""

    suspects: tuple[Suspect, ...]
    originals: tuple[Original, ...]
    index: str  # the identity of the index, as answers name it
    sizes: Mapping[str, Size]  # by scheme name


def as_files(compared: Compared) -> Iterator[tuple[str, bytes]]:
    """The files that `read` makes the same of again."""
    for suspect in compared.suspects:
        for (view, scheme), one in suspect.fingerprints.items():
            yield f"{suspect.folder}/{view}.{scheme}.npz", codec.encode(one)
    for original in compared.originals:
        for scheme, one in original.fingerprints.items():
            yield f"{original.folder}/{scheme}.npz", codec.encode(one)
    yield INDEX, canonical(_index(compared))


def _index(compared: Compared) -> dict[str, Any]:
    suspects = [
        {
            **{"sha256": one.sha256, "kind": one.kind, "reading": one.reading},
            "duration_s": one.duration_s,
            "views": sorted(list(key) for key in one.fingerprints),
        }
        for one in compared.suspects
    ]
    originals = [
        {
            **{"reference_id": one.reference_id, "work_id": one.work_id, "title": one.title},
            **{"series": one.series, "sha256": one.sha256, "duration_s": one.duration_s},
            "excluded": one.excluded,
            "schemes": sorted(one.fingerprints),
        }
        for one in compared.originals
    ]
    sizes = {name: {"rows": s.rows, "extent_s": s.extent_s} for name, s in compared.sizes.items()}
    searched = {"index": compared.index, "sizes": sizes}
    return {
        **{"format": FORMAT, "searched": searched},
        **{"suspects": suspects, "references": originals},
    }


def read(said: Any, data: Read) -> Compared:
    """What a package says was compared. `said` is its index, `data` gives a file of it of at most
    so many bytes. Raises ValueError, LookupError, TypeError for what `as_files` does not write."""
    if said["format"] != FORMAT:
        raise ValueError(f"fingerprints of the format {str(said['format'])[:40]!r}")
    return Compared(
        tuple(_suspect(one, data) for one in _listed(said["suspects"])),
        tuple(_original(one, data) for one in _listed(said["references"])),
        _text(said["searched"]["index"]),
        {
            _text(name): Size(int(_seconds(size["rows"])), _seconds(size["extent_s"]))
            for name, size in said["searched"]["sizes"].items()
        },
    )


def _suspect(said: Any, data: Read) -> Suspect:
    named = Suspect(
        *(_text(said["sha256"]), _text(said["kind"]), _text(said["reading"])),
        _seconds(said["duration_s"]),
        {},
    )
    read = {
        (_text(view), _text(scheme)): _decoded(f"{named.folder}/{view}.{scheme}.npz", scheme, data)
        for view, scheme in _listed(said["views"])
    }
    return Suspect(named.sha256, named.kind, named.reading, named.duration_s, read)


def _original(said: Any, data: Read) -> Original:
    series, number = said["series"], _text(said["reference_id"])
    return Original(
        reference_id=number,
        work_id=_text(said["work_id"]),
        title=_text(said["title"]),
        series=None if series is None else _text(series),
        sha256=_text(said["sha256"]),
        duration_s=_seconds(said["duration_s"]),
        excluded=tuple(
            (_seconds(start), _seconds(end), _text(why))
            for start, end, why in _listed(said["excluded"])
        ),
        fingerprints={
            _text(name): _decoded(f"{FOLDER}/references/{number}/{name}.npz", name, data)
            for name in _listed(said["schemes"])
        },
    )


def _decoded(name: str, scheme: str, data: Read) -> Fingerprint:
    stored = data(name, MOST_DECODED)
    try:
        _check_size(stored)
        one = codec.decode(stored)
    except (ValueError, TypeError, OverflowError, MemoryError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name} is no fingerprint: {error}") from error
    if one.scheme != scheme:
        raise ValueError(f"{name} is of the scheme {one.scheme[:40]!r}")
    return one


def _check_size(stored: bytes) -> None:
    """Small files can hold endless arrays."""
    with zipfile.ZipFile(io.BytesIO(stored)) as arrays:
        if sum(one.file_size for one in arrays.infolist()) > MOST_DECODED:
            raise ValueError("its arrays are too large")


def _listed(said: Any) -> Sequence[Any]:
    if not isinstance(said, list):
        raise TypeError("not a list")
    return said


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError("not a text")
    return said


def _seconds(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise TypeError("not a length of time")
    return float(said)
