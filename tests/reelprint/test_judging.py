from __future__ import annotations

import json
from pathlib import Path

import pytest

from reelprint.commands.judging import report
from reelprint.proving.judging import licences_of
from reference_catalog.catalog import Catalog
from reference_catalog.licence import licence
from tests.casework.build import SITE, showing
from tests.reference_catalog.builders import details, new_reference


def test_a_verdict_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    of = showing(3, ["film", "song"], unmatched=9)
    assert report(of, SITE, {}, as_json=False) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{SITE} confirmed policy standard\n  3 of 12 independent streams match")
    assert "mind: " in said
    assert report(of, SITE, {}, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "confirmed"
    assert report(showing(0, ["film"], unmatched=36), SITE, {}, as_json=True) == 1


def test_what_a_stranger_named_is_shown_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    report(showing(1, ["a\x1b[2Jb"]), SITE, {}, as_json=False)
    assert "\x1b" not in capsys.readouterr().out


def test_licences_come_from_the_catalogue(tmp_path: Path) -> None:
    hers = licence(SITE, "KR", "", "")
    with Catalog.create(tmp_path) as catalog:
        catalog.add(details("film"), new_reference(1))
        assert licences_of(showing(2, ["film", "gone"]), catalog) == {"film": None, "gone": None}
        catalog.license({"film": [hers]})
        assert licences_of(showing(1, ["film"]), catalog) == {"film": (hers,)}
