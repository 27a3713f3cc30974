"""Who is let in, by what, and that nobody else learns anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts import passwords, people, tokens
from accounts.errors import KeyWithoutRole, NotKnown, Throttled
from accounts.passwords import Cost
from accounts.sessions import Rules
from accounts.store import Accounts
from tests.accounts.conftest import ANN, KIM, LEE, PASSWORD, POLICE, RULES, STUDIO, Where
from tests.capture.server import QuickClock

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"


def test_a_password_lets_in_who_knows_it(accounts: Accounts) -> None:
    session = accounts.log_in(KIM.upper(), PASSWORD, HERE)
    who, again = accounts.principal_of_session(session.token)
    assert (who.actor, who.organisation, who.kind, who.via) == (KIM, POLICE, "authority", "session")
    assert who.roles == {"analyst", "auditor"}
    assert again == session


def test_a_key_lets_in_with_its_own_roles_alone(accounts: Accounts) -> None:
    secret, key = accounts.issue_key(KIM, "nightly", ["auditor"])
    who = accounts.principal_of_key(secret)
    assert (who.actor, who.via) == (KIM, "key")
    assert who.roles == {"auditor"}
    assert who.may("audit.read")
    assert not who.may("cases.write")
    assert [one.id for one in accounts.keys(POLICE)] == [key.id]
    assert accounts.keys(STUDIO) == []


def test_a_key_can_do_no_more_than_its_account(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="may do no more than its account: no admin"):
        accounts.issue_key(KIM, "too much", ["admin"])
    with pytest.raises(KeyWithoutRole, match="choose at least one"):
        accounts.issue_key(KIM, "too little", [])
    secret, _ = accounts.issue_key(KIM, "nightly")
    accounts.set_roles(KIM, ["auditor", "admin"])
    assert accounts.principal_of_key(secret).roles == {"auditor"}


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(accounts: Accounts) -> None:
    token = accounts.log_in(KIM, PASSWORD, HERE).token
    accounts.set_roles(KIM, ["auditor"])
    assert accounts.principal_of_session(token)[0].roles == {"auditor"}


def test_a_session_ends_when_idle_and_in_any_case(accounts: Accounts, clock: QuickClock) -> None:
    token = accounts.log_in(KIM, PASSWORD, HERE).token
    for _ in range(14):
        clock.now += RULES.idle_s - 61
        accounts.principal_of_session(token)
        if clock.now - 1000 + RULES.idle_s > RULES.session_s:
            break
    clock.now = 1000 + RULES.session_s
    with pytest.raises(NotKnown):
        accounts.principal_of_session(token)
    idle = accounts.log_in(KIM, PASSWORD, HERE).token
    clock.now += RULES.idle_s
    with pytest.raises(NotKnown):
        accounts.principal_of_session(idle)


def test_who_logs_out_is_out(accounts: Accounts) -> None:
    first, second = (accounts.log_in(KIM, PASSWORD, HERE).token for _ in range(2))
    accounts.log_out(first)
    accounts.log_out(first)
    accounts.log_out("rs_nonsense")
    with pytest.raises(NotKnown):
        accounts.principal_of_session(first)
    accounts.principal_of_session(second)


@pytest.mark.parametrize("how", ["disable", "set_password"])
def test_what_was_logged_in_ends_with_the_account_or_its_password(
    accounts: Accounts, how: str
) -> None:
    token, once = accounts.log_in(KIM, PASSWORD, HERE).token, accounts.one_time_token(KIM)
    accounts.disable(KIM) if how == "disable" else accounts.set_password(KIM, "another " + PASSWORD)
    with pytest.raises(NotKnown):
        accounts.principal_of_session(token)
    with pytest.raises(NotKnown):
        accounts.log_in_by_token(once)
    with pytest.raises(NotKnown):
        accounts.log_in(KIM, PASSWORD, HERE)


def test_a_disabled_account_comes_back_without_its_keys(accounts: Accounts) -> None:
    secret, key = accounts.issue_key(KIM, "nightly")
    accounts.disable(KIM)
    accounts.enable(KIM)
    accounts.log_in(KIM, PASSWORD, HERE)
    assert accounts.key(key.id).revoked_at is not None
    with pytest.raises(NotKnown):
        accounts.principal_of_key(secret)


def test_a_one_time_token_counts_once_and_not_for_long(
    accounts: Accounts, clock: QuickClock
) -> None:
    token = accounts.one_time_token(ANN)
    session = accounts.log_in_by_token(token)
    assert accounts.principal_of_session(session.token)[0].actor == ANN
    late = accounts.one_time_token(ANN)
    clock.now += RULES.one_time_s
    for one in (token, late, "ro_nonsense", ""):
        with pytest.raises(NotKnown):
            accounts.log_in_by_token(one)


def test_who_is_let_in_again_has_nothing_left_of_before(accounts: Accounts) -> None:
    session, token = accounts.log_in(KIM, PASSWORD, HERE).token, accounts.one_time_token(KIM)
    accounts.disable(KIM)
    for wanted in (lambda: accounts.issue_key(KIM, "x"), lambda: accounts.one_time_token(KIM)):
        with pytest.raises(ValueError, match="disabled"):
            wanted()
    accounts.enable(KIM)
    with pytest.raises(NotKnown):
        accounts.principal_of_session(session)
    with pytest.raises(NotKnown):
        accounts.log_in_by_token(token)


def test_a_disabled_account_lets_nobody_in_by_what_was_left_to_it(accounts: Accounts) -> None:
    """What it is let in with is taken away when it is disabled; were any left, it would be none."""
    secret, _ = accounts.issue_key(KIM, "nightly")
    session, token = accounts.log_in(KIM, PASSWORD, HERE).token, accounts.one_time_token(KIM)
    with accounts._writing() as at:
        people.account(at, KIM).disabled_at = at.at
    for shown, by in (
        (secret, accounts.principal_of_key),
        (session, accounts.principal_of_session),
        (token, accounts.log_in_by_token),
    ):
        with pytest.raises(NotKnown):
            by(shown)


def test_all_that_is_wrong_is_the_same_error(accounts: Accounts, clock: QuickClock) -> None:
    soon, _ = accounts.issue_key(KIM, "short", expires_at="2026-11-23T12:00:01Z")
    revoked, key = accounts.issue_key(KIM, "revoked")
    accounts.revoke_key(key.id)
    disabled, _ = accounts.issue_key(LEE, "disabled")
    accounts.disable(LEE)
    clock.now += 2
    session = accounts.log_in(KIM, PASSWORD, HERE).token
    said = set()
    for shown in (soon, revoked, disabled, session, "rp_" + "0" * 64, "", "\x00", "\ud800", "ß"):
        with pytest.raises(NotKnown) as refused:
            accounts.principal_of_key(shown)
        said.add((str(refused.value), refused.value.__cause__))
    for name, password in (
        (KIM, "wrong"),
        ("nobody", PASSWORD),
        (LEE, PASSWORD),
        ("", ""),
        (ANN, ""),
    ):
        with pytest.raises(NotKnown) as refused:
            accounts.log_in(name, password, HERE)
        said.add((str(refused.value), refused.value.__cause__))
    assert said == {("nobody is known by this", None)}


def test_a_password_is_looked_at_for_whoever_asks(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str | None] = []
    real = passwords.matches

    def matches(password: str, found: str | None, cost: Cost) -> bool:
        looked.append(found)
        return real(password, found, cost)

    monkeypatch.setattr(passwords, "matches", matches)
    accounts.disable(LEE)
    for name in (KIM, "nobody@police.example", LEE, ANN):
        with pytest.raises(NotKnown):
            accounts.log_in(name, "wrong password", HERE)
    assert [one is None for one in looked] == [False, True, True, True]


@pytest.mark.parametrize("change", ["disable", "set_password"])
def test_who_is_shut_out_while_a_password_is_looked_at_stays_out(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    real = passwords.matches

    def matches(password: str, found: str | None, cost: Cost) -> bool:
        accounts.disable(KIM) if change == "disable" else accounts.set_password(KIM, "x" + PASSWORD)
        return real(password, found, cost)

    monkeypatch.setattr(passwords, "matches", matches)
    with pytest.raises(NotKnown):
        accounts.log_in(KIM, PASSWORD, HERE)


def test_a_password_of_nobody_costs_what_one_of_somebody_costs() -> None:
    cost = Cost(memory_kib=8192, passes=4)
    hashed = passwords.kept(PASSWORD, cost)
    for found in (hashed, None):
        assert not passwords.matches("wrong", found, cost)
    assert passwords.is_outdated(hashed, Cost())
    assert not passwords.is_outdated(hashed, cost)
    assert f"m={cost.memory_kib},t={cost.passes},p=1" in hashed


def test_a_password_is_kept_anew_at_the_cost_of_today(where: Where, accounts: Accounts) -> None:
    costly = Rules(password=Cost(memory_kib=16, passes=1))
    with Accounts.open(where.file, where.url, rules=costly) as now:
        now.log_in(KIM, PASSWORD, HERE)
        with now._reading() as at:
            kept = people.account(at, KIM).password
    assert kept is not None
    assert "m=16," in kept


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 to 256"),
        ("x" * 257, "12 to 256"),
        ("abababababab", "different characters"),
        ("xx kim@police.example", "name of its account"),
    ],
)
def test_what_would_be_guessed_first_is_no_password(
    accounts: Accounts, password: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        accounts.set_password(KIM, password)


def test_nothing_that_lets_in_is_kept(accounts: Accounts, where: Where, tmp_path: Path) -> None:
    secret, _ = accounts.issue_key(KIM, "nightly")
    session = accounts.log_in(KIM, PASSWORD, HERE)
    once = accounts.one_time_token(KIM)
    assert session.csrf not in (session.token, "")
    if where.url is not None:
        return
    accounts.close()
    everything = b"".join(path.read_bytes() for path in where.file.parent.iterdir())
    for one in (secret, session.token, session.csrf, once, PASSWORD):
        assert one.encode() not in everything
    assert tokens.digest(secret).encode() in everything
    assert repr(session).count("rs_") == 0


class TestThrottling:
    """Attempts are counted for names and addresses, in the database."""

    def fail(self, accounts: Accounts, name: str, address: str, times: int) -> None:
        for _ in range(times):
            with pytest.raises(NotKnown):
                accounts.log_in(name, "wrong password", address)

    @pytest.mark.parametrize("name", [KIM, "nobody@police.example"])
    def test_a_name_waits_longer_with_each_failure(
        self, accounts: Accounts, clock: QuickClock, where: Where, name: str
    ) -> None:
        self.fail(accounts, name, HERE, 5)
        waits = []
        with where.create(clock) as other:  # as another process would
            for _ in range(12):
                with pytest.raises(Throttled) as refused:
                    other.log_in(name, PASSWORD, ELSEWHERE)
                waits.append(refused.value.retry_after_s)
                clock.now += waits[-1]
                self.fail(accounts, name, ELSEWHERE, 1)
        assert waits[:5] == pytest.approx([1, 2, 4, 8, 16])
        assert max(waits) == pytest.approx(900)

    def test_who_knows_the_password_clears_the_name(
        self, accounts: Accounts, clock: QuickClock
    ) -> None:
        self.fail(accounts, KIM, HERE, 5)
        clock.now += 1
        accounts.log_in(KIM, PASSWORD, HERE)
        self.fail(accounts, KIM, HERE, 5)

    def test_attempts_that_are_turned_away_count_nothing(
        self, accounts: Accounts, clock: QuickClock
    ) -> None:
        self.fail(accounts, KIM, HERE, 5)
        for _ in range(50):
            with pytest.raises(Throttled):
                accounts.log_in(KIM, "wrong", HERE)
        clock.now += 1.001
        accounts.log_in(KIM, PASSWORD, HERE)

    def test_an_address_cannot_go_through_names(self, accounts: Accounts) -> None:
        for n in range(20):
            self.fail(accounts, f"guess{n}", "2001:db8::1", 1)
        for same in ("2001:db8::2", "2001:db8:0:0:ffff::1"):
            with pytest.raises(Throttled):
                accounts.log_in(KIM, PASSWORD, same)
        accounts.log_in(KIM, PASSWORD, "2001:db8:0:1::1")

    def test_an_account_of_ones_own_buys_no_guesses(self, accounts: Accounts) -> None:
        for n in range(20):
            self.fail(accounts, f"guess{n}", HERE, 1)
            if n < 19:
                accounts.log_in(LEE, PASSWORD, HERE)
        with pytest.raises(Throttled):
            accounts.log_in(LEE, PASSWORD, HERE)

    def test_what_is_typed_in_the_wrong_field_is_not_kept(
        self, accounts: Accounts, where: Where
    ) -> None:
        self.fail(accounts, PASSWORD, HERE, 1)
        assert PASSWORD not in str([line.as_dict() for line in accounts.audit(None)])
