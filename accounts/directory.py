"""Organisations, accounts and keys: who there is and what they may do."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import keys, names, passwords, people, sessions
from accounts.auditing import By
from accounts.book import Book
from accounts.records import Account, Key, Organisation
from accounts.roles import Kind


class Directory(Book):
    """Who there is. `by` is who changes it."""

    def begin(
        self, organisation: str, title: str, actor: str, roles: Iterable[str], *, by: By = None
    ) -> str | None:
        """Where nobody is yet, make an authority and its first account, and give a token that logs
        in once; else None. Of several processes one does it."""
        name, its, given = names.actor(actor), names.organisation(organisation), names.roles(roles)
        with self._writing() as at:
            if people.organisations(at):
                return None
            people.add_organisation(at, its, names.title(title), "authority")
            owner = people.add_account(at, its, name, given, None)
            at.record(by, "accounts.begin", name, {"of": its, "roles": sorted(given)})
            return sessions.one_time(at, owner, self._rules)

    def add_organisation(
        self, organisation: str, name: str, kind: Kind, *, by: By = None
    ) -> Organisation:
        """Add one. Raises Exists."""
        organisation, title = names.organisation(organisation), names.title(name)
        with self._writing() as at:
            row = people.add_organisation(at, organisation, title, kind)
            at.record(by, "organisation.add", organisation, {"kind": kind})
            return people.to_organisation(row)

    def organisations(self) -> list[Organisation]:
        """All of them, by id."""
        with self._reading() as at:
            return [people.to_organisation(row) for row in people.organisations(at)]

    def organisation(self, organisation: str) -> Organisation:
        """One of them. Raises NoSuchOrganisation."""
        with self._reading() as at:
            return people.to_organisation(people.organisation(at, organisation))

    def add_account(
        self,
        organisation: str,
        actor: str,
        roles: Iterable[str],
        password: str | None = None,
        *,
        by: By = None,
    ) -> Account:
        """Add one; without a password it logs in by a one-time token or OIDC. Raises Exists,
        NoSuchOrganisation."""
        name, given = names.actor(actor), names.roles(roles)
        kept = self._kept(password, name)
        with self._writing() as at:
            row = people.add_account(at, organisation, name, given, kept)
            at.record(by, "account.add", name, {"of": organisation, "roles": sorted(given)})
            return people.to_account(row)

    def accounts(self, organisation: str | None = None) -> list[Account]:
        """Those of an organisation, or all, by name."""
        with self._reading() as at:
            return [people.to_account(row) for row in people.accounts(at, organisation)]

    def account(self, actor: str) -> Account:
        """The one of this name."""
        with self._reading() as at:
            return people.to_account(people.account(at, actor))

    def set_roles(self, actor: str, roles: Iterable[str], *, by: By = None) -> Account:
        """Change what an account may do, from its next request on. Nobody changes their own."""
        given = names.roles(roles)
        with self._writing() as at:
            row = people.account(at, actor)
            people.refuse_own(by, row)
            facts = {"roles": sorted(given), "before": row.roles.split()}
            row.roles = people.kept_roles(given)
            at.record(by, "account.roles", row.actor, facts)
            return people.to_account(row)

    def set_password(self, actor: str, password: str, *, by: By = None) -> None:
        """Change a password; what was logged in is logged out."""
        kept = self._kept(password, names.actor(actor))
        with self._writing() as at:
            row = people.account(at, actor)
            people.refuse_own_key(by, row)
            row.password = kept
            people.shut_out(at, row)
            at.record(by, "account.password", row.actor)

    def disable(self, actor: str, *, by: By = None) -> None:
        """Let nobody in by an account; its sessions end and its keys are revoked."""
        with self._writing() as at:
            row = people.account(at, actor)
            people.refuse_own(by, row)
            row.disabled_at = row.disabled_at or at.at
            people.shut_out(at, row)
            people.revoke_keys(at, row)
            at.record(by, "account.disable", row.actor)

    def enable(self, actor: str, *, by: By = None) -> None:
        """Let an account log in again; its keys stay revoked."""
        with self._writing() as at:
            row = people.account(at, actor)
            people.refuse_own(by, row)
            row.disabled_at = None
            at.record(by, "account.enable", row.actor)

    def issue_key(
        self,
        actor: str,
        label: str,
        roles: Iterable[str] | None = None,
        expires_at: str | None = None,
        *,
        by: By = None,
    ) -> tuple[str, Key]:
        """A new key, which is shown this once, and what is known of it. Its roles are some of the
        account's, one at least; None: those that the account has now. Who asks for a key of
        their own account gives it no more than they are let in with. Raises ValueError."""
        title, given = names.title(label), keys.wanted(roles)
        with self._writing() as at:
            owner = people.account(at, actor)
            most = people.given_by(by, owner)
            secret, row = keys.issue(at, owner, title, most, given, expires_at)
            facts = {"key": row.id, "roles": row.roles.split(), "expires_at": row.expires_at}
            at.record(by, "key.issue", owner.actor, facts)
            return secret, keys.to_key(row)

    def keys(self, organisation: str | None = None) -> list[Key]:
        """Those of an organisation, or all, in the order in which they were issued."""
        with self._reading() as at:
            return [keys.to_key(row) for row in keys.of(at, organisation)]

    def key(self, key_id: str) -> Key:
        """The one of this id. Raises NoSuchKey."""
        with self._reading() as at:
            return keys.to_key(keys.named(at, key_id))

    def revoke_key(self, key_id: str, *, by: By = None) -> None:
        """Let nobody in by a key. Raises NoSuchKey."""
        with self._writing() as at:
            row = keys.named(at, key_id)
            row.revoked_at = row.revoked_at or at.at
            at.record(by, "key.revoke", row.owner.actor, {"key": row.id})

    def one_time_token(self, actor: str, *, by: By = None) -> str:
        """A token that logs an account in once, within a quarter of an hour."""
        with self._writing() as at:
            owner = people.account(at, actor)
            people.refuse_own_key(by, owner)
            token = sessions.one_time(at, owner, self._rules)
            at.record(by, "account.one_time", owner.actor)
            return token

    def _kept(self, password: str | None, actor: str) -> str | None:
        if password is None:
            return None
        passwords.check(password, actor)
        with passwords.turn():
            return passwords.kept(password, self._rules.password)
