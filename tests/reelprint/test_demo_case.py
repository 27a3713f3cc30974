"""The demo of a case in a short form: another site, a clock that waits for nobody."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from reelprint.commands.demonstrating import case_as_dict
from reelprint.demo import makers
from reelprint.demo.case import WORKSPACE, CaseDemo, lead_case
from reelprint.demo.copies import MANIFEST, other_piece, work_piece
from reelprint.demo.piracy import SITE, Stream
from tests.capture.server import QuickClock
from tests.evidence.forging import files_of, zipped
from tests.reelprint.conftest import CommandLine

pytestmark = pytest.mark.long

FOUNDERS = work_piece("founders.ogg", 40, 50)
SNODOM = work_piece("snodom.ogg", 30, 38)
BLUPI = work_piece("planet-blupi.mp4", 20, 28)
HOST, AFTER = other_piece("calm-race.ogg", 5, 15), other_piece("calm-race.ogg", 30, 38)
WORKS = ("founders.ogg", "snodom.ogg", "planet-blupi.mp4")
STREAMS = (
    Stream("film", "", partial(makers.mirrored, BLUPI), frozenset({"planet-blupi"})),
    Stream("vip", "", partial(makers.in_noise, FOUNDERS), frozenset({"founders"}), encrypted=True),
    Stream("live", "", partial(makers.medley, (HOST, SNODOM)), frozenset({"snodom"})),
    Stream("own", "", partial(makers.medley, (AFTER,)), frozenset()),
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of the shipped works."""
    path = tmp_path_factory.mktemp("works") / "works.csv"
    with MANIFEST.open(newline="") as shipped, path.open("w", newline="") as chosen:
        rows = csv.DictReader(shipped)
        writer = csv.DictWriter(chosen, rows.fieldnames or ())
        writer.writeheader()
        for row in rows:
            if row["path"] in WORKS:
                writer.writerow({**row, "path": MANIFEST.parent / row["path"]})
    return path


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What is reported on the way."""
    return []


@pytest.fixture(scope="module")
def done(manifest: Path, told: list[str], tmp_path_factory: pytest.TempPathFactory) -> CaseDemo:
    out = tmp_path_factory.mktemp("demo")
    return lead_case(out, manifest, STREAMS, QuickClock(), 1, told.append)


def test_the_case_ends_with_a_package_that_holds(done: CaseDemo) -> None:
    said = json.loads(json.dumps(case_as_dict(done)))
    assert done.ok, said
    assert (said["site"], said["verdict"], said["verify"]) == (SITE, "confirmed", "ok")
    works = {work["work_id"]: work for work in said["works"]}
    assert set(works) == {"founders", "snodom", "planet-blupi"}
    assert {work["verdict"] for work in works.values()} == {"confirmed"}
    assert {work["rights"] for work in works.values()} == {"unlicensed_indicated"}
    assert {c["state"] for c in said["checks"] if c["name"] == "re-derivation"} == {"ok"}


def test_what_is_missing_is_told(done: CaseDemo, told: list[str]) -> None:
    assert done.ok
    assert [line for line in told if "missing" in line] == ["  missing: segment 4, status 404"]
    assert told[-1].startswith("sealed and checked")


def test_the_package_has_what_others_read(done: CaseDemo) -> None:
    with ZipFile(done.exported.path) as package:
        names = package.namelist()
        graph = json.loads(package.read("exports/case.jsonld"))
    assert "@graph" in graph
    assert {"report.html", "report.pdf", "report.ko.pdf", "exports/bundle.stix.json"} <= set(names)
    assert sum(name.startswith("notices/") and "103" in name for name in names) == 1


def test_the_command_line_checks_the_same(done: CaseDemo, tmp_path: Path) -> None:
    path, signer = done.exported.path, done.exported.sealed.signer
    run = CommandLine(path.parent / WORKSPACE)
    assert run("verify", path, "--signer", signer).code == 0
    files = files_of(path)
    files["verdict.json"] = files["verdict.json"].replace(b"confirmed", b"undecided")
    assert run("verify", zipped(files, tmp_path / "other.zip"), "--signer", signer).code == 1
