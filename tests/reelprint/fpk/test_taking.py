"""Registering out of packages: whose word is taken, and for what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from media.clip import Span
from reelprint.workspace import Workspace
from reference_catalog.licence import licence
from reference_catalog.work import Exclusion, NewReference, Work, WorkDetails
from tests.reelprint.fpk.builders import (
    KEY,
    MADE_AT,
    OTHER,
    Made,
    frames,
    outcomes,
    package,
    sha256,
    taken,
    workspace,
)


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "home")


def work_of(here: Workspace, work_id: str) -> Work:
    with here.catalog() as catalog:
        found = catalog.work(work_id)
    assert found is not None
    return found


def test_a_package_registers_what_it_says(here: Workspace, tmp_path: Path) -> None:
    granted = (licence("vod.example", "KR", "2026-01-01", ""),)
    made = Made("w", 1, title="A Title", licences=granted)
    path = package(tmp_path / "p.fpk", [made, Made("v", 2)])
    found = taken(here, path)
    assert [(o.work_id, o.outcome) for o in found] == [("v", "registered"), ("w", "registered")]
    work = work_of(here, "w")
    assert (work.title, work.licences, work.holder) == (
        "A Title",
        granted,
        KEY.signer.fingerprint,
    )
    (reference,) = work.references
    assert reference.sha256 == made.media
    assert reference.source == f"{path.resolve()}#1.mp4"
    assert reference.origin is not None
    assert reference.origin.package == sha256(path.read_bytes())
    assert (reference.origin.signer, reference.origin.made_at) == (KEY.signer.fingerprint, MADE_AT)
    with here.catalog() as catalog:
        kept = catalog.fingerprint(reference.number, frames(1).scheme)
        assert catalog.numbers(frames(1).scheme) == [1, 2]
    np.testing.assert_array_equal(kept.codes, frames(1).codes)
    assert work_of(here, "v").licences is None


def test_repeating_changes_nothing(here: Workspace, tmp_path: Path) -> None:
    path = package(tmp_path / "p.fpk", [Made("w", 1)])
    assert outcomes(taken(here, path)) == ["registered"]
    before = work_of(here, "w")
    again = taken(here, path)
    assert [(o.outcome, o.reason) for o in again] == [("unchanged", None)]
    assert work_of(here, "w") == before


def test_a_holder_may_add_to_and_describe_their_own_works(here: Workspace, tmp_path: Path) -> None:
    taken(here, package(tmp_path / "p.fpk", [Made("w", 1)]))
    more = package(tmp_path / "q.fpk", [Made("w", 1, title="New"), Made("w", 2, title="New")])
    assert sorted(outcomes(taken(here, more))) == ["registered", "unchanged"]
    assert work_of(here, "w").title == "New"
    assert len(work_of(here, "w").references) == 2


def test_a_key_that_nobody_trusts_changes_nothing(here: Workspace, tmp_path: Path) -> None:
    path = package(tmp_path / "p.fpk", [Made("w", 1)], OTHER)
    (found,) = taken(here, path, KEY)
    assert found.outcome == "failed"
    assert OTHER.signer.fingerprint in (found.reason or "")
    with here.catalog() as catalog:
        assert list(catalog.works()) == []


def test_what_nobody_signed_is_taken_only_when_asked_for(here: Workspace, tmp_path: Path) -> None:
    path = package(tmp_path / "p.fpk", [Made("w", 1)], None)
    (found,) = taken(here, path)
    assert (found.outcome, "--unsigned" in (found.reason or "")) == ("failed", True)
    assert outcomes(taken(here, path, unsigned=True)) == ["registered"]
    assert outcomes(taken(here, path, unsigned=True)) == ["unchanged"]
    stranger = package(tmp_path / "q.fpk", [Made("w", 2, title="Mine")], None)
    (refused,) = taken(here, stranger, unsigned=True)
    assert refused.outcome == "failed"
    assert work_of(here, "w").title == "w"


@pytest.mark.parametrize("media", [1, 2], ids=["the same file", "another file"])
def test_another_holder_s_work_is_not_changed(here: Workspace, tmp_path: Path, media: int) -> None:
    taken(here, package(tmp_path / "p.fpk", [Made("w", 1)], OTHER), OTHER)
    before = work_of(here, "w")
    path = package(tmp_path / "q.fpk", [Made("w", media, title="Mine", licences=()), Made("x", 3)])
    found = {one.work_id: one for one in taken(here, path, KEY, OTHER)}
    assert found["x"].outcome == "registered"  # the rest is not held up
    assert found["w"].outcome == ("unchanged" if media == 1 else "failed")
    assert OTHER.signer.fingerprint[:12] in (found["w"].reason or "")
    assert work_of(here, "w") == before


def test_a_work_that_was_registered_here_is_not_changed(here: Workspace, tmp_path: Path) -> None:
    new = NewReference("0" * 64, "/masters/w.mp4", 20.0, (), (frames(9),))
    with here.catalog() as catalog:
        catalog.add(WorkDetails("w", "Ours"), new)
    before = work_of(here, "w")
    (found,) = taken(here, package(tmp_path / "p.fpk", [Made("w", 1, title="Theirs")]))
    assert found.outcome == "failed"
    assert "registered here" in (found.reason or "")
    assert work_of(here, "w") == before


def test_a_file_of_another_work_is_not_taken_over(here: Workspace, tmp_path: Path) -> None:
    taken(here, package(tmp_path / "p.fpk", [Made("w", 1)], OTHER), OTHER)
    (found,) = taken(here, package(tmp_path / "q.fpk", [Made("mine", 1)]))
    assert (found.outcome, found.reason) == ("unchanged", "the same file is 'w' already")


def test_schemes_that_a_package_lacks_are_named_for_each_reference(tmp_path: Path) -> None:
    here = workspace(tmp_path / "home", "video-dct256-1", "audio-landmark-2")
    found = taken(here, package(tmp_path / "p.fpk", [Made("w", 1), Made("v", 2)]))
    assert outcomes(found) == ["failed", "failed"]
    for one in found:
        assert one.reason == "the package has no audio-landmark-2, audio-outline-1"


def test_what_a_workspace_does_not_keep_is_left_out(tmp_path: Path) -> None:
    here = workspace(tmp_path / "home")
    codes = (frames(1), Fingerprint.empty("video-phash-1", 8))
    assert outcomes(taken(here, package(tmp_path / "p.fpk", [Made("w", 1, codes)]))) == [
        "registered"
    ]
    with here.catalog() as catalog:
        assert catalog.numbers("video-phash-1") == []


def same_codes(code: int, quality: int) -> Fingerprint:
    n = 44
    codes = np.full((n, 32), code, np.uint8)
    return Fingerprint("video-dct256-1", codes, np.arange(n) / 2, np.full(n, quality, np.uint8))


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (same_codes(0, 100), "still 0:0"),
        (same_codes(255, 5), "flat 0:00.0-0:2"),
        (Fingerprint.empty("video-dct256-1", 32), "it has no codes"),
    ],
    ids=["all alike", "without evidence", "none"],
)
def test_what_lint_would_say_of_a_reference_s_worth_is_said_at_once(
    here: Workspace, tmp_path: Path, codes: Fingerprint, said: str
) -> None:
    (found,) = taken(here, package(tmp_path / "p.fpk", [Made("w", 1, (codes,))]))
    assert found.outcome == "registered"
    assert [said in warning for warning in found.warnings] == [True]


def test_ranges_of_a_packaged_reference_can_be_excluded(here: Workspace, tmp_path: Path) -> None:
    taken(here, package(tmp_path / "p.fpk", [Made("w", 1)]))
    with here.catalog() as catalog:
        catalog.exclude([Exclusion(1, Span(0, 10), "")])
        assert len(catalog.fingerprint(1, "video-dct256-1")) == 20


def test_a_removed_work_may_be_registered_by_anybody_again(here: Workspace, tmp_path: Path) -> None:
    taken(here, package(tmp_path / "p.fpk", [Made("w", 1)], OTHER), OTHER)
    with here.catalog() as catalog:
        catalog.remove("w")
    assert outcomes(taken(here, package(tmp_path / "q.fpk", [Made("w", 1)]))) == ["registered"]
