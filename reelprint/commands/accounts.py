"""`reelprint accounts …`, but for `audit`."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from accounts.records import Account, Key
from accounts.roles import Kind
from reelprint.cases import acting
from reelprint.exits import FOUND, NOTHING_FOUND, Usage
from reelprint.people import FIRST, begin, create_accounts, open_accounts
from reelprint.showing.plain import plain


def init(by: str | None, as_json: bool, home: Path | None) -> None:
    """Make accounts, and the first one."""
    with create_accounts(home) as accounts:
        token = begin(accounts, acting(by))
    said = {"made": token is not None, "actor": FIRST if token else None, "token": token}
    if as_json:
        print(json.dumps(said))
    elif token is None:
        print("there are accounts already; nothing was changed")
    else:
        print(f"{FIRST} may do everything, and logs in once within a quarter of an hour with")
        print(token)


def add(
    actor: str,
    organisation: str,
    roles: Sequence[str],
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Add an account."""
    with open_accounts(home) as accounts:
        made = accounts.add_account(organisation, actor, roles, by=acting(by))
    _tell(made.as_dict(), _account(made), as_json)


def show_all(organisation: str | None, as_json: bool, home: Path | None) -> int:
    """List accounts; the exit code."""
    with open_accounts(home) as accounts:
        found = accounts.accounts(organisation)
    for one in found:
        _tell(one.as_dict(), _account(one), as_json)
    return FOUND if found else NOTHING_FOUND


def set_roles(
    actor: str, roles: Sequence[str], by: str | None, as_json: bool, home: Path | None
) -> None:
    """Say what an account may do."""
    with open_accounts(home) as accounts:
        changed = accounts.set_roles(actor, roles, by=acting(by))
    _tell(changed.as_dict(), _account(changed), as_json)


def set_password(actor: str, by: str | None, home: Path | None) -> None:
    """Give an account a password. Raises Usage."""
    with open_accounts(home) as accounts:
        name = accounts.account(actor).actor
        accounts.set_password(name, _asked(name), by=acting(by))
    print(f"{name} has another password, and is logged out everywhere")


def link(actor: str, by: str | None, as_json: bool, home: Path | None) -> None:
    """Print a token that logs an account in once."""
    with open_accounts(home) as accounts:
        token = accounts.one_time_token(actor, by=acting(by))
    _tell({"actor": actor, "token": token}, token, as_json)


def disable(actor: str, by: str | None, home: Path | None) -> None:
    """Let nobody in by an account."""
    with open_accounts(home) as accounts:
        accounts.disable(actor, by=acting(by))
    print(plain(f"{actor} is disabled"))


def enable(actor: str, by: str | None, home: Path | None) -> None:
    """Let an account log in again."""
    with open_accounts(home) as accounts:
        accounts.enable(actor, by=acting(by))
    print(plain(f"{actor} may log in again"))


def add_organisation(
    organisation: str, name: str, kind: Kind, by: str | None, as_json: bool, home: Path | None
) -> None:
    """Add an organisation."""
    with open_accounts(home) as accounts:
        made = accounts.add_organisation(organisation, name, kind, by=acting(by))
    _tell(made.as_dict(), f"{made.id}: {made.name}, {made.kind}", as_json)


def show_organisations(as_json: bool, home: Path | None) -> int:
    """List organisations; the exit code."""
    with open_accounts(home) as accounts:
        found = accounts.organisations()
    for one in found:
        _tell(one.as_dict(), f"{one.id}: {one.name}, {one.kind}", as_json)
    return FOUND if found else NOTHING_FOUND


def issue_key(
    actor: str,
    label: str,
    roles: Sequence[str] | None,
    expires: str | None,
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Issue a key, and print it."""
    with open_accounts(home) as accounts:
        secret, key = accounts.issue_key(actor, label, roles, expires, by=acting(by))
    if not as_json:
        print(plain(_key(key)), file=sys.stderr)
    _tell({**key.as_dict(), "secret": secret}, secret, as_json)


def show_keys(organisation: str | None, as_json: bool, home: Path | None) -> int:
    """List keys; the exit code."""
    with open_accounts(home) as accounts:
        found = accounts.keys(organisation)
    for one in found:
        _tell(one.as_dict(), _key(one), as_json)
    return FOUND if found else NOTHING_FOUND


def revoke_key(key_id: str, by: str | None, home: Path | None) -> None:
    """Revoke a key."""
    with open_accounts(home) as accounts:
        accounts.revoke_key(key_id, by=acting(by))
    print(f"{key_id} is revoked")


def _tell(as_dict: Mapping[str, Any], said: str, as_json: bool) -> None:
    print(json.dumps(as_dict) if as_json else plain(said))


def _account(one: Account) -> str:
    state = f", disabled {one.disabled_at}" if one.disabled_at else ""
    return f"{one.actor}  of {one.organisation}: {', '.join(sorted(one.roles))}{state}"


def _key(one: Key) -> str:
    roles = ", ".join(sorted(one.roles))
    until = f", until {one.expires_at}" if one.expires_at else ""
    state = f", revoked {one.revoked_at}" if one.revoked_at else until
    return f"{one.id}  {one.actor}  {one.label}: {roles}{state}"


def _asked(actor: str) -> str:
    """A password, never out of an argument: others on this machine see those."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"New password of {actor}: ")
    if getpass.getpass("Again: ") != password:
        raise Usage("the two passwords differ; nothing was changed")
    return password
