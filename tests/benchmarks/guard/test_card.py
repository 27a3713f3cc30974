"""A result is written, signed, shown; and what was changed after signing is not what was signed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks import results, signing
from benchmarks.guard import card, command
from benchmarks.guard.run import judge
from benchmarks.guard.stated import body
from benchmarks.guard.works import shipped
from benchmarks.results import Result
from tests.benchmarks.guard.build import baseline, measured, run


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A pair of keys that lives as long as the test."""
    from cryptography.hazmat.primitives import serialization as as_bytes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    folder, key = tmp_path_factory.mktemp("keys"), Ed25519PrivateKey.generate()
    pem, none = as_bytes.Encoding.PEM, as_bytes.NoEncryption()
    (folder / "private.pem").write_bytes(key.private_bytes(pem, as_bytes.PrivateFormat.PKCS8, none))
    (folder / "public.pem").write_bytes(
        key.public_key().public_bytes(pem, as_bytes.PublicFormat.SubjectPublicKeyInfo)
    )
    return folder / "private.pem", folder / "public.pem"


def result(lost: int = 0) -> Result:
    """A result with one cell that may have fallen."""
    now, before = measured(run({"sound_a_1s": lost})), baseline()
    with TemporaryDirectory() as scratch:
        told = body(now, before, *judge(now, before), shipped(Path(scratch)), 5)
    return {**results.stated("guard", told), "signature": None}


def test_a_card_says_what_was_tested_on_what_and_what_it_does_not_show(tmp_path: Path) -> None:
    card.write(result(), tmp_path / "card.md")
    page = (tmp_path / "card.md").read_text(encoding="utf-8")
    for words in ("passed", "What it does not show", "CC0-1.0", "Unsigned", "22 of 24", "0.917 ["):
        assert words in page
    assert (tmp_path / "card-recall.svg").stat().st_size > 1000
    assert (tmp_path / "card-chance.svg").stat().st_size > 1000


def test_a_card_of_a_fall_says_so(tmp_path: Path) -> None:
    card.write(result(12), tmp_path / "card.md")
    page = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "**failed**" in page
    assert "sound_a_1s: 10 of 24 found" in page


def test_a_result_is_verified_until_it_is_changed(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    private, public = keys
    told = result()
    told["signature"] = signing.signature(told, private)
    path = tmp_path / "bench.json"
    results.write_whole(path, told)
    assert command.verify(path, public) == command.PASSED
    path.write_text(path.read_text().replace('"k": 22', '"k": 23', 1))
    assert command.verify(path, public) == command.FAILED


def test_unsigned_results_and_strange_keys_are_no_proof(
    tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    private, public = keys
    with pytest.raises(signing.NotSigned, match="unsigned"):
        signing.verify(result(), public)
    ec = tmp_path / "ec.pem"
    from cryptography.hazmat.primitives import serialization as as_bytes
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    other = generate_private_key(SECP256R1())
    pem, none = as_bytes.Encoding.PEM, as_bytes.NoEncryption()
    ec.write_bytes(other.private_bytes(pem, as_bytes.PrivateFormat.PKCS8, none))
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        signing.signature(result(), ec)
    assert private.exists()


def test_no_key_is_in_the_repository() -> None:
    root = Path(__file__).parents[3]
    mark = "PRIVATE" + " KEY-----"
    done = subprocess.run(["git", "-C", str(root), "grep", "-l", mark], capture_output=True)
    assert not done.stdout
