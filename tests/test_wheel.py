"""What is installed has all that a service reads at run time: the wheel, beside the tree."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
TABLES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
WHEEL = TABLES["build"]["targets"]["wheel"]
SERVED = Path(__file__).with_name("served.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, unpacked as it would be installed."""
    folder = tmp_path_factory.mktemp("wheel")
    # With the builder that is here, if there is one; otherwise pip fetches it.
    here = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    asked = [*here, "--no-deps", "--disable-pip-version-check", "-w", str(folder), str(ROOT)]
    run = [sys.executable, "-m", "pip", "wheel", *asked]
    ran = subprocess.run(run, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (made,) = folder.glob("reelprint-*.whl")
    with zipfile.ZipFile(made) as packed:
        packed.extractall(folder / "installed")
    return folder / "installed"


def kept() -> Iterator[str]:
    """What git keeps of the packages."""
    listed = ["git", "ls-files", "-z", "--", *WHEEL["packages"]]
    ran = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    yield from filter(None, ran.stdout.split("\0"))


def installed(wheel: Path) -> set[str]:
    """The files of the wheel."""
    return {one.relative_to(wheel).as_posix() for one in wheel.rglob("*") if one.is_file()}


def test_each_file_of_the_packages_is_there_to_the_byte(wheel: Path) -> None:
    files = list(kept())
    assert len(files) > 400
    assert [one for one in files if one not in installed(wheel)] == []
    assert [one for one in files if (wheel / one).read_bytes() != (ROOT / one).read_bytes()] == []


def test_what_lies_elsewhere_in_the_tree_is_brought_along(wheel: Path) -> None:
    for source, to in WHEEL["force-include"].items():
        assert (wheel / to).read_bytes() == (ROOT / source).read_bytes(), to


def test_nothing_else_is_there(wheel: Path) -> None:
    own = {*kept(), *WHEEL["force-include"].values()}
    assert [one for one in installed(wheel) - own if ".dist-info/" not in one] == []


def test_what_is_installed_serves_without_the_tree(wheel: Path, tmp_path: Path) -> None:
    script = shutil.copy(SERVED, tmp_path)  # beside it, folders of tests have the rooms' names
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    run = [sys.executable, "-W", "ignore", script, str(wheel), str(tmp_path / "home")]
    ran = subprocess.run(
        run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["outside"] == []
    assert said["measured"] is True
    assert said["pages"] == {"/login": 200, "/verify": 200, "/healthz": 200, "/readyz": 200}
    assert {what for what, _ in said["named"]} == {"link", "script"}
    assert {status for _, status in said["named"]} == {200}
