"""A stranger's package is checked in a process that is held by limits, and says the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from evidence.verifying import verify as verify_here
from reelprint.cage.description import look
from reelprint.proving import apart
from reelprint.proving.apart import Allowed, Known, TooMuch, verify
from tests.evidence.casebook import KEY
from tests.evidence.conftest import DEEP
from tests.evidence.forging import files_of, zipped

pytestmark = pytest.mark.long


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scratch"
    made.mkdir()
    return made


def test_it_says_what_verify_says(package: Path, folder: Path) -> None:
    found = verify(package, folder, Known(KEY.signer.fingerprint))
    here = verify_here(package, DEEP).as_dict()
    assert found["verify"] == "ok"
    assert {c["name"]: c["state"] for c in found["checks"]} == {
        **{c["name"]: c["state"] for c in here["checks"]},
        "verdict": "ok",
    }
    assert os.listdir(folder) == []


def test_a_forged_one_does_not_hold(package: Path, folder: Path, tmp_path: Path) -> None:
    files = files_of(package)
    files["dossier.json"] = files["dossier.json"].replace(b"complaint", b"complaimt")
    forged = zipped(files, tmp_path / "forged.zip")
    found = verify(forged, folder)
    assert found["verify"] == "fail"
    nothing = tmp_path / "nothing.zip"
    nothing.write_bytes(b"PK\x03\x04 and no more")
    assert verify(nothing, folder)["checks"][0]["name"] == "archive"


def test_who_is_taken_over_can_do_nothing(
    package: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing := look().missing:
        pytest.skip(f"this kernel lacks a layer: {missing}")
    (tmp_path / "secret").write_text("nobody's business", encoding="ascii")
    own = tmp_path / "own"
    own.mkdir()
    sent = Path(shutil.copy(package, own / "package.zip"))
    start = apart._START.replace("reelprint.proving.confined", "tests.evidence.taken_over")
    monkeypatch.setattr(apart, "_START", start)
    found = {c["name"]: (c["state"], c["detail"]) for c in verify(sent, folder)["checks"]}
    assert "layer" not in found
    done = {name: state == "ok" for name, (state, _) in found.items()}
    needed = ["read the package", "work in its folder", "load code"]
    assert [name for name, was in done.items() if was] == needed, found
    assert len(done) > 20
    assert os.listdir(own) == ["package.zip"]
    assert sent.read_bytes() == package.read_bytes()


def test_what_takes_too_much_is_not_said_to_be_forged(package: Path, folder: Path) -> None:
    for allowed in (Allowed(wall_s=0.2), Allowed(memory_bytes=1 << 20)):
        with pytest.raises(TooMuch, match="within the limits"):
            verify(package, folder, allowed=allowed)
    assert os.listdir(folder) == []
    shutil.rmtree(folder)
