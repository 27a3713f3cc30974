"""What is shipped for running the service fits the service."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def test_all_packages_go_into_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"]}
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="ascii").splitlines()
    assert {f"!{one}" for one in needed} <= set(ignored)


def test_the_image_names_no_registry() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="ascii")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert set(bases) == {"${PYTHON}"}
    assert re.search(r"^ARG PYTHON=python:3\.1[1-3]-slim$", text, re.MULTILINE)
    assert text.index("USER reelprint") < text.index("ENTRYPOINT")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_is_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "reelprint.service"
    text = (DEPLOY / "reelprint.service").read_text(encoding="ascii")
    unit.write_text(text.replace("/opt/reelprint/bin/reelprint", "/bin/true"), encoding="ascii")
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout
