"""`reelprint accounts …`, as it is called."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from accounts.errors import NotKnown
from accounts.roles import ROLES
from accounts.store import Accounts
from capture.chain import head_of
from reelprint.people import FIRST, begin, open_accounts
from tests.reelprint.conftest import CommandLine, copied, new_workspace

KIM, PASSWORD = "kim@police.example", "four words that nobody says"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """With the first account, and kim of an authority."""
    made = new_workspace(tmp_path_factory.mktemp("accounts") / "home")
    assert made("accounts", "init").code == 0
    assert made("accounts", "organisation", "add", "police", "--kind", "authority").code == 0
    words = ("--organisation", "police", "--role", "analyst", "--role", "auditor")
    assert made("accounts", "add", KIM, *words).code == 0
    return made


@pytest.fixture
def run(begun: CommandLine, tmp_path: Path) -> CommandLine:
    """The same, to be changed."""
    return copied(begun, tmp_path / "home")


@pytest.fixture
def accounts(run: CommandLine) -> Iterator[Accounts]:
    with open_accounts(run.home) as found:
        yield found


class Terminal(StringIO):
    """Somebody sits at it."""

    def isatty(self) -> bool:
        return True


def test_the_first_account_may_do_everything_and_is_made_once(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    (made,) = run("accounts", "init", "--json").objects
    (again,) = run("accounts", "init", "--json").objects
    assert (made["made"], made["actor"]) == (True, FIRST)
    assert again == {"made": False, "actor": None, "token": None}
    with open_accounts(run.home) as accounts:
        session = accounts.log_in_by_token(made["token"])
        assert accounts.principal_of_session(session.token)[0].roles == set(ROLES)
        assert begin(accounts) is None


def test_without_accounts_it_is_said_how_to_make_some(tmp_path: Path) -> None:
    ran = new_workspace(tmp_path / "home")("accounts", "list")
    assert ran.code == 2
    assert "reelprint accounts init" in ran.err


def test_a_password_is_read_from_a_pipe(
    run: CommandLine, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\r\nnot this\n"))
    assert run("accounts", "password", KIM).code == 0
    accounts.log_in(KIM, PASSWORD, "here")
    assert run("accounts", "password", KIM, PASSWORD).code == 2  # it is no argument


@pytest.mark.parametrize("second", [PASSWORD, "another one than before"])
def test_a_password_is_asked_for_twice(
    run: CommandLine, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    typed = iter([PASSWORD, second])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    if second == PASSWORD:
        assert run("accounts", "password", KIM).code == 0
        accounts.log_in(KIM, PASSWORD, "here")
    else:
        ran = run("accounts", "password", KIM)
        assert (ran.code, "the two passwords differ" in ran.err) == (2, True)
        with pytest.raises(NotKnown):
            accounts.log_in(KIM, PASSWORD, "here")


def test_a_key_is_printed_alone_and_once(run: CommandLine, accounts: Accounts) -> None:
    ran = run("accounts", "key", "issue", KIM, "--label", "x", "--role", "auditor")
    secret = ran.out.strip()
    assert accounts.principal_of_key(secret).roles == {"auditor"}
    (listed,) = run("accounts", "key", "list", "--json").objects
    assert secret not in str(listed)
    assert run("accounts", "key", "revoke", listed["id"]).code == 0
    with pytest.raises(NotKnown):
        accounts.principal_of_key(secret)
    assert run("accounts", "key", "list", "--organisation", "local").code == 1


def test_roles_are_replaced_and_accounts_disabled(run: CommandLine) -> None:
    (changed,) = run("accounts", "roles", KIM, "--role", "reviewer", "--json").objects
    assert changed["roles"] == ["reviewer"]
    assert run("accounts", "disable", KIM).code == 0
    assert run("accounts", "link", KIM).code == 2
    assert run("accounts", "enable", KIM).code == 0
    assert run("accounts", "link", KIM).out.startswith("ro_")
    assert run("accounts", "roles", KIM, "--role", "root").code == 2


def test_the_log_says_who_worked_at_the_command_line(run: CommandLine, accounts: Accounts) -> None:
    assert run("accounts", "disable", KIM, "--by", "ann").code == 0
    *_, last = run("accounts", "audit", "show", "--json").objects
    assert (last["by"], last["via"], last["event"]) == ("ann", "command line", "account.disable")
    ran = run("accounts", "audit", "show", "--after", str(last["n"] - 1), "--limit", "1")
    assert f"{last['n']}  {last['at']}  ann by command line: account.disable  {KIM}" in ran.out
    assert ran.out.count("\n") == 2
    assert accounts.head().sha256 in ran.out


def test_a_log_is_checked_against_a_head(run: CommandLine, accounts: Accounts) -> None:
    first = head_of(accounts.audit(None, limit=1)[0].line)
    assert run("accounts", "audit", "verify", "--head", first).code == 0
    ran = run("accounts", "audit", "verify", "--head", "f" * 64, "--json")
    assert (ran.code, ran.objects[0]["sound"]) == (1, False)
    assert run("accounts", "audit", "verify", "--head", "f" * 64).out.startswith("differs\n")


def test_accounts_move_with_the_catalogue(
    run: CommandLine, accounts: Accounts, database_url: str
) -> None:
    head = accounts.head()
    (moved,) = run("catalog", "move", database_url, "--json").objects
    assert moved["accounts"] == 2
    assert run("accounts", "audit", "verify", "--head", head.sha256).code == 0
    assert run("accounts", "disable", KIM).code == 0
    assert run("accounts", "move", "--json").objects[0]["accounts"] == 0
    assert "accounts moved with it: 2" in run("catalog", "move", "sqlite").out
    (_, listed) = run("accounts", "list", "--json").objects
    assert listed["disabled_at"] is not None
