"""Tables and the record: complete, readable by machines, and obeyed by no spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings

from evidence.exports import matches_csv, sites_csv
from evidence.exports.contents import Contents, spelled
from evidence.exports.exporting import exports
from evidence.exports.table import table, text_of
from tests.evidence.exports_builder import contents, dossier
from tests.evidence.exports_strange import strange, texts


def rows(data: bytes) -> list[dict[str, str]]:
    """A table as other programs read it."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_each_finding_has_its_row_with_what_became_of_it() -> None:
    found = rows(exports(contents())["matches.csv"])
    assert tuple(found[0]) == matches_csv.COLUMNS
    assert [row["finding_id"] for row in found] == ["F1", "F2", "F3", "F4"]
    assert [row["disposition"] for row in found] == ["confirmed", "rejected", "", "confirmed"]
    assert found[0]["rights"] == "unlicensed_indicated"
    assert (found[3]["rights"], found[3]["work_state"]) == ("licensed", "confirmed")


def test_numbers_stay_numbers_and_a_negative_one_is_no_formula() -> None:
    row = rows(exports(contents())["matches.csv"])[0]
    assert row["pitch_semitones"] == "-0.71"
    assert float(row["e_value"]) == 3.2e-81
    assert float(row["reference_end_s"]) == 654.542


def test_a_site_is_a_candidate_if_a_notice_may_speak_of_it() -> None:
    found = rows(exports(contents())["sites.csv"])
    assert tuple(found[0]) == sites_csv.COLUMNS
    assert {row["site"]: row["candidate"] for row in found} == {
        "pirate.example": "yes",
        "unsure.example": "no",
        "vod.example": "no",
    }
    pirate = found[0]
    assert (pirate["works"], pirate["owners"], pirate["confirmed_findings"]) == (
        *("film-x", "Studio A", "1"),
    )
    assert "song-y" in pirate["works_left_out"]


def test_a_path_at_home_is_not_among_the_sources_of_a_site() -> None:
    record = dossier()
    first = replace(record.samples[0], source="/home/someone/a.ts")
    made = contents(dossier=replace(record, samples=(first, *record.samples[1:])))
    sites = rows(exports(made)["sites.csv"])
    assert sites[0]["sources"] == "https://pirate.example/live/2.m3u8"


@given(texts)
@settings(deadline=None)
def test_no_text_of_a_table_is_a_formula_and_each_can_be_read_back(text: str) -> None:
    text = spelled(text)
    cell = rows(table(("a", "b"), [{"a": text, "b": 1}]))[0]["a"]
    assert text_of(cell) == text
    assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠"))  # noqa: RUF001


@given(strange())
@settings(max_examples=30, deadline=None)
def test_tables_of_any_text_have_as_many_rows_as_there_are_things(made: Contents) -> None:
    written = exports(made)
    found = rows(written["matches.csv"])
    assert len(found) == len(made.dossier.findings)
    assert len(rows(written["sites.csv"])) == len(made.verdicts)
    for row, finding in zip(found, made.dossier.findings, strict=True):
        assert text_of(row["media"]) == spelled(finding.media)


def test_the_record_is_canonical_and_whole() -> None:
    data = exports(contents())["case.json"]
    read = json.loads(data)
    assert [one["finding_id"] for one in read["findings"]] == ["F1", "F2", "F3", "F4"]
    assert read["verdicts"][0]["works"][0]["tally"]["share"]["low"] == 0.0943
    assert rfc8785.dumps(read) + b"\n" == data


def test_a_number_that_json_cannot_hold_becomes_text() -> None:
    assert json.loads(exports(contents())["case.json"])["case"]["sampling"]["seed"] == str(2**63)


@given(strange())
@settings(max_examples=30, deadline=None)
def test_the_record_of_any_text_reads_back_as_it_was(made: Contents) -> None:
    read = json.loads(exports(made)["case.json"])
    assert [one["media"] for one in read["findings"]] == [
        spelled(one.media) for one in made.dossier.findings
    ]


def test_the_same_contents_give_the_same_bytes() -> None:
    assert exports(contents()) == exports(contents())


@pytest.mark.parametrize("text", ["2026-10-09", "2026-10-09T12:00:00+01:00", "now", ""])
def test_a_damaged_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a moment"):
        exports(contents(generated_at=text))
