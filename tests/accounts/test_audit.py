"""The audit log: what stands in it, who sees it, and whether a change is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.auditing import problems_of
from accounts.errors import AccountsDamaged, NotKnown
from accounts.records import Head
from accounts.store import Accounts
from capture.chain import ORIGIN, head_of, line_of
from tests.accounts.conftest import KIM, LEE, OTHER, PASSWORD, POLICE, STUDIO, Where

CHANGES = {
    "a line changed": "UPDATE audit SET line = '{\"n\": 2}' WHERE n = 2",
    "a line deleted": "DELETE FROM audit WHERE n = 2",
    "the first line deleted": "DELETE FROM audit WHERE n = 0",
    "the last line deleted": "DELETE FROM audit WHERE n = 8",
    "the log deleted": "DELETE FROM audit",
    "a line added": "INSERT INTO audit SELECT 99, organisation, line FROM audit WHERE n = 3",
    "a line moved": "UPDATE audit SET n = 77 WHERE n = 2",
    "a line filed elsewhere": f"UPDATE audit SET organisation = '{OTHER}' WHERE n = 7",
    "a line filed nowhere": "UPDATE audit SET organisation = NULL WHERE n = 7",
    "the end forgotten": "DELETE FROM audit_end",
    "the end moved": "UPDATE audit_end SET entries = 3",
}
CUT = "the head that was noted is not in the log: it was cut off or written anew"


@pytest.fixture
def filled(accounts: Accounts) -> Accounts:
    """After the six lines of the people there are, a log-in, an act and a refusal."""
    kim, _ = accounts.principal_of_session(accounts.log_in(KIM, PASSWORD, "192.0.2.1").token)
    accounts.record(kim, "cases.read", "C-1", facts={"rows": 3})
    accounts.record(kim, "works.write", "film", "refused")
    return accounts


def test_lines_say_who_did_what_by_which_way_in(filled: Accounts) -> None:
    said = [(one.by, one.organisation, one.via, one.act) for one in filled.audit(None)]
    assert said[0] == (None, None, "service", "organisation.add")
    assert said[6:] == [
        (KIM, POLICE, "session", "log_in"),
        (KIM, POLICE, "session", "cases.read"),
        (KIM, POLICE, "session", "works.write"),
    ]
    last = filled.audit(None)[-1]
    assert (last.what, last.outcome, last.facts) == ("film", "refused", {})


def test_lines_that_hold_some_bytes_are_found_from_a_number_on(filled: Accounts) -> None:
    def found(*parts: bytes, least: int = 0) -> list[str]:
        return [one.act for one in filled.audit_before(POLICE, None, 100, parts, least)]

    every = found()
    assert every[:3] == ["works.write", "cases.read", "log_in"]
    assert found(b'"event": "works.write"') == ["works.write"]
    assert found(b'"event": "works.write"', b'"outcome": "done"') == []
    assert found(b'"rows": 3', KIM.encode()) == ["cases.read"]
    assert found(b"%", b"_") == found(b"\\x") == []
    assert found(least=8) == every[:1]


def test_who_works_at_the_command_line_is_named(accounts: Accounts) -> None:
    accounts.set_roles(KIM, ["admin"], by="root")
    (line,) = accounts.audit_before(None, limit=1)
    assert (line.by, line.via, line.act, line.what) == (
        "root",
        "command line",
        "account.roles",
        KIM,
    )
    assert line.facts == {"roles": ["admin"], "before": ["analyst", "auditor"]}


def test_lines_are_given_out_by_page_and_organisation(filled: Accounts) -> None:
    assert [one.n for one in filled.audit(None, 2, 3)] == [3, 4, 5]
    assert [one.n for one in filled.audit_before(None, 5, 2)] == [4, 3]
    assert [one.n for one in filled.audit(POLICE)] == [6, 7, 8]
    assert [one.n for one in filled.audit_before(POLICE)] == [8, 7, 6]
    assert filled.audit(STUDIO) == []


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_changed_is_found(filled: Accounts, where: Where, change: str) -> None:
    assert filled.verify_audit() == []
    where.tamper(change)
    assert filled.verify_audit() != []


def test_a_line_that_is_none_is_not_given_out(filled: Accounts, where: Where) -> None:
    where.tamper(CHANGES["a line changed"])
    with pytest.raises(AccountsDamaged, match="line 2 of the audit log"):
        filled.audit(None)


def test_a_cut_off_end_is_found_by_who_noted_a_head(filled: Accounts, where: Where) -> None:
    before, noted = filled.audit(None)[-2].line, filled.head()
    where.tamper(
        "DELETE FROM audit WHERE n = 8",
        f"UPDATE audit_end SET entries = 8, sha256 = '{head_of(before)}'",
    )
    assert filled.verify_audit() == []  # as the documents say
    assert filled.verify_audit(noted.sha256) == [CUT]


def test_a_head_stays_in_the_log_as_it_grows(filled: Accounts) -> None:
    noted = filled.head()
    assert noted.entries == 9
    filled.record(None, "index.write", "merge")
    assert filled.verify_audit(noted.sha256) == []
    assert filled.verify_audit(ORIGIN) == []
    assert filled.verify_audit("0" * 63 + "1") == [CUT]


def test_a_log_is_read_without_us(filled: Accounts) -> None:
    lines = [one.line for one in filled.audit(None)]
    assert [json.loads(line)["n"] for line in lines] == list(range(9))
    assert [json.loads(line)["before"] for line in lines[1:]] == [
        head_of(one) for one in lines[:-1]
    ]
    assert filled.head() == Head(9, head_of(lines[-1]))


def test_what_failed_leaves_no_line_and_what_json_cannot_say_is_refused(accounts: Accounts) -> None:
    for facts in ({"x": float("nan")}, {"x": "y" * 70_000}, {"x": b"bytes"}):
        with pytest.raises((ValueError, TypeError)):
            accounts.record(None, "works.read", "film", facts=facts)
    with pytest.raises(ValueError, match="already"):
        accounts.add_account(POLICE, KIM, ["admin"])
    assert accounts.head().entries == 6
    accounts.record(None, "works.read", "nul \x00, lone \ud800, ‮", facts={"title": "\x00"})
    assert accounts.verify_audit() == []


def test_log_ins_that_fail_stand_in_the_log(accounts: Accounts) -> None:
    for name in (LEE, "nobody@x.example"):
        with pytest.raises(NotKnown):
            accounts.log_in(name, "wrong password", "192.0.2.7")
    said = [(one.what, one.organisation, one.outcome) for one in accounts.audit(None, 5)]
    assert said == [(LEE, STUDIO, "refused"), ("nobody known", None, "refused")]
    assert {one.facts["from"] for one in accounts.audit(None, 5)} == {"192.0.2.7"}


def chain(count: int) -> list[bytes]:
    lines: list[bytes] = []
    for n in range(count):
        head = head_of(lines[-1]) if lines else ORIGIN
        lines.append(line_of(n, head, "works.read", {"organisation": POLICE, "by": KIM}))
    return lines


@given(st.integers(1, 5), st.data())
def test_any_byte_that_is_changed_is_found(count: int, data: st.DataObject) -> None:
    lines = chain(count)
    end = Head(count, head_of(lines[-1]))
    rows = [(n, POLICE, line.removesuffix(b"\n")) for n, line in enumerate(lines)]
    assert list(problems_of(rows, end, end.sha256)) == []
    which = data.draw(st.integers(0, count - 1))
    whole = rows[which][2]
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    rows[which] = (which, POLICE, whole[:place] + bytes([other]) + whole[place + 1 :])
    assert list(problems_of(rows, end, None)) != []
