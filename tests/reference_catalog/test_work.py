from __future__ import annotations

import dataclasses
import math

import pytest

from reference_catalog.work import WorkDetails
from tests.reference_catalog.builders import fingerprint, new_reference


@pytest.mark.parametrize(
    ("work_id", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("x" * 201, "201 characters"),
        ("a\nb", "control character"),
        ("a\x7fb", "control character"),
        ("caf\udce9", "not valid Unicode"),
    ],
)
def test_a_bad_work_id_is_refused(work_id: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        WorkDetails(work_id, "title")


@pytest.mark.parametrize("work_id", ["x" * 200, "=HYPERLINK()", "영화 1 / 2", "<b>", "../.."])
def test_an_odd_work_id_is_just_text(work_id: str) -> None:
    assert WorkDetails(work_id, "title").work_id == work_id


def test_bad_details_are_refused() -> None:
    with pytest.raises(ValueError, match="'movie' is none of film, episode"):
        WorkDetails("w", "title", "movie")
    with pytest.raises(ValueError, match="title is empty"):
        WorkDetails("w", "")


@pytest.mark.parametrize("sha256", ["", "ab", "A" * 64, "g" * 64, "a" * 65, "a" * 64 + "\n"])
def test_a_bad_digest_is_refused(sha256: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        dataclasses.replace(new_reference(1), sha256=sha256)


@pytest.mark.parametrize("duration_s", [-1.0, math.nan, math.inf])
def test_a_bad_duration_is_refused(duration_s: float) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        dataclasses.replace(new_reference(1), duration_s=duration_s)


def test_two_fingerprints_of_one_scheme_are_refused() -> None:
    with pytest.raises(ValueError, match="two fingerprints of one scheme"):
        dataclasses.replace(new_reference(1), fingerprints=(fingerprint(1), fingerprint(2)))
