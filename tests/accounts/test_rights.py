"""What principals may do, whatever becomes of their accounts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.errors import Exists, NoSuchAccount, NoSuchKey, NoSuchOrganisation, NotKnown, Taken
from accounts.principal import Principal
from accounts.roles import ACTS, ALL_ACTS, OPEN_TO, ROLES, Act, Kind, Role, acts_of
from accounts.store import Accounts
from tests.accounts.conftest import ANN, KIM, LEE, OTHER, POLICE, STUDIO, Where
from tests.capture.server import QuickClock

KINDS: tuple[Kind, ...] = ("authority", "holder")
WRITES_EVIDENCE: set[Act] = {
    *("works.write", "suspects.submit", "cases.write", "samples.take"),
    *("findings.make", "reviews.write", "evidence.export"),
}
some_roles = st.frozensets(st.sampled_from(ROLES), min_size=1)


def principal(kind: Kind, *roles: Role) -> Principal:
    return Principal(1, "x", "y", kind, frozenset(roles), "key")


@given(st.sampled_from(KINDS), some_roles)
def test_the_acts_of_a_principal_are_those_of_its_roles(kind: Kind, roles: frozenset[Role]) -> None:
    who = principal(kind, *roles)
    may = {act for act in ALL_ACTS if who.may(act)}
    assert may == set().union(*(ACTS[role] for role in roles)) & OPEN_TO[kind]


def test_duties_are_apart() -> None:
    assert not ACTS["admin"] & WRITES_EVIDENCE
    assert not ACTS["admin"] & {"works.read", "suspects.read", "cases.read", "verdicts.read"}
    assert all(act.endswith(".read") for act in ACTS["auditor"])
    assert {role for role in ROLES if "reviews.write" in ACTS[role]} == {"reviewer"}
    assert {role for role in ROLES if "evidence.export" in ACTS[role]} == {"exporter"}
    assert {role for role in ROLES if "findings.make" in ACTS[role]} == {"analyst"}
    assert {role for role in ROLES if "accounts.write" in ACTS[role]} == {"admin"}
    assert set(ALL_ACTS) == set().union(*ACTS.values())


def test_cases_and_the_index_are_not_open_to_one_holder() -> None:
    everything = acts_of("holder", ROLES)
    assert not {act for act in everything if act.split(".")[0] in {"cases", "samples", "findings"}}
    assert not everything & {"reviews.write", "verdicts.read", "evidence.export", "index.write"}
    assert not principal("holder", "reviewer").may("reviews.write")
    assert principal("authority", "reviewer").may("reviews.write")


def test_nobody_changes_their_own_roles_or_lets_themselves_in_again(accounts: Accounts) -> None:
    session = accounts.log_in_by_token(accounts.one_time_token(ANN))
    ann, _ = accounts.principal_of_session(session.token)
    with pytest.raises(ValueError, match="own roles"):
        accounts.set_roles(ANN, ROLES, by=ann)
    accounts.set_roles(KIM, ["reviewer"], by=ann)
    assert accounts.account(KIM).roles == {"reviewer"}
    assert accounts.account(ANN).roles == {"admin"}


@pytest.mark.parametrize(
    "actor", ["", " ", "kim lee", "кim@police.example", "k\nm", "-kim", "k" * 201, "kim\x00"]
)
def test_names_that_look_like_others_are_none(accounts: Accounts, actor: str) -> None:
    with pytest.raises(ValueError, match="is no name of an account"):
        accounts.add_account(POLICE, actor, ["admin"])


def test_what_is_there_or_not_is_said(accounts: Accounts) -> None:
    with pytest.raises(Exists):
        accounts.add_organisation(POLICE, "Police", "authority")
    with pytest.raises(Exists):
        accounts.add_account(STUDIO, KIM.upper(), ["holder"])
    for strange in ("nobody", "NOBODY", "a\x00b", "\ud800", ""):
        with pytest.raises(NoSuchOrganisation):
            accounts.add_account(strange, "new@x.example", ["holder"])
        with pytest.raises(NoSuchAccount):
            accounts.account(strange)
        with pytest.raises(NoSuchKey):
            accounts.revoke_key(strange)
        assert accounts.owner_of("work", strange) is None
    for roles in ([], ["root"]):
        with pytest.raises(ValueError, match="role"):
            accounts.set_roles(KIM, roles)
    with pytest.raises(ValueError, match="has passed"):
        accounts.issue_key(KIM, "old", expires_at="2001-01-01")


def test_a_name_belongs_to_who_claims_it_first(accounts: Accounts) -> None:
    accounts.claim("work", "film", STUDIO)
    accounts.claim("work", "film", STUDIO)
    accounts.claim("case", "film", POLICE)
    with pytest.raises(Taken, match="cannot be had"):
        accounts.claim("work", "film", OTHER)
    assert accounts.owner_of("work", "film") == STUDIO
    assert accounts.owner_of("work", "other") is None
    assert accounts.belongings("work", STUDIO) == {"film"}
    assert accounts.belongings("work", OTHER) == frozenset()
    for name in ("a", "b", "g"):
        accounts.claim("work", name, STUDIO)
    accounts.claim("work", "c", OTHER)
    assert accounts.belongings_after("work", STUDIO, "", 2) == ["a", "b"]
    assert accounts.belongings_after("work", STUDIO, "b", 9) == ["film", "g"]
    some = [*(f"n{n}" for n in range(2000)), "c", "film", "a'; --"]
    assert accounts.belongings_among("work", STUDIO, some) == {"film"}


class Rights(RuleBasedStateMachine):
    """Any order of changes: nobody gets in who should not, nor with more than they were given."""

    accounts: Accounts
    clock: QuickClock

    @initialize()
    def begin(self) -> None:
        self.roles: dict[str, frozenset[Role]] = {
            KIM: frozenset[Role]({"analyst", "auditor"}),
            ANN: frozenset[Role]({"admin"}),
            LEE: frozenset[Role]({"holder"}),
        }
        self.disabled: set[str] = set()
        self.shown: dict[str, tuple[str, str, frozenset[Role]]] = {}
        for actor, roles in self.roles.items():
            self.accounts.enable(actor)
            self.accounts.set_roles(actor, roles)

    @rule(actor=st.sampled_from([KIM, ANN, LEE]), roles=some_roles)
    def change_roles(self, actor: str, roles: frozenset[Role]) -> None:
        self.accounts.set_roles(actor, roles)
        self.roles[actor] = roles

    @rule(actor=st.sampled_from([KIM, ANN, LEE]), data=st.data())
    def issue(self, actor: str, data: st.DataObject) -> None:
        roles = data.draw(st.frozensets(st.sampled_from(sorted(self.roles[actor])), min_size=1))
        if actor in self.disabled:
            with pytest.raises(ValueError, match="disabled"):
                self.accounts.issue_key(actor, "x", roles)
        else:
            secret, key = self.accounts.issue_key(actor, "x", roles)
            self.shown[secret] = (actor, key.id, roles)

    @rule(actor=st.sampled_from([KIM, ANN, LEE]))
    def log_in(self, actor: str) -> None:
        if actor not in self.disabled:
            session = self.accounts.log_in_by_token(self.accounts.one_time_token(actor))
            self.shown[session.token] = (actor, "", frozenset(ROLES))

    @rule(actor=st.sampled_from([KIM, ANN, LEE]))
    def disable(self, actor: str) -> None:
        self.accounts.disable(actor)
        self.disabled.add(actor)
        self.shown = {k: v for k, v in self.shown.items() if v[0] != actor}

    @rule(actor=st.sampled_from([KIM, ANN, LEE]))
    def enable(self, actor: str) -> None:
        self.accounts.enable(actor)
        self.disabled.discard(actor)

    @rule(data=st.data())
    def take_away(self, data: st.DataObject) -> None:
        if self.shown:
            secret = data.draw(st.sampled_from(sorted(self.shown)))
            _, key_id, _ = self.shown.pop(secret)
            self.accounts.revoke_key(key_id) if key_id else self.accounts.log_out(secret)
            self.shown.setdefault(secret, ("", "", frozenset()))

    @invariant()
    def nobody_does_more_than_they_may(self) -> None:
        for secret, (actor, _, roles) in self.shown.items():
            if not actor:
                with pytest.raises(NotKnown):
                    self.asked(secret)
                continue
            who = self.asked(secret)
            assert (who.actor, who.roles) == (actor, roles & self.roles[actor])
            assert all(
                not who.may(a) or a in acts_of(who.kind, self.roles[actor]) for a in ALL_ACTS
            )

    def asked(self, secret: str) -> Principal:
        if secret.startswith("rp_"):
            return self.accounts.principal_of_key(secret)
        return self.accounts.principal_of_session(secret)[0]


def test_rights_hold_in_any_order_of_changes(where: Where) -> None:
    with where.create(QuickClock()) as accounts:
        machine: Any = type("Bound", (Rights,), {"accounts": accounts})
        machine.TestCase.settings = settings(max_examples=6, stateful_step_count=12)
        machine.TestCase("runTest").runTest()
