"""Stored codes of packages from outside that no reference has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprint.registry import KEPT_BESIDE, SCHEMES
from fingerprint.scheme import Fingerprint
from reelprint.fpk.codes import MOST_PER_S, decoded
from reelprint.workspace import Workspace
from reference_catalog import codec
from tests.reelprint.fpk.bad_codes import BAD, codes
from tests.reelprint.fpk.builders import (
    FRAMES,
    SECONDS,
    Made,
    frames,
    outcomes,
    package,
    refused,
    taken,
    with_codes,
    workspace,
)

WHY = {
    "too good": "too good",
    "NaN": "times",
    "NaN within": "times",
    "all at once": "at once",
    "claims a petabyte": "not as long as it says",
    "claims less than nothing": "not as long as it says",
    "bomb": "too large",
}


def test_what_is_changed_below_is_else_a_fingerprint() -> None:
    assert len(decoded(codes(), FRAMES, SECONDS, 40)) == 40


@pytest.mark.parametrize("name", BAD)
def test_codes_that_no_reference_has_are_refused(here: Workspace, copy: Path, name: str) -> None:
    assert WHY.get(name, "") in refused(here, with_codes(copy, BAD[name](), 40))


def test_more_than_is_kept_of_a_reference_is_refused() -> None:
    code, time = np.zeros((1, 2), np.uint8), np.zeros(1)
    poor = Fingerprint("audio-landmark-2", code, time, np.full(1, 100 - 7 * 7, np.uint8))
    with pytest.raises(ValueError, match="more than is kept"):
        decoded(codec.encode(poor), "audio-landmark-2", SECONDS, 1)


def test_another_number_of_codes_than_said_is_refused(here: Workspace, copy: Path) -> None:
    assert refused(here, with_codes(copy, codes(), 39))


def test_the_sound_references_of_a_package_are_registered_all_the_same(tmp_path: Path) -> None:
    path = package(tmp_path / "p.fpk", [Made("v", 2), Made("w", 1)])
    where = workspace(tmp_path / "home")
    assert outcomes(taken(where, with_codes(path, BAD["NaN"]()))) == ["registered", "failed"]
    with where.catalog() as catalog:
        assert [work.work_id for work in catalog.works()] == ["v"]


@given(st.data())
def test_stored_codes_with_any_bytes_changed_are_codes_or_refused(data: st.DataObject) -> None:
    stored = bytearray(codec.encode(frames(1)))
    for _ in range(data.draw(st.integers(1, 4))):
        stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    try:
        one = decoded(bytes(stored), FRAMES, SECONDS, 40)
    except ValueError:
        return
    assert one.codes.shape == (40, 32)
    assert np.isfinite(one.times).all()


def test_every_scheme_of_references_has_a_bound_on_its_codes() -> None:
    names = {s.name for s in SCHEMES} | {s.name for row in KEPT_BESIDE.values() for s in row}
    assert names == set(MOST_PER_S)


def test_peaks_of_every_frequency_at_once_are_refused() -> None:
    n = 4_000
    steps = np.tile(np.arange(400, dtype=">u2"), n // 400)
    crowd = Fingerprint(
        "audio-landmark-2",
        steps.view(np.uint8).reshape(-1, 2),
        np.repeat(np.arange(n // 400), 400).astype(np.float64),
        np.full(n, 100, np.uint8),
    )
    with pytest.raises(ValueError, match="at once"):
        decoded(codec.encode(crowd), "audio-landmark-2", SECONDS, n)
    thin = crowd.take(np.arange(n) % 10 == 0)
    assert len(decoded(codec.encode(thin), "audio-landmark-2", SECONDS, n // 10)) == n // 10
