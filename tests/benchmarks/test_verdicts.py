from __future__ import annotations

from typing import Any

import pytest

from benchmarks.verdicts import Plan, measure
from benchmarks.verdicts_page import verdicts

ROWS: Any = measure(Plan(sites=1500, samples=120))["rows"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rate']} {row['error']}")
def test_no_rule_errs_more_often_than_it_says(row: Any) -> None:
    assert row["seen"]["low"] <= row["stated"]


def test_the_report_has_a_row_for_each() -> None:
    page = verdicts({"sites": 1500, "samples": 120, "rows": ROWS})
    assert page.count("\n| carries") == len(ROWS)


def test_errors_are_seen_where_they_are_allowed() -> None:
    seen = {(row["rate"], row["error"]): row["seen"]["k"] for row in ROWS}
    assert seen[0.05, "accused by the sequential test"] > 0
    assert seen[0.001, "acquitted by the sequential test"] > 0
    assert seen[0.001, "cleared"] > 0
