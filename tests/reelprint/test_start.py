"""Commands that need nothing heavy start at once; installation checks answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.reelprint.conftest import CommandLine

HEAVY = {"numpy", "scipy", "cv2", "av", "faiss", "sqlalchemy", "jinja2", "pebble"}


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
    import shutil

    copy = shutil.copytree(reelprint.home, tmp_path / "home")
    blob = next((copy / "catalog" / "fingerprints").rglob("*.npz"))
    blob.write_bytes(b"damaged")
    ran = CommandLine(copy)("doctor")
    assert ran.code == 3
    assert "amiss" in ran.out
