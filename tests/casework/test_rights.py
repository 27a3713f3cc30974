from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.rights import rights
from reference_catalog.licence import licence

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
STREAM = licence("stream.example", "KR, JP", "2026-01-01", "2026-12-01")


@pytest.mark.parametrize(
    "site",
    [
        "stream.example",
        "STREAM.example.",
        "vod.stream.example",
        "https://www.stream.example:8443/live/1.m3u8?x=evil.example",
        "stream.example:443",
    ],
)
def test_an_allowed_distributor_is_licensed(site: str) -> None:
    assert rights([STREAM], site, "KR", AT).rights == "licensed"


@pytest.mark.parametrize(
    "site",
    [
        "evilstream.example",
        "stream.example.evil.example",
        "https://stream.example@evil.example/",
        "https://evil.example/stream.example",
        "stream-example",
        "stre\u0430m.example",  # a Cyrillic letter
        "example",
        "192.0.2.1",
        "[2001:db8::1]:443",
        "..",
        "",
    ],
)
def test_a_look_alike_is_not(site: str) -> None:
    assert rights([STREAM], site, "KR", AT).rights == "unlicensed_indicated"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), "unlicensed_indicated"),
        (datetime(2026, 1, 1, tzinfo=UTC), "licensed"),
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "licensed"),
        (datetime(2026, 12, 1, tzinfo=UTC), "unlicensed_indicated"),
    ],
)
def test_windows_are_half_open(at: datetime, said: str) -> None:
    assert rights([STREAM], "stream.example", "KR", at).rights == said


def test_territories() -> None:
    assert rights([STREAM], "stream.example", "US", AT).rights == "unlicensed_indicated"
    unsaid = rights([STREAM], "stream.example", None, AT)
    assert (unsaid.rights, "the case names none" in unsaid.basis) == ("rights_unknown", True)
    everywhere = licence("stream.example", "", "", "")
    assert rights([STREAM, everywhere], "stream.example", None, AT).rights == "licensed"


def test_knowing_nothing_is_not_knowing_that_nobody_is_licensed() -> None:
    assert rights(None, "stream.example", "KR", AT).rights == "rights_unknown"
    assert rights([], "stream.example", "KR", AT).rights == "unlicensed_indicated"


def test_names_in_other_scripts_are_compared_in_one_form() -> None:
    theirs = licence("영화.example", "", "", "")
    assert rights([theirs], "xn--vj5bo21a.example", None, AT).rights == "licensed"
    assert rights([theirs], "https://www.영화.example/", None, AT).rights == "licensed"
