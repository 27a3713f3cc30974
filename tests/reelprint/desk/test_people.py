"""Who may keep whose accounts: an admin's own, an authority's also those of holders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from accounts.errors import NotKnown
from accounts.principal import Principal
from accounts.roles import ROLES, Kind
from reelprint.desk import people
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotAllowed, NotFound
from reelprint.workspace import Workspace

ORGANISATIONS: dict[str, Kind] = {
    "police": "authority",
    "customs": "authority",
    "acme": "holder",
    "beta": "holder",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With four organisations, of each an admin and somebody else."""
    home = tmp_path_factory.mktemp("desk") / "home"
    Workspace.create(home)
    opened = Desk.open(home)
    for name, kind in ORGANISATIONS.items():
        opened.accounts.add_organisation(name, name.title(), kind)
        opened.accounts.add_account(name, f"admin@{name}", ["admin"])
        opened.accounts.add_account(name, f"kim@{name}", ["holder", "analyst", "auditor"])
    yield opened
    opened.close()


def principal(desk: Desk, actor: str) -> Principal:
    accounts = desk.accounts
    token = accounts.log_in_by_token(accounts.one_time_token(actor)).token
    return accounts.principal_of_session(token)[0]


KEEPS = {
    "police": {"police", "acme", "beta"},
    "customs": {"customs", "acme", "beta"},
    "acme": {"acme"},
    "beta": {"beta"},
}
# Each with an organisation, and one of its accounts.
ACTS: dict[str, Callable[[Desk, Principal, str, str], object]] = {
    "accounts": lambda desk, who, its, _: people.accounts(desk, who, its),
    "keys": lambda desk, who, its, _: people.keys(desk, who, its),
    "account": lambda desk, who, _, actor: people.account(desk, who, actor),
    "set_roles": lambda desk, who, _, actor: people.set_roles(desk, who, actor, ["auditor"]),
    "disable": lambda desk, who, _, actor: people.disable(desk, who, actor),
    "enable": lambda desk, who, _, actor: people.enable(desk, who, actor),
    "login_link": lambda desk, who, _, actor: people.login_link(desk, who, actor),
    "issue_key": lambda desk, who, _, actor: people.issue_key(desk, who, "x", actor),
}


@pytest.mark.parametrize("of", ORGANISATIONS)
def test_who_keeps_whose_accounts(desk: Desk, of: str) -> None:
    who = principal(desk, f"admin@{of}")
    for its in ORGANISATIONS:
        for name, act in ACTS.items():
            if its in KEEPS[of] and name != "disable":
                act(desk, who, its, f"kim@{its}")
            elif its not in KEEPS[of]:
                before = desk.accounts.head()
                with pytest.raises(NotFound, match="there is no such"):
                    act(desk, who, its, f"kim@{its}")
                assert desk.accounts.head() == before, name


@pytest.mark.parametrize("act", [name for name in ACTS if name not in {"keys", "issue_key"}])
def test_only_admins_keep_accounts(desk: Desk, act: str) -> None:
    who = principal(desk, "kim@police")
    with pytest.raises(NotAllowed):
        ACTS[act](desk, who, "police", "kim@police")
    (line,) = desk.accounts.audit_before("police", limit=1)
    assert (line.by, line.act, line.outcome) == ("kim@police", "accounts.write", "refused")


def test_what_is_not_theirs_and_what_is_not_there_look_the_same(desk: Desk) -> None:
    who, said = principal(desk, "admin@acme"), set()
    _, key = desk.accounts.issue_key("kim@beta", "x")
    for actor in ("kim@beta", "nobody@beta", "\x00", ""):
        with pytest.raises(NotFound) as refused:
            people.account(desk, who, actor)
        said.add(str(refused.value))
    for key_id in (key.id, "k_0123456789abcdef", "", "\ud800"):
        with pytest.raises(NotFound) as refused:
            people.revoke_key(desk, who, key_id)
        said.add(str(refused.value))
    assert said == {"there is no such account", "there is no such key"}
    assert desk.accounts.key(key.id).revoked_at is None
    assert [one.id for one in people.organisations(desk, who)] == ["acme"]


def test_an_admin_gives_nothing_to_themselves(desk: Desk) -> None:
    who = principal(desk, "admin@police")
    with pytest.raises(ValueError, match="own roles"):
        people.set_roles(desk, who, who.actor, ROLES)
    with pytest.raises(ValueError, match="own roles"):
        people.disable(desk, who, who.actor)
    with pytest.raises(ValueError, match="no more than"):
        people.issue_key(desk, who, "x", who.actor, ["analyst"])


def test_an_authority_adds_holders_and_nobody_an_authority(desk: Desk) -> None:
    police, acme = principal(desk, "admin@police"), principal(desk, "admin@acme")
    made = people.add_organisation(desk, police, "gamma", "Gamma")
    people.add_account(desk, police, "lee@gamma", ["holder"], "gamma")
    assert made.kind == "holder"
    with pytest.raises(NotAllowed):
        people.add_organisation(desk, acme, "delta", "Delta")
    with pytest.raises(NotFound):
        people.add_account(desk, acme, "eve@police", ["admin"], "police")


def test_a_key_makes_no_way_in_that_may_more(desk: Desk) -> None:
    desk.accounts.add_account("police", "chief@police", ["admin", "analyst"])
    secret, _ = desk.accounts.issue_key("chief@police", "accounts alone", ["admin"])
    who = desk.accounts.principal_of_key(secret)
    own, _ = people.issue_key(desk, who, "another")
    assert desk.accounts.principal_of_key(own).roles == {"admin"}
    with pytest.raises(ValueError, match="no more than"):
        people.issue_key(desk, who, "more", None, ["analyst"])
    with pytest.raises(ValueError, match="log in"):
        people.login_link(desk, who, "chief@police")
    with pytest.raises(ValueError, match="log in"):
        desk.accounts.set_password("chief@police", "four words nobody says", by=who)


def test_who_keeps_no_accounts_keeps_own_keys_alone(desk: Desk) -> None:
    _, others = desk.accounts.issue_key("admin@customs", "x")
    secret, own = desk.accounts.issue_key("kim@customs", "x")
    program, kim = desk.accounts.principal_of_key(secret), principal(desk, "kim@customs")
    with pytest.raises(NotAllowed, match="a key alone makes none"):
        people.issue_key(desk, program, "y")
    with pytest.raises(NotFound):
        people.revoke_key(desk, kim, others.id)
    assert desk.accounts.key(others.id).revoked_at is None
    assert {one.actor for one in people.keys(desk, kim)} == {"kim@customs"}
    people.revoke_key(desk, kim, own.id)
    assert desk.accounts.key(own.id).revoked_at is not None


def test_who_is_disabled_is_out_and_comes_back(desk: Desk) -> None:
    who = principal(desk, "admin@beta")
    secret, key = people.issue_key(desk, who, "x", "kim@beta")
    people.revoke_key(desk, who, key.id)
    with pytest.raises(NotKnown):
        desk.accounts.principal_of_key(secret)
    people.disable(desk, who, "kim@beta")
    with pytest.raises(ValueError, match="disabled"):
        people.login_link(desk, who, "kim@beta")
    people.enable(desk, who, "kim@beta")
    assert principal(desk, "kim@beta").actor == "kim@beta"


def test_all_of_it_stands_in_a_sound_log(desk: Desk) -> None:
    assert desk.accounts.verify_audit() == []
