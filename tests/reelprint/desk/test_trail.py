"""The audit log, filtered: what the database leaves out is what would not have fitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from accounts.principal import Principal
from reelprint.desk import trail
from reelprint.desk.desk import Desk
from reelprint.desk.trail import Only
from reelprint.workspace import Workspace

AUD, KIM = "aud@police.example", "kim@police.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk.open(Workspace.create(tmp_path / "home").home)) as opened:
        opened.accounts.add_organisation("police", "Police", "authority")
        opened.accounts.add_organisation("studio", "Studio", "holder")
        opened.accounts.add_account("police", AUD, ["auditor"])
        opened.accounts.add_account("police", KIM, ["analyst"])
        opened.accounts.add_account("studio", "sue@studio.example", ["holder"])
        yield opened


def who(desk: Desk, actor: str) -> Principal:
    accounts = desk.accounts
    return accounts.principal_of_session(
        accounts.log_in_by_token(accounts.one_time_token(actor)).token
    )[0]


def read(desk: Desk, reader: Principal, only: Only) -> list[tuple[str | None, str, str]]:
    """All pages of three lines."""
    found: list[tuple[str | None, str, str]] = []
    before: int | None = desk.accounts.head().entries
    while before is not None:
        lines, before = trail.audit(desk, reader, before, 3, only)
        found += [(one.by, one.act, one.what) for one in lines]
    return found


def test_a_filter_finds_each_line_that_fits_and_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, sue, aud = (who(desk, one) for one in (KIM, "sue@studio.example", AUD))
    forged = {"event": "suspects.read", "by": AUD, "at": "1999-01-01"}
    for n in range(8):
        desk.accounts.record(kim, "works.read" if n % 2 else "suspects.read", f"k{n}")
        desk.accounts.record(sue, "works.read", f"s{n}")
    desk.accounts.record(kim, "works.write", '"event": "suspects.read"', facts={"said": forged})
    today = desk.accounts.audit_before("police", None, 1)[0].at[:10]
    every = [line for line in read(desk, aud, Only()) if line[1] != "audit.read"]
    assert not any(what.startswith("s") for _, _, what in every)
    for only in (
        Only(by=KIM),
        Only(act="suspects.read"),
        Only(KIM, "works.read", today),
        Only(day="1999-01-01"),
        Only(by="x' OR 1=1"),
        Only(act='a"\\'),
    ):
        fits = [
            one
            for one in every
            if only.by in ("", one[0]) and only.act in ("", one[1]) and only.day in ("", today)
        ]
        assert read(desk, aud, only) == fits, only
    monkeypatch.setattr(trail, "MOST_LOOKED_AT", 5)  # a page ends, and the next goes on
    assert read(desk, aud, Only(act="suspects.read")) == [
        (KIM, "suspects.read", f"k{n}") for n in (6, 4, 2, 0)
    ]
