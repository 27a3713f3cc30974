"""Who is let in: by a key, a password, an OpenID provider or a one-time token."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sqlalchemy import delete

from accounts import identities, keys, passwords, people, sessions, throttling, visits
from accounts.auditing import By
from accounts.book import Book
from accounts.errors import NotKnown
from accounts.models import AccountRow, KeyRow, LoginRow, OneTimeRow, SessionRow
from accounts.moment import Facts, Moment
from accounts.oidc import Begun
from accounts.principal import Principal
from accounts.records import Session
from accounts.visits import Visit

_MOST_ADDRESS = 300  # characters of an address, or an issuer's, that stand in the audit log


class Door(Book):
    """Who is let in. Whoever is not gets NotKnown, after the same work and with the same words."""

    def principal_of_key(self, secret: str) -> Principal:
        """Who shows a key, with the roles that both key and account have now. Raises NotKnown."""
        with self._reading() as at:
            row = keys.find(at, secret)
            if row is None:
                raise NotKnown
            found, stale, key_id = _of_key(row), keys.is_stale(at, row), row.id
        if stale:
            with self._writing() as at:
                keys.named(at, key_id).used_at = at.at
        return found

    def log_in(self, actor: str, password: str, address: str) -> Session:
        """A session for who knows the password; `address` is where the request came from. Raises
        NotKnown, Throttled."""
        facts = {"how": "password", "from": address[:_MOST_ADDRESS]}
        counted = throttling.of_name(actor), throttling.of_address(address)
        with passwords.turn():
            with self._writing() as at:
                throttling.reserve(at, *counted)
                kept = _password(people.find(at, actor))
            right = passwords.matches(password, kept, self._rules.password)
            renewed = self._renewed(password, kept) if right else None
        with self._writing() as at:
            row = people.find(at, actor)
            session: Session | None
            if row is None or not right or _password(row) != kept:  # it may have changed meanwhile
                session = _refused(at, row, facts)
            else:
                throttling.take_back(at, *counted)
                row.password = renewed
                session = self._begin(at, row, facts)
        return _known(session)

    def begin_oidc(self, path: str, address: str) -> Begun:
        """The secrets of a log-in that is sent to an OpenID provider, to come back within ten
        minutes; `path` is where the browser was going. Raises Throttled."""
        with self._writing() as at:
            throttling.reserve(at, throttling.of_visits(address))
            return visits.begin(at, path)

    def end_oidc(self, state: str, browser: str) -> Visit:
        """A log-in that came back, once, to the browser that it began in. Raises NotKnown."""
        with self._writing() as at:
            found = visits.end(at, state, browser)
        if found is None:
            raise NotKnown
        return found

    def log_in_by_oidc(
        self, issuer: str, subject: str, email: str | None, address: str | None = None
    ) -> Session:
        """A session for who an OpenID provider says it is; `email` only if the provider says that
        it is verified. Raises NotKnown: nobody gets an account by this."""
        facts = {"how": "oidc", "from": issuer[:_MOST_ADDRESS]}
        with self._writing() as at:
            owner = identities.account(at, issuer, subject, email)
            session = self._begin(at, owner, facts) if owner else _refused(at, None, facts)
            if session is not None and address is not None:
                throttling.take_back(at, throttling.of_visits(address))
        return _known(session)

    def log_in_by_token(self, token: str) -> Session:
        """A session for who shows a one-time token, which counts no more. Raises NotKnown."""
        with self._reading() as at:
            if not sessions.is_one_time(at, token):
                raise NotKnown  # without a line in the log, which strangers could fill with these
        facts = {"how": "one-time token"}
        with self._writing() as at:
            owner = sessions.spend(at, token)
            session = self._begin(at, owner, facts) if owner else _refused(at, None, facts)
        return _known(session)

    def principal_of_session(self, token: str) -> tuple[Principal, Session]:
        """Who a browser is logged in as, with the roles that the account has now. Raises
        NotKnown."""
        with self._reading() as at:
            row = sessions.find(at, token, self._rules)
            if row is None:
                raise NotKnown
            found = _principal(row.owner, "session"), self._session(at, row, token)
            stale = sessions.is_stale(at, row)
        if stale:
            self._note_seen(token)
        return found

    def log_out(self, token: str) -> None:
        """End a session, if it is one."""
        with self._reading() as at:
            if sessions.find(at, token, self._rules) is None:
                return
        with self._writing() as at:
            row = sessions.find(at, token, self._rules)
            if row is not None:
                at.record(_principal(row.owner, "session"), "log_out", row.owner.actor)
                at.rows.delete(row)

    def end_all(self, by: By, why: str) -> int:
        """End all sessions, and have all one-time tokens and begun log-ins count no more, as after
        a restore; how many sessions that were. Passwords and keys stay."""
        with self._writing() as at:
            ended = len(at.rows.scalars(delete(SessionRow).returning(SessionRow.digest)).all())
            for table in (OneTimeRow, LoginRow):
                at.rows.execute(delete(table))
            at.record(by, "sessions.end", "all", {"why": why, "sessions": ended})
            return ended

    def _begin(self, at: Moment, owner: AccountRow, facts: Facts) -> Session:
        session = sessions.begin(at, owner, self._rules)
        at.record(_principal(owner, "session"), "log_in", owner.actor, facts)
        return session

    def _session(self, at: Moment, row: SessionRow, token: str) -> Session:
        return sessions.to_session(at, row, token, self._rules)

    def _note_seen(self, token: str) -> None:
        with self._writing() as at:
            row = sessions.find(at, token, self._rules)
            if row is not None:
                row.seen_at = at.at

    def _renewed(self, password: str, kept: str | None) -> str | None:
        """What is kept of a right password from now on: at the cost of today."""
        if kept is None or not passwords.is_outdated(kept, self._rules.password):
            return kept
        return passwords.kept(password, self._rules.password)


def _password(row: AccountRow | None) -> str | None:
    """What is kept of the password of somebody who may log in."""
    return row.password if row is not None and row.disabled_at is None else None


def _refused(at: Moment, row: AccountRow | None, facts: Facts) -> Session | None:
    # A name that is not known is not written down: it may be a password in the wrong field.
    what, of = (row.actor, row.organisation) if row else ("nobody known", None)
    at.record(None, "log_in", what, facts, "refused", of)
    return None


def _known(session: Session | None) -> Session:
    if session is None:
        raise NotKnown
    return session


def _principal(row: AccountRow, via: Literal["key", "session"]) -> Principal:
    kind = people.to_organisation(row.home).kind
    roles = people.roles_of(row.roles)
    return Principal(row.number, row.actor, row.organisation, kind, roles, via)


def _of_key(row: KeyRow) -> Principal:
    whole = _principal(row.owner, "key")
    return replace(whole, roles=whole.roles & people.roles_of(row.roles))
