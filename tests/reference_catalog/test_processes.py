"""Several real processes at one catalogue, and one that is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reference_catalog.catalog import Catalog
from reference_catalog.place import Place
from tests.reference_catalog.builders import AUDIO, VIDEO, sha256_of

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(folder: Path, request: pytest.FixtureRequest) -> Place:
    """Where the processes themselves make a catalogue, in each database."""
    if request.param == "sqlite":
        return Place(folder)
    return Place(folder, request.getfixturevalue("database_url"))


def adder(place: Place, first: int, count: int, work_id: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-W", "error", "-m", "tests.reference_catalog.adder"),
            *(str(place.folder), str(first), str(count), work_id),
            *([place.url] if place.url else []),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> list[tuple[int, str]]:
    """(seed, number or "duplicate") of each line that it printed."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return [(int(seed), said) for seed, said in (line.split() for line in output.splitlines())]


def test_two_processes_add_to_one_new_catalogue(place: Place) -> None:
    running = [adder(place, 0, 15, "shared"), adder(place, 100, 15, "shared")]
    said = [line for process in running for line in finish(process)]
    assert len(said) == 30
    with Catalog.open(place) as catalog:
        (work,) = catalog.works()
        assert {(one.sha256, str(one.number)) for one in work.references} == {
            (sha256_of(seed), number) for seed, number in said
        }


def test_of_two_processes_with_the_same_files_each_file_counts_once(place: Place) -> None:
    running = [adder(place, 0, 12, "a"), adder(place, 0, 12, "b")]
    said = [line for process in running for line in finish(process)]
    added = [seed for seed, number in said if number != "duplicate"]
    assert sorted(added) == list(range(12))
    with Catalog.open(place) as catalog:
        assert len(catalog.numbers(VIDEO)) == 12


@pytest.mark.parametrize(
    ("place", "acknowledged"),
    [("sqlite", 1), ("sqlite", 20), ("postgresql", 20)],
    indirect=["place"],
)
def test_what_was_acknowledged_survives_a_kill(place: Place, acknowledged: int) -> None:
    process = adder(place, 0, 10_000, "w")
    assert process.stdout is not None
    said = [process.stdout.readline().split() for _ in range(acknowledged)]
    process.kill()
    said += [line.split() for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    with Catalog.create(place) as catalog:
        for seed, told in said:
            reference = catalog.by_sha256(sha256_of(int(seed)))
            assert reference is not None
            assert str(reference.number) == told
        for scheme in (VIDEO, AUDIO):
            for number in catalog.numbers(scheme):
                assert len(catalog.fingerprint(number, scheme)) > 0
    (again,) = finish(adder(place, 0, 1, "w"))
    assert again == (0, "duplicate")


def test_removals_among_additions_take_nothing_else(place: Place) -> None:
    process = adder(place, 0, 15, "w")
    removed = 0
    with Catalog.create(place) as catalog:
        while process.poll() is None:
            work = catalog.work("w")
            removed += len(catalog.remove("w")) if work else 0
        finish(process)
        for number in catalog.numbers(VIDEO):
            catalog.fingerprint(number, VIDEO)
        assert removed + len(catalog.numbers(VIDEO)) == 15
