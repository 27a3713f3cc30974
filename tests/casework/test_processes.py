"""Several real processes at one record of cases, and one that is killed, in each database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from casework.place import Place
from casework.store import CaseStore
from tests.casework.conftest import CASE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(either: Place) -> Place:
    return either


def writer(place: Place, count: int, name: str) -> subprocess.Popen[str]:
    words = ["-W", "error", "-m", "tests.casework.writer"]
    words += [str(place.folder), CASE, str(count), name, *([place.url] if place.url else [])]
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_write_one_unbroken_chain(store: CaseStore, place: Place) -> None:
    running = [writer(place, 20, name) for name in ("ann", "bob")]
    said = [process.communicate(timeout=300)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sorted(said[0] + said[1]) == [f"S{n:06}" for n in range(1, 41)]
    assert store.verify(CASE) == []
    assert store.head(CASE).entries == 41


def test_a_killed_process_leaves_a_sound_record(store: CaseStore, place: Place) -> None:
    process = writer(place, 10_000, "ann")
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(5)]
    process.kill()
    said += [line for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    assert store.verify(CASE) == []
    samples = {one.sample_id for one in store.dossier(CASE, "bob").samples}
    assert {line.strip() for line in said} <= samples
