"""What was captured for the samples of a case, and what of it is missing, on a time line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from accounts.principal import Principal
from capture.chain import read_log
from capture.store import LOG, MANIFEST
from casework.record import Sample
from reelprint.desk.caseroom import SHOWN, case_for
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound

State = Literal["finished", "cut short", "gone"]
_TOLD = ("kind", "detail", "track", "first", "last", "seconds", "loses")


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, or not continuous. `first` and `last` are sequence numbers."""

    kind: str
    detail: str
    track: str | None
    first: int | None
    last: int | None
    seconds: float | None
    loses: bool
    at_s: float  # when it was seen, since the capture began


@dataclass(frozen=True, slots=True)
class Run:
    """Segments of a file that follow each other, by their sequence numbers."""

    first: int
    last: int
    count: int  # numbers of DASH may be ticks, of which a segment has many
    seconds: float  # as the server declared them


@dataclass(frozen=True, slots=True)
class Media:
    """A playable file of a capture."""

    file: str
    track: str
    duration_s: float | None  # as the server declared it
    bytes: int
    sha256: str
    runs: tuple[Run, ...]  # in the order in which they play; none of a file that came as one


@dataclass(frozen=True, slots=True)
class CaptureShown:
    """The capture of a sample; one that was cut short has no manifest."""

    sample_id: str
    capture: str
    state: State
    outcome: str | None
    why: str | None
    whole: bool | None
    lasted_s: float | None
    bytes_received: int | None
    exchanges: int | None
    media: tuple[Media, ...]
    gaps: tuple[Gap, ...]  # in the order in which they were seen


def captures(desk: Desk, who: Principal, case_id: str) -> list[CaptureShown]:
    """The captures of all samples of a case."""
    with case_for(desk, who, "cases.read", case_id, part="captures") as store:
        dossier = store.dossier(case_id, who.actor, "shown", part="captures")
        return list(_shown(store.captures(case_id), dossier.samples))


def capture(desk: Desk, who: Principal, case_id: str, sample_id: str) -> CaptureShown:
    """The capture of one sample. Raises NotFound."""
    for one in captures(desk, who, case_id):
        if one.sample_id == sample_id:
            return one
    raise NotFound(f"sample {sample_id[:SHOWN]!r} has no capture in case {case_id}")


def _shown(folder: Path, samples: tuple[Sample, ...]) -> Iterator[CaptureShown]:
    for sample in samples:
        if sample.capture is not None:
            yield _of(sample.sample_id, sample.capture, folder / sample.capture)


def _of(sample_id: str, name: str, folder: Path) -> CaptureShown:
    if not (folder / LOG).is_file():
        nothing = (None, None, None, None, None, None)
        return CaptureShown(sample_id, name, "gone", *nothing, (), ())
    entries = read_log(folder / LOG).entries
    sealed = folder / MANIFEST
    said = json.loads(sealed.read_bytes()) if sealed.is_file() else {}
    return CaptureShown(
        *(sample_id, name, "finished" if said else "cut short"),
        outcome=said.get("outcome"),
        why=said.get("why"),
        whole=said.get("whole"),
        lasted_s=_lasted_s(entries),
        bytes_received=said.get("bytes_received"),
        exchanges=said.get("exchanges"),
        media=tuple(_media(said)),
        gaps=tuple(_gaps(entries)),
    )


def _media(said: Mapping[str, Any]) -> Iterator[Media]:
    for one in said.get("media", ()):
        kept = said["files"][one["file"]]
        declared = one.get("duration_s")
        runs = tuple(_runs(one.get("parts") or ()))
        yield Media(one["file"], one["track"], declared, kept["bytes"], kept["sha256"], runs)


def _runs(parts: Iterable[Mapping[str, Any]]) -> Iterator[Run]:
    run: Run | None = None
    for part in parts:
        number, seconds = part.get("sequence"), float(part.get("duration_s") or 0.0)
        if number is None:
            return
        if run is not None and number == run.last + 1:
            run = Run(run.first, number, run.count + 1, run.seconds + seconds)
            continue
        if run is not None:
            yield run
        run = Run(number, number, 1, seconds)
    if run is not None:
        yield run


def _lasted_s(entries: list[dict[str, Any]]) -> float | None:
    return _since(entries, entries[-1]) if entries else None


def _gaps(entries: list[dict[str, Any]]) -> Iterator[Gap]:
    for entry in entries:
        if entry["event"] == "gap":
            yield Gap(**{name: entry[name] for name in _TOLD}, at_s=_since(entries, entry))


def _since(entries: list[dict[str, Any]], entry: Mapping[str, Any]) -> float:
    moment = entry["at"]["monotonic_s"] - entries[0]["at"]["monotonic_s"]
    return float(round(moment, 3))
