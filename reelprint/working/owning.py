"""Whose the works are that jobs register, and whether somebody may still do what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from accounts.errors import NoSuchAccount, Taken
from accounts.roles import Act, acts_of
from accounts.store import Accounts
from reelprint.working.captured import Captured
from reference_catalog.catalog import Catalog

WORK: Final = "work"  # what accounts call this kind of belonging
SEPARATOR = ":"  # between a holder's id and what its works are called


class Owning:
    """The accounts of a service, opened when they are first asked."""

    def __init__(self, accounts: Callable[[], Accounts]) -> None:
        self._open = accounts
        self._accounts: Accounts | None = None

    def close(self) -> None:
        """Let go of the accounts."""
        if self._accounts is not None:
            self._accounts.close()
        self._accounts = None

    def require(self, organisation: str, work_id: str) -> None:
        """Raise ValueError unless a work is an organisation's to change: its own, or, for an
        authority, one that is no holder's. Raises LookupError."""
        owner = self._known.owner_of(WORK, work_id)
        if owner != organisation and not (owner is None and self._is_authority(organisation)):
            raise ValueError(f"the work {work_id!r} is not yours")

    def may(self, actor: str, organisation: str, act: Act) -> bool:
        """Whether somebody may do an act now in an organisation, by the roles of the account."""
        try:
            found = self._known.account(actor)
        except NoSuchAccount:
            return False
        is_there = found.disabled_at is None and found.organisation == organisation
        return is_there and act in acts_of(found.kind, found.roles)

    def record(self, act: Act, what: str, facts: Mapping[str, str], organisation: str) -> None:
        """Have the audit log say what the service did by itself, on a case of an organisation."""
        self._known.record(None, act, what, "done", facts, organisation)

    def captured(self, captured: Captured, organisation: str) -> int:
        """The bytes of the captures of an organisation's cases."""
        return captured.bytes_of(self._known, organisation)

    def taken(self, organisation: str, work_id: str, catalog: Catalog) -> str:
        """What a work of a package of an organisation is called here; it is the organisation's from
        now on, but for one that was registered from the command line. Raises ValueError for one of
        another's, and LookupError."""
        authority = self._is_authority(organisation)
        name = work_id if authority else self._own_name(organisation, work_id)
        if self._known.owner_of(WORK, name) is None and catalog.work(name) is not None:
            if authority:
                return name
            raise ValueError(f"the work {work_id!r} is not yours")
        try:
            self._known.claim(WORK, name, organisation)
        except Taken:
            raise ValueError(f"the work {work_id!r} is not yours") from None
        return name

    def _own_name(self, organisation: str, work_id: str) -> str:
        own = organisation + SEPARATOR
        is_named = work_id.startswith(own) or self._known.owner_of(WORK, work_id) == organisation
        return work_id if is_named else own + work_id

    def _is_authority(self, organisation: str) -> bool:
        return self._known.organisation(organisation).kind == "authority"

    @property
    def _known(self) -> Accounts:
        if self._accounts is None:
            self._accounts = self._open()
        return self._accounts
