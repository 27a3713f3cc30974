"""A package that nobody touched."""

from __future__ import annotations

from pathlib import Path

from evidence.contents import Contents
from evidence.verifying import verify
from tests.evidence.conftest import DEEP, data_of


def test_what_was_sealed_holds_and_is_derived_again(package: Path) -> None:
    found = verify(package, DEEP)
    assert found.holds, found.checks
    states = {check.name: check.state for check in found.checks}
    assert states["re-derivation"] == "ok"
    assert [n for n, s in states.items() if s == "not checked"] == ["verdict", "time stamp"]
    (again,) = (c.detail for c in found.checks if c.name == "re-derivation")
    assert "equal in every figure" in again


def test_the_same_contents_and_key_give_the_same_bytes(contents: Contents, package: Path) -> None:
    assert data_of(contents) == package.read_bytes()
