"""Kills at every point, and power cuts, of one operation of each kind; and that these tests would
notice if the index did less than it does. `python -m benchmarks crash` does the same to all kinds
of segments, at random moments, with readers, on a full disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.crash.checking import Found
from benchmarks.crash.damage import harmed_segments
from benchmarks.crash.kills import Killing, at_every_point
from benchmarks.crash.operations import (
    KINDS,
    Add,
    Merge,
    Operation,
    Place,
    Remove,
    Replace,
    Snapshot,
)
from benchmarks.crash.power import cut
from benchmarks.crash.prepared import prepare
from benchmarks.crash.readers import History, reading
from benchmarks.crash.world import Version
from index.files import Seen
from index.folder import sweep
from index.manifest import Manifest
from index.store import Index
from tests.index.builders import SMALL

ADD = Add(SMALL, {5: Version(205, 6), 6: Version(206, 3)})
REPLACE = Replace(SMALL, {1: Version(201, 60), 4: Version(204, 8)})
LONG = pytest.mark.long
OPERATIONS = (
    ADD,
    pytest.param(REPLACE, marks=LONG),
    Remove(frozenset([1, 4])),
    pytest.param(Merge(True), marks=LONG),
    Snapshot("2"),
)


def faults(found: Iterable[Found]) -> list[str]:
    return [fault for one in found for fault in one.faults]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.kind)
def test_a_kill_at_any_point_leaves_all_or_nothing(tmp_path: Path, operation: Operation) -> None:
    at = Place(tmp_path / "at")
    found = list(at_every_point(operation, prepare(at, [SMALL]), at, tmp_path))
    assert faults(found) == []
    assert len(found) > 3
    assert all(one.writes == 1 for one in found)


@LONG
def test_a_power_cut_at_any_point_leaves_all_or_nothing(tmp_path: Path) -> None:
    at = Place(tmp_path / "at")
    found = list(cut(REPLACE, prepare(at, [SMALL]), at, tmp_path))
    assert faults(found) == []
    assert len(found) > 20


@pytest.mark.long
def test_random_kills_beside_a_reader_lose_nothing(tmp_path: Path) -> None:
    place, history = Place(tmp_path / "place"), History()
    place.index.mkdir(parents=True)
    place.snapshots.mkdir()
    reader = reading(place.index, tmp_path, 1)
    killing = Killing(place, 1, history)
    for kind in KINDS:
        killing.kill(kind)
    killing.harm()
    assert killing.tally.figures()["faults"] == []
    assert sum(killing.tally.kills.values()) == len(KINDS)
    assert reader.figures(history, killing.harmed)["faults"] == []


@LONG
def test_a_cut_notices_folders_that_are_not_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Place(tmp_path / "at")
    before = prepare(at, [SMALL])
    monkeypatch.setattr("index.atomic.sync_folder", lambda folder: None)
    assert faults(cut(ADD, before, at, tmp_path))


@LONG
def test_a_kill_notices_files_that_go_before_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, save = Place(tmp_path / "at"), Manifest.save
    before = prepare(at, [SMALL])

    def hasty(self: Manifest, folder: Path) -> None:
        sweep(folder, self.files())
        save(self, folder)

    monkeypatch.setattr(Manifest, "save", hasty)
    assert faults(at_every_point(REPLACE, before, at, tmp_path))


@LONG
def test_a_kill_notices_what_is_acknowledged_and_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Place(tmp_path / "at")
    before = prepare(at, [SMALL])
    monkeypatch.setattr(Index, "_commit", lambda self, segments: None)
    assert faults(at_every_point(REPLACE, before, at, tmp_path))


@LONG
def test_harm_notices_files_that_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Place(tmp_path / "at")
    held = prepare(at, [SMALL]).held
    random = np.random.default_rng(1)
    assert faults(one for _, one in harmed_segments(random, 2, held, at, tmp_path)) == []
    monkeypatch.setattr(Seen, "trusts", lambda self, file: True)
    assert faults(one for _, one in harmed_segments(random, 2, held, at, tmp_path))
