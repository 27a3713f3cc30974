"""Commands that need nothing heavy start at once; installation checks answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reelprint.cli import Preset
from reelprint.desk.desk import Desk
from reelprint.workspace import PRESETS
from tests.reelprint.conftest import CommandLine, copied

HEAVY = {
    *("numpy", "scipy", "cv2", "av", "faiss", "sqlalchemy", "alembic", "jinja2", "pebble"),
    *("cryptography", "rfc3161_client", "rfc8785", "typst", "h11", "m3u8", "warcio", "stdnum"),
}


def test_the_command_line_imports_nothing_heavy() -> None:
    code = "import reelprint.cli, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_selftest_passes(reelprint: CommandLine) -> None:
    ran = reelprint("selftest")
    assert ran.code == 0
    assert "passed" in ran.out


def test_doctor_finds_nothing_amiss(reelprint: CommandLine) -> None:
    ran = reelprint("doctor")
    assert ran.code == 0, ran.out
    assert "3 references" in ran.out


def test_doctor_names_a_damaged_fingerprint(tmp_path: Path, reelprint: CommandLine) -> None:
    run = copied(reelprint, tmp_path / "home")
    blob = next((run.home / "catalog" / "fingerprints").rglob("*.npz"))
    blob.write_bytes(b"damaged")
    ran = run("doctor")
    assert ran.code == 3
    assert "amiss" in ran.out


def test_doctor_names_a_file_of_authorities_that_holds_none(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    run("init")
    with (run.home / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('[service]\ntimestamp_authorities = ["tsa.pem"]\n')
    for there in (None, b"", b"no certificate"):
        if there is not None:
            (run.home / "tsa.pem").write_bytes(there)
        ran = run("doctor", "--json")
        assert ran.code == 3
        (amiss,) = ran.objects[0]["amiss"]
        assert str(run.home / "tsa.pem") in amiss
        with pytest.raises((OSError, ValueError), match=r"tsa\.pem"):
            Desk.open(run.home)


def test_a_workspace_of_another_preset_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    assert run("init").code == 0
    assert run("init", "--preset", "full").code == 0
    refused = run("init", "--preset", "compact")
    assert refused.code == 2
    assert "compact" in refused.err
    assert run("init", "--preset", "large").code == 2


def test_command_line_and_workspaces_agree_on_presets() -> None:
    assert {preset.value for preset in Preset} == set(PRESETS)
