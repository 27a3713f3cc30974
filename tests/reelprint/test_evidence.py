"""`reelprint key`, `export`, `verify` and `timestamp` as they are called."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from reelprint.commands.exporting import as_dict
from reelprint.proving.exporting import write
from tests.capture.server import serving
from tests.evidence.authority import OPENSSL, new_authority
from tests.evidence.casebook import KEY, Casebook
from tests.evidence.conftest import casebook, contents, package
from tests.evidence.forging import files_of, zipped
from tests.reelprint.conftest import CommandLine, new_workspace

__all__ = ["casebook", "contents", "package"]


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return new_workspace(tmp_path / "home")


def test_a_key_is_made_once_and_shown(run: CommandLine, tmp_path: Path) -> None:
    assert run("key", "show").code == 2
    made = run("key", "new")
    assert made.code == 0
    path = run.home / "signing-key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (shown,) = run("key", "show", "--json").objects
    assert f"fingerprint: {shown['fingerprint']}" in made.out
    assert shown["pem"].startswith("-----BEGIN PUBLIC KEY-----")
    before = path.read_bytes()
    assert run("key", "new").code == 2
    assert path.read_bytes() == before
    other = tmp_path / "other.pem"
    assert run("key", "new", "--out", other).code == 0
    assert run("key", "show", "--key", other).out != run("key", "show").out
    other.write_bytes(b"-----BEGIN NONSENSE-----")
    assert run("key", "show", "--key", other).code == 2


def test_what_verify_says(run: CommandLine, package: Path, tmp_path: Path) -> None:
    public = tmp_path / "signer.pem"
    public.write_bytes(KEY.signer.pem)
    said = run("verify", package, "--signer", public, "--json")
    assert said.code == 0, said
    (found,) = said.objects
    assert found["verify"] == "ok"
    assert found["not_checked"] == ["time stamp"]
    assert run("verify", package, "--signer", "AB:" * 31 + "AB").code == 1
    assert run("verify", package, "--signer", "me").code == 2
    assert run("verify", tmp_path / "nothing.zip").code == 2
    public.write_bytes(b"no package")
    said = run("verify", public)
    assert said.code == 1
    assert "IT DOES NOT HOLD" in said.out


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl to be an authority")
def test_a_package_is_stamped_later(run: CommandLine, package: Path, tmp_path: Path) -> None:
    path = zipped(files_of(package), tmp_path / "case.evidence.zip")
    assert run("timestamp", path).code == 1
    (tmp_path / "tsa").mkdir()
    authority = new_authority(tmp_path / "tsa")
    with serving() as site:
        site.answers["/tsa"] = authority.over_http
        assert run("timestamp", "--tsa", site.url("/tsa")).code == 1
        asked = ("timestamp", "--tsa", site.url("/tsa"), "--allow-private", "--json")
        (said,) = run(*asked).objects
        assert said["time_stamped"]
        assert run(*asked).out == ""
    assert run("timestamp", path).code == 0
    roots = tmp_path / "tsa" / "ca.pem"
    (found,) = run("verify", path, "--tsa-ca", roots, "--json").objects
    stamps = [check["state"] for check in found["checks"] if check["name"] == "time stamp"]
    assert stamps == ["ok"]
    assert json.dumps(found).count('"fail"') == 0


def test_an_export_is_checked_at_once(casebook: Casebook, tmp_path: Path) -> None:
    out = tmp_path / "case.evidence.zip"
    said = as_dict(write(casebook.given, KEY, out, None))
    assert (said["verify"], said["signer"]) == ("ok", KEY.signer.fingerprint)
    assert said["files"] == len(files_of(out))
    assert not said["time_stamped"]
    with pytest.raises(FileExistsError):
        write(casebook.given, KEY, out, None)
    gone = replace(casebook.given, captures={})
    with pytest.raises(LookupError):
        write(gone, KEY, tmp_path / "gone.zip", None)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    lines = casebook.given.custody
    torn = write(replace(casebook.given, custody=lines[1:]), KEY, tmp_path / "torn.zip", None)
    assert [one.name for one in torn.found.checks if one.state == "fail"] == ["custody"]
