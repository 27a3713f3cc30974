"""Whoever changes what is on record is found out, as far as that can be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.chain import ORIGIN, head_of, line_of
from casework import custody
from casework.canonical import canonical, digest
from casework.errors import CasesDamaged, NoSuchCase
from casework.journal import Recorded
from casework.store import CaseStore
from tests.casework.conftest import CASE, found, tamper

CHANGES = {
    "a record changed": "UPDATE record SET body = replace(body, 'film', 'fiim') WHERE n = 4",
    "a record renamed": "UPDATE record SET name = 'F000002' WHERE kind = 'finding'",
    "a record of another kind": "UPDATE record SET kind = 'seen' WHERE kind = 'finding'",
    "a record deleted": "DELETE FROM record WHERE kind = 'finding'",
    "a record moved": "UPDATE record SET n = 99 WHERE kind = 'finding'",
    "a record as text": "UPDATE record SET body = 'Ünsinn' WHERE n = 4",
    "a record that is no text": "UPDATE record SET body = x'ff00' WHERE n = 4",
    "a record added": "INSERT INTO record SELECT case_id, 99, kind, 'F9', body FROM record"
    " WHERE kind = 'finding'",
    "a line changed": "UPDATE custody SET line = replace(line, 'ann', 'eve') WHERE n = 2",
    "a line as text": "UPDATE custody SET line = 'x' WHERE n = 2",
    "a line deleted": "DELETE FROM custody WHERE n = 2",
    "a line added": "INSERT INTO custody SELECT case_id, 99, line FROM custody WHERE n = 3",
    "lines exchanged": "UPDATE custody SET n = CASE n WHEN 2 THEN 77 ELSE n END WHERE n = 2",
    "the log deleted": "DELETE FROM custody",
}


@pytest.fixture
def filled(store: CaseStore) -> CaseStore:
    """A case with a finding that was reviewed, and shown."""
    (finding,) = found(store, "film")
    store.review(CASE, "bob", finding.finding_id, "confirmed", "seen")
    store.dossier(CASE, "bob")
    return store


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_changed_is_found(filled: CaseStore, folder: Path, change: str) -> None:
    assert filled.verify(CASE) == []
    tamper(folder, change)
    assert filled.verify(CASE) != []
    with pytest.raises((CasesDamaged, NoSuchCase)):
        filled.dossier(CASE, "bob")


def test_a_case_under_another_name_is_found(filled: CaseStore, folder: Path) -> None:
    tamper(folder, *(f"UPDATE {table} SET case_id = 'C-2'" for table in ("custody", "record")))
    assert filled.verify("C-2")[0] == "line 0 of the log is of another case"
    with pytest.raises(NoSuchCase):
        filled.verify(CASE)


def test_the_end_of_a_log_can_only_be_missed_by_who_noted_its_head(
    filled: CaseStore, folder: Path
) -> None:
    head = filled.head(CASE)
    tamper(folder, "DELETE FROM record WHERE n >= 4", "DELETE FROM custody WHERE n >= 4")
    assert filled.verify(CASE) == []  # as the documents say
    assert filled.verify(CASE, head.sha256) == [
        "the head that was noted is not in the log: it was cut off or written anew"
    ]


def test_a_head_stays_in_the_log_as_it_grows(filled: CaseStore) -> None:
    head = filled.head(CASE).sha256
    filled.dossier(CASE, "bob")
    assert filled.verify(CASE, head) == []


def test_a_log_goes_on_behind_what_was_done_to_it(filled: CaseStore, folder: Path) -> None:
    tamper(folder, CHANGES["a line deleted"])
    filled.accessed(CASE, "bob", "exported")
    assert filled.verify(CASE) != []


def log_of(count: int) -> tuple[list[bytes], list[Recorded]]:
    lines: list[bytes] = []
    records: list[Recorded] = []
    for n in range(count):
        body = canonical({"n": n})
        said = {"kind": "sample", "name": f"S{n:06}", "sha256": digest(body)}
        head = head_of(lines[-1]) if lines else ORIGIN
        lines.append(line_of(n, head, "sampled", {"case": CASE, "by": "ann", "record": said}))
        records.append(Recorded(n, "sample", f"S{n:06}", body))
    return lines, records


@given(st.integers(1, 5), st.data())
def test_any_byte_that_is_changed_is_found(count: int, data: st.DataObject) -> None:
    lines, records = log_of(count)
    noted = head_of(lines[-1])
    assert custody.problems(CASE, lines, records, noted) == []
    which = data.draw(st.integers(0, count - 1))
    changed = data.draw(st.sampled_from(["line", "body"]))
    whole = lines[which] if changed == "line" else records[which].body
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    spoiled = whole[:place] + bytes([other]) + whole[place + 1 :]
    if changed == "line":
        lines[which] = spoiled
    else:
        records[which] = replace(records[which], body=spoiled)
    assert custody.problems(CASE, lines, records, noted) != []


def test_a_log_is_read_without_us(filled: CaseStore) -> None:
    lines = filled.custody(CASE)
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    assert [json.loads(line)["n"] for line in lines] == list(range(len(lines)))
    assert json.loads(lines[-1])["before"] == head_of(lines[-2])
    assert filled.head(CASE).sha256 == head_of(lines[-1])
