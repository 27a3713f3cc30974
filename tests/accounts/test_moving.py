"""Moving accounts to another database, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.errors import AccountsInTheWay, AccountsLeft, AccountsMoved, NotKnown
from accounts.moving import move
from accounts.place import Place
from accounts.sessions import Rules
from accounts.store import Accounts
from tests.accounts.conftest import ANN, KIM, LEE, OTHER, PASSWORD, POLICE, RULES, STUDIO, Where
from tests.capture.server import QuickClock


def opened(place: Place, rules: Rules = RULES) -> Accounts:
    return Accounts.open(place.file, place.url, QuickClock(), rules)


@pytest.fixture
def old(where: Where) -> Place:
    return Place(where.file, where.url)


@pytest.fixture
def new(where: Where, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Where there are none, in the other database."""
    if where.url is None:
        return Place(
            tmp_path / "service" / "accounts.sqlite", request.getfixturevalue("database_url")
        )
    return Place(tmp_path / "new" / "accounts.sqlite")


def nothing() -> None:
    pass


def test_what_lets_in_lets_in_there_and_nowhere_else(
    accounts: Accounts, old: Place, new: Place
) -> None:
    secret, key = accounts.issue_key(KIM, "nightly")
    session = accounts.log_in(KIM, PASSWORD, "192.0.2.1")
    accounts.claim("work", "film", STUDIO)
    head, everybody = accounts.head(), accounts.accounts()
    switched: list[bool] = []
    assert move(old, new, lambda: switched.append(True)) == 3
    assert switched == [True]
    with opened(new) as there:
        assert there.accounts() == everybody
        assert there.keys() == [key]
        assert there.principal_of_key(secret).actor == KIM
        assert there.owner_of("work", "film") == STUDIO
        assert (there.head(), there.verify_audit(head.sha256)) == (head, [])
        with pytest.raises(NotKnown):
            there.principal_of_session(session.token)
        there.log_in(KIM, PASSWORD, "192.0.2.1")
        assert there.add_account(POLICE, "new@police.example", ["auditor"]).number > 3
    with pytest.raises(AccountsMoved, match="were moved to"):
        opened(old)
    for act in (lambda: accounts.disable(KIM), lambda: accounts.log_in(KIM, PASSWORD, "x")):
        with pytest.raises(AccountsMoved):
            act()


def test_they_come_back_with_what_was_done_there(
    accounts: Accounts, old: Place, new: Place
) -> None:
    move(old, new, nothing)
    with opened(new) as there:
        there.disable(LEE)
        there.add_account(OTHER, "new@other.example", ["holder"])
        head = there.head()
    move(new, old, nothing)
    with opened(old) as here:
        assert (here.head(), here.verify_audit()) == (head, [])
        assert here.account(LEE).disabled_at is not None
        assert [one.actor for one in here.accounts(OTHER)] == ["new@other.example"]
        here.add_account(OTHER, "newer@other.example", ["holder"])


def test_a_move_that_was_stopped_is_done_again(accounts: Accounts, old: Place, new: Place) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(old, new, stopped)
    accounts.set_roles(ANN, ["auditor"])
    assert move(old, new, nothing) == 3
    with opened(new) as there:
        assert there.account(ANN).roles == {"auditor"}


def test_others_are_not_written_over(
    accounts: Accounts, old: Place, new: Place, tmp_path: Path
) -> None:
    with Accounts.create(tmp_path / "x" / "accounts.sqlite", new.url, rules=RULES) as others:
        others.add_organisation("others", "Others", "authority")
    there = Place(tmp_path / "x" / "accounts.sqlite", new.url)
    with pytest.raises(AccountsInTheWay, match="other accounts are in"):
        move(old, there, nothing)
    with opened(there) as others:
        assert [one.id for one in others.organisations()] == ["others"]
    accounts.set_roles(ANN, ["auditor"])  # and these are in use as before
    with pytest.raises(AccountsInTheWay, match="already"):
        move(old, old, nothing)


def test_a_longer_log_of_the_same_accounts_is_not_cut_off(
    accounts: Accounts, old: Place, new: Place
) -> None:
    move(old, new, nothing)
    with opened(new) as there:
        there.disable(LEE)
    Where(old.file, old.url).tamper("DELETE FROM moved")  # as from a backup
    with pytest.raises(AccountsInTheWay):
        move(old, new, nothing)


def test_accounts_that_were_left_are_not_forgotten(
    tmp_path: Path, file_of_all: Path, database_url: str
) -> None:
    file = tmp_path / "accounts.sqlite"
    file.write_bytes(file_of_all.read_bytes())
    for way in (Accounts.open, Accounts.create):
        with pytest.raises(AccountsLeft, match="reelprint accounts move"):
            way(file, database_url)
    move(Place(file), Place(file, database_url), nothing)
    with Accounts.create(file, database_url) as there:
        assert there.account(KIM).organisation == POLICE
