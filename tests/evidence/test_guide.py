"""README-VERIFY.txt, followed to the letter by a shell that knows nothing of Reelprint."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.building import build
from evidence.contents import Contents
from evidence.stamps import query
from tests.evidence.authority import OPENSSL, Authority, new_authority
from tests.evidence.casebook import KEY, Casebook
from tests.evidence.forging import files_of, zipped

TOOLS = ("bash", "unzip", "sha256sum", "openssl", "find", "comm")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="a tool that the guide names is missing"
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    assert OPENSSL
    return new_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def folder(contents: Contents, casebook: Casebook, authority: Authority, tmp_path: Path) -> Path:
    """Where a reader has put a package that has time stamps."""
    sealed_capture = casebook.captures[casebook.readable] / "manifest.json"
    answer = authority.answer(query(sealed_capture.read_bytes()))
    whole = replace(contents, capture_stamps={casebook.readable: answer})
    with (tmp_path / "case.evidence.zip").open("wb") as out:
        build(whole, KEY, out, lambda sums: authority.answer(query(sums)))
    return tmp_path


def steps(text: str) -> list[str]:
    """The commands of the guide, block by block."""
    blocks = re.findall(r"(?:^ {5}.+\n)+", text, re.MULTILINE)
    return [re.sub(r"^ {5}", "", block, flags=re.MULTILINE) for block in blocks]


def followed(folder: Path, authority: Authority) -> list[subprocess.CompletedProcess[str]]:
    guide = files_of_any(folder / "case.evidence.zip")
    first, *others = steps(guide)
    ran = [shell(first, folder)]
    shutil.copy(authority.folder / "ca.pem", folder / "ca.pem")
    for step in others:
        ran.append(shell(step, folder / "package"))
    return ran


def files_of_any(path: Path) -> str:
    return files_of(path)["README-VERIFY.txt"].decode("ascii")


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)


def test_every_step_is_fine(folder: Path, authority: Authority) -> None:
    ran = followed(folder, authority)
    assert [one.returncode for one in ran] == [0] * 8, ran
    unzip, sums, extra, signed, key, stamped, shown, captures = (one.stdout for one in ran)
    assert unzip == extra == ""
    assert set(re.findall(r"\w+$", sums, re.MULTILINE)) == {"OK"}
    assert "Signature Verified Successfully" in signed
    assert key.split()[0] == KEY.signer.fingerprint
    assert "Time stamp:" in shown
    assert [one.stderr.count("Verification: OK") for one in (ran[5], ran[7])] == [1, 1] or (
        "Verification: OK" in stamped + captures
    )


def test_a_changed_file_shows(folder: Path, authority: Authority) -> None:
    path = folder / "case.evidence.zip"
    files = files_of(path)
    zipped({**files, "verdict.json": b"[]"}, path)
    assert followed(folder, authority)[1].returncode == 1


def test_a_file_that_is_not_listed_shows(folder: Path, authority: Authority) -> None:
    path = folder / "case.evidence.zip"
    zipped({**files_of(path), "verdict.txt": b"guilty"}, path)
    ran = followed(folder, authority)
    assert ran[1].returncode == 0
    assert ran[2].stdout == "verdict.txt\n"


def test_a_changed_list_shows(folder: Path, authority: Authority) -> None:
    path = folder / "case.evidence.zip"
    files = files_of(path)
    zipped({**files, "SHA256SUMS": files["SHA256SUMS"] + b"\n"}, path)
    ran = followed(folder, authority)
    assert ran[3].returncode != 0
    assert ran[5].returncode != 0
