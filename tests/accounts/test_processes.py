"""Several real processes and threads at one set of accounts."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from accounts import passwords
from accounts.errors import NotKnown, Throttled
from accounts.store import Accounts
from tests.accounts.actor import claimed
from tests.accounts.conftest import KIM, PASSWORD, POLICE, STUDIO, Where

ROOT = Path(__file__).parents[2]
COUNT = 30


def acting(where: Where, organisation: str) -> subprocess.Popen[str]:
    words = [str(where.file), where.url or "", organisation, str(COUNT)]
    command = [sys.executable, "-W", "error", "-m", "tests.accounts.actor", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_organisations_share_nothing_and_the_log_has_no_gap(
    accounts: Accounts, where: Where
) -> None:
    with acting(where, POLICE) as rival:
        assert rival.stdout is not None
        first = rival.stdout.readline().strip()  # it has begun
        ours = set(claimed(accounts, STUDIO, COUNT))
        theirs = {first, *rival.stdout.read().split()}
    assert rival.returncode == 0
    assert ours | theirs == {f"film-{n}" for n in range(COUNT)}
    assert ours & theirs == set()
    assert accounts.belongings("work", STUDIO) == ours
    assert accounts.belongings("work", POLICE) == theirs
    assert accounts.verify_audit() == []
    assert accounts.head().entries == 6 + 2 * COUNT


def test_a_one_time_token_is_spent_once_however_many_try(accounts: Accounts) -> None:
    token = accounts.one_time_token(KIM)

    def tried(_: int) -> bool:
        try:
            accounts.log_in_by_token(token)
        except NotKnown:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, range(16))) == 1


def test_a_log_in_by_a_provider_comes_back_once_however_many_try(accounts: Accounts) -> None:
    begun = accounts.begin_oidc("/works", "203.0.113.9")

    def tried(_: int) -> bool:
        try:
            accounts.end_oidc(begun.state, begun.browser)
        except NotKnown:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, range(16))) == 1


def test_a_key_that_is_revoked_while_it_is_used_lets_nobody_in_afterwards(
    accounts: Accounts,
) -> None:
    """Each use that began after the key was revoked is refused, however many go on beside it."""
    secret, key = accounts.issue_key(KIM, "x")
    revoked = threading.Event()

    def used(n: int) -> bool:
        if n == 12:
            accounts.revoke_key(key.id)
            revoked.set()
        late = revoked.is_set()
        try:
            accounts.principal_of_key(secret)
        except NotKnown:
            return True
        return not late

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(used, range(40)))


def test_guesses_at_once_are_no_more_than_guesses_in_turn(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE_S", 60.0)  # a test is looked at, however busy

    def tried(n: int) -> type[Exception]:
        try:
            accounts.log_in(KIM, "wrong password", f"192.0.2.{n}")
        except (NotKnown, Throttled) as error:
            return type(error)
        raise AssertionError("nobody may be let in")

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(tried, range(40)))
    assert said.count(NotKnown) == 5


def test_who_would_wait_long_is_turned_away_uncounted(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE_S", 0.01)
    with passwords.turn(), passwords.turn():
        for _ in range(10):
            with pytest.raises(Throttled):
                accounts.log_in(KIM, PASSWORD, "192.0.2.1")
    accounts.log_in(KIM, PASSWORD, "192.0.2.1")
