"""Merging changes nothing but the files: what is found, and in which order, stays the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint.scheme import Fingerprint
from index.store import Index
from tests.index.builders import (
    AUDIO,
    FEATURES,
    SCHEMES,
    SMALL,
    VIDEO,
    Model,
    check,
    filled,
    fingerprint,
)
from tests.index.test_damage import flip
from tests.index.test_store import files, named

CODED = (VIDEO, SMALL)
APART = [100, 30, 8, 2]  # each too small beside the one before to be put together with it


def columns(folder: Path) -> dict[str, bytes]:
    """The bytes of all files by their names without that of the segment."""
    stored = [*folder.glob("*.npy"), *folder.glob("*.faiss")]
    return {f"{p.name.split('.')[0]}.{p.name.split('.', 2)[2]}": p.read_bytes() for p in stored}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_merged_index_has_the_bytes_of_one_filled_at_once(tmp_path: Path, scheme: str) -> None:
    """Whatever was removed, and in whatever order references came."""
    works = {n: fingerprint(scheme, n, 20 + n) for n in (4, 1, 9, 3, 7, 2)}
    slowly = Index(tmp_path / "slowly")
    for number in (9, 3, 4, 1, 7, 2):
        slowly._commit(slowly._append([*slowly._contents.parts], scheme, {number: works[number]}, {}))
        slowly.refresh()
    slowly.remove([3, 9])
    slowly.merge(everything=True)
    kept = {n: one for n, one in works.items() if n not in (3, 9)}
    Index(tmp_path / "once").add(scheme, kept)
    assert columns(tmp_path / "slowly") == columns(tmp_path / "once")
